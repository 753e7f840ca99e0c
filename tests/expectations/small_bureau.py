"""A bureau of two units with a few projects, written straight into the lake: what reading would have left there."""

import atexit
import copy
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from expectations.judged_period import PeriodJudged
from expectations.months import judge_and_accept
from ingestion import lake
from ingestion.lake import LIST_FIELDS, MONTHLY_FIELDS
from ingestion.obligations import obligations
from ingestion.plans import load_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace

PLAN = load_plan(SHIPPED_PLANS / "huozhou-2022.yml")
AFTER_DEADLINE = datetime(2022, 11, 30, 9, tzinfo=TIMEZONE)
ROADS, SCHOOL, FACTORY = (f"21{month:02d}-141082-89-01-10000{month}" for month in (3, 4, 5))
NAMES = {ROADS: "环城南路改造工程", SCHOOL: "第五小学迁建项目", FACTORY: "高性能铸件生产线项目"}
FIGURES = ("total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan", "month_investment_wan",
           "ytd_investment_wan", "cumulative_investment_wan")  # fmt: skip


def letter(name: str, fields: tuple[str, ...]) -> str:
    number = fields.index(name)
    return chr(65 + number) if number < 26 else "A" + chr(65 + number - 26)


def project(code: str, **changes: object) -> dict:
    """A continued project in November, consistent in itself; year to date 5300 of 6000."""
    row = {
        "project_code": code,
        "project_name": NAMES.get(code),
        "owner_name": f"{NAMES.get(code)}建设公司",
        "level_code": "county",
        "category_code": "infrastructure",
        "nature_code": "continued",
        "region_code": "141082",
        "total_investment_wan": 12000,
        "cum_to_last_year_wan": 4000,
        "annual_plan_wan": 6000,
        "month_investment_wan": 300,
        "ytd_investment_wan": 5300,
        "completion_rate_reported": Decimal("88.33"),
        "cumulative_investment_wan": 9300,
        "status_code": "under_construction",
        "start_actual_date": date(2021, 5, 1),
        "planned_start_date": date(2021, 5, 1),
        "planned_finish_date": date(2023, 5, 1),
        "is_in_statistics": "yes",
        "stat_code": "MA0XXXXXX141082001",
    }
    return {**row, **changes}


def a_month_before(row: dict) -> dict:
    """The same project in October: without November's investment."""
    month = row["month_investment_wan"]
    ytd = row["ytd_investment_wan"] - month
    rate = round(Decimal(ytd) * 100 / row["annual_plan_wan"], 2)
    cumulative = row["cumulative_investment_wan"] - month
    return {**row, "ytd_investment_wan": ytd, "cumulative_investment_wan": cumulative, "completion_rate_reported": rate}


def listed(row: dict, unit: str, **changes: object) -> dict:
    """The project's entry on the centre's list."""
    kept = {name: row[name] for name in LIST_FIELDS if name in row}
    return {**kept, "responsible_unit": unit, **changes}


@dataclass
class Bureau:
    """A workspace whose lake tests fill form by form, and then judge."""

    root: Path
    ws: Workspace = field(init=False)
    submissions: dict[str, list[dict]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[dict]] = field(default_factory=dict)
    issues: dict[str, list[dict]] = field(default_factory=dict)
    lock_at: datetime | None = None

    def __post_init__(self):
        self.ws = Workspace.create(self.root, [PLAN.id])

    def submit(self, period: str, unit_id: str, details: list[dict], **facts: object) -> str:
        """A unit's form, its totals right unless ``totals`` says other figures; the submission id."""
        form, version = facts.pop("form", "monthly_dispatch"), facts.pop("version", 1)
        totals, counts = facts.pop("totals", {}), facts.pop("is_effective", True)
        name = f"{PLAN.id}/{form}/{period}/{unit_id}/v{version}"
        address = {"unit_id": unit_id, "submission_id": name, "version": version, "sheet": "月调度表"}
        self.submissions.setdefault(period, []).append(
            {
                **address,
                "form": form,
                "receipt_id": len(self.submissions.get(period, [])) + 1,
                "kind": "form",
                "is_effective": counts,
                "withdrawn": False,
                "received_at": datetime(2022, 11, 28, 16, 40, tzinfo=TIMEZONE),
                "rows_read": len(details),
                **facts,
            }
        )
        fields = LIST_FIELDS if form == "project_list" else MONTHLY_FIELDS
        amounts = [name for name in FIGURES if name in fields]
        shared = {
            **address,
            "form": form,
            "is_effective": counts,
            "group_path": "",
            "columns": {name: letter(name, fields) for name in fields},
            "headers": {},
            "raw": {},
        }
        total = {n: sum((Decimal(d[n]) for d in details if d.get(n) is not None), Decimal(0)) for n in amounts}
        top = {"row": 5, "row_role": "total", "label": f"合计（{len(details)}项）", "label_count": len(details)}
        rows = [{**shared, **top, **total, **totals}]
        rows += [
            {**shared, "row": 6 + n, "row_role": "detail", **{k: v for k, v in d.items() if k in fields}}
            for n, d in enumerate(details)
        ]
        self.rows.setdefault((form, period), []).extend(rows)
        return name

    def list_projects(self, period: str, *entries: dict, **facts: object) -> str:
        """A version of the centre's list, in force from the month's first day."""
        since = {"effective_date": date.fromisoformat(f"{period}-01"), "list_version": f"{period}版"}
        return self.submit(period, "tuijin", list(entries), **{"form": "project_list", **since, **facts})

    def issue(self, period: str, submission_id: str, code: str, **facts: object) -> None:
        """Something the reader found."""
        form, unit_id = submission_id.split("/")[1], submission_id.split("/")[3]
        address = {"unit_id": unit_id, "submission_id": submission_id, "version": 1, "sheet": "月调度表", "form": form}
        self.issues.setdefault(period, []).append({**address, "is_effective": True, "issue_code": code, **facts})

    def decide(self, kind: str, **subject: object) -> int:
        subject = {"plan_id": PLAN.id, "form": "monthly_dispatch", **subject}
        return Register(self.ws.register).record_decision(kind, "项目推进中心", "核实无误", subject, AFTER_DEADLINE)

    def judge(self, period: str, known_at: datetime = AFTER_DEADLINE) -> PeriodJudged:
        """Write what was submitted and judge the period."""
        every = {period, *self.submissions}
        for name in every:
            lake.write(self.ws.lake, "submissions", PLAN.id, name, self.submissions.get(name, []))
            lake.write(self.ws.lake, "issues", PLAN.id, name, self.issues.get(name, []))
            for form in ("monthly_dispatch", "project_list"):
                lake.write(self.ws.lake, f"rows_{form}", PLAN.id, name, self.rows.get((form, name), []))
            owed = [o for o in obligations(PLAN, "monthly_dispatch") if o.period == name]
            rows = [{n: getattr(o, n) for n in ("form", "unit_id", "due_at", "cutoff_date", "is_due")} for o in owed]
            rows = [{**row, "lock_at": self.lock_at if row["is_due"] else None} for row in rows]
            lake.write(self.ws.lake, "obligations", PLAN.id, name, rows)
        return judge_and_accept(self.ws, PLAN, period, known_at)

    def read(self, table: str, period: str) -> list[dict]:
        return lake.read(self.ws.lake, table, PLAN.id, period)

    def findings(self, period: str, *severities: str) -> list[dict]:
        """Effective findings, errors and warnings unless other severities are asked for."""
        wanted = severities or ("error", "warning")
        return [f for f in self.read("findings", period) if f["severity"] in wanted and f["is_effective"]]


def with_history(root: Path, *rows: dict) -> Bureau:
    """A bureau whose list has the given projects (unit zhujian) and whose October is accepted."""
    first = _history(repr(rows), rows)
    shutil.copytree(first.root, root, dirs_exist_ok=True)
    return Bureau(root, *(copy.deepcopy(part) for part in (first.submissions, first.rows, first.issues)))


def _history(key: str, rows: tuple[dict, ...]) -> Bureau:
    """The same October is judged once for all tests that begin with it."""
    if key not in _HISTORIES:
        bureau = Bureau(Path(tempfile.mkdtemp(prefix="october-")))
        atexit.register(shutil.rmtree, bureau.root, ignore_errors=True)
        bureau.list_projects("2022-10", *(listed(row, "住建局") for row in rows))
        bureau.submit("2022-10", "zhujian", [a_month_before(row) for row in rows])
        bureau.judge("2022-10", datetime(2022, 10, 30, 9, tzinfo=TIMEZONE))
        _HISTORIES[key] = bureau
    return _HISTORIES[key]


_HISTORIES: dict[str, Bureau] = {}
