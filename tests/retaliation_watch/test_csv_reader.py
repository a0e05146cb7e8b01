"""A feed file is the same, however few bytes of it are read at a time and whether its last line ends or not."""

from __future__ import annotations

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retaliation_watch.errors import FileRefused
from retaliation_watch.hr_formats import csv_reader
from retaliation_watch.hr_formats.csv_reader import open_sheet

VALUE = st.sampled_from(["", "A1", "王芳", '"a,b"', '"two\nlines"', '"', 'x""y', "\ufffd", "\x01", " ", "\r"])
ROW = st.lists(VALUE, min_size=1, max_size=4).map(",".join)
FILE = st.tuples(st.lists(ROW, max_size=24), st.sampled_from(["\n", "\r\n"]), st.booleans())


def read(content: bytes, at_once: int) -> tuple[pl.DataFrame, dict[int, str], int] | None:
    """Rows, flaws and number of chunks; None for a file that is refused."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_reader, "CHUNK", at_once)
        try:
            chunks = list(open_sheet(io.BytesIO(content)).chunks())
        except FileRefused:
            return None
    flaws = {line: flaw for chunk in chunks for line, flaw in chunk.flaws.items()}
    return pl.concat([chunk.frame for chunk in chunks]).sort("line"), flaws, len(chunks)


@given(FILE, st.integers(64, 120))
def test_a_file_is_read_alike_in_any_portions(file: tuple[list[str], str, bool], at_once: int) -> None:
    """In portions of a few bytes each row and each flaw is that of the whole file, which is one chunk."""
    rows, end, ends = file
    text = end.join(["employee_id,org_unit,grade", *rows]) + (end if ends else "")
    whole, parts = read(text.encode("utf-8-sig"), 1 << 20), read(text.encode("utf-8-sig"), at_once)
    assert whole is not None
    assert parts is not None
    assert whole[2] == 1
    assert whole[0].equals(parts[0])
    assert whole[1] == parts[1]
