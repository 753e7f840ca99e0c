"""Lake: the layout of every table in Parquet, and writing one so that equal rows give equal bytes.

Belongs here: column names, types and the total order of each table; the writer and the reader.
Does not belong here: how a row comes about.

One file is one plan and period: ``lake/<table>/<plan_id>/<period>.parquet``. Every table begins with ``plan_id`` and
``period``. Instants are stored as UTC.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion import vocabulary

TEXT, INT, BOOL, DATE = pa.string(), pa.int32(), pa.bool_(), pa.date32()
INSTANT = pa.timestamp("us", tz="UTC")
WAN = pa.decimal128(18, 2)  # money in 万元, as published
WAN_READ = pa.decimal128(22, 6)  # money as typed: departments paste more decimals than they should
PERCENT = pa.decimal128(18, 6)
RATE = pa.decimal128(12, 6)
SUM = pa.decimal128(24, 2)  # a metric's numerator or denominator
VALUE = pa.decimal128(28, 6)  # a metric's value
TEXT_MAP = pa.map_(pa.string(), pa.string())

_ARROW = {"text": TEXT, "integer": INT, "decimal": WAN_READ, "percent": PERCENT, "date": DATE}

MONTHLY_FIELDS = (
    "serial_no", "project_code", "project_name", "owner_name", "usc_code", "level_code", "category_code", "nature_code",
    "industry_code", "region_code", "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan",
    "ytd_to_last_month_wan", "month_investment_wan", "ytd_investment_wan", "completion_rate_reported",
    "cumulative_investment_wan", "funds_ytd_wan", "paid_ytd_wan", "status_code", "image_progress", "image_text",
    "planned_start_date", "start_actual_date", "resume_date", "planned_finish_date", "finish_actual_date",
    "is_in_statistics", "stat_code", "problem_text", "budget_adjust_document", "reversal_document", "explanation_text",
)  # fmt: skip
LIST_FIELDS = (
    "serial_no", "project_code", "project_name", "owner_name", "usc_code", "responsible_unit", "level_code",
    "category_code", "nature_code", "region_code", "total_investment_wan", "annual_plan_wan", "planned_start_date",
    "planned_finish_date", "change_kind", "change_date", "change_document", "former_name", "former_unit", "remark_text",
)  # fmt: skip

PROCEDURE_FIELDS = (  # of a project's row on the weekly form, beside its procedures
    "serial_no", "project_code", "project_name", "owner_name", "usc_code", "category_code", "nature_code",
    "region_code", "total_investment_wan", "annual_plan_wan", "planned_start_date", "start_actual_date",
    "not_needed_reason", "coordination_text", "explanation_text",
)  # fmt: skip
PROCEDURE_ITEM_FIELDS = (  # of one procedure of one project
    "is_needed", "handling_level", "approving_unit", "procedure_state", "filed_date", "planned_done_date", "done_date",
    "document_number", "promise_due_date",
)  # fmt: skip
PIPELINE_FIELDS = (
    "serial_no", "project_code", "project_name", "owner_name", "usc_code", "category_code", "industry_code",
    "nature_code", "region_code", "construction_text", "total_investment_wan", "annual_plan_wan", "pipeline_stage",
    "planned_start_date", "planned_finish_date", "remark_text", "explanation_text",
)  # fmt: skip
FUND_FIELDS = (
    "serial_no", "project_code", "project_name", "owner_name", "fund_kind", "applied_wan", "secured_wan",
    "secured_date", "document_number", "remark_text", "explanation_text",
)  # fmt: skip


def _typed(names: Iterable[str]) -> list[tuple[str, pa.DataType]]:
    """The vocabulary's fields with their Arrow types; codes and coded identifiers are text."""
    return [(name, _ARROW.get(vocabulary.fields()[name].type, TEXT)) for name in names]


REFERENCE_COLUMNS = (  # of all kinds of lists together; a kind leaves those of the others empty
    ("project_code", TEXT), ("project_name", TEXT), ("document_number", TEXT), ("done_date", DATE),
    ("procedure_name", TEXT), ("procedure_state", TEXT), ("stat_code", TEXT), ("owner_name", TEXT),
    ("contract_party", TEXT), ("total_investment_wan", WAN_READ), ("ytd_investment_wan", WAN_READ),
    ("begun_on", DATE), ("has_approval", TEXT), ("has_contract", TEXT), ("has_start_proof", TEXT),
    ("has_photographs", TEXT), ("fund_kind", TEXT), ("paid_wan", WAN_READ), ("level_code", TEXT),
    ("status_code", TEXT),
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One table of the lake: its columns in order and the columns that give its rows a total order."""

    schema: pa.Schema
    order_by: tuple[str, ...]


def _table(order_by: str, *columns: tuple[str, pa.DataType]) -> Table:
    return Table(pa.schema([("plan_id", TEXT), ("period", TEXT), *columns]), ("plan_id", "period", *order_by.split()))


_ADDRESS = (
    ("unit_id", TEXT),
    ("submission_id", TEXT),
    ("version", INT),
    ("sheet", TEXT),
    ("row", INT),  # as Excel counts, from 1
)
_READ_ROW = (
    *_ADDRESS,
    ("form", TEXT),
    ("is_effective", BOOL),  # of the version that counts (with its supplements)
    ("row_role", TEXT),  # detail, total, subtotal, of_which, summary
    ("label", TEXT),  # the text of a total, subtotal or of_which row
    ("label_count", INT),  # the number of projects written inside that text
    ("group_path", TEXT),  # labels of the groups a detail stands under, joined with " > "
    ("columns", TEXT_MAP),  # field -> column letter
    ("raw", TEXT_MAP),  # field -> the text of the cell where it differs from the typed value or could not be typed
    ("headers", TEXT_MAP),  # field -> header path as written in this sheet
)

_REPORTED = (*_ADDRESS, ("project_id", TEXT), ("is_on_list", BOOL), ("is_accepted", BOOL))
_ACCEPTED = (
    *_ADDRESS,
    ("project_id", TEXT),
    ("is_on_list", BOOL),
    ("is_carried_forward", BOOL),  # refused or absent: these are the project's last accepted figures
    ("carried_from", TEXT),  # the period they come from
    ("decision_id", INT),
)

TABLES: Mapping[str, Table] = {
    # what the plan asks (one row per plan and period; written from the plan version in force)
    "plans": _table("", ("plan_name", TEXT), ("region_code", TEXT), ("year", INT), ("centre", TEXT),
                    ("starts_on", DATE), ("ends_on", DATE), ("plan_hash", TEXT), ("in_force_at", INSTANT),
                    ("known_at", INSTANT), ("annual_plan_basis", TEXT)),
    "units": _table("unit_id", ("unit_id", TEXT), ("unit_name", TEXT), ("unit_kind", TEXT), ("aliases", TEXT),
                    ("written_names", TEXT),  # every way of writing it, folded, each between | signs
                    ("sort_order", INT), ("valid_from", DATE), ("valid_to", DATE)),
    "populations": _table("population level_code category_code", ("population", TEXT), ("population_name", TEXT),
                          ("form", TEXT), ("level_code", TEXT), ("category_code", TEXT), ("sort_order", INT),
                          ("is_headline", BOOL)),
    "targets": _table("target_id", ("target_id", TEXT), ("metric", TEXT), ("population", TEXT), ("scope_kind", TEXT),
                      ("scope", TEXT), ("judged_period", TEXT), ("target_date", DATE), ("threshold", PERCENT),
                      ("stretch", PERCENT), ("comparison", TEXT), ("about_within", PERCENT), ("word", TEXT),
                      ("stretch_word", TEXT), ("source_zh", TEXT)),
    "obligations": _table("form unit_id", ("form", TEXT), ("unit_id", TEXT), ("due_at", INSTANT),
                          ("cutoff_date", DATE), ("is_due", BOOL), ("deadline_note_zh", TEXT),
                          ("lock_at", INSTANT), ("publish_at", INSTANT)),
    "procedures": _table("procedure", ("procedure", TEXT), ("procedure_name", TEXT), ("procedure_kind", TEXT),
                         ("handling_level", TEXT), ("approving_unit_id", TEXT), ("valid_years", INT),
                         ("statutory_days", INT), ("sort_order", INT)),
    # what people were told of the period, by publications before the instant of knowledge (from the register)
    "published_figures": _table("publication_id population scope_kind scope metric", ("publication_id", INT),
                                ("release", TEXT), ("published_at", INSTANT), ("population", TEXT),
                                ("scope_kind", TEXT), ("scope", TEXT), ("metric", TEXT), ("is_shown", BOOL),
                                ("numerator", SUM), ("denominator", SUM), ("value", VALUE)),
    # what came in
    "submissions": _table("form unit_id version submission_id", *_ADDRESS[:3], ("form", TEXT),
                          ("receipt_id", INT), ("kind", TEXT),  # form, supplement, nil, unreadable
                          ("is_effective", BOOL), ("awaits_opening", BOOL),  # came after the lock
                          ("withdrawn", BOOL), ("file_name", TEXT), ("sha256", TEXT),
                          ("received_at", INSTANT), ("received_source", TEXT), ("recognised_by", TEXT),
                          ("sheet", TEXT), ("rows_read", INT), ("stated_unit", TEXT), ("stated_period", TEXT),
                          ("list_version", TEXT), ("effective_date", DATE),
                          ("editor_digest", TEXT)),  # of who last saved the file; the name itself is not kept
    "rows_monthly_dispatch": _table("unit_id version submission_id sheet row", *_READ_ROW, *_typed(MONTHLY_FIELDS)),
    "rows_project_list": _table("unit_id version submission_id sheet row", *_READ_ROW, *_typed(LIST_FIELDS)),
    # a project's row of the weekly form, and each of its procedures; both have the address of the one row
    "rows_procedures": _table("unit_id version submission_id sheet row", *_READ_ROW, *_typed(PROCEDURE_FIELDS)),
    "rows_procedure_items": _table("unit_id version submission_id sheet row procedure", *_READ_ROW,
                                   ("procedure", TEXT), ("project_code", TEXT), ("project_name", TEXT),
                                   *_typed(PROCEDURE_ITEM_FIELDS)),
    "rows_pipeline": _table("unit_id version submission_id sheet row", *_READ_ROW, *_typed(PIPELINE_FIELDS)),
    "rows_funds": _table("unit_id version submission_id sheet row", *_READ_ROW, *_typed(FUND_FIELDS)),
    "issues": _table("form unit_id version submission_id sheet row column field issue_code", *_ADDRESS, ("form", TEXT),
                     ("is_effective", BOOL), ("issue_code", TEXT), ("procedure", TEXT), ("column", TEXT),
                     ("field", TEXT), ("header", TEXT),
                     ("found", TEXT), ("expected", TEXT)),
    # the answer sheets of receipts that were sent back, as they were filled in
    "rows_answers": _table("unit_id version submission_id sheet row", *_ADDRESS, ("receipt_id", INT),
                           ("received_at", INSTANT), ("is_effective", BOOL),  # false: withdrawn
                           ("form", TEXT),  # the form the answered questions are about
                           ("subject", TEXT), ("rule_id", TEXT), ("project", TEXT), ("found", TEXT),
                           ("expected", TEXT), ("difference", TEXT), ("answer_text", TEXT)),
    # lists of other departments, as far as there are any: how each kind stands for the period, and its rows
    "references": _table("reference", ("reference", TEXT), ("state", TEXT),  # used, missing, later, unusable
                         ("file_name", TEXT), ("sha256", TEXT), ("as_of", DATE), ("row_count", INT),
                         ("message_zh", TEXT)),
    "reference_rows": _table("reference file_row", ("reference", TEXT), ("file_row", INT), *REFERENCE_COLUMNS),
    # what was judged
    "findings": _table("form unit_id submission_id sheet row rule_id procedure field finding_id", *_ADDRESS,
                       ("form", TEXT), ("procedure", TEXT),
                       ("finding_id", TEXT), ("group_head", TEXT), ("project_id", TEXT), ("project_name", TEXT),
                       ("rule_id", TEXT), ("theme", TEXT), ("severity", TEXT), ("outcome", TEXT),  # failed, trial
                       ("field", TEXT),
                       ("cells", TEXT),  # "月调度表!K12;月调度表!M12", the likeliest culprit first
                       ("header", TEXT), ("found", TEXT), ("expected", TEXT), ("difference", TEXT),
                       ("message_zh", TEXT), ("remedy_zh", TEXT), ("source_zh", TEXT), ("answer", TEXT),
                       # none_needed, unanswered, answered, refused, reopened, waived, accepted
                       ("answer_state", TEXT), ("answered_at", INSTANT), ("answer_submission_id", TEXT),
                       ("answer_ends", DATE),  # the last day the answer or the waiver holds
                       ("answer_reason_zh", TEXT),  # why an answer was refused or the question is asked again
                       ("subject", TEXT),  # what an answer is bound to, in any version and period
                       ("is_effective", BOOL), ("decision_id", INT), ("received_at", INSTANT)),
    # per subject the last answer that stood, with the figures it explains, carried from period to period
    "answers": _table("form unit_id subject", ("form", TEXT), ("unit_id", TEXT), ("subject", TEXT), ("rule_id", TEXT),
                      ("project_id", TEXT), ("field", TEXT), ("answer_text", TEXT), ("found", TEXT),
                      ("expected", TEXT), ("difference", TEXT), ("answered_in", TEXT),  # the period it was given in
                      ("submission_id", TEXT), ("answered_at", INSTANT), ("ends_on", DATE)),
    "verdicts": _table("form rule_id", ("form", TEXT), ("rule_id", TEXT), ("theme", TEXT), ("severity", TEXT),
                       ("rule_state", TEXT),  # in_use, trial, not_in_force
                       ("passed", INT), ("failed", INT), ("not_judged", INT),
                       ("lacks_zh", TEXT)),  # why nothing could be judged, where a list of others lacks
    # what is taken
    "project_list": _table("project_id", ("project_id", TEXT), ("list_version", TEXT), ("effective_date", DATE),
                           ("unit_id", TEXT), ("is_in_base", BOOL),  # false once 调出 or 终止 took effect
                           ("submission_id", TEXT), ("sheet", TEXT), ("row", INT),
                           *_typed(name for name in LIST_FIELDS if name not in ("serial_no", "responsible_unit"))),
    "reported_investment": _table("project_id unit_id submission_id sheet row", *_ADDRESS, ("project_id", TEXT),
                                  ("is_on_list", BOOL), ("is_accepted", BOOL), *_typed(MONTHLY_FIELDS)),
    "accepted_investment": _table("project_id", *_ADDRESS, ("project_id", TEXT), ("is_on_list", BOOL),
                                  ("is_carried_forward", BOOL), ("carried_from", TEXT), ("decision_id", INT),
                                  *_typed(MONTHLY_FIELDS)),
    "reported_procedures": _table("project_id unit_id submission_id sheet row", *_REPORTED,
                                  *_typed(PROCEDURE_FIELDS)),
    "accepted_procedures": _table("project_id", *_ACCEPTED, *_typed(PROCEDURE_FIELDS)),
    "reported_procedure_items": _table("project_id procedure unit_id submission_id sheet row", *_REPORTED,
                                       ("procedure", TEXT), *_typed(PROCEDURE_ITEM_FIELDS)),
    "accepted_procedure_items": _table("project_id procedure", *_ACCEPTED, ("procedure", TEXT),
                                       *_typed(PROCEDURE_ITEM_FIELDS)),
    "reported_pipeline": _table("project_id unit_id submission_id sheet row", *_REPORTED, *_typed(PIPELINE_FIELDS)),
    "accepted_pipeline": _table("project_id", *_ACCEPTED, *_typed(PIPELINE_FIELDS)),
    "reported_funds": _table("project_id fund_kind unit_id submission_id sheet row", *_REPORTED,
                             *_typed(FUND_FIELDS)),
    "accepted_funds": _table("project_id fund_kind", *_ACCEPTED, *_typed(FUND_FIELDS)),
    "decisions": _table("decision_id", ("decision_id", INT), ("decided_at", INSTANT), ("kind", TEXT), ("post", TEXT),
                        ("reason", TEXT), ("subject", TEXT), ("ends_at", INSTANT)),
}  # fmt: skip


def path(lake: Path, table: str, plan_id: str, period: str) -> Path:
    """Where the rows of one table for one plan and period lie; ValueError for names that would lead elsewhere."""
    if any(not name or name.startswith(".") or "/" in name or "\\" in name for name in (plan_id, period)):
        raise ValueError(f"no name of a plan and a period: {plan_id!r}, {period!r}")
    return lake / table / plan_id / f"{period}.parquet"


def write(lake: Path, table: str, plan_id: str, period: str, rows: Iterable[Mapping]) -> Path:
    """Write the rows of one plan and period in the table's total order; equal rows give equal bytes.

    ``rows`` may leave columns out (they become NULL); a key that the table does not have is an error. The file
    appears whole or not at all.
    """
    layout = TABLES[table]
    rows = [{"plan_id": plan_id, "period": period, **row} for row in rows]
    unknown = {key for row in rows for key in row} - set(layout.schema.names)
    if unknown:
        raise KeyError(f"lake table {table}: unknown columns {sorted(unknown)}")
    return write_table(lake, table, plan_id, period, pa.Table.from_pylist(rows, schema=layout.schema))


def write_table(lake: Path, table: str, plan_id: str, period: str, data: pa.Table) -> Path:
    """Like :func:`write`, for rows that are an Arrow table in the table's own columns already."""
    layout = TABLES[table]
    data = data.select(layout.schema.names).cast(layout.schema)
    data = data.take(pc.sort_indices(data, [(name, "ascending", "at_start") for name in layout.order_by]))
    target = path(lake, table, plan_id, period)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    pq.write_table(data, part, compression="zstd", use_dictionary=True, write_statistics=True)
    os.replace(part, target)
    return target


def read(lake: Path, table: str, plan_id: str, period: str, columns: Sequence[str] | None = None) -> list[dict]:
    """The rows of one plan and period as dicts; an absent file has no rows. Maps come back as dicts.

    ``columns`` are all unless named: reading the maps of many rows for nothing takes long.
    """
    target = path(lake, table, plan_id, period)
    if not target.exists():
        return []
    found = pq.read_table(target, schema=TABLES[table].schema, columns=columns)
    rows = found.to_pylist()
    maps = [field.name for field in found.schema if pa.types.is_map(field.type)]
    for row in rows:
        for name in maps:
            row[name] = dict(row[name] or ())
    return rows
