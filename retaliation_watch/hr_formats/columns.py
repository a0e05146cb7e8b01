"""Rows of a feed file as typed columns, with the quarantined rows and the number of ignored columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import polars as pl

from retaliation_watch.errors import Fault, FileRefused
from retaliation_watch.hr_formats.csv_reader import open_sheet
from retaliation_watch.hr_formats.dates import Order, Unread, day_number, read_date
from retaliation_watch.hr_formats.names import columns_of, shown_headings

MOST_MALFORMED: Final = 0.02
"""Above this share of malformed rows the whole file is refused, but for what chance adds (`most_malformed`)."""
NOTHING_THERE: Final = frozenset(
    {"null", "nan", "nat", "none", "n/a", "na", "nil", "-", "--", "—", "——", "/", "\\n", "0000-00-00", "无", "空"}
)
"""How exports write an empty date, in lower case."""
MAX_QUARANTINED: Final = 10_000
MAX_ID: Final = 128
MAX_KNOWN: Final = 200_000


@dataclass
class Receipt:
    """What became of a file's rows; `quarantined` holds line numbers and codes, `MAX_QUARANTINED` of them at most."""

    read: int = 0
    accepted: int = 0
    repeated: int = 0
    quarantined: dict[int, str] = field(default_factory=dict[int, str])
    codes: Counter[str] = field(default_factory=Counter[str])
    malformed: int = 0
    ignored_columns: int = 0
    # What stands above the columns, as far as it is told: never a line of somebody's.
    headings: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""

    def quarantine(self, lines: Mapping[int, str], *, malformed: bool) -> None:
        """Notes quarantined rows; only malformed ones count toward the refusal of the file."""
        self.codes.update(lines.values())
        free = MAX_QUARANTINED - len(self.quarantined)
        self.quarantined |= dict(list(lines.items())[: max(free, 0)])
        self.malformed += len(lines) if malformed else 0

    def judge(self) -> None:
        """Raises `FileRefused` when more than 2 % of the rows are malformed."""
        if self.malformed <= most_malformed(self.read):
            return
        share = f"{100 * self.malformed / self.read:.1f} %"
        ambiguous = self.codes[Unread.AMBIGUOUS] * 2 > self.malformed
        raise FileRefused(Fault.AMBIGUOUS_DATES if ambiguous else Fault.MALFORMED, share)


def most_malformed(rows: int) -> float:
    """How many malformed rows a file may have: two in a hundred, and what chance adds to them.

    Chance adds two standard deviations of the expected number, less 2.5 so that small files stay strict; one row
    that is spoilt is always borne where two thirds of the file or more are good.
    """
    expected = MOST_MALFORMED * rows
    return expected + max(1.0 if rows > 2 else 0.0, 2 * expected**0.5 - 2.5)


def known_columns(
    stream: BinaryIO,
    known: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    receipt: Receipt,
    extra: Mapping[str, str] | None = None,
) -> Iterator[pl.DataFrame]:
    """Yields chunks with `line` and the known columns as stripped texts; unknown columns are ignored."""
    sheet = open_sheet(stream)
    places = columns_of(sheet.header, known, extra)
    receipt.headings = shown_headings(sheet.header, len(places))
    for column in required:
        if column not in places:
            raise FileRefused(Fault.COLUMN_MISSING, column)
    receipt.encoding, receipt.separator = sheet.encoding, sheet.separator
    receipt.ignored_columns = len(sheet.header) - len(places)
    wanted = [pl.col(f"c{place}").str.strip_chars(" \t　 ").alias(name) for name, place in places.items()]
    for rows in sheet.chunks():
        receipt.read += rows.frame.height + len(rows.flaws)
        receipt.quarantine(rows.flaws, malformed=True)
        yield rows.frame.select("line", *wanted)


class Memory:
    """Reads each different text once: a feed of millions of rows has a few thousand dates and kinds."""

    def __init__(self, read: Callable[[str], int]) -> None:
        self._read = read
        self._known: dict[str, int] = {}

    def __call__(self, texts: pl.Series) -> pl.Series:
        """The numbers of a text column, as Int32."""
        keys = texts.unique().drop_nulls().to_list()
        if len(self._known) + len(keys) > MAX_KNOWN:
            self._known = {}
        self._known |= {text: self._read(text) for text in keys if text not in self._known}
        numbers = [self._known[text] for text in keys]
        return texts.replace_strict(keys, numbers, default=None, return_dtype=pl.Int32)


EMPTY, BAD, AMBIGUOUS = -(1 << 30), -(1 << 30) + 1, -(1 << 30) + 2
"""In a column of days: nothing there, no date, a date that could be read in two ways."""


def dates(order: Order | None) -> Memory:
    """A reader of date columns: days since 1970, or one of `EMPTY`, `BAD`, `AMBIGUOUS`."""

    def read(text: str) -> int:
        is_there = text and text.casefold() not in NOTHING_THERE
        found = read_date(text, order) if is_there else None
        match found:
            case None:
                return EMPTY
            case Unread.AMBIGUOUS:
                return AMBIGUOUS
            case Unread():
                return BAD
            case _:
                return day_number(found)

    return Memory(read)


def date_flaw(column: str) -> pl.Expr:
    """The code of what is wrong with a column of days, or null."""
    return (
        pl.when(pl.col(column) == BAD)
        .then(pl.lit(Unread.BAD.value))
        .when(pl.col(column) == AMBIGUOUS)
        .then(pl.lit(Unread.AMBIGUOUS.value))
        .otherwise(None)
    )


def id_flaw(column: str) -> pl.Expr:
    """The code of what is wrong with an id, or null."""
    long = pl.col(column).str.len_bytes() > MAX_ID
    return (
        pl.when((pl.col(column) == "") | pl.col(column).is_null())
        .then(pl.lit("id-missing"))
        .when(long)
        .then(pl.lit("id-too-long"))
        .otherwise(None)
    )


def quarantine_flawed(frame: pl.DataFrame, flaw: pl.Expr, receipt: Receipt, *, malformed: bool) -> pl.DataFrame:
    """Quarantines the rows for which `flaw` is not null; returns the others."""
    flaws = frame.select(flaw.alias("flaw"))["flaw"]
    if flaws.null_count() == frame.height:
        return frame
    is_good = flaws.is_null()
    bad = frame.select("line", flaws).filter(~is_good)
    receipt.quarantine(dict(bad.iter_rows()), malformed=malformed)
    return frame.filter(is_good)
