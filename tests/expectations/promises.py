"""What a month's form promises, in arithmetic of its own: which promises a form breaks once one cell is another.

Nothing here looks at the catalogue. A promise is a name and the cells it binds, as (row, field).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher

from mutated_forms import Form
from mutations import UNREADABLE, Mutation

from ingestion.rows import ReadRow

MONEY = (
    "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan", "ytd_to_last_month_wan", "month_investment_wan",
    "ytd_investment_wan", "cumulative_investment_wan", "funds_ytd_wan", "paid_ytd_wan",
)  # fmt: skip
REQUIRED = (
    "project_name", "owner_name", "level_code", "category_code", "nature_code", "total_investment_wan",
    "cum_to_last_year_wan", "annual_plan_wan", "month_investment_wan", "ytd_investment_wan",
    "cumulative_investment_wan", "status_code", "is_in_statistics",
)  # fmt: skip
DATES = ("planned_start_date", "start_actual_date", "resume_date", "planned_finish_date", "finish_actual_date")
HALF, CENT = Decimal("0.5"), Decimal("0.01")
LIKE = 0.6  # a name may be written so much otherwise than on the list
STARTED, NOT_YET = ("under_construction", "suspended", "completed"), ("not_started", "preparing")
_RATE = ("completion_rate_reported", "ytd_investment_wan", "annual_plan_wan")

Cells = frozenset[tuple[int, str]]
Promise = tuple[str, Cells]


def broken(mutation: Mutation, as_of: date) -> dict[str, Cells]:
    """The promises that the mutated form breaks and the valid one kept, with the cells that each binds."""
    before = dict(promises_broken(mutation.form, {}, as_of))
    after = dict(promises_broken(mutation.form, {(mutation.row, mutation.name): mutation.typed}, as_of))
    return {name: cells for name, cells in after.items() if name not in before}


def localised(mutation: Mutation, broken_promises: Mapping[str, Cells]) -> bool:
    """Whether at least two identities that hold the cell are broken and have nothing else in common."""
    own = (mutation.row, mutation.name)
    identities = [cells for name, cells in broken_promises.items() if name.startswith("=") and own in cells]
    return len(identities) > 1 and frozenset.intersection(*identities) == {own}


def promises_broken(form: Form, changed: Mapping[tuple[int, str], object], as_of: date) -> Iterator[Promise]:
    """Every promise of the form that does not hold; an identity's name begins with an equals sign."""
    rows = {
        row.row: {name: changed.get((row.row, name), value) for name, value in row.values.items()}
        for row in form.read.rows
    }
    for row in form.read.rows:
        if row.role == "detail":
            own = form.projects[row.row]
            for name, fields in _row(rows[row.row], form.listed[own], form.previous.get(own, {}), as_of):
                yield f"{name} {row.row}", frozenset((row.row, field) for field in fields)
    yield from _columns(form, rows)


def _row(row: Mapping, listed: Mapping, before: Mapping, as_of: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in row.items():
        if value == UNREADABLE:
            yield f"{name} says something", (name,)
    for name in REQUIRED:
        if row[name] is None:
            yield f"{name} is filled in", (name,)
    row = {name: None if value == UNREADABLE else value for name, value in row.items()}
    yield from _identities(row, listed, before)
    yield from _limits(row, as_of)
    yield from _history(row, listed, before)
    yield from _times(row, before, as_of)
    yield from _codes(row)


def _identities(row: Mapping, listed: Mapping, before: Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    last_year, plan = row["cum_to_last_year_wan"], row["annual_plan_wan"]
    so_far, month, ytd, cumulative = (row[name] for name in MONEY[3:7])
    rate = row["completion_rate_reported"]

    def apart(one: object, *parts: object, by: Decimal = HALF) -> bool:
        return one is not None and None not in parts and abs(one - sum(parts)) > by

    def of(amount: Decimal | None) -> Decimal:
        return max(HALF, abs(amount or 0) / 1000)

    if apart(cumulative, last_year, ytd, by=of(cumulative)):
        yield "= cumulative", ("cumulative_investment_wan", "cum_to_last_year_wan", "ytd_investment_wan")
    if apart(ytd, so_far, month):
        yield "= this year in the row", ("ytd_investment_wan", "ytd_to_last_month_wan", "month_investment_wan")
    if rate is not None and plan and ytd is not None:
        half = Decimal(1).scaleb(min(rate.normalize().as_tuple().exponent, 0)) / 2
        least, most = (ytd - CENT / 2) / (plan + CENT / 2), (ytd + CENT / 2) / (plan - CENT / 2)
        if plan < 0 or not 100 * least - half <= rate <= 100 * most + half:
            yield "= rate", ("completion_rate_reported", "ytd_investment_wan", "annual_plan_wan")
    for name in ("total_investment_wan", "annual_plan_wan"):
        if apart(row[name], listed[name], by=Decimal(0)):
            yield f"= {name} of the list", (name,)
    if before:
        if apart(ytd, before["ytd_investment_wan"], month):
            yield "= this year since last month", ("ytd_investment_wan", "month_investment_wan")
        if apart(so_far, before["ytd_investment_wan"]):
            yield "= last month's own", ("ytd_to_last_month_wan",)
        if apart(cumulative, before["cumulative_investment_wan"], month):
            yield "= cumulative since last month", ("cumulative_investment_wan", "month_investment_wan")
        if apart(last_year, before["cum_to_last_year_wan"], by=of(last_year)):
            yield "= last year's own", ("cum_to_last_year_wan",)


def _limits(row: Mapping, as_of: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in (name for name in MONEY if (row[name] or 0) < 0):
        yield f"{name} is no debt", (name,)
    image, cumulative, total = (row[n] for n in ("image_progress", "cumulative_investment_wan", "total_investment_wan"))
    if image is not None and not 0 <= image <= 100:
        yield "progress is a share", ("image_progress",)
    is_within = None not in (image, cumulative, total) and 0 <= cumulative <= total  # else another promise speaks
    if is_within and abs(image * total - 100 * cumulative) > 25 * total:
        yield "progress keeps up", ("image_progress", "cumulative_investment_wan", "total_investment_wan")
    if None not in (row["paid_ytd_wan"], row["funds_ytd_wan"]) and row["paid_ytd_wan"] > row["funds_ytd_wan"] + HALF:
        yield "no more is paid than came", ("paid_ytd_wan", "funds_ytd_wan")
    for name in DATES:
        if row[name] is not None and not 2000 <= row[name].year <= as_of.year + 15:
            yield f"{name} is of our time", (name,)


def _history(row: Mapping, listed: Mapping, before: Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    if row["level_code"] not in (None, listed["level_code"]):
        yield "level of the list", ("level_code",)
    if listed["project_code"] and row["project_code"] not in (None, listed["project_code"]):
        yield "code of the list", ("project_code",)
    name = _bare(row["project_name"] or "")
    is_like = not before and SequenceMatcher(None, name, listed["project_name"]).ratio() >= LIKE
    if name and name != _bare(before.get("project_name") or "") and not is_like:
        yield "name of last month, or one like the list's", ("project_name",)
    if not before:
        return
    if row["owner_name"] and row["owner_name"] != before["owner_name"]:
        yield "owner of last month", ("owner_name",)
    if (
        None not in (row["image_progress"], before["image_progress"])
        and row["image_progress"] < before["image_progress"]
    ):
        yield "progress does not go back", ("image_progress",)
    if row["start_actual_date"] and before["start_actual_date"] not in (None, row["start_actual_date"]):
        yield "start of last month", ("start_actual_date",)
    was, now = before["status_code"], row["status_code"]
    is_explained = row["problem_text"] or row["explanation_text"]
    if not is_explained and ((was == "completed" and now not in (None, was)) or (was in STARTED and now in NOT_YET)):
        yield "status does not go back", ("status_code",)


def _times(row: Mapping, before: Mapping, as_of: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    planned, start, resumed, until, finish = (row[name] for name in DATES)
    status, nature, ytd = row["status_code"], row["nature_code"], row["ytd_investment_wan"] or 0
    if planned and until and until < planned:
        yield "planned finish after planned start", ("planned_finish_date", "planned_start_date")
    if start and finish and finish < start:
        yield "finish after start", ("finish_actual_date", "start_actual_date")
    for name, day in (("start_actual_date", start), ("resume_date", resumed), ("finish_actual_date", finish)):
        if day and day > as_of:
            yield f"{name} has been", (name,)
    if resumed and start and resumed < start:
        yield "resumed after start", ("resume_date", "start_actual_date")
    if status in STARTED and ytd > 0 and nature != "preparatory" and start is None:
        yield "who builds has begun", ("start_actual_date", "status_code", "ytd_investment_wan")
    if status in NOT_YET and start:
        yield "who has not begun has no start", ("status_code", "start_actual_date")
    if status in NOT_YET and (row["month_investment_wan"] or 0) > 0:
        yield "who has not begun spends nothing", ("status_code", "month_investment_wan")
    if finish and status in (*NOT_YET, "under_construction", "suspended"):
        yield "who has finished is completed", ("finish_actual_date", "status_code")
    if status == "completed":
        if finish is None:
            yield "who is completed has finished", ("status_code", "finish_actual_date")
        spent, total = row["cumulative_investment_wan"], row["total_investment_wan"]
        if None not in (spent, total) and spent < Decimal("0.9") * total:
            yield "who is completed has spent", ("status_code", "cumulative_investment_wan", "total_investment_wan")
    if nature == "continued" and row["cum_to_last_year_wan"] == 0:
        yield "what goes on began before", ("nature_code", "cum_to_last_year_wan")
    if nature == "new" and (row["cum_to_last_year_wan"] or 0) > 0:
        yield "what is new did not begin before", ("nature_code", "cum_to_last_year_wan")
    if nature == "new" and start and start.year < as_of.year:
        yield "what is new began this year", ("nature_code", "start_actual_date")
    if nature == "preparatory" and status in STARTED:
        yield "what prepares has not begun", ("nature_code", "status_code")


def _codes(row: Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    code, region, credit = row["project_code"], row["region_code"], row["usc_code"]
    if code and region and code.split("-")[1][:6] not in (region, region[:4] + "00", region[:2] + "0000"):
        yield "code and place agree", ("project_code", "region_code")
    if credit and not _adds_up(credit):
        yield "credit code adds up", ("usc_code",)
    industry = row["industry_code"]
    if industry and not 1 <= int(industry[:2]) <= 97:
        yield "industry exists", ("industry_code",)
    if industry and industry.isdigit() and row["category_code"]:
        if 13 <= int(industry[:2]) <= 43 and row["category_code"] != "industry":
            yield "a factory is industry", ("category_code", "industry_code")
        if 83 <= int(industry[:2]) <= 85 and row["category_code"] == "industry":
            yield "a public service is no industry", ("category_code", "industry_code")
    if row["is_in_statistics"] == "yes" and row["stat_code"] is None:
        yield "who is in the statistics has its code there", ("is_in_statistics", "stat_code")
    if row["is_in_statistics"] == "yes" and row["status_code"] in NOT_YET:
        yield "who has not begun is not in the statistics", ("is_in_statistics", "status_code")


def _columns(form: Form, rows: Mapping[int, Mapping]) -> Iterator[Promise]:
    """Totals, subtotals and 其中 rows against the projects they speak of, and against one another."""
    details = [row for row in form.read.rows if row.role == "detail"]
    of_which = [row for row in form.read.rows if row.role == "of_which"]
    subtotals = [row for row in form.read.rows if row.role == "subtotal"]
    for name in MONEY:
        for row in form.read.rows:
            if row.role == "total":
                yield from _sum(rows, name, row.row, [d.row for d in details], "= projects")
                yield from _sum(rows, name, row.row, [part.row for part in subtotals], "= groups")
                if len(of_which) > 1:  # one alone says the same of the same projects
                    yield from _sum(rows, name, row.row, [part.row for part in of_which], "= levels")
            elif row.role != "detail":
                what = "= projects" if row.role == "subtotal" else "= its level"
                yield from _sum(rows, name, row.row, [d.row for d in details if _is_under(form, d, row)], what)
    for row in (row for row in form.read.rows if row.role != "detail"):
        figures = rows[row.row]
        under = [d for d in details if _is_under(form, d, row)]
        if (figures["serial_no"] or row.label_count) != len(under):
            yield f"count in the label {row.row}", frozenset({(row.row, "serial_no")})
        rate, plan, ytd = (figures[n] for n in ("completion_rate_reported", "annual_plan_wan", "ytd_investment_wan"))
        if not {None, UNREADABLE} & {rate, plan, ytd} and plan > 0 and abs(rate - 100 * ytd / plan) > CENT:
            yield f"= rate of the total {row.row}", frozenset((row.row, name) for name in _RATE)
        if UNREADABLE in (figures[name] for name in (*MONEY, "completion_rate_reported")):
            bad = [name for name in figures if figures[name] == UNREADABLE]
            yield f"a total is a figure {row.row}", frozenset((row.row, name) for name in bad)


def _is_under(form: Form, detail: ReadRow, row: ReadRow) -> bool:
    if row.role == "of_which":
        return detail.values["level_code"] == form.level_of(row)
    return row.role == "total" or detail.group_path == row.label


def _sum(rows: Mapping[int, Mapping], name: str, total: int, parts: list[int], what: str) -> Iterator[Promise]:
    value, addends = rows[total][name], [rows[part][name] for part in parts]
    if value in (None, UNREADABLE) or not parts or UNREADABLE in addends:
        return
    if what in ("= groups", "= levels") and None in addends:  # a total may be left blank
        return
    places = max(
        -min(amount.normalize().as_tuple().exponent, 0) for amount in (value, *(a or Decimal(0) for a in addends))
    )
    allowed = max(CENT, len(parts) * Decimal(1).scaleb(-min(places, 3)) / 2)
    if abs(value - sum(amount or 0 for amount in addends)) > allowed:
        yield f"{what} {total} {name}", frozenset((row, name) for row in (total, *parts))


def _bare(name: str) -> str:
    return name.strip("★●▲ ")


def _adds_up(code: str) -> bool:
    """The check character of GB 32100-2015, reckoned from the standard."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(code) != 18 or any(sign not in signs for sign in code):
        return False
    weighed = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return (weighed + signs.index(code[17])) % 31 == 0
