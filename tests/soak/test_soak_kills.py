"""Two hundred rounds of kills: at least five at every named point and on each kind of store, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crypto.sample import Drawn
from tests.support.faults.crash_rounds import CrashRounds, Trap, kill_report, traps_of
from tests.support.faults.restarting_office import restarting_office
from tests.support.stores.backends import KINDS, Stores, embedded_stores, scaled_stores

HOUSES, ROUNDS, LEAST = 10, 10, 5


@contextmanager
def fresh_stores(kind: str, folder: Path, request: pytest.FixtureRequest) -> Generator[Stores]:
    """Empty stores of a kind."""
    folder.mkdir()
    if kind == "sqlite-folder":
        yield embedded_stores(folder)
        return
    with scaled_stores(request.getfixturevalue("postgres"), request.getfixturevalue("s3")) as stores:
        yield stores


@pytest.mark.parametrize("kind", KINDS)
def test_every_point_kills_five_times_and_nothing_is_lost(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """Ten houses live through ten rounds each; whatever was confirmed in any of them opens, once and whole."""
    kills = Counter[Trap]()
    for house_number in range(HOUSES):
        folder = tmp_path / str(house_number)
        with fresh_stores(kind, folder, request) as stores, restarting_office(stores, folder) as house:
            rounds = CrashRounds(house, kind, Drawn(f"house/{house_number}"), deletions=2, kills=kills)
            for number in range(ROUNDS):
                rounds.play(number)
            kills = rounds.sprung()
            assert rounds.examine() == [], house_number
    for line in kill_report(kind, kills):
        record_property("kills", line)
    rare = [str(where) for traps in traps_of(kind).values() for role, where in traps if kills[role, where] < LEAST]
    assert rare == []
