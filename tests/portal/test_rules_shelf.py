"""The shelf of rules and calendars: each file is read once, and another in its place at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casework.clocks.calendar_document import calendars_document
from casework.clocks.calendars import Office
from casework.clocks.official_days import shipped_calendar
from crypto.framing import sha256
from portal.current_directory import CurrentDirectory
from portal.errors import OfficeNotReady
from portal.office import OfficeFolder
from portal.rules_shelf import RulesShelf

WORKS = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
LATE = time(10, 30)


class Counted(OfficeFolder):
    """An office folder that counts how often its calendars are read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.reads = 0

    def calendars(self) -> bytes | None:
        """As ever."""
        self.reads += 1
        return super().calendars()


def shelf_in(path: Path) -> tuple[RulesShelf, Counted]:
    """A shelf over a folder in which nothing is published yet."""
    (path / "published").mkdir()
    folder = Counted(path)
    return RulesShelf(CurrentDirectory(folder)), folder


def test_calendars_are_read_once_until_others_are_published(tmp_path: Path) -> None:
    """However many cases are reckoned, the file is read once; another one in its place is seen by the next case."""
    shelf, folder = shelf_in(tmp_path)
    assert (shelf.office("works"), shelf.calendars()) == (None, None)
    first = calendars_document({"works": WORKS}, 2025)
    folder.write_calendars(first)
    for _ in range(5):
        office = shelf.office("works")
        assert office is not None
        assert office.opens == WORKS.opens
        assert shelf.calendars() == sha256(first)
        assert shelf.office("elsewhere") is None
    assert folder.reads == 1
    folder.write_calendars(calendars_document({"works": replace(WORKS, opens=LATE)}, 2025))
    moved = shelf.office("works")
    assert moved is not None
    assert moved.opens == LATE
    assert shelf.calendars() != sha256(first)
    assert folder.reads == 2


def test_calendars_that_are_lost_stop_everything_until_they_are_back(tmp_path: Path) -> None:
    """A file that does not read is an office that is not ready, each time anew, until a good one is there."""
    shelf, folder = shelf_in(tmp_path)
    folder.write_calendars(b"{}")
    for ask in (lambda: shelf.office("works"), shelf.calendars):
        with pytest.raises(OfficeNotReady):
            ask()
    folder.write_calendars(calendars_document({"works": WORKS}, 2025))
    assert shelf.office("works") is not None
    (tmp_path / "published/calendars.json").unlink()
    assert shelf.office("works") is None
