"""Paper: how a sheet lies on paper when it is printed.

Belongs here: direction, margins, page numbers; one page across or two, and how large they print.
Does not belong here: widths and heights (fitting.py), what stands on the sheet (workbook.py).
"""

from dataclasses import dataclass

from dispatch.fitting import Fitting
from dispatch.wording import say

SIZES = {"A3": (8, 1190), "A4": (9, 842)}  # number of the size in a workbook, points across in landscape
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}  # inches
POINTS_OF_AN_INCH = 72
SMALLEST, LARGEST = 10, 100  # percent


@dataclass(frozen=True)
class Paper:
    """A paper size; a table too wide to be read on one sheet lies on two side by side.

    The second sheet begins with the column ``second_page``, after the first ``repeated`` columns, which stand on both.
    """

    size: str
    repeated: int = 0
    second_page: int | None = None

    def set_up(self, sheet: object) -> None:
        """Landscape, all columns on one page or on two, page numbers below."""
        sheet.set_landscape()
        sheet.set_paper(SIZES[self.size][0])
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        sheet.set_footer("&C" + say("page_footer"))
        sheet.hide_gridlines(2)
        if self.second_page is None:
            sheet.fit_to_pages(1, 0)
            return
        sheet.set_v_pagebreaks([self.second_page])
        sheet.print_across()
        if self.repeated:
            sheet.repeat_columns(0, self.repeated - 1)

    def scale(self, sheet: object, fitting: Fitting) -> None:
        """Print two pages as large as the wider one allows; on a page that fits itself a break would not hold."""
        if self.second_page is None:
            return
        room = SIZES[self.size][1] - POINTS_OF_AN_INCH * (MARGINS["left"] + MARGINS["right"])
        first = fitting.points(0, self.second_page)
        second = fitting.points(0, self.repeated) + fitting.points(self.second_page, len(fitting.columns))
        percent = int(100 * room / max(first, second)) - 1
        sheet.set_print_scale(max(SMALLEST, min(LARGEST, percent)))
