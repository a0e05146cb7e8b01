"""`yanlu watch office` before an honest desk, one that shows something older, another office, or too little."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from crypto.office.signed_notes import draw_keeper
from crypto.transparency_log.office_document import write_office
from portal.cli.errors import Exit
from portal.cli.terminal import today
from portal.office import OfficeFolder, root_document, rotate_office, sign_directory
from portal.office.current_directory import CurrentDirectory
from portal.office.rules_repository import RulesRepository
from portal.settings import read_settings
from tests.support.commands.yanlu_in_process import Ran, inside
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.transparency_log.log_view_server import serving
from tests.support.transparency_log.log_witness import Outside, confirmed

UNION = Outside("union.example/log")


@dataclass
class Host:
    """The watch's host, and the desk that it asks."""

    office: OfficeForTests
    here: OfficeFolder
    run: Callable[..., Ran]
    address: str = ""
    shown: bytes = b""
    # Paths that the desk does not give.
    kept_back: set[str] = field(default_factory=set[str])

    def read(self, path: str) -> bytes | None:
        """What the desk gives."""
        if path == "/office/office.json":
            return self.shown
        kind, _, name = path.removeprefix("/office/").partition("/")
        file = self.office.path / "published" / kind / name
        return file.read_bytes() if kind not in self.kept_back and file.is_file() else None

    def fetches(self, *more: object) -> Ran:
        """One round."""
        return self.run("watch", "office", self.address, *more)

    def confirm(self, *, ago: int = 0) -> bytes:
        """What the desk shows once the witness has confirmed what was signed last."""
        self.shown = confirmed(self.office.folder, UNION, int(time.time()) - ago)
        return self.shown

    def state(self) -> dict[str, bytes]:
        """All files that lie on the host."""
        return {str(file): file.read_bytes() for file in sorted(self.here.path.rglob("*")) if file.is_file()}


@pytest.fixture
def host(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """One that has fetched directory 2 of an office with a witness, and had nothing before."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data"), "YANLU_OFFICE": str(tmp_path / "here")})
    office = make_office(tmp_path / "there", witnesses=[UNION.line])
    made = Host(office, OfficeFolder(settings.office), partial(inside, capsys, monkeypatch, settings))
    made.confirm()
    with serving(made) as address:
        made.address = address
        unknown = made.fetches()
        assert (unknown.code, "--office-key" in unknown.err, made.state()) == (Exit.USAGE, True, {})
        first = made.fetches("--office-key", office.code)
        assert first.code == 0, first.err
        assert "confirmed it on" in first.out
        yield made


def test_the_host_follows_what_was_signed_and_confirmed(host: Host) -> None:
    """The next directory with its texts, and the keepers after; the watch works on what was fetched."""
    assert host.here.code() == host.office.code
    assert RulesRepository(CurrentDirectory(host.here)).office("group", today()) is not None
    assert host.here.shown() == host.shown
    sign_directory(host.office.folder, host.office.enrolled(), host.office.keepers, today())
    host.confirm()
    assert (host.fetches().code, host.here.verified(today()).sequence) == (0, 3)
    rotate(host.office)
    host.confirm()
    assert (host.fetches().code, host.here.root().number) == (0, 2)
    assert host.here.verified(today()).sequence == 4


def rotate(office: OfficeForTests) -> None:
    """Hands over to another union's key, by all present keepers."""
    keepers = [office.keepers[0], draw_keeper("union", os.urandom), office.keepers[2]]
    number = len(office.folder.roots()) + 1
    keys = {one.id: (one.key, one.nonce) for one in keepers}
    document = root_document(office.office, number, office.folder.config(), keys)
    rotate_office(office.folder, document, office.keepers, keepers, today())


def test_what_does_not_verify_is_not_taken_over(host: Host, tmp_path: Path) -> None:
    """Nobody confirmed it, or long ago; an older directory; another office: the folder stays as it is."""
    older = host.shown
    sign_directory(host.office.folder, host.office.enrolled(), host.office.keepers, today())
    host.confirm()
    assert host.fetches().code == 0
    other = make_office(tmp_path / "other", witnesses=[UNION.line])
    before = host.state()
    for lie in (
        older,
        host.confirm(ago=int(timedelta(days=60).total_seconds())),
        write_office(host.office.folder.signed()),
        confirmed(other.folder, UNION, int(datetime.now(UTC).timestamp())),
    ):
        host.shown = lie
        ran = host.fetches()
        assert (ran.code, "Nothing was taken over" in ran.err) == (Exit.NOT_VERIFIED, True), ran.err
        assert host.state() == before
    host.confirm()
    assert host.fetches("--office-key", other.code).code == Exit.REFUSED
    assert host.state() == before


def test_another_list_of_keepers_is_not_followed(host: Host) -> None:
    """Former keepers and a witness may make a second root 2: the host has seen the first."""
    mark = {file: file.read_bytes() for file in host.office.path.rglob("*") if file.is_file()}
    rotate(host.office)
    host.confirm()
    assert host.fetches().code == 0
    (host.office.path / "roots/2.note").unlink()
    for file, content in mark.items():
        file.write_bytes(content)
    for _ in range(2):
        sign_directory(host.office.folder, host.office.enrolled(), host.office.keepers, today())
    rotate(host.office)
    host.confirm()
    before = host.state()
    ran = host.fetches()
    assert (ran.code, "another root 2" in ran.err, host.state() == before) == (Exit.NOT_VERIFIED, True, True), ran.err


def test_a_directory_without_the_calendars_that_it_names_is_not_taken_over(host: Host) -> None:
    """As at intake's address, which does not give them: the watch could not count a day."""
    config = host.office.folder.config_file
    config.write_text(config.read_text("utf-8").replace('opens = "09:00"', 'opens = "08:00"'), "utf-8")
    sign_directory(host.office.folder, host.office.enrolled(), host.office.keepers, today())
    host.confirm()
    host.kept_back, before = {"calendars"}, host.state()
    ran = host.fetches()
    assert (ran.code != 0, host.state() == before) == (True, True)
    host.kept_back = set()
    assert host.fetches().code == 0


def test_an_address_is_wanted(host: Host) -> None:
    """A folder or a bare name is told where it was typed."""
    ran = host.run("watch", "office", "desk.example")
    assert (ran.code, "desk.example: an address begins" in ran.err) == (Exit.USAGE, True)
