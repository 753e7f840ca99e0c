"""Board dossier: 一项一档, one page for each 省重点 project, which can be read, printed and passed on by itself.

Belongs here: facts of the list, the course by month, procedures, what was found in its data, the rows it rests on.
Does not belong here: figures (the public tables have them), signals, which are for the centre alone.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from dispatch import addresses, charts, wording
from dispatch.board_dossier_tables import findings, procedures, sources
from dispatch.board_facts import BoardFacts
from dispatch.board_frame import board_say, framed
from dispatch.board_numbers import told
from dispatch.html import Html, Part, element, joined, table
from dispatch.wording import code_label, say
from ingestion.plain_text import file_name, visible

_BASIC = ("project_code", "owner_name", "level_code", "category_code", "nature_code", "planned_start_date",
          "planned_finish_date", "total_investment_wan", "annual_plan_wan", "list_version", "change_kind",
          "change_document", "former_name", "remark_text")  # fmt: skip
_CODES = {"level_code": "project_levels", "category_code": "project_categories", "nature_code": "project_natures",
          "change_kind": "list_changes"}  # fmt: skip
_COURSE = """
    select * from marts.fct_investment
    where plan_id = ?1 and list_contains(?2, project_id) order by project_id, period
"""
_FOUND = """
    select * from marts.fct_finding
    where plan_id = ?1 and list_contains(?2, project_id) and outcome = 'failed' and is_effective
        and theme <> 'signals' and severity in ('error', 'warning', 'info')
    order by project_id, period desc, rule_id, finding_id
"""
_LISTED = "select * from marts.dim_project where plan_id = ?1 and list_contains(?2, project_id)"


def write(facts: BoardFacts, folder: Path) -> dict[str, str]:
    """Write every dossier into the board's folder; by project its page as the main page links to it."""
    own = folder / board_say("dossier.folder")
    own.mkdir(exist_ok=True)
    wanted = {row["project_id"]: f"{file_name(row['project_id'])}.html" for row in facts.dossiers}
    for old in set(own.glob("*.html")) - {own / name for name in wanted.values()}:
        old.unlink()
    material = _Material(facts, list(wanted))
    for project, name in wanted.items():
        (own / name).write_text(_page(facts, material, project), encoding="utf-8", newline="\n")
    return {project: f"{own.name}/{name}" for project, name in wanted.items()}


class _Material:
    """What the pages are made of, asked for all projects at once, up to the board's period."""

    def __init__(self, facts: BoardFacts, projects: Sequence[str]):
        known = {row["period"]: row for row in facts.periods}
        until = known[facts.month.period]["cutoff_date"] if facts.month.period in known else None

        def past(rows: list[dict]) -> list[dict]:
            return [row for row in rows if until and known[row["period"]]["cutoff_date"] <= until]

        self.listed = facts.of_projects(_LISTED, projects)
        self.course = past(facts.of_projects(_COURSE, projects))
        self.found = past(facts.of_projects(_FOUND, projects))
        items = facts.rows("marts.fct_procedure", facts.week) if facts.week and projects else []
        self.items = [row for row in items if row["project_id"] in projects]
        self.received = _received(facts, {row["period"] for row in self.course})

    def of(self, rows: Sequence[dict], project: str) -> list[dict]:
        return [row for row in rows if row["project_id"] == project]


def _received(facts: BoardFacts, periods: set[str]) -> Mapping[tuple[str, str], dict]:
    sql = "select * from marts.fct_submission where plan_id = ? and form = 'monthly_dispatch'"
    rows = facts.marts.query(sql, [facts.month.plan_id]) if periods else []
    return {(row["period"], row["unit_id"]): row for row in rows}


def _page(facts: BoardFacts, material: _Material, project: str) -> str:
    now = next(row for row in facts.dossiers if row["project_id"] == project)
    title = board_say("dossier.title", name=now["project_name"])
    course = material.of(material.course, project)
    parts = {
        "now": _now(facts, now),
        "basic": _basic(facts, material, now),
        "course": _course(facts, course),
        "procedures": procedures(facts, material.of(material.items, project)),
        "findings": findings(material.of(material.found, project)),
        "sources": sources(material.received, course),
    }
    back = element("a", board_say("dossier.back"), href="../index.html#dossiers")
    meta = [board_say("draft"), facts.month.plan.name, wording.period_label(facts.month.period)]
    body = [
        element("header", element("p", say("dates.joint").join(meta), class_="meta"), element("h1", title),
                element("nav", back)),
        element("main", *(element("section", element("h2", board_say(f"dossier.{name}")), part, id=name)
                          for name, part in parts.items() if part)),
        element("footer", element("p", board_say("foot.numbers")), element("p", board_say("foot.rounding"))),
    ]  # fmt: skip
    return framed(title, body)


def _number(facts: BoardFacts, row: Mapping, field: str, kind: str, name: str = "marts.fct_investment") -> Part:
    """A printed number with its address, as a link to where it comes from."""
    if row[field] is None:
        return None
    shown = told(Decimal(row[field]), kind, "always" if kind == "points" else "minus")
    own = {"project_id": row["project_id"]}
    if name == "marts.dim_project":
        own["list_version"] = row["list_version"]
    period = row.get("period") or facts.month.period
    address = addresses.row(facts.month.plan_id, period, name, field, **own).text
    return element("a", shown, class_="n", data_cite=address, href=f"../../{board_say('trace.file')}#{address}")


def _now(facts: BoardFacts, row: Mapping) -> Html:
    """The five figures of the period, in the tiles of the main page."""
    shown = [
        ("annual_completion_rate", "percent"), ("benchmark_gap", "points"), ("ytd_investment_wan", "wan"),
        ("annual_plan_wan", "wan"), ("cumulative_investment_wan", "wan"),
    ]  # fmt: skip
    units = {"percent": "", "points": board_say("unit.points"), "wan": board_say("unit.wan")}
    tiles = []
    for field, kind in shown:
        differs = field.endswith("rate") or field.startswith(("ytd", "cumulative"))
        other = f"reported_{field}"
        said_otherwise = differs and row[other] is not None and row[other] != row[field]
        lines = (
            [element("p", board_say("js.tile.reported"), _number(facts, row, other, kind))] if said_otherwise else []
        )
        value = _number(facts, row, field, kind) or say("none")
        name = element("h3", board_say(f"dossier.figure.{field}"))
        tiles.append(element("div", name, element("p", value, " ", units[kind], class_="value"), *lines, class_="tile"))
    words = [board_say("dossier.state", state=code_label("project_statuses", row["status_code"]) or say("none"))]
    words += [f"{wording.field_label(key)}：{row[key]}" for key in ("image_text", "problem_text") if row[key]]
    marks = [board_say(f"mark.{mark}") for mark, flag in (("carried", "is_carried_forward"), ("missing", "is_missing"))
             if row[flag]]  # fmt: skip
    period = wording.period_label(row["period"])
    said_lines = [element("p", visible(line, lines=True)) for line in [*words, *marks]]
    return joined([element("p", period, class_="note"), element("div", *tiles, class_="tiles"), *said_lines])


def _basic(facts: BoardFacts, material: _Material, now: Mapping) -> Html:
    listed = material.of(material.listed, now["project_id"])
    row = next((one for one in listed if one["list_version"] == now["list_version"]), listed[-1] if listed else None)
    if row is None:
        return element("p", board_say("dossier.not_listed"))
    pairs: list[tuple[Part, Part]] = [
        (wording.field_label("responsible_unit"), facts.month.unit_name(row["unit_id"])),
    ]
    for field in _BASIC:
        if field.endswith("_wan"):
            value: Part = _number(facts, row, field, "wan", "marts.dim_project")
            value = joined([value, " ", board_say("unit.wan")]) if value else None
        elif field in _CODES:
            value = code_label(_CODES[field], row[field])
        else:
            value = wording.shown(field, row[field])
        if value:
            pairs.append(
                (board_say("head.list_version") if field == "list_version" else wording.field_label(field), value)
            )
    return element("dl", *(element("div", element("dt", head), element("dd", value)) for head, value in pairs))


def _course(facts: BoardFacts, course: Sequence[dict]) -> Html:
    points = [
        (
            board_say("month", month=int(row["period"][5:])),
            row["annual_completion_rate"],
            told(row["annual_completion_rate"], "percent") or "",
        )
        for row in course
    ]
    highest = max((rate for _, rate, _ in points if rate is not None), default=Decimal(0))
    drawing = charts.line(points, board_say("dossier.line"), max(highest, Decimal(1))) if points else Html("")
    heads = [
        "head.period",
        "head.month",
        "head.ytd",
        "head.reported",
        "head.rate",
        "head.gap",
        "head.state",
        "head.marks",
    ]
    rows = []
    for row in course:
        marks = [board_say(f"mark.{mark}") for mark, flag in (("carried", "is_carried_forward"),
                 ("missing", "is_missing")) if row[flag]]  # fmt: skip
        rows.append([
            wording.period_label(row["period"]),
            _number(facts, row, "month_investment_wan", "wan"),
            _number(facts, row, "ytd_investment_wan", "wan"),
            _number(facts, row, "reported_ytd_investment_wan", "wan"),
            _number(facts, row, "annual_completion_rate", "percent"),
            _number(facts, row, "benchmark_gap", "points"),
            code_label("project_statuses", row["status_code"]),
            board_say("mark.joint").join(marks),
        ])  # fmt: skip
    return joined([drawing, table([board_say(head) for head in heads], rows, numbers=range(1, 6))])
