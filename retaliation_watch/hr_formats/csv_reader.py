"""A file of separated values as chunks of rows: encoding, separator, quotes; what does not fit is set aside by line."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Final

import polars as pl

from retaliation_watch.errors import Fault, FileRefused

CHUNK: Final = 4 << 20
MAX_LINE: Final = 1 << 16
MAX_ROWS: Final = 40_000_000
MAX_JOINED: Final = 20
"""Lines that one quoted value may run over."""
CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
_STRAY: Final = re.compile("�")


class Flaw(StrEnum):
    """Why a row is set aside as malformed."""

    UNDECODABLE = "undecodable"
    CONTROL_CHARACTER = "control-character"
    TOO_LONG = "too-long"
    QUOTES = "unbalanced-quotes"
    WRONG_COLUMNS = "wrong-number-of-columns"


@dataclass(frozen=True)
class Rows:
    """Some rows of a file: `frame` has `line` (from 1, the header's included) and a text column per header place."""

    frame: pl.DataFrame
    flaws: dict[int, str]


@dataclass
class Sheet:
    """A file being read: its header, and then its rows in chunks."""

    header: list[str]
    separator: str
    encoding: str
    _blocks: Iterator[list[str]]
    _first: list[str]
    _line: int = field(default=1)

    def chunks(self) -> Iterator[Rows]:
        """Yields the rows, each chunk once; raises `FileRefused` beyond `MAX_ROWS`."""
        lines: list[str] | None = self._first
        held: list[str] = []
        while lines is not None:
            following = next(self._blocks, None)
            lines = held + lines
            rows, used = _rows(lines, self._line, self.separator, len(self.header), is_last=following is None)
            self._line += used
            if self._line > MAX_ROWS:
                raise FileRefused(Fault.TOO_MANY_ROWS, str(MAX_ROWS))
            yield rows
            lines, held = following, lines[used:]


def open_sheet(stream: BinaryIO) -> Sheet:
    """Finds encoding and separator and reads the header; raises `FileRefused`."""
    head = stream.read(CHUNK)
    encoding, skipped = _encoding(head)
    blocks = _blocks(stream, head[skipped:], encoding)
    for lines in blocks:
        for place, line in enumerate(lines):
            if line.strip(" ,;\t\"'"):
                separator = max(",;\t", key=line.count)
                return Sheet(_header(line, separator), separator, encoding, blocks, lines[place + 1 :], place + 2)
    raise FileRefused(Fault.EMPTY)


def _header(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\r\ufeff")[:MAX_LINE]], delimiter=separator))
    except csv.Error as error:
        raise FileRefused(Fault.NOT_TEXT) from error


def _encoding(head: bytes) -> tuple[str, int]:
    """The encoding, and how many bytes its mark takes."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8", 3
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return name, 2
    even, odd = head[:4096:2].count(0), head[1:4096:2].count(0)
    if max(even, odd) > len(head[:4096]) // 8:
        return ("utf-16-be" if even > odd else "utf-16-le"), 0
    if b"\0" in head[:4096]:
        raise FileRefused(Fault.NOT_TEXT)
    if head.isascii():
        return "utf-8", 0
    # A few damaged rows must not make the whole file look as if it were of the other encoding.
    whole = head[: head.rfind(b"\n") + 1] or head
    lines = [line for line in whole.split(b"\n")[:20_000] if not line.isascii()]
    spoilt = {
        name: sum(bool(_STRAY.search(line.decode(name, "replace"))) for line in lines) for name in ("utf-8", "gb18030")
    }
    return min(spoilt, key=lambda name: spoilt[name]), 0


def _blocks(stream: BinaryIO, head: bytes, encoding: str) -> Iterator[list[str]]:
    """Yields lists of whole lines; a line feed is never part of another character in these encodings."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest, block = "", head
    while block:
        following = stream.read(CHUNK)
        text = rest + decoder.decode(block, final=not following)
        lines = text.replace("\r\n", "\n").split("\n")
        rest = lines.pop()
        if len(rest) > CHUNK:
            raise FileRefused(Fault.NOT_TEXT)
        # A last line needs no end.
        if rest and not following:
            lines.append(rest)
        if lines:
            yield lines
        block = following


def _rows(lines: list[str], first: int, separator: str, width: int, *, is_last: bool) -> tuple[Rows, int]:
    """Reads lines; returns the rows and how many lines they took: a value may go on in the next chunk."""
    texts = pl.Series("text", lines, dtype=pl.String).str.strip_chars("\r\ufeff")
    if _has_quotes(texts):
        texts = _unquoted(texts, separator)
    quoted = _quoted(texts.to_list() if _has_quotes(texts) else [], separator, width, is_last)
    used = len(lines) if quoted.used is None else quoted.used
    frame = pl.DataFrame({"line": pl.arange(first, first + used, eager=True, dtype=pl.Int64), "text": texts[:used]})
    flaws: dict[int, str] = {first + place: flaw for place, flaw in quoted.flaws.items()}
    quoted_rows = _frame([first + place for place in quoted.places], quoted.rows, width)
    quoted_lines = [first + place for place in quoted.consumed]
    frame = frame.filter(~pl.col("line").is_in(quoted_lines)) if quoted_lines else frame
    frame = frame.filter(pl.col("text").str.strip_chars(f" {separator}") != "")
    text = pl.col("text")
    checked = frame.select(
        "line",
        "text",
        pl.when(text.str.len_bytes() > MAX_LINE)
        .then(pl.lit(Flaw.TOO_LONG.value))
        .when(text.str.contains("�", literal=True))
        .then(pl.lit(Flaw.UNDECODABLE.value))
        .when(text.str.contains(CONTROL))
        .then(pl.lit(Flaw.CONTROL_CHARACTER.value))
        .when(text.str.count_matches(separator, literal=True) != width - 1)
        .then(pl.lit(Flaw.WRONG_COLUMNS.value))
        .alias("flaw"),
    )
    flaws |= dict(checked.filter(pl.col("flaw").is_not_null()).select("line", "flaw").iter_rows())
    good = checked.filter(pl.col("flaw").is_null())
    names = [f"c{place}" for place in range(width)]
    split = good["text"].str.split_exact(separator, width - 1).struct.rename_fields(names).struct.unnest()
    plain = pl.concat([good.select("line"), split], how="horizontal") if good.height else _frame([], [], width)
    return Rows(pl.concat([plain, quoted_rows]), flaws), used


def _frame(lines: Sequence[int], rows: Sequence[Sequence[str]], width: int) -> pl.DataFrame:
    columns = {f"c{place}": pl.Series([row[place] for row in rows], dtype=pl.String) for place in range(width)}
    return pl.DataFrame({"line": pl.Series(lines, dtype=pl.Int64), **columns})


@dataclass
class _Quoted:
    """Lines with quotes, by place in their chunk; `used` is where a value begins that the chunk does not end."""

    places: list[int] = field(default_factory=list[int])
    rows: list[list[str]] = field(default_factory=list[list[str]])
    consumed: list[int] = field(default_factory=list[int])
    flaws: dict[int, str] = field(default_factory=dict[int, str])
    used: int | None = None


def _has_quotes(texts: pl.Series) -> bool:
    return bool(texts.str.contains('"', literal=True).any())


def _unquoted(texts: pl.Series, separator: str) -> pl.Series:
    """Takes the quotes off where no value needs them: `a,"",c` is `a,,c`."""
    value = f'(?:"[^"{separator}]*"|[^"{separator}]*)'
    simple = pl.col("text").str.contains(f"^{value}(?:{separator}{value})*$")
    bare = pl.col("text").str.replace_all('"', "", literal=True)
    return texts.to_frame("text").select(pl.when(simple).then(bare).otherwise(pl.col("text")))["text"]


def _quoted(lines: list[str], separator: str, width: int, is_last: bool) -> _Quoted:  # ours alone
    """Reads rows with quotes one by one; a stray quote spoils its own line alone."""
    found = _Quoted()
    place = 0
    while place < len(lines):
        if '"' not in lines[place]:
            place += 1
            continue
        end = _end_of_value(lines, place)
        if end is None and not is_last and len(lines) - place < MAX_JOINED:
            found.used = place
            return found
        last = place + 1 if end is None else end
        row, flaw = ([], Flaw.QUOTES) if end is None else _one("\n".join(lines[place:last]), separator, width)
        if flaw:
            found.flaws[place] = flaw
        else:
            found.places.append(place)
            found.rows.append(row)
        found.consumed += range(place, last)
        place = last
    return found


def _end_of_value(lines: list[str], place: int) -> int | None:
    """The place behind the line that closes what is open; None when the next lines don't."""
    quotes = 0
    for end in range(place, min(place + MAX_JOINED, len(lines))):
        quotes += lines[end].count('"')
        if quotes % 2 == 0:
            return end + 1
    return None


def _one(text: str, separator: str, width: int) -> tuple[list[str], Flaw | None]:
    if len(text) > MAX_LINE:
        return [], Flaw.TOO_LONG
    if _STRAY.search(text):
        return [], Flaw.UNDECODABLE
    if re.search(CONTROL, text):
        return [], Flaw.CONTROL_CHARACTER
    try:
        rows = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return [], Flaw.QUOTES
    if len(rows) != 1 or len(rows[0]) != width:
        return [], Flaw.WRONG_COLUMNS if len(rows) == 1 else Flaw.QUOTES
    return rows[0], None
