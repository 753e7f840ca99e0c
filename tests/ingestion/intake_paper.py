"""Small true workbooks for the tests of intake and submissions: laid out as the forms say, with xlsxwriter."""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from ingestion.forms import load_forms
from ingestion.workbook import TAGS_SHEET

TITLE = "霍州市2022年省市重点项目月调度表"
LIST_TITLE = "霍州市2022年省市重点项目目标任务表"
CREATED = datetime(2022, 1, 1)  # fixed: equal forms give equal bytes, also across the turn of a second
CODE_A = "2201-141082-04-01-100001"
CODE_B = "2201-141082-04-01-100002"


def project(name: str, ytd: object = 800, code: str | None = None, **values: object) -> dict:
    """A plausible row of the monthly form."""
    row = {
        "serial_no": 1,
        "project_code": code,
        "project_name": name,
        "owner_name": "模拟建设公司",
        "level_code": "省重点",
        "category_code": "产业",
        "nature_code": "续建",
        "total_investment_wan": 5000,
        "cum_to_last_year_wan": 1000,
        "annual_plan_wan": 1000,
        "month_investment_wan": 100,
        "ytd_investment_wan": ytd,
        "cumulative_investment_wan": 1800,
        "status_code": "在建",
        "is_in_statistics": "是",
    }
    return {**row, **values}


def monthly_form(
    path: Path,
    projects: list[dict],
    unit: str = "住建局",
    month: str = "2022年11月",
    title: str | None = None,
    total: dict | None = None,
    below: list[str] = (),
    tags: dict[str, str] | None = None,
) -> Path:
    """A monthly form; ``below`` are texts under the rows, ``tags`` those of our own blank."""
    heading = [f"填报单位：{unit}", "单位：万元"] if unit else ["单位：万元"]
    title = title if title is not None else f"{TITLE}（{month}）" if month else TITLE
    return _write(path, "monthly_dispatch", title, heading, projects, total, below, tags)


def project_list(path: Path, projects: list[dict], version: str = "第1版", effective: str = "2022年10月1日") -> Path:
    """A project list of the centre."""
    heading = ["填报单位：项目推进中心", f"版本：{version}", f"生效日期：{effective}", "单位：万元"]
    return _write(path, "project_list", LIST_TITLE, heading, projects, None, (), None)


def listed(name: str, unit: str, code: str | None = None) -> dict:
    """A plausible row of the list."""
    return {
        "serial_no": 1,
        "project_code": code,
        "project_name": name,
        "owner_name": "模拟建设公司",
        "responsible_unit": unit,
        "level_code": "省重点",
        "category_code": "产业",
        "nature_code": "续建",
        "total_investment_wan": 5000,
        "annual_plan_wan": 1000,
    }


def _write(path, form, title, heading, rows, total, below, tags) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    edition = load_forms()[form].editions[-1]
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet(edition.sheet)
    sheet.write(0, 0, title)
    for index, text in enumerate(heading):
        sheet.write(1, index * 3, text)
    _header(sheet, edition)
    fields = [column.field for column in edition.columns]
    line = 2 + edition.header_rows
    if total:
        sheet.write(line, fields.index("project_name"), "合计")
        _row(sheet, line, fields, total)
        line += 1
    for row in rows:
        _row(sheet, line, fields, row)
        line += 1
    for text in below:
        sheet.write(line, 0, text)
        line += 1
    if tags:
        hidden = workbook.add_worksheet(TAGS_SHEET)
        hidden.hide()
        for index, pair in enumerate(tags.items()):
            hidden.write_row(index, 0, pair)
    workbook.set_properties({"created": CREATED})
    workbook.close()
    return path


def _row(sheet, line: int, fields: list[str], values: dict) -> None:
    for field, value in values.items():
        if value is not None:
            sheet.write(line, fields.index(field), value)


def _header(sheet, edition) -> None:
    """Groups merged across, simple columns merged down, as in the departments' own forms."""
    depth, paths = edition.header_rows, [column.segments for column in edition.columns]
    for level in range(depth):
        start = 0
        for index in range(1, len(paths) + 1):
            same = index < len(paths) and paths[index][: level + 1] == paths[start][: level + 1]
            if same and len(paths[start]) > level + 1:
                continue
            if len(paths[start]) > level:
                bottom = depth - 1 if len(paths[start]) == level + 1 else level
                _merged(sheet, 2 + level, start, 2 + bottom, index - 1, paths[start][level])
            start = index


def _merged(sheet, top: int, left: int, bottom: int, right: int, text: str) -> None:
    if (top, left) == (bottom, right):
        sheet.write(top, left, text)
    else:
        sheet.merge_range(top, left, bottom, right, text)
