"""Whatever a dishonest member sends to the desk, the others open, answer, re-grant and close every case, and see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from casework.event_store import appending
from casework.event_store.store import CLAIMS, CaseId, MemberId
from crypto.case.items import Item
from crypto.framing import b64encode
from portal.cli.errors import CommandError
from portal.desk import access, case_views, steps
from portal.mailroom import casework_outbox_delivery
from portal.mailroom.context import Mailroom
from portal.mailroom.shapes import BlobClaim
from portal.mailroom.threads import claim_uploads, deliver_item
from tests.fuzz.dice import Dice
from tests.hostile.aftermath import TRACES, all_hold, log_holds
from tests.hostile.altering import Altered
from tests.hostile.call_fuzzer import CallFuzzer
from tests.hostile.desk_calls import CALLS, PUBLIC
from tests.hostile.live_office import HONEST, LiveOffice, house_on
from tests.hostile.resealing import (
    ALONE,
    Step,
    another_name,
    elsewhere,
    follows_nothing,
    foreign_file,
    resealed,
    wrong_mac,
)
from tests.hostile.steps import STEPS
from tests.hostile.wire import Call, held_back, rules_of
from tests.support.stores.backends import Stores, ready_embedded_stores

CALLS_HERE = 90
"""On each pair of stores; `make soak` sends thousands."""
TRIES = 4
STEP = "POST /api/cases/<case>/steps"


def without_form(app: Flask) -> set[str]:
    """Routes of the desk of which nobody here knows an honest call."""
    return rules_of(app) - CALLS.keys() - PUBLIC.keys()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[LiveOffice]:
    """A house on SQLite and a folder, for tests each of which takes cases of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    with house_on(ready_embedded_stores(folder, prepared), folder) as opened:
        yield opened


def test_every_call_of_the_desk_is_among_the_hostile_ones(house: LiveOffice) -> None:
    """A new route joins, or this fails; a changing one says what trace it leaves."""
    assert without_form(house.room.app) == set()
    assert (CALLS.keys() | PUBLIC.keys()) - rules_of(house.room.app) == set()
    assert {rule for rule in CALLS if not rule.startswith("GET ")} == set(TRACES)


def test_a_route_that_nobody_attacks_is_found() -> None:
    """Planted: a call that was added to the desk and to nothing else."""
    app = Flask("planted", static_folder=None)

    def silence(case: str) -> str:
        return case

    app.add_url_rule("/api/cases/<case>/silence", "silence", silence, methods=["POST"])
    app.add_url_rule("/api/cases/<case>", "case", silence)
    assert without_form(app) == {"POST /api/cases/<case>/silence"}


@pytest.mark.timeout(1800)
def test_the_others_go_on_after_every_hostile_call(stores: Stores, tmp_path: Path) -> None:
    """Some of each route's, on both pairs of stores; then all cases are closed, a name is opened, the log holds."""
    with house_on(stores, tmp_path) as opened:
        fuzzer = CallFuzzer(opened, Dice("16"))
        fuzzer.go(CALLS_HERE)
        assert fuzzer.taken[STEP]
        assert sum(fuzzer.sent.values()) >= CALLS_HERE
        all_hold(opened)
        log_holds(opened)


def suffer(house: LiveOffice, kind: str, only: Callable[[Step], str], tries: int = 1) -> None:
    """Steps of one kind of a dishonest holder, in cases of their own, that are altered in one way."""
    fuzzer = CallFuzzer(house, Dice(kind))
    for _ in range(tries):
        who, case, former = house.people["zhao-min"], house.file(), house.cases[0]
        house.cases[0] = case
        try:
            call = held_back(who, STEP, partial(STEPS[kind], house, who, case), case)
            how, made = resealed(house, who, call, fuzzer.lot, only)
            fuzzer.suffer(who, Altered(how, made))
        finally:
            # What was done to this one is nobody else's matter.
            house.cases[0] = former


@pytest.mark.parametrize("name", ALONE)
def test_no_holder_takes_a_case_from_the_others_alone(house: LiveOffice, name: str) -> None:
    """Where two sign a change of readers, the others go on after whatever one of them does."""
    suffer(house, *ALONE[name])


@pytest.mark.parametrize(
    ("kind", "only"),
    [("replied", elsewhere), ("replied", follows_nothing), ("replied", foreign_file), ("taken", another_name)],
)
def test_what_the_planted_faults_are_found_by_harms_nobody(
    house: LiveOffice, kind: str, only: Callable[[Step], str]
) -> None:
    """Without a fault in the desk the others go on after each of them."""
    suffer(house, kind, only, TRIES)


def test_a_wrong_mac_stops_nobody(house: LiveOffice) -> None:
    """It is taken, since only holders can check it; the others go on behind it."""
    suffer(house, "replied", wrong_mac, TRIES)


def nothing(*_given: object) -> None:
    """In the place of a check."""


def not_delivered(room: Mailroom, item: Item, blobs: list[BlobClaim], today: date) -> bool:
    """As it was: an answer waits until each of its files is this case's."""
    claim_uploads(room, item.place.case, item.place.direction, blobs, today)
    return deliver_item(room, item, blobs, today)


def test_a_planted_fault_is_found_a_step_that_can_never_be_delivered(
    house: LiveOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another case's file is taken at the desk again, and delivery waits for it: the others cannot write."""
    monkeypatch.setattr(steps, "require_complete", nothing)
    monkeypatch.setattr(steps, "claim_uploads", nothing)
    monkeypatch.setattr(casework_outbox_delivery, "deliver_item", not_delivered)
    with pytest.raises(AssertionError):
        suffer(house, "replied", foreign_file)


def test_a_planted_fault_is_found_an_item_at_a_wrong_place(house: LiveOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an answer follows is checked no more: no right one after it finds its place."""
    monkeypatch.setattr(steps, "_check_follows", nothing)
    with pytest.raises((AssertionError, CommandError)):
        suffer(house, "replied", follows_nothing)


def test_a_planted_fault_is_found_a_step_in_a_colleagues_name(
    house: LiveOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signs is checked no more: the record of the case holds for nobody."""
    monkeypatch.setattr(appending, "_check_actor", nothing)
    with pytest.raises((AssertionError, CommandError)):
        suffer(house, "taken", another_name, TRIES)


def test_a_planted_fault_is_found_a_case_that_anybody_reads(house: LiveOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the caller holds it is asked no more: who is left out reads a case by its id."""
    with house.room.desk.cases.read() as connection:
        rows = access.claimed_among(connection, MemberId("sun-fang"), [CaseId(house.hidden)])

    def anybodys(*_given: object) -> object:
        return rows

    monkeypatch.setattr(access, "claimed_among", anybodys)
    for rule, path in (("/api/cases/<case>", "/api/cases/{}"), ("/api/cases/files", "/api/cases/files?case={}")):
        call = Call(f"GET {rule}", "GET", path.format(b64encode(house.hidden)))
        with pytest.raises(AssertionError):
            CallFuzzer(house, Dice("1")).suffer(house.people["li-wei"], Altered("path: hidden", call))


def test_a_planted_fault_is_found_a_call_that_leaves_no_trace(
    house: LiveOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyring entry ends a colleague's claim besides: not all that changes is its sender's own."""
    keep = case_views.store_entry

    def keeps(*given: Any) -> None:
        keep(*given)
        with house.room.desk.cases.write() as connection:
            named = (CLAIMS.c.member == HONEST[0]) & (CLAIMS.c.case_id == house.custody.case)
            assert connection.execute(CLAIMS.delete().where(named)).rowcount == 1

    monkeypatch.setattr(case_views, "store_entry", keeps)
    fuzzer = CallFuzzer(house, Dice("1"))
    who, call = CALLS["PUT /api/cases/<case>/key"](house, fuzzer.lot)
    with pytest.raises(AssertionError):
        fuzzer.suffer(who, Altered("as it is", call))
