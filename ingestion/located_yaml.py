"""Located YAML: a YAML text as plain values together with the line every value stands on.

Belongs here: reading YAML so that a mistake can be shown at its line; keys written twice.
Does not belong here: what the values mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Location = tuple[str | int, ...]


class YamlMistake(Exception):
    """The text cannot be taken as YAML: ``code`` is ``not_yaml``, ``duplicate_key`` or ``not_mapping``."""

    def __init__(self, code: str, line: int | None, detail: Mapping[str, object]):
        super().__init__(code, line, detail)
        self.code, self.line, self.detail = code, line, detail


@dataclass(frozen=True)
class Located:
    """Values and their lines (from 1). A key's line is the line of the key, an item's line is where it begins."""

    value: dict
    lines: Mapping[Location, int]

    def line(self, location: Location) -> int:
        """The line of the nearest known ancestor of ``location``."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


def parse(text: str) -> Located:
    """Read one YAML document whose top is a mapping. Scalars stay text, so that a bad date still has its line.

    >>> located = parse("name: a\\nunits:\\n  - {id: b}")
    >>> located.value
    {'name': 'a', 'units': [{'id': 'b'}]}
    >>> located.line(("units", 0, "id"))
    3
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlMistake("not_yaml", mark.line + 1 if mark else None, {"detail": error.problem or ""}) from error
    except YAMLError as error:
        raise YamlMistake("not_yaml", None, {"detail": str(error).splitlines()[0]}) from error
    if not isinstance(node, MappingNode):
        raise YamlMistake("not_mapping", 1, {"found": text.strip()[:20]})
    lines: dict[Location, int] = {(): 1}
    return Located(_value(node, (), lines), lines)


def _value(node: Node, location: Location, lines: dict[Location, int]):
    lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, location, lines)
    if isinstance(node, SequenceNode):
        return [_value(item, (*location, index), lines) for index, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return None if node.tag.endswith(":null") else node.value


def _mapping(node: MappingNode, location: Location, lines: dict[Location, int]) -> dict:
    values: dict = {}
    for key_node, value_node in node.value:
        key, place = str(key_node.value), (*location, str(key_node.value))
        line = key_node.start_mark.line + 1
        if key in values:
            raise YamlMistake("duplicate_key", line, {"key": key, "first": lines[place]})
        lines[place] = line
        values[key] = _value(value_node, place, lines)
    return values
