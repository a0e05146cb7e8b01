"""Two minutes of one client's worst against the shipped site, on either pair of stores."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.attacks.honest_traffic import attack_site
from tests.support.servers.nginx_site import running_site
from tests.support.stores.backends import Stores

SECONDS = 120
# A bucket's library keeps parts beside what a process has for itself.
MOST_MB = {"nginx": 150, "intake": 220, "desk": 1300, "worker": 200}
SAID = {200, 201, 202, 204, 429}


@pytest.mark.timeout(1200)
def test_two_minutes_of_one_clients_worst_stop_nobody(empty_stores: Stores, tmp_path: Path) -> None:
    """Whatever others come for is done, all the time, and no process outgrows its bound."""
    with running_site(empty_stores) as site:
        met = attack_site(site, tmp_path, SECONDS)
    slowest = {name: round(max(took), 1) for name, took in met.during.items()}
    sys.stdout.write(f"\n{empty_stores.kind}: slowest {slowest}, memory {met.most}, attacker {met.attacker}\n")
    assert set(met.said) <= SAID, met.said
    assert {name: size for name, size in met.most.items() if size > MOST_MB[name]} == {}
