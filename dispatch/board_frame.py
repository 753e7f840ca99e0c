"""Board frame: the words and the frame that every page of the 调度看板 has.

Belongs here: sentences of messages_board.csv, head, style and policy of a page.
Does not belong here: what stands on a page (board, board_dossier).
"""

from collections.abc import Sequence
from pathlib import Path

from dispatch.html import Html, Part, element, joined
from ingestion import vocabulary
from ingestion.plain_text import visible

STYLE = Path(__file__).with_name("board_page.css")
# 'self' is a folder on a server, file: one on a disk; the charts' library puts the style of its tooltips into the page
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src data:; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'"
)


def board_say(key: str, **values: object) -> str:
    """The sentence ``key`` of messages_board.csv, filled; what others wrote stands in it as visible text."""
    shown = {name: visible(value, lines=True) if isinstance(value, str) else value for name, value in values.items()}
    return vocabulary.messages("board")[key].format(**shown)


def framed(title: str, body: Sequence[Part]) -> str:
    """A whole page in Chinese: it may load what lies in its folder and connect to nothing."""
    head = joined([
        Html('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'),
        element("title", title),
        Html(f"\n<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n"),
    ])  # fmt: skip
    whole = element("html", element("head", head), Html("\n"), element("body", *body), lang="zh-CN")
    return f"<!DOCTYPE html>\n{whole}\n"
