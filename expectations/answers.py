"""Answers: what stands for each warning of a period: an answer, a refused answer, a waiver, or the open question.

Belongs here: which answer holds, when a question is asked again, the findings about refused answers, what is carried
into the next period.
Does not belong here: what units wrote (given_answers), whether it is worth anything (answer_checks), waivers
themselves (waivers).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from expectations import answer_checks, waivers
from expectations.answer_checks import Compared, Verdict
from expectations.catalogue import load_rules
from expectations.filed import FormJudged
from expectations.findings import Notes, standing
from expectations.given_answers import Given, in_columns, in_sheets, standing_answers
from expectations.judged_period import Period
from expectations.subjects import subject_of
from expectations.wording import Words, plain
from ingestion import lake, vocabulary
from ingestion.obligations import cutoff_date, earlier_periods

TABLE = "answers"


@dataclass(frozen=True)
class Weighed:
    """An answer, what it was compared with, and what the rules say of it."""

    given: Given
    facts: Mapping[str, object]
    verdicts: Sequence[Verdict]

    @property
    def refused_by(self) -> list:
        """The claims it does not meet."""
        return [check for check, verdict in self.verdicts if verdict is False]


def settle(period: Period, judged: Mapping[str, FormJudged]) -> list[dict]:
    """Give every warning of the period's parts its state, add findings about refused answers; the rows of ``answers``.

    What the centre accepted is answered already. A pure function of findings, rows_answers, the answers that stood
    after the period before, and the waivers.
    """
    findings = [finding for part in judged.values() for finding in part.findings]
    for finding in findings:
        finding["subject"] = subject_of(finding)
    day = cutoff_date(period.plan, period.period)
    ended = waivers.apply(findings, waivers.known(period.decisions), day)
    asked = [f for f in standing(findings) if f["answer_state"] == "unanswered"]
    desk = _Desk(period, day, asked, judged)
    for finding in asked:
        desk.give_state(finding)
    waivers.ask_again(asked, ended)
    for part in judged.values():
        desk.report(part)
    return desk.left()


class _Desk:
    """One period's questions beside the answers to them."""

    def __init__(self, period: Period, day: date, asked: Sequence[dict], judged: Mapping[str, FormJudged]):
        plan = period.plan
        self._period, self._day = period, day
        self._before = standing_answers(_rows_before(period))
        self._taken: dict[str, Given] = {}
        self._decided: dict[str, tuple[dict, Weighed]] = {}  # by finding_id
        units = {unit.id: unit.name for unit in plan.units}
        self._words = Words(units, {procedure.id: procedure.name for procedure in plan.procedures})
        explained = {place: said for part in judged.values() for place, said in part.explained.items()}
        self._cells = {place: cell for place, (_, cell) in explained.items()}
        withdrawn = {s["submission_id"] for s in period.read("submissions") if s["withdrawn"]}
        given = in_columns(period.period, asked, explained, withdrawn)
        given += in_sheets(period.period, asked, period.read("rows_answers"))
        self._weighed = self._weigh(sorted(given, key=lambda one: one.order), units)

    def _weigh(self, given: Sequence[Given], units: Mapping[str, str]) -> dict[str, list[Weighed]]:
        """Judge what is new: what is said again of figures that it holds for anyway is not judged twice."""
        titles = {rule.id: rule.title_zh for rule in load_rules()}
        compared = Compared(given, self._before.values(), {**units, **titles})
        new = [one for one in given if not self._is_said_again(one)]
        facts = [compared.facts(one) for one in new]
        found: dict[str, list[Weighed]] = defaultdict(list)
        for one, row, verdicts in zip(new, facts, answer_checks.judge(facts, self._day), strict=True):
            found[one.subject].append(Weighed(one, row, verdicts))
        return found

    def _is_said_again(self, one: Given) -> bool:
        before = self._before.get(one.subject)
        return before is not None and before.words == one.words and self._holds(before, vars(one))

    def _holds(self, one: Given, figures: Mapping) -> bool:
        return self._day <= one.ends_on and one.covers(figures)

    def give_state(self, finding: dict) -> None:
        """Whether an answer stands for a warning, and which; why one was refused or does not hold any more."""
        said = self._weighed.get(finding["subject"], [])
        good = [weighed.given for weighed in reversed(said) if not weighed.refused_by]
        before = self._before.get(finding["subject"])
        pool = [*good, before] if before else good
        holding = next((one for one in pool if self._holds(one, finding)), None)
        last = said[-1] if said else None
        if holding:
            _answer(finding, holding, "answered", holding.ends_on)
        elif last and last.refused_by:
            reason = self._words.message(last.refused_by[0], last.facts, {})
            _answer(finding, last.given, "refused", None, reason)
        elif pool:
            _answer(finding, pool[0], "reopened", pool[0].ends_on, _why_again(finding, pool))
        if last and (holding is None or holding is last.given):
            self._decided[finding["finding_id"]] = (finding, last)
        if good:
            self._taken[finding["subject"]] = holding if holding in good else good[0]

    def report(self, part: FormJudged) -> None:
        """Add to a part what the answers to it came to: a finding per refused answer, and every verdict counted."""
        decided = [self._decided[f["finding_id"]] for f in part.findings if f["finding_id"] in self._decided]
        for finding, weighed in (pair for pair in decided if pair[0]["is_effective"]):
            notes = Notes(self._period.plan.id, self._period.period, finding["form"], self._words, {})
            place = (finding["submission_id"], finding["sheet"], finding["row"])
            for check, verdict in weighed.verdicts:
                part.count(check.rule, finding["finding_id"], verdict)
                if verdict is False:
                    part.findings.append(notes.of_answer(check, weighed.facts, finding, self._cells.get(place)))

    def left(self) -> list[dict]:
        """What stands after the period: per subject the last answer that was worth something."""
        return [one.as_row() for one in (self._before | self._taken).values()]


def _rows_before(period: Period) -> list[dict]:
    """The answers that stood after the last period judged before this one."""
    earlier = earlier_periods(period.plan, period.period)
    paths = (lake.path(period.root, TABLE, period.plan.id, name) for name in reversed(earlier))
    last = next((path.stem for path in paths if path.exists()), None)
    return period.read(TABLE, last) if last else []


def _answer(finding: dict, given: Given, state: str, ends_on: date | None, reason: str | None = None) -> None:
    finding["answer"], finding["answer_state"] = given.answer_text, state
    finding["answered_at"], finding["answer_submission_id"] = given.answered_at, given.submission_id
    finding["answer_ends"], finding["answer_reason_zh"] = ends_on, reason


def _why_again(finding: dict, pool: Sequence[Given]) -> str:
    """That the answer's end came, or how far the figures have moved since."""
    words = vocabulary.messages("expectations")
    ended = next((one for one in pool if one.covers(finding)), None)
    if ended:
        return words["answer_ended"].format(ends=plain(ended.ends_on))
    by_difference = pool[0].difference is not None and finding["difference"] is not None
    name = "difference" if by_difference else "found"
    before, now = (value or words["blank"] for value in (getattr(pool[0], name), finding[name]))
    return words[f"answer_outgrown_{name}"].format(before=before, now=now)
