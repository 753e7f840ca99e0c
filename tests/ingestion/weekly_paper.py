"""Weekly papers made by hand for the tests: headers as departments print them, independent of the form descriptions.

Belongs here: the header words of every form, and rows of the forms of the campaign.
Does not belong here: what reading such a sheet must give (the tests).
"""

from pathlib import Path

from workbooks import SheetOf, write

PROCEDURES = {
    "huozhou-2022": {"approval": "立项", "land": "土地", "planning": "规划", "environment": "环评", "energy": "能评"},
    "puxian-2022": {
        "approval": "立项",
        "land": "土地",
        "planning": "规划",
        "environment": "环评",
        "energy": "能评",
        "capacity": "产能",
    },
}
ITEM = {
    "is_needed": "是否需办",
    "handling_level": "办理层级",
    "approving_unit": "审批单位",
    "procedure_state": "办理状态",
    "filed_date": "受理日期",
    "planned_done_date": "计划办结",
    "done_date": "实际办结",
    "document_number": "文号",
    "promise_due_date": "承诺期限",
}
PROJECT = [
    ("序号", "serial_no"),
    ("项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("建设单位/单位名称", "owner_name"),
    ("建设单位/统一社会信用代码", "usc_code"),
    ("项目概况/类别", "category_code"),
    ("项目概况/建设性质", "nature_code"),
    ("项目概况/建设地点代码", "region_code"),
    ("总投资", "total_investment_wan"),
    ("年度计划投资", "annual_plan_wan"),
    ("开工时间/计划开工", "planned_start_date"),
    ("开工时间/实际开工", "start_actual_date"),
]
REST = [
    ("无需办理理由", "not_needed_reason"),
    ("需协调解决的问题", "coordination_text"),
    ("核实说明", "explanation_text"),
]
PIPELINE = [
    ("序号", "serial_no"),
    ("项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("建设单位/单位名称", "owner_name"),
    ("建设单位/统一社会信用代码", "usc_code"),
    ("项目概况/类别", "category_code"),
    ("项目概况/行业代码", "industry_code"),
    ("项目概况/建设性质", "nature_code"),
    ("项目概况/建设地点代码", "region_code"),
    ("建设内容及规模", "construction_text"),
    ("总投资", "total_investment_wan"),
    ("下年度计划投资", "annual_plan_wan"),
    ("前期进展", "pipeline_stage"),
    ("建设起止/计划开工", "planned_start_date"),
    ("建设起止/计划竣工", "planned_finish_date"),
    ("备注", "remark_text"),
    ("核实说明", "explanation_text"),
]
FUNDS = [
    ("序号", "serial_no"),
    ("项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("建设单位", "owner_name"),
    ("资金类别", "fund_kind"),
    ("争取情况/申请金额", "applied_wan"),
    ("争取情况/争取到位金额", "secured_wan"),
    ("争取情况/下达日期", "secured_date"),
    ("争取情况/文号", "document_number"),
    ("备注", "remark_text"),
    ("核实说明", "explanation_text"),
]
TITLES = {
    "procedures": "霍州市2023年建设项目前期手续办理情况表",
    "pipeline": "霍州市2023年建设项目表",
    "funds": "蒲县争取资金情况表",
}


def procedure_columns(plan_id: str, **names: str) -> list[tuple[str, str]]:
    """The columns of the weekly form; ``names`` replace the name of a procedure in its group head."""
    groups = {**PROCEDURES[plan_id], **names}
    items = [(f"{name}/{leaf}", f"{id_}.{field}") for id_, name in groups.items() for field, leaf in ITEM.items()]
    return [*PROJECT, *items, *REST]


def columns_of(form: str, plan_id: str) -> list[tuple[str, str]]:
    """The columns of one form of the campaign as a plan's departments print them."""
    return {"procedures": procedure_columns(plan_id), "pipeline": PIPELINE, "funds": FUNDS}[form]


def weekly(form: str, *body: object, plan_id: str = "huozhou-2022", day: str = "2022年12月8日", **changes) -> SheetOf:
    """A sheet of one form of the campaign, as of a day; ``unit`` reports it."""
    title = TITLES[form] + (f"（截至{day}）" if day else "")
    unit = changes.pop("unit", "住建局")
    lines = changes.pop("lines", [[title], [f"填报单位：{unit}", "", "", "单位：万元"]])
    columns = changes.pop("columns", None) or columns_of(form, plan_id)
    return SheetOf(columns, name=changes.pop("name", "表"), lines=lines, body=list(body), **changes)


def paper(path: Path, form: str, *body: object, tags: dict[str, str] | None = None, **changes) -> Path:
    """Write such a sheet as a workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write(path, weekly(form, *body, **changes), tags=tags)


def project_row(number: int = 1, **cells: object) -> dict[str, object]:
    """A project of the weekly form that has its 立项 and waits for the rest; ``cells`` by key replace."""
    row = {
        "serial_no": number,
        "project_code": f"2203-141082-04-01-{number:06d}",
        "project_name": f"城区第{number}供水厂改造工程",
        "owner_name": "霍州市供水公司",
        "category_code": "基础设施",
        "nature_code": "新建",
        "total_investment_wan": 12000,
        "annual_plan_wan": 5000,
    }
    for procedure in ("approval", "land", "planning", "environment", "energy"):
        row |= {f"{procedure}.is_needed": "是", f"{procedure}.procedure_state": "办理中"}
    done = {"procedure_state": "已办结", "done_date": "2022年11月25日", "document_number": "霍审批〔2022〕31号"}
    row |= {f"approval.{field}": cell for field, cell in done.items()}
    return {**row, **{key.replace("__", "."): cell for key, cell in cells.items()}}


def pipeline_row(number: int = 1, **cells: object) -> dict[str, object]:
    """A project of next year's table."""
    return {
        "serial_no": number,
        "project_code": f"2203-141082-04-01-{number:06d}",
        "project_name": f"城区第{number}供水厂改造工程",
        "owner_name": "霍州市供水公司",
        "category_code": "基础设施",
        "nature_code": "新建",
        "region_code": "141082",
        "total_investment_wan": 12000,
        "annual_plan_wan": 5000,
        "pipeline_stage": "谋划",
        **cells,
    }


def fund_row(kind: str, secured: object = 800, **cells: object) -> dict[str, object]:
    """A kind of fund of one project."""
    return {
        "serial_no": 1,
        "project_name": "城区第1供水厂改造工程",
        "owner_name": "蒲县供水公司",
        "fund_kind": kind,
        "applied_wan": 1000,
        "secured_wan": secured,
        **cells,
    }
