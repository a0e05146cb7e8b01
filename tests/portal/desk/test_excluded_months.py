"""What every call of the desk tells somebody who was left out: pairs of months that differ in one hidden report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import crypto
from crypto.case.history import SEALED_SIZES
from portal.mailroom.grants import StoredGrant, replace_grant
from portal.mailroom.removal import remove_case
from tests.crypto.sample import Case, Drawn
from tests.support.offices.desk import DeskRoom, desk_room
from tests.support.offices.edge import NOW, report
from tests.support.privacy.excluded_member_view import FOLLOWED, LEFT, ExcludedMember, looked_at, reading_calls
from tests.support.privacy.leak_classifier import Features
from tests.support.privacy.planted_leaks import add_more, of_another_size, signed_in_clear, take_one_away
from tests.support.stores.backends import embedded_stores

LEFT_OUT: Final = "li-wei"
BEGINS, HOURS = 21, 6
"""The hour at which the months begin, and how many there are: midnight is among them, when packets leave."""
Regranting = Callable[..., bool]
Months = Callable[..., list[Features]]
ACTS: Final = ("filed", "re-granted", "re-granted again", "re-granted a third time", "deleted")


def month(
    room: DeskRoom, eyes: ExcludedMember, hidden: Case | None, regrant: Regranting = replace_grant
) -> list[Features]:
    """Some hours with one act in each, where there is a hidden report; a look before and after every one."""
    worker = replace(room.edge.worker, demo=False)
    room.edge.hands.now = room.edge.hands.now.replace(hour=BEGINS)
    worker.work_once()
    seen: list[Features] = []
    for hour in range(HOURS):
        seen.append(eyes.look())
        if hidden is not None and hour < len(ACTS):
            act(room, hidden, hour, regrant)
        seen.append(eyes.look())
        room.edge.hands.now += timedelta(hours=1)
        while worker.work_once():
            continue
    return [*seen, {"changed": float(eyes.changed())}]


def act(room: DeskRoom, hidden: Case, number: int, regrant: Regranting) -> None:
    """The report comes, is re-granted three times by those who read it, and is deleted."""
    edge = room.edge
    if number == 0:
        assert edge.submit(hidden).status_code == 201
    elif number < len(ACTS) - 1:
        bucket = crypto.read_packet(hidden.packet).bucket
        # To the mailroom a re-grant is a packet of the next epoch.
        packet = crypto.seal_dummy_grant(bucket, Drawn(f"re-grant/{number}"))
        made = StoredGrant(number, packet, Drawn(f"history/{number}")(SEALED_SIZES[0]))
        assert regrant(edge.mailroom, hidden.grant("sun-fang").case, made, edge.hands.now.date())
    else:
        assert remove_case(edge.mailroom, hidden.grant("sun-fang").case, edge.hands.now.date())


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Months:
    """Makes a month in an office of its own, with or without the hidden report, and gives all that was seen."""

    def made(name: str, *, hides: bool, regrant: Regranting = replace_grant) -> list[Features]:
        folder = tmp_path_factory.mktemp(name)
        with desk_room(embedded_stores(folder), folder) as room:
            member = room.sign_in(LEFT_OUT)
            hidden = report(room.edge, name, (LEFT_OUT,)) if hides else None
            return month(room, ExcludedMember(room, member), hidden, regrant)

    return made


@pytest.fixture(scope="module")
def without(rooms: Months) -> list[Features]:
    """What is seen in a month without a hidden report."""
    return rooms("without", hides=False)


def test_the_list_of_calls_follows_the_route_map(tmp_path: Path) -> None:
    """Each call that is read is looked at, or stands with its reason among those that are not; no other is named."""
    with desk_room(embedded_stores(tmp_path), tmp_path) as room:
        calls, seen = reading_calls(room), set(looked_at(room))
    assert seen | FOLLOWED | LEFT.keys() == calls
    assert {"/api/batch", "/api/cases", "/api/me", "/api/news", "/api/proposals", "/api/regrants"} <= seen


def test_a_month_with_a_hidden_report_looks_like_one_without(rooms: Months, without: list[Features]) -> None:
    """Filed, re-granted three times and deleted: before and after each act every answer is what it is without it."""
    assert rooms("with", hides=True) == without


def _vanishes(room: Any, case: bytes, made: StoredGrant, day: Any) -> bool:
    take_one_away(room)
    return replace_grant(room, case, made, day)


def _appears(room: Any, case: bytes, made: StoredGrant, day: Any) -> bool:
    fresh = replace_grant(room, case, made, day)
    add_more(room, NOW)
    return fresh


def _another_size(room: Any, case: bytes, made: StoredGrant, day: Any) -> bool:
    return replace_grant(room, case, made._replace(packet=of_another_size(made.packet)), day)


def _signed(room: Any, case: bytes, made: StoredGrant, day: Any) -> bool:
    named = made._replace(packet=signed_in_clear(made.packet, "sun-fang"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.mailroom.grants.read_packet", len)
        return replace_grant(room, case, named, day)


@pytest.mark.parametrize("leak", [_vanishes, _appears, _another_size, _signed])
def test_a_planted_leak_is_found(rooms: Months, without: list[Features], leak: Regranting) -> None:
    """An entry that vanishes, a packet more, another size and a signer in clear each make the months differ."""
    assert rooms("leaking", hides=True, regrant=leak) != without
