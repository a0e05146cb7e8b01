"""New keys for a member who stays, in the accounts: of two devices at once one is told that others wait."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

import crypto
from casework.event_store.store import MemberId
from crypto.keys.staff import draw_staff_seed, staff_keys
from crypto.office.rotation import propose_keys
from portal.accounts import rotation
from portal.accounts.errors import KeysWaiting
from portal.accounts.rotation import Rewrapped, next_keys_of, propose_next_keys
from tests.crypto.sample import Drawn
from tests.portal.desk.test_new_secrets import WRAPPED
from tests.support.offices.desk import DeskRoom, secret_of

NAME = "li-wei"


def proposal(room: DeskRoom, device: str) -> Rewrapped:
    """What one device of the member hands in."""
    rng, office = Drawn(device), room.edge.office
    new = staff_keys(draw_staff_seed(rng), office.office, NAME)
    wrapped = WRAPPED | {"box": crypto.b64encode(rng(80))}
    return Rewrapped(secret_of(NAME), wrapped, propose_keys(office.staff(NAME), new))


def test_of_two_devices_at_once_one_is_told_that_keys_wait(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look whether keys wait and the writing of one device's another writes its own: never both."""
    room.enrol(NAME)
    directory = room.desk.directory.on(room.desk.today())
    named = directory.valid_member(NAME)
    assert named is not None
    late, pool, wrap = list[Future[None]](), ThreadPoolExecutor(), rotation._wrap

    def propose(device: str) -> None:
        propose_next_keys(room.desk.accounts, directory.office, named, proposal(room, device), room.desk.now())

    def meanwhile(*given: Any) -> None:
        if not late:
            late.append(pool.submit(propose, "desk"))
            wait(late, timeout=0.5)
        wrap(*given)

    monkeypatch.setattr(rotation, "_wrap", meanwhile)
    first = pool.submit(propose, "laptop")
    wait([first])
    wait(late)
    told = [first.exception(), late[0].exception()]
    pool.shutdown()
    assert sorted(type(one).__name__ for one in told) == ["KeysWaiting", "NoneType"]
    assert any(isinstance(one, KeysWaiting) for one in told)
    kept = next_keys_of(room.desk.accounts, MemberId(NAME))
    assert kept == proposal(room, "laptop" if told[0] is None else "desk").keys
