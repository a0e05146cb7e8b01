"""Processes are killed at every named point while people write: nothing confirmed is lost, nothing is left half."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

from tests.crypto.sample import Drawn
from tests.support.faults.crash_rounds import PLACES, CrashRounds, traps_of
from tests.support.faults.kill_points import point
from tests.support.faults.killable_processes import Fault, Role
from tests.support.faults.restarting_office import restarting_office
from tests.support.stores.backends import Stores, embedded_stores

ROUNDS = 10
# Where the process is killed so that each fault shows, and what the checks say then.
PLANTED = (
    (
        Fault.ANSWERED_BEFORE_COMMIT,
        Role.INTAKE,
        "before commit portal.mailroom.submissions:insert_submissions",
        "its receipt opens nothing",
    ),
    (
        Fault.MARKED_BEFORE_DELIVERY,
        Role.DESK,
        "before commit portal.mailroom.threads:deliver_item",
        "an event names an item that is not there",
    ),
    (
        Fault.SETTLED_BEFORE_TOLD,
        Role.WORKER,
        "before commit portal.worker.jobs:Worker._record_in_casework",
        "no case was opened for it",
    ),
)


def test_every_named_point_is_a_place_in_the_code() -> None:
    """A point whose function has another name by now would kill nobody, and nobody would miss it."""
    for _, places in PLACES.values():
        for place in places:
            module, _, path = place.split(" ", 1)[1].partition(":")
            assert callable(attrgetter(path)(import_module(module))), place


@pytest.mark.timeout(900)
def test_nothing_is_lost_whoever_is_killed(
    stores: Stores, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """After ten rounds of kills every receipt opens all of its report, nothing is half, left over or there twice."""
    with restarting_office(stores, tmp_path) as house:
        rounds = CrashRounds(house, stores.kind, Drawn("kills"))
        for number in range(ROUNDS):
            rounds.play(number)
        kills, points = rounds.sprung(), sum(map(len, traps_of(stores.kind).values()))
        record_property("kills", f"{stores.kind}: {kills.total()} kills at {len(kills)} of {points} points")
        assert rounds.examine() == []
        assert not [line for line in house.said().splitlines() if "fault" in line]
    assert len(kills) > points // 2


@pytest.mark.parametrize(("fault", "role", "where", "found"), PLANTED)
def test_the_same_checks_find_a_planted_fault(fault: Fault, role: Role, where: str, found: str, tmp_path: Path) -> None:
    """A product that answers or marks too early loses something to one kill, and the checks name it."""
    with restarting_office(embedded_stores(tmp_path), tmp_path, fault) as house:
        rounds = CrashRounds(house, "sqlite-folder", Drawn(fault))
        house.traps.lay(role, point(where))
        rounds.play_short()
        findings = rounds.examine()
        assert house.traps.sprung()[role, point(where)] == 1
    assert [finding for finding in findings if finding.startswith("lost: short") and found in finding], findings
