"""Chart pictures: a chart spec becomes a PNG for papers, drawn without a network and without a browser.

Belongs here: finding a font of the system that has Chinese characters; drawing.
Does not belong here: what a chart looks like (chart_specs.py) or shows (bulletin_charts.py).
"""

import json
import re
import subprocess
from functools import cache, lru_cache
from pathlib import Path

from ingestion import vocabulary

SCALE = 2.5  # pixels of the picture for one of the spec: sharp in print
_FAMILY = re.compile(r"[^,:]+")
# Where fonts lie on a machine that cannot list them, and what is in the files that are usual there.
_FOLDERS = ("C:/Windows/Fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_FILES = {
    "simhei.ttf": "SimHei", "msyh.ttc": "Microsoft YaHei", "simsun.ttc": "SimSun", "PingFang.ttc": "PingFang SC",
    "NotoSansCJK-Regular.ttc": "Noto Sans CJK SC", "NotoSansSC-Regular.otf": "Noto Sans SC",
    "wqy-microhei.ttc": "WenQuanYi Micro Hei", "wqy-zenhei.ttc": "WenQuanYi Zen Hei",
}  # fmt: skip


@cache
def chart_font() -> str | None:
    """The family that charts are drawn in: the first of the house's list that the system has, else any with Chinese;
    None when the system has none."""
    known = families()
    preferred = vocabulary.messages("bulletin")["fonts.chart"].split("|")
    return next((name for name in preferred if name in known), min(known, default=None))


@cache
def families() -> frozenset[str]:
    """Every family of the system that has Chinese characters, by each of its names."""
    try:
        done = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return _families_of_known_files()
    return frozenset(name.strip() for line in done.stdout.splitlines() for name in _FAMILY.findall(line))


def _families_of_known_files() -> frozenset[str]:
    folders = [Path(folder) for folder in _FOLDERS if Path(folder).is_dir()]
    return frozenset(family for file, family in _FILES.items() if any(any(at.rglob(file)) for at in folders))


def picture(spec: dict) -> bytes:
    """A spec drawn as PNG; the papers of a period that show the same chart draw it once."""
    return _drawn(json.dumps(spec, ensure_ascii=False))


@lru_cache(maxsize=8)
def _drawn(spec: str) -> bytes:
    import vl_convert  # 30 MB of libraries that only a paper with charts needs

    return vl_convert.vegalite_to_png(spec, scale=SCALE)
