"""Scale words: what the sentinel means by equal, near and grown, as words of DuckDB.

Belongs here: macros from two figures to the power of ten between them, NULL where they do not tell.
Does not belong here: which figures are held against which (sentinel).

A scale is no amount: it is told from a ratio, and a ratio may be a float.
"""

import duckdb

_KNOWN = (3, -3, 4, -4, 8, -8)  # a slip of one digit is no unit; the row rules look for it
_EXACT = "0.05"  # of a power of ten: about one part in eight
_SAME = "0.3"  # within a factor of two it is the same unit, whatever else is wrong


def _told(same: str, within: str) -> str:
    """SQL: 0 where the logarithm ``l`` is the ``same``, a known power where it lies ``within``, else NULL."""
    powers = " ".join(f"when l - ({k}) {within} then {k}" for k in _KNOWN)
    return f"case when l {same} then 0 {powers} end"


def _of(value: str, answer: str) -> str:
    """SQL: ``answer`` for ``value``, which is written (and reckoned) once however often the answer names it."""
    name = answer[answer.index("when ") + 5]
    return f"list_transform([{value}], lambda {name}: {answer})[1]"


_MACROS = (
    "ratio_log(amount, near) as log10(nullif(greatest(amount::double, 0), 0) / nullif(greatest(near::double, 0), 0))",
    "exact_scale(amount, near) as "
    + _of("ratio_log(amount, near)", _told(f"between -{_SAME} and {_SAME}", f"between -{_EXACT} and {_EXACT}")),
    # what runs on from month to month has grown up to sevenfold since
    "grown_scale(amount, near) as "
    + _of("ratio_log(amount, near)", _told("between -1 and 1.85", "between -0.15 and 0.8499")),
    "mean_scale(log) as " + _of("log", _told("between -1.5 and 1.5", "between -0.5 and 0.4999")),
    "near_scale(amount, one, other) as list_transform([[ratio_log(amount, one), ratio_log(amount, other)]], "
    "lambda b: case when b[1] between -1.5 and 1.5 or b[2] between -1.5 and 1.5 then 0 "
    "else mean_scale(list_avg(b)) end)[1]",
    "agreed(scales) as list_transform([list_distinct(scales)], "
    "lambda s: case when list_contains(s, 0) then 0 when len(s) = 1 then s[1] end)[1]",
    "unscaled(amount, scale) as amount::double / power(10, coalesce(scale, 0))",
    "percent_scale(rate, near) as "
    + _of(
        "ratio_log(rate, near)",
        "case when l between -0.3 and 0.3 then 0 "
        "when l between 1.95 and 2.05 then 2 when l between -2.05 and -1.95 then -2 end",
    ),
    "image_scale(image, one, other) as list_transform([[ratio_log(image, one), ratio_log(image, other)]], "
    "lambda b: case when b[1] between -0.7 and 0.7 or b[2] between -0.7 and 0.7 then 0 "
    "when image <= 1 and list_min(b) > -2.2 and list_max(b) < -1.8 then -2 "
    "when image >= 150 and list_min(b) > 1.8 and list_max(b) < 2.2 then 2 end)[1]",
)


def teach(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the words known to a connection."""
    for macro in _MACROS:
        connection.execute(f"create or replace macro {macro}")
