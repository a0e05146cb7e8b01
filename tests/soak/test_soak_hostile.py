"""Thousands of hostile calls on both pairs of stores: no case is lost, frozen or misread by the others.

`HOSTILE_CALLS` asks for fewer or more on each pair of stores. Each run draws another lot, so that portions add up;
`HOSTILE_LOT` draws one again.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz.dice import Dice
from tests.hostile.aftermath import TRACES as OF_THE_DESK
from tests.hostile.aftermath import all_hold, log_holds
from tests.hostile.call_fuzzer import CallFuzzer
from tests.hostile.live_office import house_on
from tests.hostile.watch_calls import HR_CALLS, OFFICER_CALLS, Office, WatchCallFuzzer
from tests.hostile.watch_calls import TRACES as OF_THE_WATCH_TOO
from tests.support.offices.watch import open_watch
from tests.support.servers.postgres import Postgres
from tests.support.servers.s3 import S3
from tests.support.stores.backends import KINDS, Stores, ready_embedded_stores, scaled_stores

ALL_CALLS = 5000
"""On each pair of stores: 10,000 in all, after which each changing call was taken at least once."""
CALLS_EACH = int(os.environ.get("HOSTILE_CALLS", ALL_CALLS))
A_HOUSE = 250
"""So many calls meet the same office; then another one is founded, since it grows with each."""
OF_THE_WATCH = 50
UNSEEN = {
    *("POST /api/session/challenge", "POST /api/me/passkeys/challenge", "POST /api/session/end"),
    *("POST /api/session/passkey", "POST /api/enrolment", "POST /api/claims"),
}
"""What they write is a session or a question, or nothing: an invitation is looked at, a holder claims the own case."""


def one_office(stores: Stores, folder: Path, lot: str, taken: Counter[str], left: int) -> int:
    """Calls at one office; gives how many were sent. Whatever fails names the lot."""
    try:
        sent = _one_office(stores, folder, lot, taken, left)
    except BaseException as error:
        error.add_note(f"lot {lot}, {left} calls left")
        raise
    sys.stderr.write(f"{stores.kind}: lot {lot}, {sent} calls\n")
    return sent


def _one_office(stores: Stores, folder: Path, lot: str, taken: Counter[str], left: int) -> int:
    with house_on(stores, folder) as house:
        fuzzer = CallFuzzer(house, Dice(lot))
        fuzzer.go(min(A_HOUSE, left))
        all_hold(house)
        log_holds(house)
    watch = open_watch(stores, folder / "watch")
    guarded, order = WatchCallFuzzer(Office(watch), Dice(lot)), sorted({**OFFICER_CALLS, **HR_CALLS})
    for number in range(OF_THE_WATCH):
        guarded.once(order[number % len(order)])
    watch.close()
    taken += fuzzer.taken + guarded.taken
    return sum(fuzzer.sent.values()) + sum(guarded.sent.values())


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_hostile_calls_take_no_case_from_the_others(
    kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """Office after office, drawn by the clock; `HOSTILE_LOT` names the first one, as a failure did."""
    sent, taken, drawn = 0, Counter[str](), str(time.time_ns())
    while sent < CALLS_EACH:
        folder = tmp_path_factory.mktemp("hostile")
        lot = f"{drawn}/{sent}" if sent else os.environ.get("HOSTILE_LOT") or f"{drawn}/0"
        (folder / "watch").mkdir()
        if kind == KINDS[0]:
            prepared: Path = request.getfixturevalue("prepared")
            sent += one_office(ready_embedded_stores(folder, prepared), folder, lot, taken, CALLS_EACH - sent)
            continue
        postgres: Postgres = request.getfixturevalue("postgres")
        s3: S3 = request.getfixturevalue("s3")
        with scaled_stores(postgres, s3, ready=True) as stores:
            sent += one_office(stores, folder, lot, taken, CALLS_EACH - sent)
    if CALLS_EACH >= ALL_CALLS:
        assert {rule for rule in (*OF_THE_DESK, *OF_THE_WATCH_TOO) if not taken[rule]} <= UNSEEN
