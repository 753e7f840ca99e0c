"""Chart specs: the drawings of the papers and of the board as Vega-Lite, one palette and one type for all.

Belongs here: how a figure over periods, a ranking and parts are drawn; colours, shapes, fonts.
Does not belong here: which figures are drawn (bulletin_charts.py, the board), turning a spec into a picture.

A spec is a plain dict that carries its data. Colours are told apart by the colour-blind (Okabe and Ito), and nothing is
told by colour alone: series have their own shapes and strokes, bars carry their numbers, lines their names.
"""

from collections.abc import Mapping, Sequence

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # names the language; nothing is fetched
INK, GRAY, LIGHT = "#222222", "#767676", "#DDDDDD"
BLUE, ORANGE, GREEN, SKY, VERMILION, PURPLE = "#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7"
SERIES = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)
STROKES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (1, 3), (4, 4))
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
TEXT_SIZE = 13
BAR = 19  # the height that a bar takes


def look(font: str) -> dict:
    """The common appearance: one font, quiet axes, no frame."""
    return {
        "font": font,
        "background": "white",
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": TEXT_SIZE, "titleFontSize": TEXT_SIZE, "labelColor": INK, "titleColor": INK,
            "titleFontWeight": "normal", "gridColor": LIGHT, "domainColor": GRAY, "tickColor": GRAY,
        },
        "legend": {"labelFontSize": TEXT_SIZE, "title": None, "orient": "top", "symbolSize": 90, "labelLimit": 400},
        "text": {"fontSize": TEXT_SIZE, "color": INK},
    }  # fmt: skip


def over_periods(
    points: Sequence[Mapping],
    periods: Sequence[str],
    series: Sequence[str],
    axis: str,
    font: str,
    size: tuple = (560, 240),
) -> dict:
    """Lines over periods. A point has ``period``, ``series``, ``value``, ``label`` (its value as printed; may be empty)
    and, where the label goes under the point, ``below``. ``periods`` and ``series`` give the order; the first series is
    drawn strongest."""
    place = {"field": "period", "type": "ordinal", "sort": list(periods), "title": None, "axis": {"labelAngle": 0}}
    told_apart = {"field": "series", "type": "nominal"}
    domain = {"domain": list(series)}
    many = len(series)
    encoding = {
        "x": place,
        "y": {"field": "value", "type": "quantitative", "title": axis, "scale": {"zero": True, "nice": True}},
        "color": told_apart | {"scale": domain | {"range": list(SERIES[:many])}},
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {"strokeDash": told_apart | {"scale": domain | {"range": [list(dash) for dash in STROKES[:many]]}}},
    }
    marks = {
        "mark": {"type": "point", "filled": True, "size": 80},
        "encoding": {"shape": told_apart | {"scale": domain | {"range": list(SHAPES[:many])}}},
    }
    numbers = [
        {
            "transform": [{"filter": f"datum.label != '' && {said}"}],
            "mark": {"type": "text", "dy": away, "fontSize": TEXT_SIZE},
            "encoding": {"text": {"field": "label"}},
        }
        for said, away in (("!datum.below", -14), ("datum.below", 16))
    ]
    return _spec(points, font, size) | {"encoding": encoding, "layer": [line, marks, *numbers]}


def ranked_bars(
    bars: Sequence[Mapping], axis: str, font: str, rules: Sequence[Mapping] = (), size: tuple = (420, None)
) -> dict:
    """Bars from the top down in the order given, each with its number. A bar has ``name``, ``value``, ``label`` and
    ``kind`` (an index into SERIES: what sets it apart is also said by its label). ``rules``: lines across all bars,
    each with ``value`` and ``label``."""
    names = [bar["name"] for bar in bars]
    width, height = size
    top = {"field": "name", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": 220}}
    across = {"field": "value", "type": "quantitative", "title": axis, "scale": {"zero": True}}
    tone = {"field": "kind", "type": "ordinal", "legend": None}
    kinds = list(range(len(SERIES)))
    body = {
        "mark": {"type": "bar", "height": {"band": 0.62}},
        "encoding": {"y": top, "x": across, "color": tone | {"scale": {"domain": kinds, "range": list(SERIES)}}},
    }
    named = {"type": "text", "align": "left", "dx": 4, "fontSize": TEXT_SIZE}
    numbers = [
        {"mark": named | own, "encoding": {"y": top, "x": across, "text": {"field": "label"}}}
        for own in ({"stroke": "white", "strokeWidth": 4}, {})  # a lighter edge where a line runs through
    ]
    lines = [_rule(rule, place) for place, rule in enumerate(rules)]
    spec = _spec(bars, font, (width, height or BAR * max(len(bars), 1)))
    return spec | {"layer": [body, *(part for line in lines for part in line), *numbers]}


def _rule(rule: Mapping, place: int) -> list[dict]:
    data = {"values": [dict(rule)]}
    across = {"field": "value", "type": "quantitative"}
    stroke = {"type": "rule", "color": INK, "strokeWidth": 1.5, "strokeDash": list(STROKES[place + 1])}
    name = {"type": "text", "align": "center", "dy": -7 - 16 * place, "baseline": "bottom", "fontSize": TEXT_SIZE}
    return [
        {"data": data, "mark": stroke, "encoding": {"x": across}},
        {"data": data, "mark": name, "encoding": {"x": across, "y": {"value": 0}, "text": {"field": "label"}}},
    ]


def _spec(values: Sequence[Mapping], font: str, size: tuple) -> dict:
    return {
        "$schema": SCHEMA, "data": {"values": [dict(value) for value in values]}, "width": size[0], "height": size[1],
        "config": look(font), "padding": 8,
    }  # fmt: skip
