"""A sheet as an xlsx file: no text becomes a formula, and the same sheet gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠|]")
LONGEST: Final = 32_000
EPOCH: Final = (1980, 1, 1, 0, 0, 0)

Value: TypeAlias = str | int | date | None
Cells: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's title, its columns with their widths in characters, and the cell above and left of which all stays."""

    title: str
    columns: Sequence[tuple[str, float]]
    frozen: str
    filtered: bool = False


def spreadsheet(form: Sheet, rows: Iterable[Cells]) -> bytes:
    """The sheet as an xlsx file: a bold head that stays in view and on every printed page, then a line for each row."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # a new workbook has one
    sheet.title = form.title[:31]
    for column, (name, width) in enumerate(form.columns, 1):
        _write_cell(sheet.cell(1, column), name)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = form.frozen
    for at, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            _write_cell(sheet.cell(at, column), value)
    if form.filtered:
        sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows, sheet.page_setup.orientation = "1:1", "landscape"
    return _saved(book)


def _write_cell(cell: Cell | MergedCell, value: Value) -> None:
    """Writes a value, a text as text and nothing else."""
    if isinstance(cell, MergedCell):
        return
    if not isinstance(value, str):
        cell.value = value
        return
    text = plain(value)
    cell.value = text
    # Whatever it looks like, it is text: a program that opens it asks nothing of it.
    cell.data_type = "s"
    cell.quotePrefix = FORMULA.match(value) is not None
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def plain(text: str) -> str:
    """A text that no program takes for a formula, less what no cell can hold."""
    found = UNPRINTABLE.sub(" ", text)[:LONGEST]
    return f"'{found}" if FORMULA.match(found) else found


def _saved(book: Workbook) -> bytes:
    """The file without the hour at which it was made, neither in it nor on its parts."""
    made = BytesIO()
    moment = book.properties.created.replace(year=1980, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    book.properties.created = book.properties.modified = moment
    book.properties.creator = "yanlu"
    book.save(made)
    whole = BytesIO()
    with ZipFile(made) as parts, ZipFile(whole, "w", ZIP_DEFLATED) as out:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            out.writestr(ZipInfo(part.filename, EPOCH), content, ZIP_DEFLATED)
    return whole.getvalue()
