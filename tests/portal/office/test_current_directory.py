"""One directory for both faces and the worker, as it stands today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.edge.directory_lookup import DirectoryLookup
from portal.errors import OfficeNotReady
from portal.office import sign_directory
from portal.office.current_directory import CurrentDirectory
from tests.support.offices.sample_office import make_office


def test_a_running_process_notices_that_the_directory_has_expired(tmp_path: Path) -> None:
    """The same note serves all day, once its time is over those alone who wait, and after thirty days nobody."""
    office = make_office(tmp_path)
    front = DirectoryLookup(CurrentDirectory(office.folder))
    now = datetime.combine(office.today, datetime.min.time(), UTC)
    assert front.directory(now) is front.directory(now + timedelta(hours=23))
    for days, lapsed in ((91, False), (92, True), (121, True)):
        day = office.today + timedelta(days=days)
        assert front.current.on(day).lapsed is lapsed
        if lapsed:
            with pytest.raises(OfficeNotReady):
                front.current.in_force(day)
    with pytest.raises(OfficeNotReady):
        front.directory(now + timedelta(days=122))


def test_a_new_signing_is_noticed_at_once(tmp_path: Path) -> None:
    """A directory that is signed while the process runs is the one that the next request gets."""
    office = make_office(tmp_path)
    front = DirectoryLookup(CurrentDirectory(office.folder))
    now = datetime.combine(office.today, datetime.min.time(), UTC)
    before = front.directory(now)
    sign_directory(office.folder, office.enrolled(), office.keepers, office.today)
    assert front.directory(now).content.sequence == before.content.sequence + 1
