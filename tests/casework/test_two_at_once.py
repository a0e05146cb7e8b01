"""Two investigators act on one case at the same moment, each through a process of their own, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import pytest

import crypto
from casework.engine.refusals import RefusalReason, StepUnfit
from casework.errors import HeadMoved
from casework.event_store.appending import Actor, append_step
from casework.event_store.claims import case_events
from casework.ids import MemberId
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.test_appending import CASE, DAY, DIRECTORY, LI_WEI, OFFICE, SUN_FANG, head, item, step
from tests.casework.test_steps_under_policy import P04, ruled, stored
from tests.casework.test_steps_under_policy import opened as opened_in
from tests.crypto.sample import TODAY
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

ROUNDS = 8


@dataclass
class Desk:
    """What one investigator's process has: its own connections to the cases."""

    member: MemberId
    store: Store

    def send(self, over: tuple[int, bytes], kind: str, to: str | None = None, seq: int = 1) -> str:
        """An act over a head that was read before; what became of it."""
        n, prev = over
        sealed = item(seq) if to else None
        data = {"role": "hr", "to": to, "item": crypto.b64encode(sealed.hash)} if to and sealed else {}
        event = crypto.Event(CASE, n + 1, kind, TODAY, self.member, data)
        signed = crypto.sign_event(OFFICE.staff(self.member), event, prev).document()
        try:
            with self.store.write() as tx:
                actor = Actor(self.member, DAY, DIRECTORY, rules=ruled(P04))
                taken = append_step(tx, CASE, step(signed, sealed), actor)
        except HeadMoved:
            return "told that it moved"
        return "stands" if taken.fresh else "stood"


@pytest.fixture
def desks(stores: Stores, tmp_path: Path) -> Iterator[list[Desk]]:
    """Two investigators before one fresh case."""
    opened = [open_store(settings_for(stores, tmp_path), StoreName.CASES) for _ in range(2)]
    upgrade_store(opened[0])
    opened_in(opened[0], P04)
    yield [Desk(member, store) for member, store in zip((LI_WEI, SUN_FANG), opened, strict=True)]
    for store in opened:
        store.engine.dispose()


def test_of_two_who_act_at_the_same_moment_one_wins_and_the_other_is_told(desks: list[Desk]) -> None:
    """Round after round over the very same head: one event stands, the other investigator hears that it moved."""
    for _ in range(ROUNDS):
        over, together = head(desks[0].store), Barrier(2)

        def send(desk: Desk, over: tuple[int, bytes] = over, together: Barrier = together) -> str:
            together.wait()
            return desk.send(over, "taken")

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(send, desks)) == ["stands", "told that it moved"]
    with desks[0].store.read() as tx:
        assert len(case_events(tx, CASE)) == ROUNDS + 1


def test_of_two_who_decide_otherwise_one_decision_stands(desks: list[Desk]) -> None:
    """One accepts, the other refuses: the case is either, never both, and who was late cannot do it any more."""
    over, together = head(desks[0].store), Barrier(2)
    ways = {LI_WEI: ("accepted", "method"), SUN_FANG: ("refused", "ended")}

    def send(desk: Desk) -> str:
        together.wait()
        return desk.send(over, *ways[desk.member])

    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(ways, pool.map(send, desks), strict=True))
    assert sorted(told.values()) == ["stands", "told that it moved"]
    winner = next(member for member, one in told.items() if one == "stands")
    assert stored(desks[0].store)[0]["stage"] == ways[winner][1]
    late = next(desk for desk in desks if desk.member != winner)
    with pytest.raises(StepUnfit) as refused:
        late.send(head(late.store), *ways[late.member], seq=2)
    assert refused.value.refusal.reason is RefusalReason.NOT_HERE
