"""Receipt rows: the rows as read, each value at the address it has in the file sent in, found cells marked.

Belongs here: putting read values back to their addresses, colours and comments of findings.
Does not belong here: the list of findings (receipt_findings.py); cells the reader did not take are not shown.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from xlsxwriter.utility import xl_cell_to_rowcol

from dispatch.month import kind_of, page_breaks, worst
from dispatch.receipt_changes import as_typed
from dispatch.receipt_facts import Receipt
from dispatch.receipt_order import ADDRESS, Place, cells_of, groups
from dispatch.wording import say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading

KINDS = {"decimal": "amount", "percent": "percent", "date": "date", "integer": "integer"}
TITLE_ROWS = 2  # title and basis; they stand there where the file has two rows above its headings
FEWEST_COLUMNS = 4


def as_read_sheet(book: Book, receipt: Receipt, name: str, title: str, place: Place) -> None:
    """本表读数: one sheet of the file as read; K12 of the file is K12 here."""
    rows = [row for row in receipt.rows if (row["submission_id"], row["sheet"]) == place]
    _AsRead(book, receipt, name, title, rows, place).write()


class _AsRead:
    """One sheet as read; ``columns`` gives each field its place from the letters of the rows."""

    def __init__(self, book: Book, receipt: Receipt, name: str, title: str, rows: Sequence[dict], place: Place):
        self.rows = {row["row"] - 1: row for row in rows}
        self.month = receipt.month
        self.fields = {
            _column(letter): field
            for field in reversed(receipt.fields)
            for letter in {row["columns"][field] for row in rows if field in row["columns"]}
        }
        self.marked, self.on_whole_sheet = _marked(receipt.findings, place), _on_whole_sheet(receipt.findings, place)
        self.first = min(self.rows)
        breaks = page_breaks([self.fields.get(column, "") for column in range(max(self.fields, default=0) + 1)])
        named = (self._place("project_name") or 0) + 1
        self.named = named if breaks and named < breaks[0] else 0  # columns that say which project a line speaks of
        is_room = self.first > TITLE_ROWS and not any(row < TITLE_ROWS for row, _ in self.marked)
        heading = self._heading(title) if is_room else None
        if self.on_whole_sheet and not is_room:
            self.marked.setdefault((0, 0), []).extend(self.on_whole_sheet)
        self.sheet = book.sheet(name, heading, self._columns(), frozen=self.named, breaks=breaks if self.named else ())

    def _heading(self, title: str) -> Heading:
        """Title and basis; what was found on the sheet as a whole colours a title that begins in the first cell."""
        basis = say("receipt.as_read", basis=self.month.basis(say("account.reported")))
        return Heading(title, basis, say("unit_wan"), fill=None if self.named else self._whole_fill)

    @property
    def _whole_fill(self) -> str | None:
        """The colour of what was found on the sheet as a whole."""
        return worst(finding["severity"] for finding in self.on_whole_sheet) if self.on_whole_sheet else None

    def _columns(self) -> list[Column]:
        last = max([FEWEST_COLUMNS - 1, *self.fields, *(column for _, column in self.marked)])
        kinds = {column: KINDS.get(kind_of(field), "text") for column, field in self.fields.items()}
        return [Column("", kinds.get(column, "text"), 24) for column in range(last + 1)]

    def _place(self, field: str) -> int | None:
        """The first column of a field, None where the file has it not or at its very beginning."""
        return min((column for column, known in self.fields.items() if known == field), default=None) or None

    def write(self) -> None:
        if self.first:
            self._headings()
        for row in self.rows:
            for column in self.fields:
                self._cell(row, column)
            self._label(row)
        for (row, column), found in self.marked.items():
            self._mark(row, column, found)
        if self.on_whole_sheet and (0, 0) not in self.marked:
            if self.named:
                self.sheet.head(0, 0, say("receipt.whole_sheet"), self._whole_fill)
            self._note(0, 0, self.on_whole_sheet)

    def _headings(self) -> None:
        """Right above the first row, where the file has its own."""
        for column in self.fields:
            self.sheet.head(self.first - 1, column, self._heading_of(column))
        self.sheet.freeze(self.first, self.named)

    def _heading_of(self, column: int) -> str:
        """As the file writes it, else as the vocabulary does."""
        field = self.fields[column]
        written = (row["headers"].get(field) for row in self.rows.values())
        return next(filter(None, written), self.month.label(field))

    def _cell(self, row: int, column: int, fill: str | None = None) -> None:
        line, field = self.rows[row], self.fields[column]
        is_detail = line["row_role"] == "detail"
        value = line.get(field)
        if value is None or kind_of(field).startswith("code:"):
            value = as_typed(line, field)
        if fill and not is_detail and field == "project_name":
            value = value or line["label"]  # a finding on the text of a total stands there
        self.sheet.put(row, column, value, fill=fill or (None if is_detail else "total"), bold=not is_detail)

    def _label(self, row: int) -> None:
        """The text of a total row, which stands in front of its figures."""
        if self.rows[row]["row_role"] != "detail" and self.rows[row]["label"]:
            first = min(self.fields, default=0)
            self.sheet.label(row, first, first, self.rows[row]["label"], "total")

    def _mark(self, row: int, column: int, found: Sequence[dict]) -> None:
        """Colour a cell that findings name, and say there what they say."""
        fill = worst(finding["severity"] for finding in found)
        if row < self.first:
            is_heading = row == self.first - 1 and column in self.fields
            text = self._heading_of(column) if is_heading else found[0]["header"] or found[0]["found"] or ""
            self.sheet.head(row, column, text, fill)
        elif row in self.rows and column in self.fields:
            self._cell(row, column, fill)
        else:
            self.sheet.put(row, column, None, fill=fill)
        self._note(row, column, found)

    def _note(self, row: int, column: int, found: Sequence[dict]) -> None:
        self.sheet.note(row, column, "\n".join(dict.fromkeys(map(_comment, found))))


def _comment(finding: dict) -> str:
    severity = say(f"severity.{finding['severity']}")
    return say("receipt.comment", severity=severity, rule=finding["rule_id"], text=finding["message_zh"])


def _column(letter: str) -> int:
    return xl_cell_to_rowcol(f"{letter}1")[1]


def _marked(findings: Sequence[dict], place: Place) -> dict[tuple[int, int], list[dict]]:
    """Findings by the cells of one sheet that they name, in the order of the list."""
    marked: dict[tuple[int, int], list[dict]] = defaultdict(list)
    for group in groups(findings):
        for finding in group:
            for sheet, cell in cells_of(finding):
                if (finding["submission_id"], sheet) == place and ADDRESS.match(cell):
                    for address in _addresses(cell):
                        marked[address].append(finding)
    return marked


def _on_whole_sheet(findings: Sequence[dict], place: Place) -> list[dict]:
    """Findings that speak of a sheet and name no cell of it."""
    own = [finding for group in groups(findings) for finding in group if not finding["cells"]]
    return [finding for finding in own if (finding["submission_id"], finding["sheet"]) == place]


def _addresses(cells: str) -> Iterator[tuple[int, int]]:
    """(row, column), both from 0, of ``M12`` or of every cell of ``M8:M11``."""
    first, _, last = cells.partition(":")
    (top, left), (bottom, right) = xl_cell_to_rowcol(first), xl_cell_to_rowcol(last or first)
    return product(range(top, bottom + 1), range(left, right + 1))
