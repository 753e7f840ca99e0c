"""Charts: small drawings in SVG, made here, that need no script and print as they look.

Belongs here: a bar of parts, a share, a line over periods, marks before and after a deadline.
Does not belong here: which numbers are drawn (quality_page).

Nothing is told by colour alone: every drawing stands beside its numbers in words, marks have shapes of their own.
"""

from collections.abc import Sequence
from decimal import Decimal

from dispatch.html import Html, element, joined

WIDE = 1000  # of a bar, in its own units
LINE_WIDE, LINE_HIGH = 300, 118
LEFT, RIGHT, TOP, BOTTOM = 16, 16, 22, 24  # room around a line: values above it, periods below
NAMED_POINTS = 7  # more points than these are named at both ends and every other one
STRIP_WIDE, STRIP_HIGH, STRIP_HOURS = 180, 18, 96  # hours shown on each side of the deadline


def parts_bar(parts: Sequence[tuple[str, int]], label: str) -> Html:
    """One bar of several counts side by side; each part is (class, count)."""
    whole = sum(count for _, count in parts)
    drawn, begun = [], 0
    for class_, count in parts:
        if count:
            left, right = WIDE * begun // whole, WIDE * (begun + count) // whole
            drawn.append(element("rect", x=left, y=0, width=max(right - left - 3, 2), height=26, class_=class_))
            begun += count
    return _drawing(WIDE, 26, label, drawn, class_="bar", stretched=True)


def share_bar(part: Decimal, whole: Decimal, label: str, class_: str = "ink") -> Html:
    """A part of a whole as a bar on its ground."""
    reached = int(WIDE * part / whole) if whole else 0
    drawn = [
        element("rect", x=0, y=0, width=WIDE, height=12, class_="ground"),
        element("rect", x=0, y=0, width=reached, height=12, class_=class_),
    ]
    return _drawing(WIDE, 12, label, drawn, class_="share", stretched=True)


def line(points: Sequence[tuple[str, Decimal | None, str]], label: str, top: Decimal | None = None) -> Html:
    """Values over periods: (period, value, value in words); a period without a value leaves a gap.

    The ground is zero; the top is ``top`` or the largest value.
    """
    highest = top or max((value for _, value, _ in points if value is not None), default=Decimal(1)) or Decimal(1)
    step = (LINE_WIDE - LEFT - RIGHT) // max(len(points) - 1, 1)
    ground = LINE_HIGH - BOTTOM
    drawn = [element("line", x1=0, y1=ground, x2=LINE_WIDE, y2=ground, class_="axis")]
    before: tuple[int, int] | None = None
    for place, (period, value, words) in enumerate(points):
        across = LEFT + place * step if len(points) > 1 else LINE_WIDE // 2
        is_named = _is_named(place, len(points))
        if is_named:
            drawn.append(element("text", period, x=across, y=LINE_HIGH - 5, class_="tick"))
        here = None if value is None else (across, ground - int((ground - TOP) * min(value, highest) / highest))
        if here and before:
            drawn.append(element("line", x1=before[0], y1=before[1], x2=here[0], y2=here[1], class_="curve"))
        if here:
            drawn.append(element("circle", cx=here[0], cy=here[1], r=4, class_="point"))
        if here and is_named:
            drawn.append(element("text", words, x=across, y=here[1] - 9, class_="value"))
        before = here
    return _drawing(LINE_WIDE, LINE_HIGH, label, drawn, class_="line")


def deadline_strip(hours: Sequence[tuple[int, str]], label: str) -> Html:
    """Marks before and after a deadline in the middle: (hours after it, shape); what is farther out stands at the edge.

    Shapes: ``first`` (a disc), ``late`` (a triangle), ``again`` (a ring), ``waits`` (a square).
    """
    middle, high = STRIP_WIDE // 2, STRIP_HIGH // 2
    drawn = [
        element("line", x1=2, y1=high, x2=STRIP_WIDE - 2, y2=high, class_="axis"),
        element("line", x1=middle, y1=0, x2=middle, y2=STRIP_HIGH, class_="deadline"),
    ]
    for after, shape in hours:
        across = middle + max(-STRIP_HOURS, min(STRIP_HOURS, after)) * (middle - 8) // STRIP_HOURS
        drawn.append(_mark(shape, across, high))
    return _drawing(STRIP_WIDE, STRIP_HIGH, label, drawn, class_="strip")


def _mark(shape: str, x: int, y: int) -> Html:
    if shape == "late":
        return element("path", d=f"M{x - 5} {y + 4}L{x + 5} {y + 4}L{x} {y - 5}Z", class_=shape)
    if shape == "waits":
        return element("rect", x=x - 4, y=y - 4, width=8, height=8, class_=shape)
    return element("circle", cx=x, cy=y, r=4, class_=shape)


def _is_named(place: int, count: int) -> bool:
    """Whether a point is written out: all of a few, else the last and every second one before it."""
    return count <= NAMED_POINTS or (count - 1 - place) % 2 == 0


def _drawing(wide: int, high: int, label: str, drawn: Sequence[Html], class_: str, stretched: bool = False) -> Html:
    aspect = {"preserveAspectRatio": "none"} if stretched else {}
    said = element("title", label)
    return element("svg", joined([said, *drawn]), viewBox=f"0 0 {wide} {high}", role="img", class_=class_, **aspect)
