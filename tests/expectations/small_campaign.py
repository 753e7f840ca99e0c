"""A campaign of a few projects, written straight into the lake week by week: what reading would have left there."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from expectations import weeks
from expectations.judged_period import PeriodJudged
from ingestion import lake
from ingestion.obligations import obligations
from ingestion.plans import load_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace

PLAN = load_plan(SHIPPED_PLANS / "puxian-2022.yml")
BASELINE, FIRST, SECOND, THIRD = "2022-12-06", "2022-12-09", "2022-12-16", "2022-12-23"
AFTER = datetime(2022, 12, 31, 9, tzinfo=TIMEZONE)
MILL, BRIDGE = "2211-141033-89-01-100001", "2211-141033-89-01-100002"
NAMES = {MILL: "光伏组件生产线项目", BRIDGE: "昕水河大桥新建工程"}
SHEETS = {"procedures": "前期手续", "pipeline": "建设项目", "funds": "资金争取"}
PROCEDURES = tuple(procedure.id for procedure in PLAN.procedures)


def project(code: str, **changes: object) -> dict:
    """A project's row, consistent in itself; ``items`` are its procedures, in progress unless told otherwise."""
    items = {name: {"is_needed": "yes", "procedure_state": "in_progress"} for name in PROCEDURES}
    for name, change in changes.pop("items", {}).items():
        items[name] = {**items[name], **change}
    row = {
        "project_code": code,
        "project_name": NAMES[code],
        "owner_name": f"{NAMES[code]}建设公司",
        "category_code": "industry",
        "nature_code": "new",
        "total_investment_wan": 12000,
        "annual_plan_wan": 6000,
    }
    return {**row, **changes, "items": items}


def done(day: date, number: int = 31) -> dict:
    """A procedure that is done, with all its evidence."""
    paper = {"document_number": f"蒲审批〔{day.year}〕{number}号", "approving_unit": "行政审批局"}
    return {"procedure_state": "done", "done_date": day, **paper}


def planned(code: str, **changes: object) -> dict:
    """A project's row in the pipeline."""
    row = {name: value for name, value in project(code).items() if name != "items"}
    return {**row, "pipeline_stage": "preparing", **changes}


def fund(code: str, **changes: object) -> dict:
    """A fund of a project, secured with its paper."""
    row = {
        "project_code": code,
        "project_name": NAMES[code],
        "fund_kind": "special_bond",
        "applied_wan": 5000,
        "secured_wan": 3000,
        "secured_date": date(2022, 12, 1),
        "document_number": "临财预〔2022〕31号",
    }
    return {**row, **changes}


@dataclass
class Office:
    """A workspace whose lake tests fill week by week, and then judge."""

    root: Path
    ws: Workspace = field(init=False)
    filed: dict[tuple[str, str], list[dict]] = field(default_factory=dict)

    def __post_init__(self):
        self.ws = Workspace.create(self.root, [PLAN.id])

    def submit(self, period: str, unit_id: str, details: list[dict], form: str = "procedures", **facts: object) -> str:
        """A unit's form; the submission id."""
        name = f"{PLAN.id}/{form}/{period}/{unit_id}/v{facts.get('version', 1)}"
        address = {"unit_id": unit_id, "submission_id": name, "version": 1, "sheet": SHEETS[form], "form": form}
        received = datetime.combine(date.fromisoformat(period), datetime.min.time(), TIMEZONE).replace(hour=10)
        sent = {"kind": "form", "is_effective": True, "withdrawn": False, "received_at": received}
        self._file(period, "submissions", [{**address, **sent, "receipt_id": 1, "rows_read": len(details), **facts}])
        counting = {"is_effective": facts.get("is_effective", True), "row_role": "detail", "raw": {}, "headers": {}}
        for number, detail in enumerate(details, start=6):
            own = {**address, **counting, "row": number}
            values = {name: value for name, value in detail.items() if name != "items"}
            self._file(period, f"rows_{form}", [{**own, "columns": {"project_name": "C"}, **values}])
            key = {name: values[name] for name in ("project_code", "project_name")}
            for procedure, item in detail.get("items", {}).items():
                place = {"columns": {"procedure_state": "P", "document_number": "T"}, "procedure": procedure}
                self._file(period, "rows_procedure_items", [{**own, **place, **key, **item}])
        return name

    def issue(self, period: str, submission_id: str, code: str, **facts: object) -> None:
        """Something the reader found."""
        _, form, _, unit_id, _ = submission_id.split("/")
        address = {"unit_id": unit_id, "submission_id": submission_id, "version": 1, "sheet": SHEETS[form]}
        found = {**address, "form": form, "is_effective": True, "issue_code": code, **facts}
        self._file(period, "issues", [found])

    def accept(self, period: str, form: str, rule_id: str, project_id: str, procedure: str | None = None) -> int:
        """The centre's decision to take what a rule refuses."""
        subject = {"plan_id": PLAN.id, "period": period, "form": form, "rule_id": rule_id, "project_id": project_id}
        subject |= {"procedure": procedure} if procedure else {}
        return Register(self.ws.register).record_decision("accept", "项目推进中心", "核实无误", subject, AFTER)

    def judge(self, *periods: str, known_at: datetime = AFTER) -> PeriodJudged:
        """Judge the weeks one after the other; what came of the last."""
        for period in periods:
            tables = ("submissions", "issues", "rows_procedures", "rows_procedure_items", "rows_pipeline", "rows_funds")
            for table in tables:
                lake.write(self.ws.lake, table, PLAN.id, period, self.filed.get((period, table), []))
            owed = [o for form in SHEETS for o in obligations(PLAN, form) if o.period == period]
            names = ("form", "unit_id", "due_at", "cutoff_date", "is_due")
            rows = [{name: getattr(o, name) for name in names} for o in owed]
            lake.write(self.ws.lake, "obligations", PLAN.id, period, rows)
            result = weeks.judge_and_accept(self.ws, PLAN, period, known_at)
        return result

    def read(self, table: str, period: str) -> list[dict]:
        return lake.read(self.ws.lake, table, PLAN.id, period)

    def findings(self, period: str, *severities: str) -> list[dict]:
        """Effective findings, errors and warnings unless other severities are asked for."""
        wanted = severities or ("error", "warning")
        return [f for f in self.read("findings", period) if f["severity"] in wanted and f["is_effective"]]

    def rules(self, period: str, *severities: str) -> set[tuple[str, str | None]]:
        """The rules that found something, each with the procedure it is about."""
        return {(f["rule_id"], f["procedure"]) for f in self.findings(period, *severities)}

    def projects(self, period: str, table: str = "accepted_procedures") -> dict[str, dict]:
        return {row["project_id"]: row for row in self.read(table, period)}

    def items(self, period: str) -> dict[tuple[str, str], dict]:
        return {(row["project_id"], row["procedure"]): row for row in self.read("accepted_procedure_items", period)}

    def _file(self, period: str, table: str, rows: list[dict]) -> None:
        self.filed.setdefault((period, table), []).extend(rows)
