"""Overview: what a run ends with on the terminal: coverage, headline rates, who is missing, what to open.

Belongs here: the choice of a screenful of facts, as one rich renderable.
Does not belong here: computing any of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dispatch import wording
from dispatch.board_frame import board_say
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.wording import said, say
from ingestion import vocabulary
from ingestion.workspace import Workspace

HEADLINES = ("project_count", "annual_plan", "ytd_investment", "start_resume_rate", "annual_completion_rate")
REPORTED = ("on_time", "late", "nil")
VERDICT_COLOURS = {"met": "green", "stretch": "green", "missed": "red"}
UNITS_SHOWN = 5
PAPERS = ("*.docx", "*.xlsx", "*.html")


def render(ws: Workspace, plan_id: str, period: str) -> RenderableType:
    """The overview of one plan and period, from the published release.

    Print it with ``soft_wrap=True``: paths then stay in one piece, to be copied as they are.

    Raises :class:`dispatch.marts.NotPublished` when nothing was published yet.
    """
    month, marts = Month(ws, plan_id, period), Marts.of_release(ws)
    submissions = [row for row in marts.submissions(plan_id, period) if row["form"] == month.form]
    metrics = marts.report("rpt_overview", plan_id, period)
    return Group(
        Panel(_coverage(month, submissions, metrics), title=_title(month), title_align="left"),
        _metrics(metrics),
        *_compared(metrics),
        *(Text(say(f"overview.{key}"), style="dim") for key in ("adopted", "reported", "judged")),
        *_units_with_errors(month, submissions),
        *_to_open(month),
    )


def _title(month: Month) -> str:
    return say("overview.title", form=month.form_title(month.form), period=wording.period_label(month.period))


def _coverage(month: Month, submissions: Sequence[dict], metrics: Sequence[dict]) -> Text:
    status = Counter(row["status"] for row in submissions)
    due = sum(count for name, count in status.items() if name != "not_due")
    lines = [
        Text(month.basis(say("account.both")), style="dim"),
        Text(
            say(
                "overview.units", due=due, reported=sum(status[name] for name in REPORTED), on_time=status["on_time"],
                late=status["late"], missing=status["missing"], unreadable=status["unreadable"], nil=status["nil"],
            )
        ),
    ]  # fmt: skip
    headline = next((row for row in metrics if row["is_headline"]), None)
    if headline:
        projects = {name: int(headline[f"{name}_projects"]) for name in ("reported", "carried", "missing")}
        lines.append(Text(say("overview.projects", **projects)))
    for name, style in (("missing", "bold red"), ("unreadable", "red"), ("late", "yellow")):
        units = [row["unit_id"] for row in submissions if row["status"] == name]
        if units:
            names = say("list_joint").join(month.unit_name(unit) for unit in sorted(units, key=month.unit_order))
            lines.append(Text(say("overview.who", status=said("status", name), units=names), style=style))
    text = Text("\n").join(lines)
    text.no_wrap, text.overflow = False, "fold"  # inside the panel, whatever the rest is printed with
    return text


def narrow_table(title: str) -> Table:
    """A table that says as much as it can in eighty columns."""
    return Table(
        box=box.SIMPLE_HEAD,
        padding=0,
        title=title,
        title_justify="left",
        title_style="bold",
    )


def _metrics(metrics: Sequence[dict]) -> RenderableType:
    benchmark = next((row["benchmark"] for row in metrics if row["benchmark"] is not None), None)
    table = narrow_table(say("overview.metrics", benchmark=wording.percent(benchmark)))
    table.add_column(say("head.metric"), no_wrap=True, overflow="fold")
    for key in ("adopted", "reported", "target", "gap", "ahead"):
        table.add_column(say(f"head.{key}"), justify="right", no_wrap=True, overflow="fold")
    table.add_column(say("head.verdict"), overflow="fold")
    previous = None
    for row in _chosen(metrics):
        if row["population"] != previous:
            table.add_row(Text(row["population_name"], style="bold"))
        previous = row["population"]
        table.add_row(row["label_zh"], *_figures(row), _verdict(row))
    return table


def _compared(metrics: Sequence[dict]) -> Iterator[RenderableType]:
    """The headlines against the period before: what was told of it, what it is now; nothing in the first period."""
    before = ("previous_published", "previous_restated")
    headlines = [row for row in _chosen(metrics) if row["is_headline"] and row["metric"] in HEADLINES]
    rows = [row for row in headlines if any(row[name] is not None for name in before)]
    if not rows:
        return
    table = narrow_table(say("overview.compared"))
    table.add_column(say("head.metric"), no_wrap=True, overflow="fold")
    for key in (*before, "since_previous"):
        table.add_column(say(f"head.{key}"), justify="right", no_wrap=True, overflow="fold")
    for row in rows:
        known = None not in (row["value"], row["previous_restated"])
        moved = row["value"] - row["previous_restated"] if known else None
        cells = [figure(row["metric"], row[name]) for name in before]
        table.add_row(row["label_zh"], *cells, difference(row["metric"], moved))
    yield table


def _chosen(metrics: Sequence[dict]) -> list[dict]:
    """Headlines of the headline population, then whatever else has a target; in the plan's and the printing order."""
    chosen = [
        row for row in metrics if row["target"] is not None or (row["is_headline"] and row["metric"] in HEADLINES)
    ]
    return sorted(chosen, key=lambda row: (not row["is_headline"], row["population_order"], row["metric_order"]))


def _figures(row: dict) -> Iterator[str]:
    missed = row["cutoff_verdict"] == "missed"
    for name in ("value", "reported_value"):
        yield figure(row["metric"], row[name], row["target"], missed)
    yield figure(row["metric"], row["target"]) if row["target"] is not None else say("none")
    yield difference(row["metric"], row["gap"])
    yield wording.points(row["benchmark_gap"])


def figure(metric: str, value: Decimal | None, target: Decimal | None = None, missed: bool = False) -> str:
    """A metric's value: percent, an amount in 万元 with separators, or a whole number."""
    if value is None:
        return say("none")
    if vocabulary.metrics()[metric].is_rate:
        return wording.percent(value, target, missed)
    return f"{value:,.2f}" if _is_money(metric) else f"{int(value):,}"


def _is_money(metric: str) -> bool:
    return vocabulary.metrics()[metric].unit == vocabulary.fields()["annual_plan_wan"].unit


def difference(metric: str, value: Decimal | None) -> str:
    """A gap to a target: percentage points for rates, the unit of the metric otherwise."""
    if value is None:
        return say("none")
    if vocabulary.metrics()[metric].is_rate:
        return wording.points(value)
    sign = "+" if value else ""
    return f"{value:{sign},.2f}" if _is_money(metric) else f"{int(value):{sign},}"


def _verdict(row: dict) -> Text:
    verdict = row["cutoff_verdict"] or "no_target"
    return Text(said("verdict_word", verdict), style=VERDICT_COLOURS.get(verdict, "dim"))


def _units_with_errors(month: Month, submissions: Sequence[dict]) -> Iterator[RenderableType]:
    found = sorted(
        (row for row in submissions if row["errors"] or row["warnings"]),
        key=lambda row: (-row["errors"], -row["warnings"], month.unit_order(row["unit_id"])),
    )
    if not found:
        return
    table = narrow_table(say("overview.errors"))
    for key in ("unit", "errors", "warnings"):
        table.add_column(say(f"head.{key}"), justify="left" if key == "unit" else "right")
    for row in found[:UNITS_SHOWN]:
        table.add_row(month.unit_name(row["unit_id"]), str(row["errors"]), str(row["warnings"]))
    yield table
    if len(found) > UNITS_SHOWN:
        yield Text(say("overview.more_units", count=len(found) - UNITS_SHOWN), style="dim")


def _to_open(month: Month) -> Iterator[RenderableType]:
    """The folder of this plan and period seen from the workspace, its files, receipts as one folder; the release."""
    folder = month.folder()
    if folder.is_dir():
        yield Text(say("overview.to_open", path=_seen_from_workspace(month, folder)), style="bold")
        for path in sorted([path for kind in PAPERS for path in folder.glob(kind)], key=_place):
            yield Text(say("overview.file", name=path.name))
        if (folder / board_say("folder") / "index.html").is_file():
            yield Text(say("overview.file", name=f"{board_say('folder')}/index.html"))
        receipts = folder / say("receipt.folder")
        if receipts.is_dir():
            yield Text(say("overview.folder", name=receipts.name, count=sum(1 for _ in receipts.glob("*.xlsx"))))
    current = month.ws.published / "current"
    yield Text(
        say("overview.release", path=_seen_from_workspace(month, current), release=current.resolve().name), style="dim"
    )


def _seen_from_workspace(month: Month, path: Path) -> str:
    return str(path.relative_to(month.ws.root))


def _place(path: Path) -> tuple[int, str]:
    """The merged table first, then the lists as the leaders read them."""
    words = say("overview.order").split(say("list_joint"))
    return next((place for place, word in enumerate(words) if word in path.name), len(words)), path.name
