"""Paper: how a sheet lies on paper when it is printed.

Belongs here: direction, margins, page numbers; how many pages across, and how large they print.
Does not belong here: widths and heights (fitting.py), what stands on the sheet (workbook.py).
"""

from dataclasses import dataclass
from itertools import pairwise

from dispatch.fitting import Fitting
from dispatch.wording import say

SIZES = {"A3": (8, 1190), "A4": (9, 842)}  # number of the size in a workbook, points across in landscape
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}  # inches
POINTS_OF_AN_INCH = 72
SMALLEST, LARGEST = 10, 100  # percent


@dataclass(frozen=True)
class Paper:
    """A paper size; a table too wide to be read on one sheet lies on several side by side.

    ``breaks`` are the columns with which the second and later sheets begin, after the first ``repeated`` columns, which
    stand on all of them.
    """

    size: str
    repeated: int = 0
    breaks: tuple[int, ...] = ()

    def set_up(self, sheet: object) -> None:
        """Landscape, all columns on one page or on several, page numbers below."""
        sheet.set_landscape()
        sheet.set_paper(SIZES[self.size][0])
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        sheet.set_footer("&C" + say("page_footer"))
        sheet.hide_gridlines(2)
        if not self.breaks:
            sheet.fit_to_pages(1, 0)
            return
        sheet.set_v_pagebreaks(list(self.breaks))
        sheet.print_across()
        if self.repeated:
            sheet.repeat_columns(0, self.repeated - 1)

    def scale(self, sheet: object, fitting: Fitting) -> None:
        """Print the pages as large as the widest allows; on a page that fits itself a break would not hold."""
        if not self.breaks:
            return
        room = SIZES[self.size][1] - POINTS_OF_AN_INCH * (MARGINS["left"] + MARGINS["right"])
        edges = (self.repeated, *self.breaks, len(fitting.columns))
        repeated = fitting.points(0, self.repeated)
        widest = max(repeated + fitting.points(*page) for page in pairwise(edges))
        percent = int(100 * room / widest) - 1
        sheet.set_print_scale(max(SMALLEST, min(LARGEST, percent)))
