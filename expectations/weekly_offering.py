"""Weekly offering: the tables that the rules on the campaign's forms are judged on.

Belongs here: one row per project or per procedure of a project with everything its ``must`` may name: ``prev`` (last
accepted), ``list`` (the project as it is known), ``monthly`` (its last accepted monthly row), ``ctx`` (the week), and
what is counted over a project's procedures, now and in earlier weeks.
Does not belong here: the rules (rules/), judging them (judging), the monthly forms (offering).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.counted_beside import counted
from expectations.laid_beside import counted_as, laid, shared
from expectations.layouts import without
from expectations.offering import NEAREST, NONE_ALIKE, OF_SPLITS, SPLITS, detail_rows, may_be_alike
from expectations.parts import ITEMS
from expectations.references import Beside
from ingestion.lake import BOOL, DATE, INT, TABLES, TEXT, WAN_READ

KNOWN = pa.schema(
    [
        ("project_id", TEXT),
        ("unit_id", TEXT),  # who reported it first, or whose list has it
        ("project_code", TEXT),
        ("project_name", TEXT),
        ("owner_name", TEXT),
        ("total_investment_wan", WAN_READ),
        ("annual_plan_wan", WAN_READ),
        ("is_in_pipeline", BOOL),
    ]
)
STANDING = pa.schema([("project_id", TEXT), ("unit_id", TEXT)])
PLANNED = TABLES["procedures"].schema
PAST_ITEMS = TABLES["accepted_procedure_items"].schema.append(pa.field("as_of", DATE))
PAST_PROJECTS = TABLES["accepted_procedures"].schema
MONTHLY_ROWS = pa.schema(
    [
        TABLES["accepted_investment"].schema.field(name)
        for name in (
            "project_id",
            "project_code",
            "project_name",
            "total_investment_wan",
            "status_code",
            "start_actual_date",
            "finish_actual_date",
        )
    ]
)

COMPARED = ("procedures", "pipeline")  # whose projects may be the same under two names
_OFFER = """
create or replace temp table {offered} as
with issue_lists as (
    select submission_id, sheet, "row", procedure, list(distinct issue_code || ':' || coalesce(field, '')) as issues
    from issues_in where "row" is not null group by all
),
nearest as ({nearest}),
splits as ({splits}){tables}
select
    r.*{replaced}, nearest.similar_project, coalesce(i.issues, []::varchar[]) as issues,
    splits.split_projects, splits.just_under{more}
from rows_in as r
left join nearest on r.row_key = nearest.row_key
left join issue_lists as i
    on r.submission_id = i.submission_id and r.sheet = i.sheet and r."row" = i."row"
    and i.procedure is not distinct from {procedure}
{of_splits}
{joins}
"""
_IS_NEEDED = "is_needed = 'yes' and procedure_state is distinct from 'not_needed'"
_COUNTED = f"""
    count(*) as items, count(*) filter ({_IS_NEEDED}) as needed_items,
    count(*) filter (is_needed = 'no' or procedure_state = 'not_needed') as not_needed_items,
    count(*) filter ({_IS_NEEDED} and procedure_state = 'done') as done_items,
    string_agg(concat_ws('|', procedure, coalesce(is_needed, ''), coalesce(handling_level, ''),
        coalesce(approving_unit, ''), coalesce(procedure_state, ''), coalesce(filed_date::varchar, ''),
        coalesce(planned_done_date::varchar, ''), coalesce(done_date::varchar, ''), coalesce(document_number, ''),
        coalesce(promise_due_date::varchar, '')), ';' order by procedure) as written
"""
_PROJECT_TABLES = f""",
own as (select submission_id, sheet, "row", project_id, {_COUNTED} from items_in group by all),
past as (select project_id, period, as_of, {_COUNTED} from past_items_in group by all),
last_week as (select * from past where period = (select max(period) from past)),
first_week as (select * from past qualify row_number() over (partition by project_id order by period) = 1),
reasons as (
    select project_id, not_needed_reason from past_projects_in
    qualify row_number() over (partition by project_id order by period) = 1
),
changed as (
    select own.submission_id, own.sheet, own."row", own.project_id,
        max(past.as_of) filter (past.written <> own.written) as last_other
    from own inner join past on own.project_id = past.project_id group by all
),
unchanged as (
    select changed.submission_id, changed.sheet, changed."row", min(past.as_of) as since
    from changed inner join past
        on changed.project_id = past.project_id and past.as_of > coalesce(changed.last_other, date '1900-01-01')
    group by all
)"""
_PROJECT_MORE = """,
    own.items, own.needed_items, own.not_needed_items, own.done_items,
    last_week.needed_items as prev_needed_items, last_week.done_items as prev_done_items,
    first_week.needed_items as baseline_needed_items, reasons.not_needed_reason as baseline_reason,
    coalesce(r.ctx.as_of - unchanged.since, 0)::int as unchanged_days"""
_PROJECT_JOINS = """
left join own on r.submission_id = own.submission_id and r.sheet = own.sheet and r."row" = own."row"
left join last_week on r.project_id = last_week.project_id
left join first_week on r.project_id = first_week.project_id
left join reasons on r.project_id = reasons.project_id
left join unchanged on r.submission_id = unchanged.submission_id and r.sheet = unchanged.sheet
    and r."row" = unchanged."row"
"""
# the procedures that others are held against, and for public money: what must be done before each, in order
HELD_AGAINST = ("approval", "land", "planning", "land_planning", "feasibility")
PUBLIC_ORDER = ("feasibility", "preliminary_design", "drawing_review", "tendering", "construction_permit")
_DONE_DATES = ", ".join(
    f"max(done_date) filter (planned.procedure_kind = '{kind}') as {kind}_done_date"
    for kind in dict.fromkeys((*HELD_AGAINST, *PUBLIC_ORDER))
)
_ITEM_TABLES = f""",
beside as (
    select submission_id, sheet, "row", {_DONE_DATES}
    from rows_in inner join planned_in as planned using (procedure) where procedure_state = 'done' group by all
)"""
_BEFORE = " ".join(
    f"when '{kind}' then greatest({', '.join(f'b.{name}_done_date' for name in PUBLIC_ORDER[:place])})"
    for place, kind in enumerate(PUBLIC_ORDER)
    if place
)
_ITEM_REPLACED = """ replace (
        o.explanation_text as explanation_text, o.start_actual_date as start_actual_date)"""
_ITEM_MORE = f""",
    o.not_needed_reason, q.procedure_name, q.procedure_kind, q.valid_years,
    q.statutory_days,
    {", ".join(f"b.{kind}_done_date" for kind in HELD_AGAINST)},
    case q.procedure_kind {_BEFORE} end as earlier_done_date,
    coalesce(o.start_actual_date, r.monthly.start_actual_date) as begun_on"""
_ITEM_JOINS = """
inner join projects_in as o on r.submission_id = o.submission_id and r.sheet = o.sheet and r."row" = o."row"
left join planned_in as q on r.procedure = q.procedure
left join beside as b on r.submission_id = b.submission_id and r.sheet = b.sheet and r."row" = b."row"
"""


@dataclass(frozen=True)
class WeekContext:
    """What every row of a week shares; ``previous_as_of`` is the cutoff of the week before, None in the first one."""

    as_of: date
    year: int
    month: int
    region_code: str
    previous_as_of: date | None = None


@dataclass(frozen=True)
class WeekSurroundings:
    """What the rows of one part are held against; tables that a part does not use stay empty."""

    part: str
    context: WeekContext
    previous: pa.Table  # accepted rows of the part, last week
    known: pa.Table = field(default_factory=KNOWN.empty_table)
    standing: pa.Table = field(default_factory=STANDING.empty_table)  # projects of units without a new version
    monthly: pa.Table = field(default_factory=MONTHLY_ROWS.empty_table)
    planned: pa.Table = field(default_factory=PLANNED.empty_table)
    beside: pa.Table | None = None  # the items of project rows, or the project rows of items
    past_items: pa.Table = field(default_factory=PAST_ITEMS.empty_table)
    past_projects: pa.Table = field(default_factory=PAST_PROJECTS.empty_table)
    references: Beside = field(default_factory=Beside)

    def offer(self, connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, issues: pa.Table) -> None:
        """Make the temp table ``offered`` of the detail rows among ``rows``."""
        details = self._beside(detail_rows(rows))
        connection.register("rows_in", details)
        connection.register("issues_in", issues)
        for name, table in self._own_tables().items():
            connection.register(name, table)
        connection.execute(_OFFER.format(offered=offered, **_shape(self.part, may_be_alike(details))))

    def _beside(self, details: pa.Table) -> pa.Table:
        """The rows with what they are held against one by one."""
        monthly = self.monthly.append_column(
            "status_counts_as", counted_as(self.monthly["status_code"], "project_statuses")
        )
        standing = [(row["project_id"], row["unit_id"]) for row in self.standing.to_pylist()]
        details = counted(details, _subject(self.part), standing)
        details = laid(details, "prev", self.previous, *_subject(self.part))
        details = laid(details, "list", self.known, "project_id")
        details = laid(details, "monthly", monthly, "project_id", own="monthly_id")
        details = shared(details, "ctx", pa.Table.from_pylist([vars(self.context)], schema=_CONTEXT))
        if self.part != ITEMS:
            return details
        states = details["procedure_state"], pc.struct_field(details["prev"], "procedure_state")
        for name, codes in zip(("state_counts_as", "prev_state_counts_as"), states, strict=True):
            details = details.append_column(name, counted_as(codes, "procedure_states"))
        details = laid(details, "approvals", self.references.approvals, "project_id", "procedure")
        return shared(details, "dated", self.references.dated)

    def _own_tables(self) -> Mapping[str, pa.Table]:
        """What is counted over a project's rows."""
        if self.part == "procedures":
            return {
                "items_in": without(self.beside),
                "past_items_in": self.past_items,
                "past_projects_in": self.past_projects,
            }
        return {"projects_in": without(self.beside), "planned_in": self.planned} if self.part == ITEMS else {}


_CONTEXT = pa.schema([("as_of", DATE), ("year", INT), ("month", INT), ("region_code", TEXT), ("previous_as_of", DATE)])


def _subject(part: str) -> tuple[str, ...]:
    """What a row of a part speaks of."""
    return {ITEMS: ("project_id", "procedure"), "funds": ("project_id", "fund_kind")}.get(part, ("project_id",))


def _shape(part: str, is_compared: bool) -> dict[str, str]:
    """The parts of the query that differ from one part of what is judged to another."""
    own = {"procedures": (_PROJECT_TABLES, "", _PROJECT_MORE, _PROJECT_JOINS)}
    own[ITEMS] = (_ITEM_TABLES, _ITEM_REPLACED, _ITEM_MORE, _ITEM_JOINS)
    tables, replaced, more, joins = own.get(part, ("", "", "", ""))
    return {
        "procedure": "r.procedure" if part == ITEMS else "null",
        "nearest": NEAREST if part in COMPARED and is_compared else NONE_ALIKE,
        "splits": SPLITS,
        "of_splits": OF_SPLITS,
        "tables": tables,
        "replaced": replaced,
        "more": more,
        "joins": joins,
    }
