"""Pairs of months of one desk that differ in one hidden report: filed, re-granted three times, decided, deleted."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from sqlalchemy import update

import crypto
from casework.event_store.deletion import DeletionReason
from casework.event_store.store import CaseId
from crypto.custody.packets import dummy_identity
from crypto.framing import Rng
from portal.mailroom import packet_mixing, slots
from portal.mailroom.packet_mixing import BATCH_SIZE
from portal.mailroom.tables import DAILY_TASKS
from portal.wiring.deletion import build_deletion
from portal.worker.jobs import Worker
from tests.hostile.live_office import EXCLUDED, HOLDERS, HONEST, LiveOffice, advance, house_on
from tests.support.offices.edge import report
from tests.support.privacy.excluded_member_view import ExcludedMember
from tests.support.privacy.forked_branches import Branches
from tests.support.privacy.leak_classifier import Features
from tests.support.privacy.planted_leaks import add_more, of_another_size, signed_in_clear, take_one_away
from tests.support.stores.backends import embedded_stores

PAIRS_OF_A_HOUSE: Final = 20
"""To found one takes as long as two pairs."""
BEGINS, HOURS = 20, 7
"""The hour at which a month begins, and how many hours are looked at: midnight is among them."""
FILED, REGRANTED, DECIDED, DELETED = 0, (1, 2, 4), 5, 6
ACTING: Final = {FILED, *REGRANTED, DECIDED, DELETED}
"""In other hours the two months do the same: what came of an act before is seen at their end."""
DUMMIES: Final = 64
"""Of each bucket, more than a month takes."""
LASTING: Final = 10**9
"""Seconds."""
ACTS: Final = 4
"""Acts of the policy up to the decision."""
VISIBLE: Final = ("nothing", "nothing", "nothing", "nothing", "filed", "answered", "written")
BEFORE: Final = ("answered", "written", *("nothing",) * (HOURS - 2))
"""The visible acts of the month before all that are compared."""
Dice = np.random.Generator
Patch = pytest.MonkeyPatch
Leak = Callable[[LiveOffice, Patch], None]


def _nothing_to_do(_worker: Worker) -> int:
    return 0


def _vanishes(house: LiveOffice, _patch: Patch) -> None:
    take_one_away(house.room.edge.mailroom)


def _one_more(house: LiveOffice, _patch: Patch) -> None:
    add_more(house.room.edge.mailroom, house.room.edge.hands.now)


def _another_size(_house: LiveOffice, patch: Patch) -> None:
    _dummies(patch, of_another_size)


def _signed(_house: LiveOffice, patch: Patch) -> None:
    _dummies(patch, lambda packet: signed_in_clear(packet, HONEST[0]))


def _dummies(patch: Patch, change: Callable[[bytes], bytes]) -> None:
    """What appears in the next hour is changed."""

    def changed(bucket: int, rng: Rng) -> bytes:
        return change(crypto.seal_dummy_grant(bucket, rng))

    patch.setattr(slots, "seal_dummy_grant", changed)


LEAKS: Final[dict[str, Leak]] = {
    "clear signer": _signed, "vanishing entry": _vanishes, "one packet more": _one_more, "another size": _another_size,
}  # fmt: skip
LEAKING: Final = 2
"""The hour in which a planted leak follows the hidden act."""


@dataclass
class Months:
    """A desk that lives month after month, and the one who looks on."""

    house: LiveOffice = field(repr=False)
    patch: Patch = field(repr=False)
    leak: Leak | None = None

    def __post_init__(self) -> None:
        room = self.house.room
        room.edge.worker = replace(room.edge.worker, demo=False)
        # It takes the order of rows away from thieves of files: without it a member can only see more of that order.
        self.patch.setattr(Worker, "erase_order", _nothing_to_do)
        self.eyes = ExcludedMember(room, self.house.people[EXCLUDED])
        self.hidden = b""
        # Nobody's session ends: signing in once more is not what is looked at here.
        for limit in ("idle_seconds", "longest_seconds"):
            object.__setattr__(room.desk.accounts, limit, LASTING)
        self._batch_each_day()
        self._begin()

    def _batch_each_day(self) -> None:
        """The house was founded with weeks that went by at once: its next batch would leave in one of those."""
        edge = self.house.room.edge
        with edge.mailroom.store.write() as tx:
            tx.execute(update(DAILY_TASKS).values(day=edge.hands.now.date()))

    def prepare(self) -> None:
        """A month in which everything happens once; all months that are compared begin where it ended."""
        leak, self.leak = self.leak, None
        self._month(BEFORE, hides=True)
        self._begin()
        self.leak = leak
        self._seal_dummies()
        self.house.room.close()
        self.house.room.edge.close()

    def _seal_dummies(self) -> None:
        """Dummies know of nothing that happens: those of a month are sealed beforehand."""
        edge = self.house.room.edge
        buckets = set(edge.worker.directory_lookup.buckets(edge.hands.now).values())
        packets = [dummy_identity(os.urandom) for _ in range(BATCH_SIZE)]
        self.patch.setattr(packet_mixing, "dummy_identity", lambda _: packets.pop())
        sealed = {bucket: [crypto.seal_dummy_grant(bucket, os.urandom) for _ in range(DUMMIES)] for bucket in buckets}

        def ready(bucket: int, rng: Rng) -> bytes:
            return sealed[bucket].pop() if sealed.get(bucket) else crypto.seal_dummy_grant(bucket, rng)

        self.patch.setattr(slots, "seal_dummy_grant", ready)

    def month(self, script: Dice, *, hides: bool) -> Features:
        """All that was seen in some hours; colleagues do what the script says, and what the hidden report asks."""
        return self._month([VISIBLE[int(at)] for at in script.integers(len(VISIBLE), size=HOURS)], hides=hides)

    def _begin(self) -> None:
        self._pass_hours((BEGINS - self.house.room.edge.hands.now.hour) % 24)
        while self.house.room.edge.worker.work_once():
            continue
        self.eyes.look()

    def _month(self, acts: Sequence[str], *, hides: bool) -> Features:
        seen: Features = {}
        for hour, act in enumerate(acts):
            self._act(act, self.house.cases[0])
            if hides:
                self._hidden_act(hour)
            self._work()
            if hour in ACTING:
                seen |= {f"{hour} then {name}": value for name, value in self.eyes.look().items()}
            with pytest.MonkeyPatch.context() as patch:
                if hides and self.leak and hour == LEAKING:
                    self.leak(self.house, patch)
                self._pass_hours(1)
            seen |= {f"{hour} later {name}": value for name, value in self.eyes.look().items()}
        return seen | {"changed": float(self.eyes.changed())}

    def _act(self, kind: str, case: bytes) -> None:
        house = self.house
        match kind:
            case "filed":
                self._filed()
            case "answered":
                house.honest[HONEST[0]].answer(case, os.urandom(8).hex())
            case "written":
                house.write(case, os.urandom(8).hex())
            case _:
                return

    def _hidden_act(self, hour: int) -> None:
        if hour == FILED:
            self.hidden = self._filed(excluded=(EXCLUDED,))
        elif hour in REGRANTED:
            self.house.renew(self.hidden)
        elif hour == DECIDED:
            stages = [advance(self.house, self.hidden) for _ in range(ACTS)]
            assert stages[-1] == "handling", stages
        elif hour == DELETED:
            deletion = build_deletion(self.house.room.edge.settings, self.house.room.edge.hands)
            deletion.delete_case(CaseId(self.hidden), DeletionReason.REQUEST)
            deletion.close()

    def _filed(self, excluded: tuple[str, ...] = ()) -> bytes:
        """A report whose packet waits for its slot; the holders have claimed it as if they had it already."""
        house = self.house
        made = report(house.room.edge, os.urandom(8).hex(), excluded)
        assert house.room.edge.submit(made).status_code == 201
        self._work()
        case = crypto.b64decode(str(made.sealed.submission["case"]))
        house.reports[case], house.standings[case] = made, made.standing
        house.claim_new(made.packet, [name for name in (*HONEST, *HOLDERS) if name not in excluded])
        return case

    def _pass_hours(self, hours: int) -> None:
        edge = self.house.room.edge
        edge.hands.now += timedelta(hours=hours)
        today = edge.hands.now.date().isoformat()
        self.patch.setattr("tests.hostile.live_office.TODAY", today)
        # Verified once a day, as a client keeps it.
        self.patch.setattr(edge.office, "directory", cache(partial(type(edge.office).directory, edge.office, today)))
        self._work()
        self.house.look_at_the_calendar()

    def _work(self) -> None:
        self.house.room.edge.worker.work_once()


def pairs(lot: int, number: int, folder: Path, leak: str | None = None) -> list[tuple[Features, Features]]:
    """That many pairs: a month with the hidden report and one without, alike in the rest, from one state of a house."""
    folder.mkdir(parents=True, exist_ok=True)
    found: list[tuple[Features, Features]] = []
    with house_on(embedded_stores(folder), folder) as house, pytest.MonkeyPatch.context() as patch:
        months = Months(house, patch, LEAKS[leak] if leak else None)
        months.prepare()
        branches = Branches(folder)
        for at in range(number):
            hiding, plain = (
                branches.run(partial(months.month, np.random.default_rng((lot, at)), hides=hides))
                for hides in (True, False)
            )
            found.append((hiding, plain))
        branches.close()
    return found
