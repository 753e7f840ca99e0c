"""Board dossier tables: procedures, what was found and the rows behind a 省重点 project, as tables of its page.

Belongs here: their columns, order and words.
Does not belong here: the page and its figures (board_dossier), which findings there are (the public tables).
"""

from collections.abc import Mapping, Sequence

from dispatch import wording
from dispatch.board_facts import BoardFacts
from dispatch.board_frame import board_say
from dispatch.html import Html, element, joined, table
from dispatch.month import SEVERITIES
from dispatch.wording import code_label, said, say


def procedures(facts: BoardFacts, items: Sequence[dict]) -> Html | None:
    """Each procedure with its state and dates; None where the project has none."""
    if not items:
        return None
    heads = [board_say("head.procedure"), *map(wording.field_label, ("procedure_state", "handling_level",
             "approving_unit", "planned_done_date", "done_date", "promise_due_date"))]  # fmt: skip
    rows = [
        [
            row["procedure_name"],
            element("span", code_label("procedure_states", row["procedure_state"]) or say("none"),
                    class_=f"state {row['procedure_state'] or 'none'}"),
            code_label("handling_levels", row["handling_level"]),
            row["approving_unit_name"],
            *(wording.day(row[field]) for field in ("planned_done_date", "done_date", "promise_due_date")),
        ]
        for row in items
    ]  # fmt: skip
    note = element("p", board_say("dossier.week", week=wording.period_label(facts.week or "")), class_="note")
    return joined([note, table(heads, rows)])


def findings(found: Sequence[dict]) -> Html:
    """What was found in the project's data, the last period first, errors before questions."""
    if not found:
        return element("p", board_say("dossier.no_findings"))
    heads = [board_say(f"head.{name}") for name in ("period", "severity", "finding", "answer", "cells")]
    rows = [
        [
            wording.period_label(row["period"]),
            said("severity", row["severity"]),
            f"{row['rule_id']} {row['message_zh']}",
            said("answer_state", row["answer_state"]) if row["severity"] == "warning" else _open(row),
            (row["cells"] or "").replace(";", " "),
        ]
        for row in sorted(found, key=_worst_of_the_last_period_first)
    ]
    return table(heads, rows, class_="wide")


def _worst_of_the_last_period_first(row: Mapping) -> tuple:
    return -int(row["period"].replace("-", "")), SEVERITIES.index(row["severity"])


def _open(row: Mapping) -> str:
    return said("state", "open" if row["still_open"] else "closed") if row["severity"] == "error" else say("none")


def sources(received: Mapping[tuple[str, str], dict], course: Sequence[dict]) -> Html:
    """The row behind each month's figures; of a month that was carried also the row that was not taken."""
    heads = [
        board_say(f"head.{name}")
        for name in ("period", "submission", "sheet", "source_row", "received", "reported_row")
    ]
    rows = []
    for row in course:
        sent = received.get((row["period"], row["unit_id"]), {})
        carried = board_say("mark.carried") if row["is_carried_forward"] else None
        rows.append([
            wording.period_label(row["period"]),
            row["submission_id"],
            row["sheet"],
            row["source_row"],
            carried or wording.instant(sent.get("received_at")),
            _reported_row(row),
        ])  # fmt: skip
    return table(heads, rows, class_="wide")


def _reported_row(row: Mapping) -> str | None:
    """Where the month's own row stands, when the figures used are not from it."""
    if row["reported_submission_id"] in (None, row["submission_id"]):
        return None
    place = {"submission": row["reported_submission_id"], "sheet": row["reported_sheet"]}
    return board_say("dossier.reported_row", **place, row=row["reported_source_row"])
