"""`yanlu policy publish|supersede` and `yanlu calendar publish`: what is put in force, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from casework.deadlines.calendar_document import read_calendars
from casework.deadlines.calendars import Office
from crypto import b64encode
from portal.cli.errors import Exit
from portal.office import OfficeFolder, members_of, read_keeper, sign_directory
from portal.office.calendars import uploads
from portal.office.draft import DirectoryChange
from portal.office.versions import in_force
from portal.settings import read_settings
from tests.casework.policies import NAME
from tests.portal.office.test_versions import SECOND
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.sample_office import make_office
from tests.support.samples.calendar_files import CHINA_2027, ics

Yanlu = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """A signed office."""
    return make_office(tmp_path).folder


@pytest.fixture
def yanlu(folder: OfficeFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with the office in its settings."""
    settings = read_settings({"YANLU_DATA": str(folder.path.parent), "YANLU_OFFICE": str(folder.path)})
    return partial(inside, capsys, monkeypatch, settings)


def days_of(folder: OfficeFolder) -> dict[str, Office]:
    """The days of every entity, as the signed directory names them."""
    named = folder.verified(date.today()).content.calendars
    assert named is not None
    return read_calendars(folder.calendars(b64encode(named)) or b"")


def test_a_version_is_published_from_a_day_and_another_put_in_its_place(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu
) -> None:
    """The second version holds from its day; the first can be put back; a third that changes the second is refused."""
    text, bindings = tmp_path / "two.toml", tmp_path / "two.bindings.toml"
    text.write_text(SECOND[0], "utf-8")
    bindings.write_text(SECOND[1].replace('"1"', '"2"', 1), "utf-8")
    day = date.today() + timedelta(days=10)
    publish = ("policy", "publish", text, "--bindings", bindings, "--confirm", "unbound", "--from", day.isoformat())
    ran = yanlu(*publish, "--json")
    assert (ran.code, ran.document) == (0, {"policy": NAME, "version": "2", "from": day.isoformat()})
    for at, version in ((day - timedelta(days=1), "1"), (day, "2")):
        found = in_force(folder.versions(), NAME, at)
        assert found is not None
        assert found.version == version
    later = (day + timedelta(days=5)).isoformat()
    assert yanlu("policy", "supersede", NAME, "1", "--from", later).code == 0
    found = in_force(folder.versions(), NAME, day + timedelta(days=5))
    assert found is not None
    assert found.version == "1"
    text.write_text(SECOND[0].replace("受理", "收件"), "utf-8")
    ran = yanlu(*publish)
    assert (ran.code, "a version of its own" in ran.err) == (Exit.FAILED, True)
    assert yanlu("policy", "supersede", NAME, "9", "--from", later).code == Exit.FAILED
    assert yanlu("policy", "publish", "no-such").code == Exit.NOTHING_THERE
    text.write_text("id = ", "utf-8")
    assert yanlu("policy", "publish", text).code == Exit.REFUSED


@pytest.mark.parametrize("form", ["toml", "ics"])
def test_a_calendar_is_published_in_either_form_and_a_faulty_one_changes_nothing(
    tmp_path: Path, folder: OfficeFolder, yanlu: Yanlu, form: str
) -> None:
    """The year is known to Chinese entities once the keepers have signed; a file with a fault is told by its key."""
    file, year = tmp_path / f"mine.{form}", 2027
    file.write_bytes(CHINA_2027.encode() if form == "toml" else ics())
    faulty = tmp_path / "faulty.toml"
    faulty.write_text('calendar = "cn"\nyear = 1999\n', "utf-8")
    before = days_of(folder)
    ran = yanlu("calendar", "publish", faulty)
    assert (ran.code, "faulty.toml" in ran.err) == (Exit.REFUSED, True)
    assert uploads(folder) == []
    ran = yanlu("calendar", "publish", file, "--year", year, "--json")
    assert (ran.code, ran.document["year"]) == (0, year)
    assert days_of(folder) == before
    keepers = [read_keeper(one, folder.root().office) for one in sorted((folder.path / "keepers").glob("*.key"))]
    changes = sign_directory(folder, members_of(folder.directory() or ""), keepers, date.today()).changes
    assert DirectoryChange("~", "calendars", "calendars") in changes
    assert year not in before["group"].calendar.years
    assert year in days_of(folder)["group"].calendar.years
