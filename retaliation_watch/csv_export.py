"""Tables that people open with a spreadsheet: what HR's files name is text there, and never a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠|]")
"""How a text begins that some program would take for a formula."""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV in UTF-8; a text that a program might take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def as_written(column: str) -> pl.Expr:
    """A text column of such a file, read back without those apostrophes."""
    return pl.col(column).str.replace(r"^'(\s*[=+\-@＝＋－＠|])", "$1")
