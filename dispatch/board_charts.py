"""Board charts: the drawings of the 调度看板 as templates that the page's script fills with what the reader chose.

Belongs here: which drawing of chart_specs stands where, what is shown on pointing at a mark.
Does not belong here: colours, shapes and fonts (chart_specs), the script that draws (board_script).
"""

from collections.abc import Sequence

from dispatch import chart_specs
from ingestion import vocabulary

FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif'
LINES = ("adopted", "reported", "target", "benchmark")  # series, the strongest first
_TIP = {"tooltip": {"field": "tip", "type": "nominal"}}


def templates(periods: Sequence[str]) -> dict:
    """A course over periods and a ranking of units, without values."""
    names = [vocabulary.messages("board")[f"series.{line}"] for line in LINES]
    course = chart_specs.over_periods([], periods, names, "", FONT, ("container", 260))
    course["encoding"]["x"]["axis"] |= {"labelOverlap": "greedy"}
    for layer in course["layer"][1:2]:
        layer["encoding"] = layer["encoding"] | _TIP
    _calm(course["encoding"]["y"])
    numbers = course["layer"][2:]
    edges = [layer | {"mark": layer["mark"] | {"stroke": "white", "strokeWidth": 4}} for layer in numbers]
    course["layer"][2:2] = edges  # a number is read also where another line crosses it
    rules = [{"value": 0, "label": ""}, {"value": 0, "label": ""}]
    ranking = chart_specs.ranked_bars([], "", FONT, rules, ("container", 100))
    ranking["layer"][0]["encoding"] |= _TIP
    _calm(ranking["layer"][0]["encoding"]["x"])
    return {"names": dict(zip(LINES, names, strict=True)), "course": _bare(course), "ranking": _bare(ranking)}


def _calm(channel: dict) -> None:
    """Few marks on an axis: the numbers stand beside the drawing."""
    channel["axis"] = {**channel.get("axis", {}), "tickCount": 5}


def _bare(spec: dict) -> dict:
    """Without the address that names the language: no page of ours names a host."""
    return {key: value for key, value in spec.items() if key != "$schema"} | {
        "autosize": {"type": "fit-x", "contains": "padding"}
    }
