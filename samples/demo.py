"""Demo: what lies in the inbox of the demo's county: true forms, a handful of mistakes, one correction.

Belongs here: which mistakes the demo shows.
Does not belong here: how a mistake is made (faults), running anything.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.obligations import MONTHLY, obligations
from samples import campaign
from samples.county import County, simulate
from samples.faults import apart, weekly_apart
from samples.scenarios import corrected, corrected_week
from samples.workbooks import ARRIVAL, deliver, write_campaign, write_inbox

# what a bureau meets every month: a slip in a sum, a wrong unit, text for money, a forgotten project, a silence
MISTAKES = ("ytd_wrong", "unit_slip_total_in_yi", "text_in_money", "project_missing", "missing_unit", "decimals")
CORRECTED = "ytd_wrong"
TOLD_AFTER, CORRECTED_AFTER = timedelta(days=3), timedelta(days=8)  # the first month is signed before it is corrected
# and in a week of the campaign: a paper gone again, one without a number, a unit that says nothing
WEEKLY_MISTAKES = ("procedure_goes_back", "done_without_number", "week_not_reported")
WEEKLY_CORRECTED = "weekly_total_typed_wrong"
CORRECTED_WEEK = 2  # the first after the baseline's two days


def fill(plan, inbox: Path, seed: int = 2022) -> list[Path]:
    """Lay the demo's workbooks into ``inbox``; the same plan and seed give the same files.

    The first due month carries a mistake that its unit corrects after the month was signed; the last month carries all
    of ``MISTAKES``, each in a unit of its own and none corrected. A plan with a weekly campaign has all its weeks.
    """
    county = simulate(plan, seed)
    due = [period for period in county.periods if county.is_due(period)]
    earlier = apart([CORRECTED], county, plan, due[0])
    open_ones = apart(MISTAKES, county, plan, due[-1])
    paths = write_inbox(county, plan, inbox, (*earlier, *open_ones))
    paths += deliver([corrected(county, plan, due[0], fault.unit_id, CORRECTED_AFTER) for fault in earlier], inbox)
    return paths + (_weeks(county, plan, inbox, seed) if campaign.is_asked_for(plan) else [])


def first_month(plan) -> tuple[str, datetime]:
    """The first month that is due, and when it is signed: some days after its deadline, in the morning."""
    month = next(one for one in obligations(plan, MONTHLY) if one.is_due)
    return month.period, (month.due_at + TOLD_AFTER).replace(hour=10, minute=0)


def hand_in(post: Path, inbox: Path, until: datetime | None = None) -> None:
    """Move what came up to an instant from the post into the inbox, everything without one; sheets of receipt first."""
    for folder in sorted(post.iterdir()):
        target = inbox / folder.name
        target.mkdir(parents=True, exist_ok=True)
        for one in sorted(folder.iterdir()):
            if one.is_file() or until is None or one.name <= f"{until:{ARRIVAL}}":
                shutil.move(one, target / one.name)


def _weeks(county: County, plan, inbox: Path, seed: int) -> list[Path]:
    """The campaign with one week in which units err, and an earlier one whose mistake its unit corrects a day later."""
    weeks = campaign.simulate(plan, county, seed)
    period = weeks.periods[CORRECTED_WEEK]
    earlier = weekly_apart([WEEKLY_CORRECTED], weeks, plan, period)
    open_ones = weekly_apart(WEEKLY_MISTAKES, weeks, plan)
    paths = write_campaign(weeks, plan, inbox, (*earlier, *open_ones))
    return paths + deliver([corrected_week(weeks, plan, period, fault.unit_id) for fault in earlier], inbox)
