"""New sign-in secrets: the same keys wrapped again, every other session ended, on both kinds of stores."""

from __future__ import annotations

import os
from typing import Any

import pytest
from sqlalchemy import update

import crypto
from portal.accounts.service import SlowHash
from portal.accounts.tables import MEMBERS
from portal.cli.desk.client import DeskSession
from portal.cli.desk.profile import Unlocking
from portal.cli.desk.secrets_command import changed
from tests.portal.desk.test_handing_over import Line
from tests.support.offices.desk import Colleague, DeskRoom, secret_of

WRAPPED = {"v": 1, "salt": crypto.b64encode(bytes(16)), "nonce": crypto.b64encode(bytes(12)),
           "box": crypto.b64encode(bytes(48))}  # fmt: skip
NEW = bytes(range(32))


def change(colleague: Colleague, **changes: Any) -> Any:
    """Asks for new secrets with what is right, less the changes."""
    right = {
        "secret": crypto.b64encode(secret_of(colleague.name)), "signin_secret": crypto.b64encode(NEW),
        "wrapped_key": WRAPPED,
    }  # fmt: skip
    return colleague.send("/api/me/secrets", right | changes, "PUT")


def test_the_old_sheet_signs_nobody_in_and_other_sessions_end(room: DeskRoom) -> None:
    """The session that changed them goes on; the same call again changes nothing; the new secret signs in."""
    here = room.sign_in("li-wei")
    there = Colleague(room, "li-wei", room.app.test_client(), here.totp_secret)
    assert there.attempt().status_code == 200
    for _ in range(2):
        assert change(here).status_code == 204
    assert here.get("/api/me").json["wrapped_key"] == WRAPPED
    assert there.get("/api/me").status_code == 401
    assert there.attempt().status_code == 401
    assert there.attempt(secret=crypto.b64encode(NEW)).status_code == 200


def test_an_open_session_alone_changes_nothing(room: DeskRoom) -> None:
    """Without the secret as it was, without a session, or with what is no wrapped key, all stays as it is."""
    here = room.sign_in("li-wei")
    before = here.get("/api/me").json["wrapped_key"]
    assert change(here, secret=crypto.b64encode(bytes(32))).status_code == 401
    assert change(here, wrapped_key={"v": 1}).status_code == 422
    stranger = Colleague(room, "li-wei", room.app.test_client(), here.totp_secret)
    assert change(stranger).status_code == 401
    assert here.get("/api/me").json["wrapped_key"] == before
    assert here.attempt().status_code == 200


def test_seeds_that_another_device_wrapped_meanwhile_are_not_lost(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that began before a new seed was wrapped beside the first is refused, and both seeds stay."""
    here, hashed = room.sign_in("li-wei"), SlowHash.hash
    both = WRAPPED | {"box": crypto.b64encode(bytes(96))}

    def meanwhile(slow: SlowHash, secret: bytes) -> str:
        with room.desk.accounts.store.write() as tx:
            tx.execute(update(MEMBERS).values(wrapped_key=crypto.write_json(both).decode()))
        return hashed(slow, secret)

    monkeypatch.setattr(SlowHash, "hash", meanwhile)
    assert change(here).status_code == 401
    assert here.get("/api/me").json["wrapped_key"] == both


def test_the_new_sheet_opens_the_same_keys(room: DeskRoom) -> None:
    """What the command sends opens with the new secrets alone, and to the key that the directory names."""
    office, old = room.edge.office, Unlocking("six old words", crypto.device_secret_text(bytes(16)))
    wrapped = crypto.wrap_staff_seed(
        office.seeds["li-wei"], old.passphrase, bytes(16), office.office, "li-wei", os.urandom
    )
    line = Line(room)
    session = DeskSession(line, office.directory(), "li-wei")
    given = Unlocking("six new words", crypto.device_secret_text(bytes(range(16))))
    made, body = changed(session, wrapped, old, given)
    seed = crypto.unwrap_staff_seed(made, given.passphrase, bytes(range(16)), office.office, "li-wei")
    assert seed == office.seeds["li-wei"]
    assert body["secret"] != body["signin_secret"]
    line.close()
