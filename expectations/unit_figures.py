"""Unit figures: what a unit's projects add up to beside the target of the month, and beside last month.

Belongs here: the table that T05 is judged on.
Does not belong here: the rule (rules/schedule.yml), published rates and rankings (dbt_project).
"""

import duckdb
import pyarrow as pa

from expectations.wording import Words
from ingestion.lake import INT, PERCENT, TEXT, WAN_READ

UNIT = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),
        ("unit_name", TEXT),
        ("submission_id", TEXT),
        ("version", INT),
        ("target_id", TEXT),  # the share asked for, as text: one row per unit and share
        ("target", PERCENT),  # share of the annual plan that the month asks for
        ("projects", INT),  # with an annual plan
        ("hits", INT),  # of them within a tenth of a percentage point of the target
        ("ytd", WAN_READ),
        ("plan", WAN_READ),
        ("ytd_before", WAN_READ),  # the same projects as accepted last month
        ("plan_before", WAN_READ),
    ]
)
_FIGURES = """
with own as (
    select *, coalesce("list".annual_plan_wan, annual_plan_wan) as plan_wan from offered
    where is_effective and nature_counts_as <> 'preparatory' and coalesce("list".annual_plan_wan, annual_plan_wan) > 0
),
asked as (select distinct unnest(completion_targets) as target from ctx_in)
select
    'monthly_dispatch' as form, own.unit_id, max(own.submission_id) as submission_id, max(own.version) as version,
    asked.target::varchar as target_id, asked.target, count(*)::integer as projects,
    (count(*) filter (where abs(ytd_investment_wan - target * plan_wan) <= 0.001 * plan_wan))::integer as hits,
    sum(ytd_investment_wan) as ytd, sum(plan_wan) as plan,
    sum(prev.ytd_investment_wan) as ytd_before, sum(plan_wan) filter (where prev.project_id is not null) as plan_before
from own cross join asked group by all order by own.unit_id, asked.target
"""


def figures(connection: duckdb.DuckDBPyConnection, form: str, words: Words) -> list[dict]:
    """One row of UNIT per unit with projects and share asked for; of the monthly form."""
    if form != "monthly_dispatch":
        return []
    rows = connection.execute(_FIGURES).to_arrow_table().to_pylist()
    return [{**row, "unit_name": words.value("unit_id", row["unit_id"])} for row in rows]
