"""Status: who has reported, who is late or missing, what blocks, and a message ready to paste.

Belongs here: the table of units, what waits for the centre, the wording of the reminder (催报).
Does not belong here: deciding who is late (marts.fct_submission does).
"""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from dispatch import refusals, wording
from dispatch.marts import Marts
from dispatch.month import MONTHLY, Month
from dispatch.overview import narrow_table
from dispatch.receipt_facts import TURNED_AWAY
from dispatch.wording import said, say
from ingestion import versions
from ingestion.answers import BLANK
from ingestion.contacts import Contact, contacts_of
from ingestion.forms import load_forms
from ingestion.plain_text import visible
from ingestion.references import LATER, UNUSABLE, USED, strangers
from ingestion.register import Receipt, Register
from ingestion.versions import ANSWERS
from ingestion.workspace import Workspace

ORDER = ("missing", "unreadable", "late", "on_time", "nil", "not_due")
COLOURS = {"missing": "bold red", "unreadable": "red", "late": "yellow", "on_time": "green", "nil": "green"}
COUNTS = ("rows_read", "accepted", "carried", "errors", "warnings")
OWING = ("missing", "unreadable")
CALLED = (*OWING, "late")
TOLD = (USED, LATER, UNUSABLE)  # a list that nobody put there is no mistake


def render(ws: Workspace, plan_id: str, period: str) -> RenderableType:
    """Status of one plan and period, from the published release and the lake.

    Print it with ``soft_wrap=True``: the messages then stay in one piece, to be pasted as they are.

    Raises :class:`dispatch.marts.NotPublished` when nothing was published yet.
    """
    month = Month(ws, plan_id, period)
    submissions = [row for row in Marts.of_release(ws).submissions(plan_id, period) if row["form"] == month.form]
    if not submissions:
        return Text(say("status.nothing", period=wording.period_label(period)))
    return Group(
        _table(month, submissions),
        *_deadline(month, submissions),
        *_contacts(month, submissions),
        *_lists(month),
        *_blocking(month),
        *_messages(month, submissions),
    )


def _table(month: Month, submissions: Sequence[dict]) -> RenderableType:
    title = say("status.title", form=month.form_title(month.form), period=wording.period_label(month.period))
    table = narrow_table(title)
    for key in ("unit", "state", "received_at", "source_short"):
        table.add_column(say(f"head.{key}"), no_wrap=True, overflow="fold")
    for key in COUNTS:
        table.add_column(say(f"head.{key}"), justify="right", no_wrap=True, overflow="fold")
    for row in sorted(submissions, key=lambda row: (ORDER.index(row["status"]), month.unit_order(row["unit_id"]))):
        received = said("source_short", row["received_source"]) if row["received_at"] else ""
        counts = (row[key] for key in COUNTS)
        table.add_row(
            month.unit_name(row["unit_id"]),
            Text(said("status", row["status"]), style=COLOURS.get(row["status"], "dim")),
            wording.instant(row["received_at"]),
            received,
            *(str(count) if count else "" for count in counts),
        )
    return table


def _deadline(month: Month, submissions: Sequence[dict]) -> Iterator[RenderableType]:
    """When the form was due and how that day came about: whether a holiday moved it, or the calendar ends before it."""
    stated = {(row["due_at"], row["deadline_note_zh"]) for row in submissions if row["due_at"]}
    for due_at, note in sorted(stated):
        notes = say("dates.joint").join(filter(None, (note, month.later_dates(month.form))))
        yield Text(say("status.deadline", due=wording.instant(due_at), note=notes), style="dim")


def _contacts(month: Month, submissions: Sequence[dict]) -> Iterator[RenderableType]:
    """Whom to call at each unit that is late or owes its form; on the screen alone, never on paper."""
    known = contacts_of(month.ws, month.plan)
    if not month.ws.contacts.exists():
        return
    yield Text(say("status.contacts"), style="bold")
    for row in sorted(submissions, key=lambda row: (ORDER.index(row["status"]), month.unit_order(row["unit_id"]))):
        if row["status"] not in CALLED:
            continue
        people = [say("status.contact", **_called(one)) for one in known.by_unit.get(row["unit_id"], ())]
        who = say("list_joint").join(people) or say("status.no_contact")
        state = said("status", row["status"])
        yield Text(say("status.call", unit=month.unit_name(row["unit_id"]), state=state, who=who))
    yield from (Text(f"  {sentence}", style="yellow") for sentence in known.mistakes)


def _lists(month: Month) -> Iterator[RenderableType]:
    """What of the lists of other departments could not be taken, with row and column."""
    said = [row["message_zh"] for row in month.table("references") if row["state"] in TOLD and row["message_zh"]]
    sentences = [*said, *strangers(month.ws.reference)]
    if sentences:
        yield Text(say("status.lists"), style="bold")
        yield from (Text(f"  {sentence}", style="yellow") for sentence in sentences)


def _called(contact: Contact) -> dict[str, str]:
    note = say("status.contact_note", note=contact.note) if contact.note else ""
    duty, phone = (say("status.contact_word", word=word) if word else "" for word in (contact.duty, contact.phone))
    return {"name": contact.name, "duty": duty, "phone": phone, "note": note}


def blocking(month: Month) -> list[str]:
    """What waits for somebody: files nobody could be given, our own papers sent back, unreadable and refused sheets,
    and what came after the lock."""
    return [*_waiting(month), *_sent_back(month), *_not_taken(month), *_locked(month)]


def _waiting(month: Month) -> Iterator[str]:
    """Files whose unit, period or form nobody knows yet; those of other periods are not this month's matter."""
    decisions = Register(month.ws.register).decisions(month.plan_id, month.known_at)
    received = versions.versions(month.plan, month.receipts.values(), decisions, month.known_at)
    for version in versions.waiting(received):
        if version.period in (None, month.period):
            yield say("blocks.unassigned", **_file(version.receipt))


def _sent_back(month: Month) -> Iterator[str]:
    """What we sent out ourselves and got back: nobody can have meant it as a report, or it holds no answer yet."""
    answered = {_place(receipt): receipt.received_at for receipt in month.receipts.values() if receipt.kind == ANSWERS}
    for receipt in month.receipts.values():
        if receipt.kind != "refused" or receipt.period not in (None, month.period):
            continue
        if receipt.problem != BLANK:
            yield say("blocks.sent_back", **_file(receipt))
        elif _place(receipt) not in answered or answered[_place(receipt)] < receipt.received_at:
            yield say("blocks.answers_blank", **_file(receipt))


def _place(receipt: Receipt) -> tuple:
    return (receipt.form, receipt.period, receipt.unit_id)


def _file(receipt: Receipt) -> dict[str, object]:
    reason = said("problem", receipt.problem)
    return {"file": visible(receipt.file_name), "receipt": receipt.receipt_id, "reason": reason}


def _not_taken(month: Month) -> Iterator[str]:
    """Latest versions of known units that cannot be read, or of which nothing was taken."""
    for unit_id, row in month.latest(month.form).items():
        where = {"unit": month.unit_name(unit_id), "file": visible(row["file_name"]), "receipt": row["receipt_id"]}
        if row["kind"] in TURNED_AWAY:
            yield say("blocks.unreadable", **where, reason=month.problem(row["receipt_id"]))
        elif not row["awaits_opening"] and _is_refused(month, row):
            yield say("blocks.refused", **where, sheet=row["sheet"], reason=_reasons(month, row))


def _locked(month: Month) -> Iterator[str]:
    """Versions that came after the lock of a form that was reported before."""
    for row in month.table("submissions"):
        if row["form"] == month.form and row["awaits_opening"]:
            where = {"unit": month.unit_name(row["unit_id"]), "file": visible(row["file_name"])}
            yield say("blocks.locked", **where, receipt=row["receipt_id"], at=wording.instant(row["received_at"]))


def _is_refused(month: Month, submission: dict) -> bool:
    """Rows were read, none is accepted: the sheet as a whole does not stand."""
    taken = [row for row in month.reported(month.form) if row["submission_id"] == submission["submission_id"]]
    return bool(submission["rows_read"]) and not any(row["is_accepted"] for row in taken)


def _reasons(month: Month, submission: dict) -> str:
    """What refuses the sheet; when nothing does, each row has its own reason."""
    messages = dict.fromkeys(row["message_zh"] for row in refusals.of_sheet(month, submission["submission_id"]))
    return say("clause_joint").join(messages) or say("blocks.see_receipt")


def _blocking(month: Month) -> Iterator[RenderableType]:
    lines = blocking(month)
    yield Text(say("status.blocks") if lines else say("status.nothing_blocks"), style="bold" if lines else "dim")
    for line in lines:
        yield Text(f"  {line}")


def reminders(month: Month, submissions: Sequence[dict]) -> list[str]:
    """催报 texts: one for all units together (when there are several), then one per unit that owes the form."""
    owing = [row for row in submissions if row["status"] in OWING]
    owing.sort(key=lambda row: month.unit_order(row["unit_id"]))
    texts = [_reminder(month, row) for row in owing]
    texts = [_reminder_for_all(month, owing), *texts] if len(owing) > 1 else texts
    later = month.later_dates(month.form)
    return [text + say("reminder.later", later=later) for text in texts] if later else texts


def _asked_for(month: Month, row: dict) -> dict[str, str]:
    return {
        "form": month.form_title(month.form),
        "label": load_forms()[month.form].label_zh,
        "period": wording.period_label(month.period),
        "due": wording.instant(row["due_at"]),
        "centre": month.unit_name(month.table("plans")[0]["centre"]),
    }


def _reminder(month: Month, row: dict) -> str:
    names = [project["project_name"] for project in _expected(month) if project["unit_id"] == row["unit_id"]]
    listed = say("list_joint").join(names)
    asked = _asked_for(month, row)
    series = "month" if month.form == MONTHLY else "week"
    key = f"reminder.projects_of_{series}" if names else f"reminder.no_project_of_{series}"
    send = say(key, count=len(names), names=listed, **asked)
    state = say(f"reminder.{row['status']}")
    return say("reminder.unit", unit=month.unit_name(row["unit_id"]), state=state, send=send, **asked)


def _expected(month: Month) -> list[dict]:
    """The projects a form should speak of: those on the list; in a week, those last adopted."""
    return list(month.projects().values()) if month.form == MONTHLY else month.accepted(month.form)


def _reminder_for_all(month: Month, owing: Sequence[dict]) -> str:
    units = say("list_joint").join(month.unit_name(row["unit_id"]) for row in owing)
    return say("reminder.all", units=units, count=len(owing), **_asked_for(month, owing[0]))


def _messages(month: Month, submissions: Sequence[dict]) -> Iterator[RenderableType]:
    texts = reminders(month, submissions)
    yield Text(say("status.reminders") if texts else say("status.nobody_owes"), style="bold" if texts else "green")
    for text in texts:
        yield Text(f"\n{text}")
