"""A member changes keys and stays: killed anywhere and run again it ends right, and nothing old opens what is new."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

import crypto
from portal.accounts.rotation import all_next_keys
from portal.accounts.tables import MEMBERS, NEXT_KEYS, PASSKEYS
from portal.accounts.totp import digits_at
from portal.cli.desk.client import DeskSession, StepLoad, open_case, write_step
from portal.cli.desk.handing_over import Became, Resealed, claim_waiting, reseal_all
from portal.cli.desk.new_keys import KeyChangeStage, MemberKeys, ToNewKeys, keys_of, left_of
from portal.cli.desk.profile import Profile, Unlocking
from portal.cli.desk.regrants import countersign, review
from portal.cli.errors import CommandError
from portal.cli.words import Catalogue
from portal.office.changed_keys import AccountKeys, keys_in
from portal.settings import StoreName
from tests.crypto.sample import MEMBERS as SAMPLE
from tests.crypto.sample import TODAY, Case, Office
from tests.portal.desk.test_handing_over import Killed, Line
from tests.support.offices.desk import Colleague, DeskRoom, secret_of
from tests.support.offices.edge import random_report

KILLS = (2, 3, 6, 9, 12)
WHO, COLLEAGUE = "li-wei", "sun-fang"
HOW = Unlocking("six plain words of a sheet", crypto.device_secret_text(bytes(range(16))))
DEVICE = bytes(range(16))


@dataclass
class Change:
    """A member with cases, whose secrets are real."""

    room: DeskRoom
    folder: Path
    colleagues: dict[str, Colleague]
    cases: list[Case] = field(default_factory=list)
    lines: ExitStack = field(default_factory=ExitStack)
    directory: crypto.VerifiedDirectory | None = None
    signs: int = 1

    @property
    def office(self) -> Office:
        """The sample office."""
        return self.room.edge.office

    def prepare(self, cases: int) -> None:
        """The member's seed wrapped under a real sheet, and so many cases in the member's hands."""
        seed, member = self.office.seeds[WHO], self.colleagues[WHO]
        wrapped = crypto.wrap_staff_seed(seed, HOW.passphrase, DEVICE, self.office.office, WHO, os.urandom)
        body = {
            "secret": crypto.b64encode(secret_of(WHO)), "signin_secret": crypto.b64encode(self.secret()),
            "wrapped_key": wrapped,
        }  # fmt: skip
        assert member.send("/api/me/secrets", body, "PUT").status_code == 204
        for _ in range(cases):
            made = random_report(self.room.edge)
            self.room.file(made)
            self.cases.append(made)
        self.claim_waiting(WHO, crypto.staff_keys(seed, self.office.office, WHO))

    def claim_waiting(self, name: str, staff: crypto.StaffKeys) -> None:
        """Claim what the batch holds for a member."""
        claim_waiting(self.session(name), Profile(self.folder / name), staff)

    def secret(self) -> bytes:
        """The sign-in secret of the sheet."""
        return crypto.signin_secret(HOW.passphrase, DEVICE, self.office.office, WHO)

    def session(self, name: str = WHO) -> DeskSession:
        """A member's machine, signed in again, with the directory of now."""
        line = Line(self.room)
        self.lines.callback(line.close)
        self.room.pass_step()
        digits = digits_at(self.colleagues[name].totp_secret, self.room.desk.now())
        secret = self.secret() if name == WHO else secret_of(name)
        body = {"member": name, "secret": crypto.b64encode(secret), "totp": digits}
        line.call("POST", "/api/session", json=body)
        return DeskSession(line, self.directory or self.office.directory(), name)

    def keepers_sign(self) -> None:
        """The next directory, with whatever waits and is proven."""
        plain = self.office.directory_document()
        waiting = all_next_keys(self.room.desk.accounts)
        members = [self.office.member(name) for name in SAMPLE]
        held = [
            AccountKeys(one["recipient"], crypto.b64decode(one["signing"]), waiting.get(one["id"])) for one in members
        ]
        day = date.fromisoformat(TODAY)
        named = [one | keys_in(plain, one, one["id"], keys, day) for one, keys in zip(members, held, strict=True)]
        told: dict[str, Any] = {"sequence": 8, "members": named, "regrant_threshold": self.signs}
        (self.room.edge.settings.office / "directory.note").write_bytes(self.office.note(**told))
        self.directory = self.office.directory(**told)

    def run(self, session: DeskSession | None = None, *, forget: bool = True) -> list[Resealed]:
        """What `yanlu desk new-keys` does once the keepers have signed."""
        session = session or self.session()
        keys = keys_of(session, HOW)
        if keys.stage is KeyChangeStage.SIGNED:
            keys.activate()
        profile = Profile(self.folder / WHO)
        claim_waiting(session, profile, keys.staff)
        work = ToNewKeys(session, profile, keys.staff, "", (), lambda _: TODAY, notify=False, words=Catalogue("en"))
        seen = reseal_all(work, lambda _: None, list(session.rows()))
        if forget and not left_of(seen):
            keys.activate(forget=True)
        return seen

    def kept(self) -> Any:
        """The member's row in the accounts store."""
        with self.room.edge.eyes(StoreName.ACCOUNTS).read() as connection:
            return connection.execute(select(MEMBERS).where(MEMBERS.c.member == WHO)).one()

    def seeds(self) -> bytes:
        """The seeds in the wrapped key."""
        wrapped = json.loads(self.kept().wrapped_key)
        return crypto.unwrap_staff_seed(wrapped, HOW.passphrase, DEVICE, self.office.office, WHO)


@pytest.fixture
def change(room: DeskRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Change]:
    """Two holders at the desk; their sheets are stretched for less than a person's."""
    monkeypatch.setattr("crypto.keys.staff.STAFF_COST", crypto.ReceiptCost(8, 1, 1))
    made = Change(room, tmp_path, {name: room.sign_in(name) for name in (WHO, COLLEAGUE)})
    yield made
    made.lines.close()


def begun(change: Change) -> tuple[MemberKeys, bytes]:
    """New keys handed in; gives them, and the former seed."""
    keys = keys_of(change.session(), HOW)
    keys.begin()
    return keys, change.office.seeds[WHO]


def test_killed_anywhere_and_run_again_it_ends_right(change: Change) -> None:
    """However often it breaks off: every case and keyring entry opens with the new seed alone, which alone is left."""
    change.prepare(3)
    _, former = begun(change)
    assert keys_of(change.session(), HOW).stage is KeyChangeStage.WAITING
    assert change.run(forget=False)[0].became is Became.ALREADY
    change.keepers_sign()
    for calls in KILLS:
        session = change.session()
        assert isinstance(session.server, Line)
        session.server.left = calls
        with suppress(Killed):
            change.run(session)
    change.run()
    seed, directory = change.seeds(), change.directory
    assert len(seed) == 32
    assert seed != former
    assert directory is not None
    new, old = (crypto.staff_keys(one, change.office.office, WHO) for one in (seed, former))
    session = change.session()
    files = [session.case(row["case"]) for row in session.rows()]
    assert [file["epoch"] for file in files] == [1, 1, 1]
    for file in files:
        assert crypto.open_keyring_entry(new, file["keyring"]).epoch == 1
        packet = crypto.b64decode(file["packet"])
        assert open_case(new, directory, file, None).chain_holds
        with pytest.raises(crypto.NotAddressed):
            crypto.open_grant(old, packet, directory)
    assert (bytes(change.kept().signing), change.kept().recipient) == (new.signing_key, new.recipient)
    assert keys_of(change.session(), HOW).stage is KeyChangeStage.NONE


def reply(change: Change, text: str) -> None:
    """The member answers in the one case, with the keys of the day."""
    session, profile = change.session(), Profile(change.folder / WHO)
    staff = keys_of(session, HOW).staff
    [row] = session.rows()
    opened = open_case(
        staff, session.directory, session.case(row["case"]), profile.grant(staff, crypto.b64decode(row["case"]))
    )
    item = crypto.seal_reply(staff, session.directory, opened.grant, opened.thread, crypto.Message(text), os.urandom)
    write_step(session, staff, opened, StepLoad("replied", TODAY, item))


def test_a_thread_over_both_keys_holds_for_reporter_and_colleague(change: Change) -> None:
    """A reply before the change, the renewal and a reply after it: nothing is marked, on either side."""
    change.prepare(1)
    [made] = change.cases
    reply(change, "旧钥")
    begun(change)
    change.keepers_sign()
    change.run()
    reply(change, "新钥")
    change.room.edge.worker.work_once()
    mailbox = crypto.open_mailbox(made.keys, change.room.edge.poll(made))
    assert mailbox is not None
    assert change.directory is not None
    read = crypto.read_mailbox(change.directory, made.keys, mailbox)
    assert [(one.mark, one.inner and one.inner.type) for one in read.thread.entries] == [
        (None, "reply"), (None, "epoch"), (None, "reply"),
    ]  # fmt: skip
    change.claim_waiting(COLLEAGUE, change.office.staff(COLLEAGUE))
    session = change.session(COLLEAGUE)
    [row] = session.rows()
    opened = open_case(change.office.staff(COLLEAGUE), change.directory, session.case(row["case"]), None)
    assert opened.chain_holds
    assert all(entry.mark is None for entry in opened.thread.entries)


def test_two_signatures_keep_the_former_seed_until_the_second(change: Change) -> None:
    """Half-signed renewals still need the former seed; once a colleague has signed it may be forgotten."""
    change.signs = 2
    change.prepare(1)
    begun(change)
    change.keepers_sign()
    assert [one.became for one in change.run()] == [Became.WAITS]
    assert len(change.seeds()) == 64
    change.claim_waiting(COLLEAGUE, change.office.staff(COLLEAGUE))
    session = change.session(COLLEAGUE)
    staff = change.office.staff(COLLEAGUE)
    [row] = session.rows()
    profile = Profile(change.folder / COLLEAGUE)
    file = session.case(row["case"])
    countersign(
        session, staff, review(session, staff, file, profile.grant(staff, crypto.b64decode(row["case"]))), TODAY
    )
    assert [one.became for one in change.run()] == [Became.ALREADY]
    assert len(change.seeds()) == 32


def test_the_desk_takes_only_what_is_proven_and_only_once(change: Change) -> None:
    """A wrong secret, another's proof, other keys while some wait, and taking up before the keepers signed."""
    change.prepare(0)
    keys = keys_of(change.session(), HOW)
    member, office = change.colleagues[WHO], change.office.office
    wrapped = json.loads(change.kept().wrapped_key)
    stranger, new = (crypto.staff_keys(os.urandom(32), office, WHO) for _ in range(2))
    right = {"secret": crypto.b64encode(change.secret()), "wrapped_key": wrapped}
    proven = right | {"keys": crypto.propose_keys(keys.staff, new).document()}
    assert member.send("/api/me/keys", proven | {"secret": crypto.b64encode(bytes(32))}, "PUT").status_code == 401
    forged = right | {"keys": crypto.propose_keys(stranger, new).document()}
    assert member.send("/api/me/keys", forged, "PUT").json["type"] == "urn:yanlu:error:keys-refused"
    for _ in range(2):
        assert member.send("/api/me/keys", proven, "PUT").status_code == 204
    other = right | {"keys": crypto.propose_keys(keys.staff, stranger).document()}
    assert member.send("/api/me/keys", other, "PUT").json["type"] == "urn:yanlu:error:keys-waiting"
    assert member.send("/api/me/keys/taken", right).json["type"] == "urn:yanlu:error:keys-not-signed"
    assert member.get("/api/me").json["next_keys"] == proven["keys"]


def test_no_device_that_knows_nothing_of_them_drops_new_keys(change: Change) -> None:
    """While new keys wait, new secrets with fewer seeds are refused; passkeys that hold keys have ended."""
    change.prepare(0)
    rows = [{"credential": bytes([n]) * 16, "wrapped_key": wrapped} for n, wrapped in enumerate((None, "{}"))]
    common = {"member": WHO, "origin": "http://desk", "public_key": b"k", "sign_count": 0, "name": "x"}
    with change.room.edge.eyes(StoreName.ACCOUNTS).write() as connection:
        for row in rows:
            connection.execute(insert(PASSKEYS).values(**common, **row, added=date.fromisoformat(TODAY)))
    begun(change)
    with change.room.edge.eyes(StoreName.ACCOUNTS).read() as connection:
        assert connection.scalars(select(PASSKEYS.c.credential)).all() == [bytes(16)]
    member, seeds = change.colleagues[WHO], change.seeds()
    body = {"secret": crypto.b64encode(change.secret()), "signin_secret": crypto.b64encode(change.secret())}
    for held, status in ((seeds[:32], 409), (seeds, 204)):
        wrapped = crypto.wrap_staff_seed(held, HOW.passphrase, DEVICE, change.office.office, WHO, os.urandom)
        assert member.send("/api/me/secrets", body | {"wrapped_key": wrapped}, "PUT").status_code == status
    assert change.seeds() == seeds


def test_keys_that_the_server_planted_are_seen(change: Change) -> None:
    """Keys that wait on the server and that none of the member's seeds gives: the command refuses and says so."""
    change.prepare(0)
    staff = change.office.staff(WHO)
    keys = crypto.propose_keys(staff, crypto.staff_keys(os.urandom(32), change.office.office, WHO))
    values = {"recipient": keys.recipient, "signing": keys.signing, "by_former": keys.by_former, "by_new": keys.by_new}
    with change.room.edge.eyes(StoreName.ACCOUNTS).write() as connection:
        connection.execute(insert(NEXT_KEYS).values(member=WHO, **values))
    found = keys_of(change.session(), HOW)
    with pytest.raises(CommandError, match="must not sign"):
        assert found.stage
