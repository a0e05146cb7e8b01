"""An earlier register as a spreadsheet (xlsx): its rows as accounts to be sealed, read within bounds."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

LARGEST: Final = 16 * 1024 * 1024
UNPACKED: Final = 128 * 1024 * 1024
MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 64
LONGEST_CELL: Final = 8192
ACCOUNT: Final = ("主要内容", "举报内容", "投诉内容", "反映的主要内容", "内容", "account", "content", "matter")
RECEIVED: Final = ("收到日期", "登记日期", "受理日期", "日期", "received", "date")
DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class RegisterRefused(Exception):
    """The file is no such register; `fault` is a fixed code, `where` the row or column."""

    def __init__(self, fault: str, where: str = "") -> None:
        super().__init__(f"{fault}: {where}")
        self.fault = fault
        self.where = where


@dataclass(frozen=True)
class RegisterLine:
    """A row: its number as the spreadsheet shows it, what was reported with all other columns, and the day."""

    row: int
    account: str
    received: date


def read_register(path: Path, account: str | None, received: str | None) -> list[RegisterLine]:
    """All rows of the first sheet; the columns by their headings, else those that registers usually have.

    Raises `RegisterRefused` for a file that is none, too large, without these columns, or with a row that has no
    account or no day: nothing is taken of a register that cannot be taken whole.
    """
    # Every command of the desk would wait for what only this one needs.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_size(path)
    try:
        # From memory: what is left open of a book that was read in part holds no file.
        book = load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError) as error:
        raise RegisterRefused("not-a-spreadsheet") from error
    try:
        rows = _rows(book.worksheets[0].iter_rows(values_only=True))
        nothing: tuple[int, list[str]] = (0, [])
        _, heads = next(rows, nothing)
        columns = _column(heads, account, ACCOUNT), _column(heads, received, RECEIVED)
        return [_line(row, heads, cells, *columns) for row, cells in rows]
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise RegisterRefused("not-a-spreadsheet") from error
    finally:
        book.close()


def _check_size(path: Path) -> None:
    try:
        if path.stat().st_size > LARGEST:
            raise RegisterRefused("too-large")
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise RegisterRefused("too-large")
    except (BadZipFile, OSError) as error:
        raise RegisterRefused("not-a-spreadsheet") from error


def _rows(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them; formulas stand as the values that were last reckoned."""
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS + 1 or len(cells) > MOST_COLUMNS:
            raise RegisterRefused("too-large", str(number))
        found = [_cell(cell, number) for cell in cells]
        if any(found):
            yield number, found


def _cell(value: object, row: int) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    text = UNSEEN.sub("", "" if value is None else str(value)).strip()
    if len(text) > LONGEST_CELL:
        raise RegisterRefused("too-large", str(row))
    return text


def _column(heads: list[str], wanted: str | None, usual: tuple[str, ...]) -> int:
    lowered = [head.casefold() for head in heads]
    for name in (wanted,) if wanted else usual:
        if name.casefold() in lowered:
            return lowered.index(name.casefold())
    raise RegisterRefused("no-column", wanted or ", ".join(usual))


def _line(row: int, heads: list[str], cells: list[str], account: int, received: int) -> RegisterLine:
    cells = cells + [""] * (len(heads) - len(cells))
    day = _day(cells[received])
    if day is None:
        raise RegisterRefused("no-day", str(row))
    if not cells[account]:
        raise RegisterRefused("no-account", str(row))
    named: Mapping[str, str] = {
        head: cell for at, (head, cell) in enumerate(zip(heads, cells, strict=False)) if at != account and head and cell
    }
    more = "\n".join(f"{head}: {cell}" for head, cell in named.items())
    return RegisterLine(row, f"{cells[account]}\n\n{more}".strip(), day)


def _day(text: str) -> date | None:
    found = DAY.search(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
