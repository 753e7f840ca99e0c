"""Province measure: judging a month of many counties against reading the same rows from their workbooks.

Belongs here: one county's month laid side by side many times.
Does not belong here: the rest of a run (county_month.py).
"""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measure import Measure
from expectations import months
from ingestion import archive, lake
from ingestion.obligations import MONTHLY
from ingestion.plans import Plan, load_plan
from ingestion.register import Register
from ingestion.workspace import Workspace
from orchestration import stages
from samples.county import simulate
from samples.workbooks import write_inbox

PLAN, PERIOD = "huozhou-2022", "2022-12"
ROWS = 50_000  # projects of a month
OWN_NAMES = ("unit_id", "submission_id", "project_id", "project_name", "owner_name")
OF_LIST = ("project_id", "project_name", "owner_name", "responsible_unit")  # one list holds every county's projects
ROWS_OF_A_COUNTY = 1_000  # that one county's part of the list may take
TILED = ("rows_monthly_dispatch", "rows_project_list", "submissions", "issues", "project_list", "accepted_investment")


def measures() -> list[Measure]:
    """Seconds from rows in the lake to findings and accepted rows; from archived workbooks to rows in the lake."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "county", [PLAN])
        plan = load_plan(workspace.plans / f"{PLAN}.yml")
        county = simulate(plan)
        write_inbox(county, plan, workspace.inbox)
        now = county.due[PERIOD] + timedelta(days=3)
        knowledge, _ = stages.take_in(workspace, PLAN, now)
        stages.read_rows(workspace, PLAN, knowledge)
        stages.judge(workspace, PLAN, knowledge)
        times = ROWS // len(county.entries(PERIOD))
        reading = _reading(workspace, Workspace.create(Path(folder) / "many", [PLAN]), times, now)
        _side_by_side(workspace, times)
        province = _with_units(plan, times)
        started = perf_counter()
        judged = months.judge_and_accept(workspace, province, PERIOD, knowledge.known_at)
        judging = perf_counter() - started
    what = f"a province's month: judging {judged.reported} rows"
    return [Measure(what, judging, "reading them from their workbooks", reading, 1)]


def _reading(county: Workspace, many: Workspace, times: int, now: datetime) -> float:
    """Seconds to read so many copies of the county's forms of the month, taken in as files of their own."""
    for receipt in Register(county.register).receipts(PLAN):
        if (receipt.form, receipt.period) == (MONTHLY, PERIOD):
            book = archive.locate(county.archive, receipt.sha256).read_bytes()
            for number in range(times):
                path = many.inbox / PLAN / f"{number:04d} {receipt.file_name}"
                path.write_bytes(_remarked(book, f"{number}".encode()))
    knowledge, _ = stages.take_in(many, PLAN, now)
    started = perf_counter()
    stages.read_rows(many, PLAN, knowledge)
    return perf_counter() - started


def _remarked(book: bytes, remark: bytes) -> bytes:
    """The workbook with a remark behind its zip directory: other bytes, the same workbook."""
    return book[:-2] + len(remark).to_bytes(2, "little") + remark


def _with_units(plan: Plan, times: int) -> Plan:
    """The plan with the units of so many counties."""
    copies = [
        unit.model_copy(update={"id": f"{unit.id}{number:04d}", "name": f"{unit.name}{number:04d}", "aliases": ()})
        for number in range(times)
        for unit in plan.units
    ]
    return plan.model_copy(update={"units": (*plan.units, *copies)})


def _side_by_side(workspace: Workspace, times: int) -> None:
    """The county's rows so many times in its own lake, every copy with units, projects and owners of its own."""
    for table in TILED:
        for path in (workspace.lake / table / PLAN).glob("*.parquet"):
            rows = pq.read_table(path)
            if table == "submissions":
                of_list = pc.equal(rows["form"], "project_list")
                rows = pa.concat_tables(
                    [rows.filter(of_list), _copies(rows.filter(pc.invert(of_list)), times, OWN_NAMES)]
                )
            else:
                is_list = "project_list" in table
                if table == "rows_project_list":  # the totals of one county are none of the province's
                    rows = rows.filter(pc.equal(rows["row_role"], "detail"))
                rows = _copies(rows, times, OF_LIST if is_list else OWN_NAMES)
            lake.write_table(workspace.lake, table, PLAN, path.stem, rows)


def _copies(rows: pa.Table, times: int, names: tuple[str, ...]) -> pa.Table:
    return pa.concat_tables([_copy(rows, number, names) for number in range(times)])


def _copy(rows: pa.Table, number: int, names: tuple[str, ...]) -> pa.Table:
    """One copy: a number behind each of the names, and in the last digits of the project's code."""
    for place, name in enumerate(rows.column_names):
        if name in names:
            own = pc.binary_join_element_wise(rows[name], f"{number:04d}", "")
        elif name == "project_code":
            own = pa.array([_code(code, number) for code in rows[name].to_pylist()], pa.string())
        elif name == "row" and names is OF_LIST:
            own = pc.add(rows[name], number * ROWS_OF_A_COUNTY).cast(pa.int32())
        else:
            continue
        rows = rows.set_column(place, name, own)
    return rows


def _code(code: str | None, number: int) -> str | None:
    return code and f"{code[:-6]}{(int(code[-6:]) + 997 * number) % 1_000_000:06d}"
