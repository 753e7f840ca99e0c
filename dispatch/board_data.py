"""Board data: everything the 调度看板 shows, as one value that becomes its data file.

Belongs here: the figures, their course over the periods, ranks, filters, and the words of the script.
Does not belong here: lists (board_lists), procedures (board_matrix), 一项一档 (board_dossier), the page (board).

Every number stands here as printed; the script adds only its address: ``metric:`` and ``row:`` of dispatch.addresses.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote

from dispatch import board_charts, board_lists, board_matrix, wording
from dispatch.board_facts import CODES, SCOPES, BoardFacts
from dispatch.board_frame import board_say
from dispatch.board_numbers import difference, drawn, kind_of, large, printed, told
from dispatch.wording import said
from ingestion import vocabulary
from ingestion.plain_text import visible

STANDING = ("project_count", "total_investment", "annual_plan")  # known beforehand: their course says nothing
_FOR_THE_SCRIPT = "js."
_SHARED = ("trace.file", "head.benchmark_gap", "series.adopted", "series.reported")


def data(facts: BoardFacts, dossiers: Mapping[str, str]) -> dict:
    """The whole data file; ``dossiers``: by project the page of its 一项一档."""
    month = facts.month
    return {
        "plan": month.plan_id,
        "period": month.period,
        "form": month.form,
        "populations": [
            {"id": row["population"], "name": row["population_name"], "form": row["form"]} for row in facts.populations
        ],
        "first": facts.shown_first,
        "scopes": _scopes(facts),
        "metrics": _metrics(facts),
        "figures": [_figure(row) for row in facts.figures],
        "course": _course(facts),
        "ranks": facts.ranks,
        "lists": board_lists.lists(facts),
        "matrix": board_matrix.matrix(facts),
        "dossiers": [
            {
                "id": row["project_id"],
                "name": row["project_name"],
                "u": row["unit_id"],
                "unit": month.unit_name(row["unit_id"]),
                "c": row["category_code"],
                "l": row["level_code"],
                "page": dossiers[row["project_id"]],
            }
            for row in facts.dossiers
        ],
        "charts": board_charts.templates([_short(period) for period in facts.course]),
        "words": _words(),
    }


def as_script(value: Mapping) -> str:
    """The data as a script that a page opened by double click can read; no text in it can end the script or act."""
    text = json.dumps(_shown(value), ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return f"window.BOARD = {text};\n"


def _shown(value: object) -> object:
    """The same with every text made visible (control characters, marks of direction)."""
    if isinstance(value, str):
        return visible(value, lines=True)
    if isinstance(value, Mapping):
        return {key: _shown(inner) for key, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, list | tuple) else value


def _scopes(facts: BoardFacts) -> dict[str, list[dict]]:
    """The units, levels and categories that have figures, each with its part of an address."""
    found: dict[str, dict[str, str]] = {scope: {} for scope in SCOPES}
    for row in facts.figures:
        found[row["scope_kind"]][row["scope"]] = row["scope_name"]
    order = {"unit": facts.month.unit_order} | {
        kind: list(vocabulary.codes(codes)).index for kind, codes in CODES.items()
    }
    return {
        kind: [
            {"id": scope, "name": names[scope], "address": quote(scope, safe=":")}
            for scope in sorted(names, key=order.get(kind, str))
        ]
        for kind, names in found.items()
    }


def _metrics(facts: BoardFacts) -> list[dict]:
    """The metrics of the period in printing order."""
    found = {}
    for row in facts.figures:
        kind, known = kind_of(row["metric"]), vocabulary.metrics()[row["metric"]]
        found[row["metric"]] = {
            "id": row["metric"],
            "name": row["label_zh"],
            "form": row["form"],
            "unit": row["unit"],
            "axis": row["unit"] if kind != "percent" else "%",
            "about": known.definition_zh,
        }
    return list(found.values())


def _figure(row: Mapping) -> dict:
    """One figure with all that stands on its tile; what there is nothing of is left out."""
    kind = kind_of(row["metric"])
    unit = large(kind, row["value"])
    gap = difference(kind)
    gap_unit = large(gap, row["gap"])
    change_unit = large(gap, row["change"])
    shown = {
        "p": row["population"], "k": row["scope_kind"], "s": row["scope"], "m": row["metric"],
        "v": printed(row, "value", unit), "u": _unit_word(unit, row["unit"]),
        "w": printed(row, "value", kind) if unit != kind else None,
        "n": drawn(row["value"], kind),
        "r": printed(row, "reported_value", unit) if row["reported_value"] != row["value"] else None,
        "rw": printed(row, "reported_value", kind) if row["reported_value"] != row["value"] and unit != kind else None,
        "a": told(row["numerator"], _part_kind(row["metric"], "numerator")) if row["denominator"] is not None else None,
        "b": told(row["denominator"], _part_kind(row["metric"], "denominator")),
        "t": printed(row, "target", large(kind, row["target"])), "tn": drawn(row["target"], kind),
        "tu": _unit_word(large(kind, row["target"]), row["unit"]), "td": wording.day(row["target_date"]) or None,
        "st": printed(row, "stretch", large(kind, row["stretch"])),
        "j": row["cutoff_verdict"] if row["cutoff_verdict"] != "no_target" else None,
        "open": True if row["final_verdict"] == "pending" else None,
        "g": told(row["gap"], gap_unit, "always"), "gu": _gap_word(gap_unit, row["unit"]),
        "e": printed(row, "benchmark", kind), "en": drawn(row["benchmark"], kind),
        "eg": told(row["benchmark_gap"], "points", "always"),
        "c": told(row["change"], change_unit, "always"), "cu": _gap_word(change_unit, row["unit"]),
        "carried": row["carried_projects"] or None, "missing": row["missing_projects"] or None,
    }  # fmt: skip
    return {name: value for name, value in shown.items() if value is not None}


def _part_kind(metric: str, part: str) -> str:
    return "wan" if getattr(vocabulary.metrics()[metric], part).endswith("_wan") else "count"


def _unit_word(unit: str, own: str) -> str:
    """The word behind a printed value: its % stands in it already.

    >>> _unit_word("percent", "%"), _unit_word("count", "x")
    ('', 'x')
    """
    return {"percent": "", "yi": board_say("unit.yi")}.get(unit, own)


def _gap_word(unit: str, own: str) -> str:
    return {"points": board_say("unit.points"), "yi": board_say("unit.yi")}.get(unit, own)


def _course(facts: BoardFacts) -> dict:
    """By metric and scope: what every period of the series printed, and where it is drawn."""
    place = {period: at for at, period in enumerate(facts.course)}
    lines: dict[str, dict[str, list]] = {}
    for row in facts.course_figures:
        if row["metric"] in STANDING:
            continue
        kind = kind_of(row["metric"])
        key = "|".join((row["population"], row["scope_kind"], row["scope"], row["metric"]))
        at, line = place[row["period"]], lines.setdefault(key, {})
        values = {"v": printed(row, "value", kind), "n": drawn(row["value"], kind)}
        if row["reported_value"] != row["value"]:
            values |= {"r": printed(row, "reported_value", kind), "rn": drawn(row["reported_value"], kind)}
        values |= {"t": printed(row, "target", kind), "tn": drawn(row["target"], kind)}
        values |= {"e": printed(row, "benchmark", kind), "en": drawn(row["benchmark"], kind)}
        for name, value in values.items():
            if value is not None:
                line.setdefault(name, [None] * len(place))[at] = value
    labels = [wording.period_label(period) for period in facts.course]
    return {"periods": facts.course, "labels": labels, "short": list(map(_short, facts.course)), "lines": lines}


def _short(period: str) -> str:
    """A period under an axis.

    >>> _short("2022-11"), _short("2022-12-08")
    ('2022-11', '12-08')
    """
    return period if len(period) == len("2022-11") else period[5:]


def _words() -> dict[str, str]:
    own = vocabulary.messages("board")
    words = {key.removeprefix(_FOR_THE_SCRIPT): text for key, text in own.items() if key.startswith(_FOR_THE_SCRIPT)}
    words |= {key: own[key] for key in _SHARED}
    return words | {f"verdict.{code}": said("verdict_word", code) for code in ("met", "stretch", "missed")}
