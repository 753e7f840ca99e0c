"""Reader measure: one month of a county's workbooks, per workbook, against calamine alone and pandas with openpyxl.

Belongs here: reading. Does not belong here: the rest of a run (county_month).
"""

import tempfile
from pathlib import Path

import pandas
import python_calamine

from benchmarks.measure import Measure, medians
from ingestion.plan_forms import forms_of_plan
from ingestion.plans import load_plan
from ingestion.reading import read_workbook
from ingestion.settings import SHIPPED_PLANS
from samples.county import simulate
from samples.workbooks import write_inbox

RUNS = 5


def measures() -> list[Measure]:
    """Seconds per workbook: ours ≤ 3 × raw calamine and ≤ 1/5 of pandas with openpyxl."""
    with tempfile.TemporaryDirectory() as folder:
        plan = load_plan(SHIPPED_PLANS / "huozhou-2022.yml")
        write_inbox(simulate(plan), plan, Path(folder))
        books = sorted(Path(folder).rglob("*.xlsx"))
        forms = forms_of_plan(plan)
        ours, calamine, openpyxl = medians(
            RUNS,
            lambda: [read_workbook(book, forms) for book in books],
            lambda: [_calamine(book) for book in books],
            lambda: [pandas.read_excel(book, sheet_name=None, header=None, engine="openpyxl") for book in books],
        )
    per_book = f"reader, per workbook ({len(books)} workbooks)"
    return [
        Measure(per_book, ours / len(books), "calamine alone", calamine / len(books), 3),
        Measure(per_book, ours / len(books), "pandas + openpyxl", openpyxl / len(books), 0.2),
    ]


def _calamine(book: Path) -> list[list]:
    workbook = python_calamine.CalamineWorkbook.from_path(book)
    return [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
