"""One hostile call after the other, and after each of them all that must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from portal.settings import StoreName
from tests.fuzz.dice import Dice
from tests.hostile.aftermath import Taken, View, check_answer, check_trace, ended, goes_on, renewed
from tests.hostile.altering import Altered, alter
from tests.hostile.desk_calls import CALLS, Make
from tests.hostile.live_office import HONEST, LiveOffice, advance
from tests.hostile.resealing import RESEALED
from tests.hostile.state import Ledgers
from tests.hostile.wire import Call
from tests.support.offices.desk import Colleague

CUSTODY: Final = ("POST /api/unsealing", "POST /api/unsealing/<request>/votes")
KEYS: Final = ("erasure", "erasure_keys")
SELDOM: Final = 3
"""A re-grant by an honest member makes six claims: it is done after some steps, and in the end in every case."""


@dataclass
class CallFuzzer:
    """A house under hostile calls: what was sent, and what of it was taken."""

    house: LiveOffice = field(repr=False)
    lot: Dice = field(repr=False)
    calls: Mapping[str, Make] = field(default_factory=lambda: CALLS)
    sent: Counter[str] = field(default_factory=Counter[str])
    taken: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._ledgers = Ledgers(*map(self.house.room.edge.eyes, StoreName))

    def go(self, calls: int) -> None:
        """So many calls, of each route in its turn, and of steps, which can do the most, at every third."""
        order = sorted(self.calls)
        for number in range(calls):
            third = number % 3 == 0 and self.calls.keys() >= set(RESEALED)
            # Counted by themselves: where their number is a multiple of three, every third would never be called.
            self.once(RESEALED[number // 3 % 2] if third else order[(number - number // 3 - 1) % len(order)])

    def once(self, rule: str) -> None:
        """One call to a route: made honestly, altered, sent; then everything is looked at."""
        who, call = self.calls[rule](self.house, self.lot)
        self.suffer(who, alter(self.house, who, call, self.lot))

    def suffer(self, who: Colleague, altered: Altered) -> None:
        """Sends what was altered, and looks at everything; raises what does not hold, with a note of the call."""
        try:
            self._suffer(who, altered)
        except Exception as error:
            error.add_note(f"{who.name}: {altered.call.method} {altered.call.path} ({altered.how})")
            raise

    def _suffer(self, who: Colleague, altered: Altered) -> None:
        view = None if altered.call.method == "GET" else View.of(self.house, altered.call)
        before = self._ledgers.now()
        answers = self._send(who, altered)
        for answer in answers:
            check_answer(self.house, who, altered.call, answer)
        change = self._ledgers.change(before)
        self.sent[altered.call.rule] += len(answers)
        if not any(answer.status_code < 400 for answer in answers):
            # Keys are written by the handful, before it is known whether anything will lie under one.
            assert not change.tables - {KEYS}, (answers, change.tables)
            assert KEYS not in change.gone, answers
            return
        if change.tables:
            assert view is not None, change.tables
            self.taken[altered.call.rule] += 1
            if altered.call.rule == "PUT /api/me/secrets":
                self.house.secret = altered.call.document["signin_secret"]
            check_trace(Taken(self.house, who, altered.call, change, view))
            self._others_go_on(altered.call)

    def _send(self, who: Colleague, altered: Altered) -> list[Any]:
        if not altered.twice:
            return [altered.call.send(who.client)]
        cookie = who.client.get_cookie("yanlu_desk")
        clients = [self.house.room.app.test_client() for _ in range(2)]
        for client in clients:
            if cookie is not None:
                client.set_cookie("yanlu_desk", cookie.value)
        with ThreadPoolExecutor(2) as both:
            return list(both.map(altered.call.send, clients))

    def _others_go_on(self, call: Call) -> None:
        """The case that it was about is worked on, and any other one is open; one that is at its end makes room."""
        house, case = self.house, call.case
        house.honest[HONEST[1]].open(self.lot.choice(house.cases))
        if call.rule in RESEALED and case in house.cases:
            if not ended(house, case):
                house.honest[HONEST[0]].decline(case)
                goes_on(house, case)
                if self.lot.one_in(SELDOM):
                    renewed(house, case)
                advance(house, case)
            if ended(house, case):
                house.cases[house.cases.index(case)] = house.file()
        if call.rule in CUSTODY:
            house.custody.opens(house.custody.asked_honestly())
