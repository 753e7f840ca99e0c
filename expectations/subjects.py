"""Subjects: what an answer or a waiver is about, under a name that outlives versions and periods.

Belongs here: the name of a finding's subject, the 编号 of the answer sheet.
Does not belong here: what an answer comes to (answers), a finding's own number in one version (findings).
"""

import hashlib
from collections.abc import Mapping

_NAMED_BY = ("form", "rule_id", "unit_id", "project_id", "procedure", "field")


def subject_of(finding: Mapping[str, object]) -> str:
    """Ten hex digits for form, rule, unit, project, procedure and field: the same next month and in the next version.

    >>> subject_of({"form": "monthly_dispatch", "rule_id": "R11", "unit_id": "shuili", "project_id": "P1"})
    '466f9bb5fd'
    """
    return hashlib.sha256("|".join(str(finding.get(name) or "") for name in _NAMED_BY).encode()).hexdigest()[:10]
