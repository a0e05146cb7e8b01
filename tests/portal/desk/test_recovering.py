"""Nobody is left who held the cases: recovery shares and an outside holder bring them to new holders."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import crypto
from casework.event_store.store import CaseId
from crypto.transparency_log.office_document import OfficeDocument, write_office
from portal.cli.desk.client import DeskSession
from portal.cli.desk.profile import Document, Profile
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.recovered_cases import Back, RecoveredCase, Recovering, lines_of, recovery_key
from portal.cli.keepers.recovered_cases_commands import bring, office_of, use
from portal.cli.keepers.recovery_commands import sealed_case
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from portal.office import split_recovery
from portal.office.config import RecoveryConfig
from tests.crypto.sample import TODAY, Case
from tests.portal.desk.test_handing_over import ENDED, Killed, Leaving
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import random_report, report
from tests.support.offices.sample_office import make_office
from tests.support.transparency_log.log_witness import Outside, confirmed

GONE = ("li-wei", "sun-fang", "zhao-min", "qian-yu")
OUTSIDE, NEXT = "wai-bu", "shang-ji"
QUORUM = ("board-share", "union-share", "notary-share")


class Left(Leaving):
    """A desk whose holders are all gone."""

    def sign_without_all(self, **changes: Any) -> crypto.VerifiedDirectory:
        """The keepers sign a directory in which no holder of before is left, and an outside member holds."""
        office = self.room.edge.office
        plain = office.directory_document()
        members = [office.member(name, until=ENDED) if name in GONE else office.member(name) for name in office.seeds]
        rows = [row | {"members": [NEXT], "left_out": []} for row in plain["holders"]]
        told: dict[str, Any] = {"sequence": 9, "members": members, "holders": rows} | changes
        (self.room.edge.settings.office / "directory.note").write_bytes(office.note(**told))
        self.directory = office.directory(**told)
        return self.directory

    def rows(self) -> list[Document]:
        """What `yanlu recovery export` writes of each case."""
        found = [self.row(made) for made in self.cases]
        return [row for row in found if row is not None]

    def row(self, made: Case) -> Document | None:
        """The same of one."""
        case = CaseId(crypto.b64decode(case_of(made)))
        return sealed_case(self.room.desk.cases, self.room.edge.mailroom, case)

    def keys(self, name: str) -> crypto.StaffKeys:
        """A member's keys."""
        return self.room.edge.office.staff(name)


def case_of(made: Case) -> str:
    """The id of a case as text."""
    return str(made.sealed.submission["case"])


def shares(seed: bytes) -> list[str]:
    """The printed papers of a quorum."""
    made = {share.id: share for share in split_recovery(seed, RecoveryConfig())}
    return [made[name].paper("CODE") for name in QUORUM]


@pytest.fixture
def left(room: DeskRoom, tmp_path: Path) -> Iterator[Left]:
    """Two reports, one of which leaves out who will be a new holder; nobody has claimed anything."""
    made = Left(room, tmp_path, {})
    for filed in (random_report(room.edge), report(room.edge, "leaves out", (NEXT,))):
        room.file(filed)
        made.cases.append(filed)
    yield made
    made.lines.close()


def brought(left: Left, directory: crypto.VerifiedDirectory, *signers: str) -> list[RecoveredCase]:
    """What `yanlu recovery use` makes off line."""
    key = recovery_key(directory, shares(left.room.edge.office.recovery.seed))
    work = Recovering(directory, key, [left.keys(name) for name in signers], [NEXT])
    return [work.recover(row) for row in left.rows()]


def test_cases_without_holders_come_back_and_exclusions_are_kept(left: Left) -> None:
    """New holder and signer read the first; the second, which leaves her out, is the signer's; reporters are told."""
    for name in (OUTSIDE, NEXT):
        left.people[name] = left.room.sign_in(name)
    directory = left.sign_without_all()
    made = brought(left, directory, OUTSIDE)
    assert [one.back for one in made] == [Back.RECOVERED, Back.OUTSIDE]
    line = left.line(OUTSIDE)
    session, staff = DeskSession(line, directory, OUTSIDE), left.keys(OUTSIDE)
    line.left = 2
    first, second = (one.regrant for one in made)
    assert first
    assert second
    with pytest.raises(Killed):
        bring(session, staff, first, TODAY)
    line.left = None
    assert [bring(session, staff, deed, TODAY) for deed in (first, second)] == [True, True]
    assert [bring(session, staff, deed, TODAY) for deed in (first, second)] == [False, False]
    with pytest.raises(crypto.NotAddressed):
        crypto.open_grant(left.keys(NEXT), packet_of(left, left.cases[1]), directory)
    for made_of, holders in zip(left.cases, ([NEXT, OUTSIDE], [OUTSIDE]), strict=True):
        holder = holders[0]
        grant = crypto.open_grant(left.keys(holder), packet_of(left, made_of), directory)
        assert (grant.body.holders, grant.epoch) == (holders, 1)
        assert [(entry.mark, entry.inner and entry.inner.type) for entry in left.letters(made_of)] == [(None, "epoch")]
        answered(left, made_of, holder)


def packet_of(left: Left, made: Case) -> bytes:
    """The newest grant of a case."""
    left.room.edge.worker.work_once()
    row = left.row(made)
    assert row is not None
    return crypto.b64decode(str(row["packet"]))


def answered(left: Left, made: Case, holder: str) -> None:
    """The reporter reads a reply of the new holder, and the holder what the reporter wrote before."""
    directory = left.directory
    assert directory is not None
    grant = crypto.open_grant(left.keys(holder), packet_of(left, made), directory)
    [row] = [row for row in left.rows() if row["case"] == case_of(made)]
    grant = grant.with_history(crypto.b64decode(str(row["history"])))
    thread = crypto.read_case(directory, grant, row["items"])  # type: ignore[arg-type]
    assert [entry.mark for entry in thread.entries] == [None, None]
    reply = crypto.seal_reply(left.keys(holder), directory, grant, thread, crypto.Message("又有人了"), made.office.rng)
    mailbox = crypto.open_mailbox(made.keys, left.room.edge.poll(made))
    assert mailbox is not None
    read = crypto.read_mailbox(directory, made.keys, replace(mailbox, items=[*mailbox.items, reply.document()]))
    assert [entry.mark for entry in read.thread.entries] == [None, None]


def test_wrong_and_mixed_shares_open_nothing(left: Left) -> None:
    """A whole quorum of another key, and shares of two keys together, are refused before a case is looked at."""
    directory = left.sign_without_all()
    right, other = shares(left.room.edge.office.recovery.seed), shares(bytes(32))
    for papers in (other, [right[0], other[1], right[2]], right[:2]):
        with pytest.raises(CommandError):
            recovery_key(directory, papers)
    with pytest.raises(crypto.NotAddressed):
        crypto.open_recovered(directory, packet_of(left, left.cases[0]), None, None, crypto.Identity(bytes(32)))


def test_recovery_is_for_cases_that_nobody_holds(left: Left) -> None:
    """While two holders are there, by a member of the office, or by one signer of two, nothing is brought back."""
    assert {one.back for one in brought(left, left.room.edge.office.directory(), OUTSIDE)} == {Back.REFUSED}
    directory = left.sign_without_all()
    assert {one.back for one in brought(left, directory, "bao-guan-1")} == {Back.REFUSED}
    two = left.sign_without_all(regrant_threshold=2)
    assert {one.back for one in brought(left, two, OUTSIDE)} == {Back.REFUSED}
    assert [one.back for one in brought(left, two, OUTSIDE, NEXT)] == [Back.RECOVERED, Back.REFUSED]


def test_a_grant_that_forgets_the_report_or_whom_it_leaves_out_is_refused(left: Left) -> None:
    """Without the report nothing tells whom it excludes: such a case stays closed."""
    directory = left.sign_without_all()
    key = recovery_key(directory, shares(left.room.edge.office.recovery.seed))
    work = Recovering(directory, key, [left.keys(OUTSIDE)], [NEXT])
    for row in left.rows():
        assert work.recover(row | {"items": []}).back is Back.REFUSED
    other = Recovering(directory, crypto.Identity(bytes(32)), [left.keys(OUTSIDE)], [NEXT])
    assert {other.recover(row).back for row in left.rows()} == {Back.NOT_OURS}


def test_a_row_of_a_file_that_is_none_holds_up_no_other(left: Left) -> None:
    """A row without its fields, of another type, or under another case's name is refused, and the next one is done."""
    directory = left.sign_without_all()
    key = recovery_key(directory, shares(left.room.edge.office.recovery.seed))
    work, [row] = Recovering(directory, key, [left.keys(OUTSIDE)], [NEXT]), left.rows()[:1]
    other = crypto.b64encode(bytes(16))
    for lie in ({}, row | {"case": other}, row | {"case": "../x"}, row | {"packet": 7}, row | {"items": {}}):
        assert work.recover(lie).back is Back.REFUSED
    assert work.recover(row).back is Back.RECOVERED


def test_the_command_works_off_line_from_a_file(left: Left, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the exported file, printed shares and the signer's profile alone; what it writes is for its user only."""
    left.sign_without_all()
    day = date.fromisoformat(TODAY)
    monkeypatch.setattr("portal.cli.keepers.recovered_cases_commands.today", lambda: day)
    office, device = left.room.edge.office, bytes(range(16))
    wrapped = crypto.wrap_staff_seed(office.seeds[OUTSIDE], "six words", device, office.office, OUTSIDE, os.urandom)
    Profile(tmp_path / "p").start("http://desk", office.code, OUTSIDE, wrapped)
    source, out = tmp_path / "cases", tmp_path / "deeds"
    note = (left.room.edge.settings.office / "directory.note").read_bytes()
    head = {"v": 1, "office": write_office(OfficeDocument(office.roots, note, None)).decode()}
    source.write_text("".join(json.dumps(row) + "\n" for row in [head, *left.rows()]), "utf-8")
    told = [str(source), "--profile", str(tmp_path / "p"), "--to", NEXT, "--out", str(out)]
    given = {"pass": "six words", "device": crypto.device_secret_text(device)}
    given |= {f"share-{n}": paper for n, paper in enumerate(shares(office.recovery.seed))}
    for name, text in given.items():
        (tmp_path / name).write_text(text, "utf-8")
    told += ["--passphrase-file", str(tmp_path / "pass"), "--device-secret-file", str(tmp_path / "device")]
    for n in range(3):
        told += ["--share-file", str(tmp_path / f"share-{n}")]
    ran = CliRunner().invoke(use, told, obj=Terminal(Catalogue("en"), as_json=True), catch_exceptions=False)
    assert ran.exit_code == 0
    assert {name: json.loads(ran.stdout)[name] for name in ("recovered", "outside", "refusals")} == {
        "recovered": 1, "outside": 1, "refusals": {},
    }  # fmt: skip
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [row["case"] for row in lines_of(out)] == [case_of(made) for made in left.cases]


def test_a_file_says_how_old_its_directory_is(tmp_path: Path) -> None:
    """An office with witnesses: none of their words, one of long ago, or another form of file opens nothing."""
    outside, now = Outside("union.example/log"), int(time.time())
    office = make_office(tmp_path / "office", witnesses=[outside.line])
    profile = Profile(tmp_path / "p")
    wrapped = crypto.wrap_staff_seed(bytes(32), "six words", bytes(16), office.office, OUTSIDE, os.urandom)
    profile.start("http://desk", office.code, OUTSIDE, wrapped)

    def read(head: Document) -> crypto.VerifiedDirectory:
        return office_of(head, profile)

    def file_of(content: bytes) -> Document:
        return {"v": 1, "office": content.decode()}

    at = read(file_of(confirmed(office.folder, outside, now))).confirmed
    assert at is not None
    assert at.at == now
    whole = file_of(confirmed(office.folder, outside, now))
    for lie, code in (
        (file_of(write_office(office.folder.signed())), Exit.NOT_VERIFIED),
        (file_of(confirmed(office.folder, outside, now - 15 * 86400)), Exit.NOT_VERIFIED),
        (file_of(confirmed(office.folder, Outside("union.example/log"), now)), Exit.NOT_VERIFIED),
        ({"v": 1, "roots": office.folder.roots(), "directory": office.folder.directory()}, Exit.NOTHING_THERE),
        (whole | {"v": 2}, Exit.NOTHING_THERE),
        (whole | {"more": 1}, Exit.NOTHING_THERE),
        ({}, Exit.NOTHING_THERE),
    ):
        with pytest.raises(CommandError) as refused:
            read(lie)
        assert refused.value.code == code, lie
