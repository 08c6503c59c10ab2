"""An answer as a file of Excel; no text in it is ever taken for a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]  # it has no types
from django.http import HttpResponse

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE: Final = 16


def workbook(
    name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str]
) -> HttpResponse:
    """A workbook under a file name: the table, and on a second sheet what it says."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heading) - 1, WIDE)
        for column, word in enumerate(heading):
            sheet.write_string(0, column, word, bold)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values):
                if isinstance(value, int | float):
                    sheet.write_number(row, column, value)
                elif value not in (None, ""):
                    sheet.write_string(row, column, str(value))
        about = book.add_worksheet()
        about.set_column(0, 0, 6 * WIDE)
        for row, note in enumerate(notes):
            about.write_string(row, 0, note)
    return HttpResponse(
        out.getvalue(), content_type=TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
