"""The watch on files that another hand made: Chinese, incomplete, dirty, and built to break a reader."""

from __future__ import annotations

import io
import tracemalloc
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from retaliation_watch.detector.detector import DetectorRun, Schedule, run_detector
from retaliation_watch.errors import FileRefused
from retaliation_watch.hr_formats.dates import day_number, day_of
from retaliation_watch.hr_formats.events import read_events
from retaliation_watch.hr_formats.roster import Roster, read_roster
from retaliation_watch.hr_formats.watchlist import read_watchlist
from tests.retaliation_watch.outside import LAST, LOOK, Clinic, clinic
from tests.retaliation_watch.sheets import staff


def looked(made: Clinic, rate: float = 0.05) -> tuple[DetectorRun, Roster]:
    """Reads the files and looks every week."""
    with (made.folder / "employees.csv").open("rb") as file:
        roster = read_roster(file)
    with (made.folder / "hr_events.csv").open("rb") as file:
        events = read_events(file, roster)
    with (made.folder / "watchlist.csv").open("rb") as file:
        watchlist = read_watchlist(file, roster)
    return run_detector(roster, events, watchlist, Schedule(day_number(LOOK), day_number(LAST), rate=rate)), roster


def rows(run: DetectorRun, roster: Roster) -> dict[str, date]:
    """The day of each alert by employee."""
    return {str(roster.ids[alert.person]): day_of(alert.day) for alert in run.alerts}


def test_another_hands_company_is_watched(tmp_path: Path) -> None:
    """Without grade, family, contract and superior most retaliation is found, and false alarms stay rare."""
    made = clinic(tmp_path, 41)
    run, roster = looked(made)
    alarms, hits, cases = made.judged(rows(run, roster))
    assert cases >= 15
    assert hits >= 0.6 * cases
    assert alarms / made.quiet_years <= 0.12
    assert run.control_alarm_rate == pytest.approx(0.05, abs=0.015)


def test_two_percent_of_its_rows_may_be_spoilt(tmp_path: Path) -> None:
    """The same company with dirt gives nearly the same people, and each bad row is counted by its reason."""
    clean, dirty = (clinic(tmp_path / str(dirt), 41, dirty=dirt) for dirt in (0.0, 0.02))
    before, after = ({*rows(*looked(made))} for made in (clean, dirty))
    assert len(before & after) >= 0.7 * len(before | after)
    with (dirty.folder / "employees.csv").open("rb") as file:
        roster = read_roster(file)
    with (dirty.folder / "hr_events.csv").open("rb") as file:
        receipt = read_events(file, roster).receipt
    assert {"bad-date", "id-missing", "wrong-number-of-columns"} <= set(receipt.codes)
    assert receipt.malformed == pytest.approx(0.02 * receipt.read, rel=0.02)


@cache
def hostile() -> dict[str, bytes]:
    """Files that are built to take time or memory."""
    head = b"employee_id,event_type,recorded_on\n"
    row = b"001,transfer,2024-01-05\n"
    return {
        "one long line": head + b"a" * (12 << 20),
        "all commas": head + b"," * (8 << 20),
        "quotes that never end": head + b'"001,transfer,2024-01-05\n' * 20_000,
        "every kind another": head + b"".join(b"001,k%d,2024-01-05\n" % n for n in range(40_000)),
        "every date another": head + b"".join(b"001,transfer,2024-01-%d\n" % n for n in range(40_000)),
        "no rows, many lines": head + b"\n" * (4 << 20),
        "zeros": head + bytes(4 << 20),
        "half a character": head + row * 1000 + b"\xe4\xb8" * 100_000,
        "many columns": b"employee_id,event_type,recorded_on" + b",x" * 200_000 + b"\n" + row,
    }


@pytest.mark.parametrize("name", sorted(hostile()))
def test_hostile_files_are_refused_or_read_in_bounded_memory(name: str) -> None:
    """Whatever a file does, Python's own memory stays within some thirty times the file, and every row is counted."""
    content = hostile()[name]
    tracemalloc.start()
    try:
        with suppress(FileRefused):
            receipt = read_events(io.BytesIO(content), staff()).receipt
            assert receipt.read == receipt.accepted + receipt.repeated + receipt.codes.total()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30 * len(content) + (64 << 20)
