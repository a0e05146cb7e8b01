"""One client attacks the shipped site with all its might; everybody else goes on, and memory stays bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.attacks.honest_traffic import attack_site
from tests.support.servers.nginx_site import running_site
from tests.support.stores.backends import ready_embedded_stores

SECONDS = 8
MOST_MB = {"nginx": 150, "intake": 200, "desk": 1300, "worker": 200}
# What the others are told: it is done, or that they are to work for it first. None of them has to wait.
SAID = {200, 201, 202, 204, 429}


@pytest.mark.timeout(1800)
def test_while_one_client_does_its_worst_everybody_else_goes_on(tmp_path: Path, prepared: Path) -> None:
    """Others look, send 10 MB, poll, hand a bundle in and sign in, until it is done; each process keeps its bound."""
    with running_site(ready_embedded_stores(tmp_path, prepared)) as site:
        met = attack_site(site, tmp_path, SECONDS)
    assert set(met.said) <= SAID, met.said
    assert met.during.keys() == met.before.keys()
    assert {name: size for name, size in met.most.items() if size > MOST_MB[name]} == {}
