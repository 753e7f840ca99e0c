"""Signal ground: the accepted months and the target days that a month's signals are judged on.

Belongs here: reading up to two years of accepted months from the lake.
Does not belong here: the signals (signals), the year's months that row rules look back on (months).
"""

import pyarrow as pa

from expectations.judged_period import Period
from expectations.signals import MONTHS_BACK, PAST, Ground
from ingestion.lake import INT
from ingestion.obligations import earlier_periods


def ground(month: Period) -> Ground:
    """What is known of the months before this one, as far as the signals look back."""
    tables = [PAST.empty_table()]
    for before in earlier_periods(month.plan, month.period):
        ago = _months(month.period) - _months(before)
        if ago <= MONTHS_BACK:
            rows = month.table("accepted_investment", before)
            tables.append(rows.append_column("months_ago", pa.array([ago] * len(rows), INT)).select(PAST.names))
    days = {target.target_date for target in month.plan.targets if target.judged_period == month.period}
    return Ground(month.plan.centre, pa.concat_tables(tables), tuple(sorted(days)))


def _months(period: str) -> int:
    year, month = map(int, period.split("-"))
    return 12 * year + month
