"""Two years of a county's months before the judged one: this year's own, and another county's year before them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from county_rows import MONTHLY, Month, county_of

from expectations import offering, signals
from expectations.offering import as_table
from expectations.signals import PAST, Ground
from ingestion.lake import TABLES

ANOTHER = 1000  # added to a seed gives the county whose year went before


@dataclass
class LongPast:
    """A month and what was accepted in the months before it; tests change both and look at the signals."""

    month: Month
    past: list[dict] = field(default_factory=list)

    @classmethod
    def true(cls, plan_id: str, seed: int, number: int, unit_of: Callable[[str], str] = str) -> "LongPast":
        """As it truly was; ``unit_of`` may put several units' projects under one."""
        county = county_of(plan_id, seed)
        month = Month.true(plan_id, seed, county.periods[number])
        year, this = map(int, month.period.split("-"))
        made = cls(month)
        for row in month.rows:
            row["unit_id"] = unit_of(row["unit_id"])
        for back in (0, 1):
            other = county_of(plan_id, seed + ANOTHER * back)
            entries = other.entries(other.periods[-1] if back else month.period)
            for number_of_month in range(1, this if back == 0 else 13):
                made.past += [
                    {
                        "period": f"{year - back}-{number_of_month:02d}",
                        "months_ago": 12 * back + this - number_of_month,
                        "project_id": f"{'前' * back}{entry.project.project_id}",
                        "unit_id": unit_of(entry.unit_id),
                        "annual_plan_wan": entry.project.annual_plan_wan,
                        "is_carried_forward": False,
                        **_figures(entry.project.at(number_of_month)),
                    }
                    for entry in entries
                ]
        return made

    def of(self, project_id: str) -> list[dict]:
        """A project's months before, the last one first."""
        own = [row for row in self.past if row["project_id"] == project_id]
        return sorted(own, key=lambda row: row["months_ago"])

    def signals(self, **more: object) -> tuple[list[dict], list[dict]]:
        """The findings and the entries of the month's signals."""
        target_days = more.pop("target_days", ())
        ground = Ground(self.month.plan.centre, as_table(self.past, PAST), target_days)
        filed = replace(self.month.filed(ground=ground), **more)
        connection = offering.connect(len(filed.rows))
        filed.around.offer(connection, "offered", filed.rows, as_table([], TABLES["issues"].schema))
        assert filed.form == MONTHLY
        return signals.findings(connection, filed, ())


def _figures(state) -> dict:
    return {name: getattr(state, name) for name in ("month_investment_wan", "ytd_investment_wan", "status_code")}
