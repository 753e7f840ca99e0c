"""``make bench``: print every measure, a line each: what, against what, the ratio and the ratio aimed at."""

from rich.console import Console
from rich.table import Table

from benchmarks import county_month, province_month, reader


def main() -> None:
    """Run all measures one after the other and print them."""
    table = Table("measure", "ours (s)", "against", "theirs (s)", "ratio", "aim", title="medians of one run")
    for measure in (*reader.measures(), *county_month.measures(), *province_month.measures()):
        ratio = measure.ours / measure.theirs
        table.add_row(
            measure.name,
            f"{measure.ours:.4g}",
            measure.against,
            f"{measure.theirs:.4g}",
            f"{ratio:.3g}",
            f"≤ {measure.aim:.3g} {'met' if ratio <= measure.aim else 'missed'}",
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
