"""Lake values: what a cell was read as, cut to what its lake column can hold, losing nothing.

Belongs here: decimals with too many places, numbers too large for their column.
Does not belong here: reading cells (cells), saying that a figure is odd (expectations).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa


def fitting(
    schema: pa.Schema, values: Mapping[str, object], raw: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, str]]:
    """The values the table has columns for, and the raw texts; where a value had to be cut, its text is in raw."""
    kept: dict[str, object] = {}
    texts = {field: str(text) for field, text in raw.items() if text is not None}
    for name, value in values.items():
        if name not in schema.names or value is None:
            continue
        kept[name] = _fitted(schema.field(name).type, value)
        if kept[name] != value:
            texts.setdefault(name, str(value))
    return kept, texts


def _fitted(kind: pa.DataType, value: object) -> object:
    """The value, rounded half up to the column's places; None when it is too large for the column."""
    if pa.types.is_decimal(kind) and isinstance(value, Decimal | int):
        number = Decimal(value)
        if not number.is_finite() or number.copy_abs() >= Decimal(10) ** (kind.precision - kind.scale) - 1:
            return None
        return number.quantize(Decimal(1).scaleb(-kind.scale), ROUND_HALF_UP)
    if pa.types.is_integer(kind):
        return value if isinstance(value, int) and -(2**31) <= value < 2**31 else None
    if pa.types.is_string(kind):
        return str(value)
    return value
