"""What a member signs at the command line is dated as the page dates it: by the clock of the company concerned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from portal.cli.desk import days
from portal.cli.terminal import today
from tests.crypto.sample import Drawn, Office
from tests.support.commands.office_in_process import Inside, office_in_process

A = "investigator-a"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Inside]:
    """A house with one report of the group, which is in China; the member has it."""
    with office_in_process(tmp_path, (A,)) as found:
        found.file_report()
        yield found


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", "2026-11-29T15:59:59+00:00", "2026-11-29"),
        ("Asia/Shanghai", "2026-11-29T16:00:00+00:00", "2026-11-30"),
        ("America/Los_Angeles", "2026-11-29T07:59:59+00:00", "2026-11-28"),
        ("America/Los_Angeles", "2026-11-29T08:00:00+00:00", "2026-11-29"),
    ],
)
def test_a_day_begins_at_midnight_of_the_company(
    zone: str, moment: str, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the entity is no longer in the directory it begins at midnight UTC."""
    office = Office(Drawn("days"))
    entities = [one | {"timezone": zone} for one in office.directory_document()["entities"]]
    directory = office.directory(entities=entities)
    monkeypatch.setattr(days, "system_clock", lambda: datetime.fromisoformat(moment))
    assert days.day_at(directory, entities[0]["id"]) == day
    assert days.day_at(directory, "gone") == moment[:10]


def test_an_hour_before_midnight_in_london_a_reply_to_shanghai_bears_the_next_day(
    house: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does what is signed on opening."""
    late = datetime.combine(today(), time(23), UTC)
    monkeypatch.setattr(days, "system_clock", lambda: late)
    [case] = house.first_pull(A)
    words = tmp_path / "words"
    words.write_text("We are looking into it.", "utf-8")
    house.done(A, "reply", "--text-file", words, "--", case)
    [file] = (house.profile(A) / "cases").iterdir()
    events = [json.loads(event["payload"]) for event in json.loads(file.read_bytes())["events"]]
    signed = {event["kind"]: date.fromisoformat(event["day"]) for event in events if event["actor"] == A}
    assert signed == dict.fromkeys(("claimed", "replied"), today() + timedelta(days=1))
