"""Three of the twenty written policies, drawn by the state of the code: a case of each, lived to its end.

`make soak` lives all twenty (`tests/soak/test_soak_policies.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.case_lives import LIVES
from tests.journeys.demo import Demo
from tests.journeys.lived_case import live_to_the_end, office_of_lives
from tests.journeys.moved import MovedDemo
from tests.support.suite.rotation import seed

pytestmark = pytest.mark.timeout(900)


def _lot(policy: str) -> bytes:
    return hashlib.sha256(f"{seed()} {policy}".encode()).digest()


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """The office that runs all twenty."""
    with office_of_lives(demo, tmp_path_factory.mktemp("lives")) as moved:
        yield moved


@pytest.mark.parametrize("policy", sorted(sorted(LIVES, key=_lot)[:3]))
def test_a_case_is_lived_to_its_end(office: MovedDemo, policy: str, tmp_path: Path) -> None:
    """Every step by who holds its role; a wrong one is refused; the desk's code offers what Python allows."""
    live_to_the_end(office, policy, tmp_path)
