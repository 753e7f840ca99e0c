"""Words: the rows of samples/*.csv and the sentences of the forms, read once.

Belongs here: reading the made-up names and the layout's sentences.
Does not belong here: any Chinese word itself.
"""

import csv
from functools import cache
from pathlib import Path

from ingestion import vocabulary

_HERE = Path(__file__).parent


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``samples/<name>.csv``."""
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def say(key: str, **values: object) -> str:
    """The sentence ``key`` of messages_samples.csv with its places filled."""
    return vocabulary.messages("samples")[key].format(**values)


def label(code_list: str, code: str) -> str:
    """The bureau's word for a code."""
    return vocabulary.codes(code_list)[code].label_zh
