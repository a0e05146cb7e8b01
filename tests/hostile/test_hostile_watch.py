"""Whatever a dishonest officer or HR sends to the watch: files, wishes and alerts of others go on; it is on record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fuzz.dice import Dice
from tests.hostile.watch_calls import HR_CALLS, OFFICER_CALLS, TRACES, Office, WatchCallFuzzer
from tests.hostile.wire import rules_of
from tests.support.offices.watch import Watch, open_watch
from tests.support.stores.backends import Stores

CALLS_HERE = 60


@pytest.fixture
def watch(stores: Stores, tmp_path: Any) -> Any:
    """A watch on each pair of stores."""
    made = open_watch(stores, tmp_path)
    yield made
    made.close()


def test_the_others_go_on_after_every_hostile_call_of_the_officer_and_of_hr(watch: Watch) -> None:
    """The list is that of the routes; some of each are sent, on both pairs of stores."""
    office = Office(watch)
    assert rules_of(office.officer) - {"GET /healthz"} == set(OFFICER_CALLS)
    assert rules_of(office.hr_upload) - {"GET /healthz"} == set(HR_CALLS)
    fuzzer, order = WatchCallFuzzer(office, Dice("15")), sorted({**OFFICER_CALLS, **HR_CALLS})
    for number in range(CALLS_HERE):
        fuzzer.once(order[number % len(order)])
    office.the_others_go_on()
    assert fuzzer.taken.keys() <= TRACES.keys()
    assert len(fuzzer.taken) >= 5
