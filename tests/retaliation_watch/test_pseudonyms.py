"""The columns of a delivery give what its rows give one by one, and no number of an employee gets out of them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_formats.columns import Receipt
from retaliation_watch.hr_formats.dates import Order
from retaliation_watch.hr_ingest import pseudonyms
from retaliation_watch.hr_ingest.forms import Form
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.hr_ingest.pseudonyms import (
    encrypt_people,
    pseudonymize_events,
    pseudonymize_people,
    pseudonyms_of,
)
from retaliation_watch.hr_ingest.row_reader import RowReader, Rows
from tests.retaliation_watch.row_by_row import PlainRowReader

KEY = HostKey(bytes([5]) * 32)
FORM = Form(1, {"谁": "employee_id"}, {"罚站": "verbal_warning"}, Order.DAY_FIRST)
IDS = st.sampled_from(["E1", "e1", "Ｅ１", " E 1 ", "0017", "17", "", "E2", "工" * 43, "x" * 129, "é", '"E2"'])
WHEN = st.sampled_from(
    ["2026-05-01", "2026年5月2日", "46144", "3/4/2026", "31/12/2026", "", "无", "NULL", "never", "9999-12-31"]
)
WHAT = st.sampled_from(["书面警告", "written_warning", "罚站", "指定体检", "不知道", "", "长" * 120, "Pay_Cut"])
WORD = st.sampled_from(["", "1000", "甲" * 32, "甲" * 33, "B2", '"a,b"', "张三因举报被处分" * 20, "ß"])
EVENT = st.tuples(st.sampled_from(["A1", "A2", "A3", "", "号" * 100]), IDS, WHAT, WHEN, WHEN, WORD, WORD, IDS, WORD)
PERSON = st.tuples(IDS, WORD, WORD, IDS, WHEN, WHEN)
EVENT_HEAD = "event_id,谁,event_type,effective_date,recorded_on,value_before,value_after,initiated_by,batch_id"
PERSON_HEAD = "employee_id,org_unit,grade,manager_id,hire_date,termination_date"
DAYS = ("effective", "recorded", "hired", "contract_end", "ended")


def sheet(head: str, rows: list[tuple[str, ...]], width: int) -> io.BytesIO:
    """A file of the first columns; one row of each third has a column too many."""
    lines = [head, *(",".join(row) + ("," if len(row[0]) % 3 == 1 and place % 3 == 2 else "") for place, row in enumerate(rows))]  # noqa: E501  # fmt: skip
    cut = [",".join(line.split(",")[:width]) if '"' not in line else line for line in lines]
    return io.BytesIO("\n".join(cut).encode())


def columns_of(rows: Rows, kind: FeedFile) -> dict[tuple[bytes, ...], dict[str, Any]]:
    """What the columns keep, by keys; of a key that comes twice the later row, as in the store."""
    names = pseudonyms_of(KEY, "works", rows.frames)
    if kind is FeedFile.ROSTER:
        people = pseudonymize_people(names, rows.frames).with_columns(is_new=True)
        parts = (part.drop("employee", "is_new") for part in encrypt_people(KEY, "works", people))
    else:
        parts = pseudonymize_events("hr", names, rows.frames)
    keys = ("person",) if kind is FeedFile.ROSTER else ("event", "content")
    found: dict[tuple[bytes, ...], dict[str, Any]] = {}
    for part in parts:
        mine = [tuple(row[key] for key in keys) for row in part.iter_rows(named=True)]
        assert mine == sorted(set(mine))
        found |= dict(zip(mine, part.iter_rows(named=True), strict=True))
    return found


def days_read(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its days as dates."""
    return {n: date.fromisoformat(v) if n in DAYS and v is not None else v for n, v in row.items()}


def compare(kind: FeedFile, stream: io.BytesIO, *, health: bool) -> None:
    """Both readings of a file agree in all that is kept, counted and set aside."""
    content = stream.getvalue()
    plainly = PlainRowReader(KEY, "works", "hr", FORM, health).read(io.BytesIO(content), kind)
    rows = RowReader(FORM, health).read(io.BytesIO(content), kind)
    kept = {key: days_read(row) for key, row in columns_of(rows, kind).items()}
    assert kept == plainly.kept
    assert (len(rows), pseudonyms_of(KEY, "works", rows.frames).people) == (plainly.count, len(plainly.people))
    assert rows.quarantined == plainly.quarantined
    torn = {line: code for line, code in rows.receipt.quarantined.items() if code == "wrong-number-of-columns"}
    assert rows.receipt.quarantined == plainly.codes | torn


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three rows, and files that are never refused for what is wrong with them."""
    monkeypatch.setattr(pseudonyms, "BATCH_ROWS", 3)
    monkeypatch.setattr(Receipt, "judge", lambda _: None)


@settings(max_examples=60)
@given(st.lists(EVENT, min_size=1, max_size=9), st.integers(4, 9), st.sampled_from(["off", "on"]))
@example([("A1", "E1", "书面警告", "", "2026-05-01", "", "", "E1", "")], 4, "off")
def test_columns_of_events_give_what_rows_give(rows: list[tuple[str, ...]], width: int, health: str) -> None:
    """Whatever is wrong with a file of events, its columns keep, count and set aside what row by row is right."""
    compare(FeedFile.EVENTS, sheet(EVENT_HEAD, rows, width), health=health == "on")


@settings(max_examples=40)
@given(st.lists(PERSON, min_size=1, max_size=9), st.integers(1, 6))
def test_columns_of_a_roster_give_what_rows_give(rows: list[tuple[str, ...]], width: int) -> None:
    """Whatever is wrong with a roster, its columns keep, count and set aside what row by row is right."""
    compare(FeedFile.ROSTER, sheet(PERSON_HEAD, rows, width), health=False)


def test_what_holds_numbers_does_not_show_them() -> None:
    """No repr of what a file gave, or of its pseudonyms, has an employee number in it."""
    file = sheet(EVENT_HEAD, [("A1", "SECRET7", "罚站", "2026-05-01", "2026-05-01", "", "", "", "")], 9)
    rows = RowReader(FORM, health=False).read(file, FeedFile.EVENTS)
    assert "SECRET7" in [number for part in rows.frames for number in part["employee"]]
    assert "SECRET7" not in repr(rows) + repr(pseudonyms_of(KEY, "works", rows.frames))
