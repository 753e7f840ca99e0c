"""Rule: one claim of the catalogue, and the checks it becomes for a form and its fields.

Belongs here: what an entry consists of, and its boolean in DuckDB's words.
Does not belong here: reading entries from files (catalogue), judging (judging).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from expectations import parts

TOTALS = ("total", "summary")  # kinds judged on totals: of the form itself, of a 汇总表 beside it
IN_USE, ON_TRIAL, NOT_IN_FORCE = STATES = ("in_use", "trial", "not_in_force")
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Rule:
    """One claim that should hold, with its words and its own evidence.

    ``must`` is a DuckDB boolean over what is offered for its ``kind`` (NULL: not judged); ``solves`` gives, per cell,
    the value that would make it hold. With ``each`` both are read once per field, ``{field}`` standing for it.
    ``refuses`` is what an unaccepted failure keeps out of the accepted figures. ``since`` and ``until`` are the first
    and the last month of figures it is for; ``trial`` (试运行): it is judged and its findings count nowhere.
    """

    id: str
    title_zh: str
    theme: str
    forms: tuple[str, ...]
    kind: str
    severity: str
    message_zh: str
    remedy_zh: str
    source_zh: str
    since: str
    examples: Mapping[str, tuple[Mapping, ...]]
    must: str | None = None
    issue_codes: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    solves: Mapping[str, str] = field(default_factory=dict)
    each: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    refuses: str = "nothing"
    grain: str = "row"  # of an issue: a row or the sheet as a whole
    needs: tuple[str, ...] = ()  # the lists of other departments without which it cannot be judged
    until: str | None = None
    trial: bool = False
    severities: tuple[Mapping[str, str], ...] = ()  # dated, the first from ``since`` on; ``severity`` is the last
    position: int = 0  # place in the catalogue; the earlier of two rules of one severity heads a group

    def state(self, month: str) -> str:
        """How it stands for figures of a month: in use, in 试运行, or not in force (neither passed nor failed)."""
        if month < self.since or (self.until is not None and month > self.until):
            return NOT_IN_FORCE
        return ON_TRIAL if self.trial else IN_USE

    def at(self, month: str) -> "Rule":
        """The rule with the severity it has for figures of a month; what is no error refuses nothing."""
        begun = [dated["severity"] for dated in self.severities if dated["since"] <= month]
        severity = begun[-1] if begun else self.severity
        if severity == self.severity:
            return self
        return replace(self, severity=severity, refuses=self.refuses if severity == "error" else "nothing")

    @property
    def is_ever_error(self) -> bool:
        """Whether it is an error in any month, so that it may keep a row out."""
        return "error" in self.every_severity

    @property
    def every_severity(self) -> frozenset[str]:
        """The severities it has in one month or another."""
        return frozenset((self.severity, *(dated["severity"] for dated in self.severities)))

    @property
    def every_check(self) -> tuple["Check", ...]:
        """All that it judges: one check per field of ``each``, or the rule itself."""
        return tuple(Check(self, name) for name in self.each) or (Check(self),)

    def checks(self, form: str) -> tuple["Check", ...]:
        """What is judged for one part: of every check those whose field the part has."""
        if form not in self.forms:
            return ()
        return tuple(check for check in self.every_check if check.field is None or check.field in parts.FIELDS[form])


@dataclass(frozen=True)
class Check:
    """A rule for one of its fields, or the whole rule: one boolean column."""

    rule: Rule
    field: str | None = None

    @property
    def column(self) -> str:
        return f"{self.rule.id}__{self.field}" if self.field else self.rule.id

    @property
    def must(self) -> str | None:
        return self.rule.must and self.filled(self.rule.must)

    @property
    def claim(self) -> str:
        """The judged column: ``must``, for a total's own field only, false where the reader had an issue."""
        if self.rule.kind in TOTALS:
            return f"case when {self.entries} then {self.must} end"
        if self.rule.issue_codes:
            return f"case when {has_issue(self.rule, self.field)} then false else {self.must} end"
        return self.must

    @property
    def entries(self) -> str:
        """Which entries of offered totals a check is about."""
        if self.rule.kind not in TOTALS:
            return "true"
        own = "is_summary" if self.is_about_summaries else "is_summary is not true"
        return f"field = '{self.field}' and {own}" if self.field else f"field is null and {own}"

    @property
    def is_about_summaries(self) -> bool:
        """Whether it is judged on the totals of a 汇总表 beside the form, not on the form's own."""
        return self.rule.kind == "summary"

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(self.filled(cell) for cell in self.rule.cells)

    @property
    def solves(self) -> dict[str, str]:
        return {self.filled(cell): self.filled(value) for cell, value in self.rule.solves.items()}

    @property
    def words(self) -> dict[str, str]:
        return {name: self.filled(value) for name, value in self.rule.words.items()}

    def filled(self, text: str) -> str:
        """``text`` with ``{field}`` and the field's own words of ``each`` in place."""
        return _filled(text, self.field, self.rule.each)


@dataclass(frozen=True)
class Evidence:
    """Knowledge that raises no finding and only helps to tell which figure of a row is wrong."""

    id: str
    must: str
    cells: tuple[str, ...]
    solves: Mapping[str, str]
    why_zh: str

    @property
    def column(self) -> str:
        return self.id

    @property
    def claim(self) -> str:
        return self.must


@dataclass(frozen=True)
class IssueCheck:
    """A rule about what the reader could not take, for one field of a row (None: the row as a whole)."""

    rule: Rule
    field: str | None

    @property
    def column(self) -> str:
        return f"{self.rule.id}__{self.field}" if self.field else self.rule.id

    @property
    def claim(self) -> str:
        return f"not {has_issue(self.rule, self.field)}"


@dataclass(frozen=True)
class NotYet:
    """A rule that is known and judged by nothing: its id is taken, and what it would need is not there."""

    id: str
    title_zh: str
    lacks_zh: str


@dataclass(frozen=True)
class Macro:
    """A word that rules use in ``must``, such as the tolerance of a sum: ``tau(amount)``.

    Each of ``examples`` has the arguments ``given`` and what the word ``gives`` for them.
    """

    name: str
    body: str
    why_zh: str
    examples: tuple[Mapping, ...]


def has_issue(rule: Rule, name: str | None) -> str:
    """SQL: whether the reader had one of the rule's issues with this field of the row."""
    wanted = ", ".join(f"'{code}:{name or ''}'" for code in rule.issue_codes)
    return f"list_has_any(issues, [{wanted}])"


def _filled(text: str, name: str | None, each: Mapping[str, Mapping[str, str]]) -> str:
    if name is None:
        return text
    own = each[name]
    once = SLOT.sub(lambda match: own.get(match[1], match[0]), text)
    return once.replace("{field}", name)
