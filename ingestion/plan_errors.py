"""Plan errors: a mistake in a plan file as a sentence with file, line and the nearest allowed word.

Belongs here: putting mistakes into words from messages_plans.csv.
Does not belong here: finding them (located_yaml, plan_words, plan_checks).
"""

import difflib
import typing
from collections.abc import Iterable

from pydantic import BaseModel, ValidationError

from ingestion import vocabulary
from ingestion.located_yaml import Located, Location, YamlMistake
from ingestion.plan_checks import Mistake

_SHOWN = 12  # a longer list of allowed words helps nobody
_PYDANTIC = {
    "extra_forbidden": "unknown_key",
    "missing": "missing_key",
    "tuple_type": "not_list",
    "model_type": "not_mapping",
    "model_attributes_type": "not_mapping",
    "dict_type": "not_mapping",
    "int_parsing": "bad_number",
    "decimal_parsing": "bad_number",
    "greater_than_equal": "too_small",
    "string_pattern_mismatch": "bad_code",
}


class PlanError(Exception):
    """A plan file that cannot be used; the text is Chinese, one line per mistake."""


def from_yaml(error: YamlMistake, name: str) -> PlanError:
    """A text that is no YAML, or a key written twice."""
    return PlanError(_sentence(name, error.line, error.code, dict(error.detail)))


def from_models(error: ValidationError, model: type[BaseModel], located: Located, name: str) -> PlanError:
    """Keys and values that the models refuse."""
    sentences = []
    for entry in error.errors(include_url=False):
        location: Location = tuple(step for step in entry["loc"] if step != "[key]")
        key = next((str(step) for step in reversed(location) if isinstance(step, str)), "")
        detail = {
            "key": key,
            "where": _where(location[:-1]),
            "found": str(entry.get("input", "")),
            **entry.get("ctx", {}),
        }
        code = _PYDANTIC.get(entry["type"], entry["type"])
        if code == "unknown_key":
            detail["allowed"], detail["found"] = _keys_at(model, location[:-1]), key
        if code not in vocabulary.messages("plans"):
            code, detail["detail"] = "bad_value", entry["msg"]
        sentences.append((located.line(location), _sentence(name, located.line(location), code, detail)))
    return PlanError("\n".join(text for _, text in sorted(sentences)))


def from_checks(mistakes: Iterable[Mistake], located: Located, name: str) -> PlanError:
    """Keys that contradict each other."""
    sentences = []
    for mistake in mistakes:
        line = located.line(mistake.location)
        detail = dict(mistake.detail)
        if mistake.first is not None:
            detail["first"] = located.line(mistake.first)
        sentences.append((line, _sentence(name, line, mistake.code, detail)))
    return PlanError("\n".join(text for _, text in sorted(sentences)))


def _sentence(name: str, line: int | None, code: str, detail: dict) -> str:
    words = vocabulary.messages("plans")
    what = words[code].format(**detail) + _suggestion(detail)
    return words["place_line" if line else "place_file"].format(file=name, line=line, what=what)


def _suggestion(detail: dict) -> str:
    """The nearest allowed word, or the allowed words when none is near and they are few."""
    words, allowed = vocabulary.messages("plans"), list(detail.get("allowed", ()))
    near = difflib.get_close_matches(str(detail.get("found", "")), allowed, n=1, cutoff=0.6)
    if near:
        return words["nearest"].format(nearest=near[0])
    if allowed and len(allowed) <= _SHOWN:
        return words["allowed"].format(allowed=words["list_separator"].join(allowed))
    return ""


def _where(location: Location) -> str:
    """``targets[3]``, counted from 1 as people do."""
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
    return text or vocabulary.messages("plans")["top"]


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """The keys allowed at a place of the file."""
    for step in location:
        if step in model.model_fields:
            model = _model_inside(model.model_fields[step].annotation) or model
    return list(model.model_fields)


def _model_inside(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, (_model_inside(argument) for argument in typing.get_args(annotation))), None)
