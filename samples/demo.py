"""Demo: what lies in the inbox of the demo's county: true forms, a handful of mistakes, one correction.

Belongs here: which mistakes the demo shows.
Does not belong here: how a mistake is made (faults), running anything.
"""

from pathlib import Path

from samples.county import simulate
from samples.faults import apart
from samples.scenarios import corrected
from samples.workbooks import deliver, write_inbox

# what a bureau meets every month: a slip in a sum, a wrong unit, text for money, a forgotten project, a silence
MISTAKES = ("ytd_wrong", "unit_slip_total_in_yi", "text_in_money", "project_missing", "missing_unit", "decimals")
CORRECTED = "ytd_wrong"


def fill(plan, inbox: Path, seed: int = 2022) -> list[Path]:
    """Lay the demo's workbooks into ``inbox``; the same plan and seed give the same files.

    The first due month carries a mistake that its unit corrects a day later; the last month carries all of
    ``MISTAKES``, each in a unit of its own and none corrected.
    """
    county = simulate(plan, seed)
    due = [period for period in county.periods if county.is_due(period)]
    earlier = apart([CORRECTED], county, plan, due[0])
    open_ones = apart(MISTAKES, county, plan, due[-1])
    paths = write_inbox(county, plan, inbox, (*earlier, *open_ones))
    return paths + deliver([corrected(county, plan, due[0], fault.unit_id) for fault in earlier], inbox)
