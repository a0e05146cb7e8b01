"""What one asks and a second person does not agree to: the record takes the no, and nothing else follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import crypto
from casework.engine.case import open_askings
from casework.engine.dual_approval import asking_for
from casework.engine.refusals import StepUnfit
from casework.errors import EventRefused
from casework.event_store.appending import Actor, append_step
from casework.event_store.claims import case_events
from casework.event_store.declining import declines, open_answer
from casework.event_store.history import StreamEntry, history, stored_entries
from casework.event_store.store import CASES
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Act
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.test_appending import CASE, DIRECTORY, LI_WEI, OFFICE, SUN_FANG, item, step
from tests.casework.test_steps_under_policy import DAY, WHOLE, act, head, opened, rebuilt, ruled
from tests.crypto.sample import TODAY
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

ZHAO_MIN = MemberId("zhao-min")


@pytest.fixture
def cases(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """A case under a legal hold, which Li Wei asks to end: the asking is event 2."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    opened(store)
    act(store, Act.HELD)
    act(store, Act.RELEASE_ASKED)
    yield store
    store.engine.dispose()


def decline(store: Store, by: MemberId, n: object = 2, policy: Policy | None = WHOLE, **more: object) -> None:
    """A member declines what stands at `n`, with a note that says why."""
    last, prev = head(store)
    with store.read() as tx:
        note = item((tx.scalar(select(CASES.c.office_only)) or 0) + 1, direction=crypto.Direction.OFFICE_ONLY)
    data = {"n": n, "item": crypto.b64encode(note.hash)} | more
    made = crypto.Event(CASE, last + 1, "step-declined", TODAY, by, data)
    signed = crypto.sign_event(OFFICE.staff(by), made, prev).document()
    rules: dict[str, Any] = {} if policy is None else {"rules": ruled(policy)}
    with store.write() as tx:
        append_step(tx, CASE, replace(step(signed), item=note), Actor(by, DAY, DIRECTORY, **rules))


def stream(store: Store) -> list[StreamEntry]:
    """The stored record."""
    with store.read() as tx:
        return stored_entries(case_events(tx, CASE))


def declined(store: Store, policy: Policy = WHOLE, answer: Act = Act.RELEASED) -> list[str]:
    """Who does not agree, as every reader derives it."""
    entries = stream(store)
    found = declines(policy, history(WHOLE.id, WHOLE.version, entries), entries, answer)
    return [event.actor for event in found]


def test_a_second_person_declines_and_the_asking_stands(cases: Store) -> None:
    """It counts once and ends nothing: another may agree, and so may who declined; then nothing is left to decline."""
    decline(cases, SUN_FANG)
    assert declined(cases) == [SUN_FANG]
    assert declined(cases, answer=Act.EXPORT_APPROVED) == []
    with pytest.raises(EventRefused, match="twice"):
        decline(cases, SUN_FANG)
    decline(cases, ZHAO_MIN)
    assert declined(cases) == [SUN_FANG, ZHAO_MIN]
    rebuilt(cases)
    act(cases, Act.RELEASED, by=SUN_FANG)
    assert declined(cases) == []
    with pytest.raises(EventRefused, match="declined"):
        decline(cases, ZHAO_MIN)


def waits(store: Store, answer: Act = Act.RELEASED) -> list[int]:
    """The numbers of the askings that wait, as every reader derives them."""
    case = history(WHOLE.id, WHOLE.version, stream(store))
    return [one.n for one in open_askings(case.events, case.uncounted, answer)]


def test_who_asked_takes_it_back_and_nobody_can_agree_any_more(cases: Store) -> None:
    """It ends that request alone: named or not, an agreement is refused; a new request is another one."""
    decline(cases, SUN_FANG)
    decline(cases, LI_WEI)
    assert (waits(cases), declined(cases)) == ([], [])
    rebuilt(cases)
    with pytest.raises(StepUnfit):
        act(cases, Act.RELEASED, by=SUN_FANG)
    with pytest.raises(StepUnfit):
        act(cases, Act.RELEASED, by=SUN_FANG, asking="2")
    for who in (LI_WEI, ZHAO_MIN):
        with pytest.raises(EventRefused, match="declined"):
            decline(cases, who)
    act(cases, Act.RELEASE_ASKED)
    assert waits(cases) == [5]
    act(cases, Act.RELEASED, by=SUN_FANG)
    assert not history(WHOLE.id, WHOLE.version, stream(cases)).held


def test_a_request_that_was_agreed_to_is_taken_back_by_nobody(cases: Store) -> None:
    """The first on the record wins, at the server and for every reader who is shown another order."""
    act(cases, Act.RELEASED, by=SUN_FANG)
    with pytest.raises(EventRefused, match="declined"):
        decline(cases, LI_WEI)
    entries = stream(cases)
    late = crypto.Event(CASE, len(entries), "step-declined", TODAY, LI_WEI, {"n": 2, "item": "x"})
    case = history(WHOLE.id, WHOLE.version, [*entries, StreamEntry(late, signed=True)])
    assert (case.held, case.counts[Act.RELEASED]) == (False, 1)


def test_nobody_takes_back_what_a_colleague_asked_for(cases: Store) -> None:
    """Neither another, nor without the maker's signature, nor what is no request, nor at a number that is none."""
    entries = stream(cases)
    for by, n, signed in (
        (SUN_FANG, 2, True), (LI_WEI, 2, False), (LI_WEI, 1, True), (LI_WEI, True, True), (LI_WEI, -1, True),
        (LI_WEI, "2", True), (LI_WEI, 3, True), (LI_WEI, 4, True),
    ):  # fmt: skip
        event = crypto.Event(CASE, len(entries), "step-declined", TODAY, by, {"n": n, "item": "x"})
        case = history(WHOLE.id, WHOLE.version, [*entries, StreamEntry(event, signed=signed)])
        assert [one.n for one in open_askings(case.events, case.uncounted, Act.RELEASED)] == [2]


def test_what_was_taken_back_leaves_a_colleagues_own_request(cases: Store) -> None:
    """Two ask for the same: each takes back the own one, and an agreement that names none means what is left."""
    act(cases, Act.RELEASE_ASKED, by=SUN_FANG)
    decline(cases, LI_WEI)
    assert waits(cases) == [3]
    act(cases, Act.RELEASED, by=ZHAO_MIN)
    assert not history(WHOLE.id, WHOLE.version, stream(cases)).held


def test_nobody_declines_what_waits_for_nobody(cases: Store) -> None:
    """Neither at another number, nor beside other names or without the reason."""
    for n in (0, 1, 3, "2", True, None):
        with pytest.raises(EventRefused, match="declined"):
            decline(cases, SUN_FANG, n)
    with pytest.raises(EventRefused, match="names"):
        decline(cases, SUN_FANG, role="company")
    with pytest.raises(EventRefused, match="names"):
        decline(cases, SUN_FANG, item=crypto.b64encode(bytes(32)))


def test_who_could_not_agree_declines_nothing(cases: Store) -> None:
    """Who has none of the roles is refused; where such a decline stands all the same, it counts for no reader."""
    others = dict.fromkeys(WHOLE.bound.holders, (LI_WEI, SUN_FANG))
    narrow = replace(WHOLE, bound=replace(WHOLE.bound, holders=others))
    with pytest.raises(EventRefused, match="declined"):
        decline(cases, ZHAO_MIN, policy=narrow)
    decline(cases, ZHAO_MIN)
    assert (declined(cases), declined(cases, narrow)) == ([ZHAO_MIN], [])


def test_what_waits_behind_a_later_asking_is_declined_by_its_number(cases: Store) -> None:
    """Nobody freezes the second person by asking too: each asking has its own refusals."""
    act(cases, Act.RELEASE_ASKED, by=SUN_FANG)
    decline(cases, SUN_FANG)
    entries = stream(cases)
    case = history(WHOLE.id, WHOLE.version, entries)
    found = [declines(WHOLE, case, entries, Act.RELEASED, case.events[n]) for n in (2, 3)]
    assert [[one.actor for one in each] for each in found] == [[SUN_FANG], []]


def test_a_new_asking_has_no_decline(cases: Store) -> None:
    """By a new asking everybody is asked again, and what nobody signed counts for nothing."""
    decline(cases, SUN_FANG)
    act(cases, Act.RELEASE_ASKED)
    assert declined(cases) == []
    entries = stream(cases)
    case = history(WHOLE.id, WHOLE.version, entries)
    asking = asking_for(case, Act.RELEASED)
    assert asking is not None
    assert [open_answer(case, n) for n in (asking.n, 2, 1)] == [Act.RELEASED, Act.RELEASED, None]
    event = crypto.Event(CASE, len(entries), "step-declined", TODAY, SUN_FANG, {"n": asking.n, "item": "x"})
    for signed in (False, True):
        told = [*entries, StreamEntry(event, signed=signed)]
        assert len(declines(WHOLE, history(WHOLE.id, WHOLE.version, told), told, Act.RELEASED)) == int(signed)
