"""Time tells nothing: not whether a mailbox exists, not how much waits in it, not whether a name is known."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from crypto import b64encode
from portal.office import OfficeFolder
from portal.office.log_key import found_log
from portal.roles.rights import StoreRole
from tests.support.desk import DeskRoom
from tests.support.edge import as_role, open_edge, report
from tests.support.live import live
from tests.support.load import Line
from tests.support.oracle import PLANTED_NAME, PLANTED_TOKEN, Interval, Trial, mailbox_with, poll_of
from tests.support.served import OPEN
from tests.support.stores import Stores

CALLS = int(os.environ.get("ORACLE_CALLS", "10000"))
LIMIT = 100
# A machine that is busy asks for more rounds: so many times as many at most, until the interval is narrow enough.
PATIENCE = 6
NARROW = 40


def measured(trial: Trial, base: str) -> dict[str, Interval]:
    """At least `CALLS` calls; goes on while other programs blur the result."""
    rounds = CALLS // len(trial.kinds) + 1
    for _ in range(PATIENCE):
        trial.run(rounds)
        found = {kind: trial.against(kind, base) for kind in trial.kinds if kind != base}
        if all(one.high - one.low <= 2 * NARROW for one in found.values()):
            break
    return found


def check(what: str, found: dict[str, Interval]) -> None:
    """Says what was found; the planted difference must be seen, and no other be there."""
    said = ", ".join(f"{kind} {one.low:+.0f}…{one.high:+.0f} µs" for kind, one in found.items())
    sys.stdout.write(f"\n{what}: {said}\n")
    planted = found.pop("planted")
    assert not planted.within(LIMIT)
    assert planted.low > LIMIT
    assert all(one.within(LIMIT) for one in found.values()), said


@pytest.mark.timeout(3600)
def test_time_tells_nothing_of_mailboxes(stores: Stores, tmp_path: Path) -> None:
    """Missing mailboxes beside such with 0, 1 and 20 waiting messages: within 100 µs, and planted 300 µs are found."""
    edge = open_edge(stores, tmp_path)
    tokens = {f"{count} waiting": mailbox_with(edge, f"waits-{count}", count) for count in (0, 1, 20)}
    kinds = {kind: lambda token=token: poll_of(token) for kind, token in tokens.items()}
    kinds |= {"missing": lambda: poll_of(os.urandom(32)), "planted": lambda: poll_of(PLANTED_TOKEN)}
    settings = as_role(edge.settings, StoreRole.INTAKE)
    with live(settings, face="tests.support.oracle:build_leaky_intake", allowance=OPEN) as serving:
        trial = Trial(Line(serving.address), "/api/poll", kinds)
        trial.run(50)
        trial.took.clear()
        found = measured(trial, "missing")
        trial.line.close()
    edge.close()
    check(f"{stores.kind}, polls", found)


def _filing_of(token: bytes) -> bytes:
    return json.dumps({"v": 1, "token": b64encode(token)}).encode()


@pytest.mark.timeout(3600)
def test_time_tells_nothing_of_proofs(stores: Stores, tmp_path: Path) -> None:
    """Nobody's mailbox beside such with a proof and with none yet: within 100 µs, and planted 300 µs are found."""
    edge = open_edge(stores, tmp_path)
    found_log(OfficeFolder(edge.settings.office), edge.office.keepers, os.urandom)
    for at in range(40):
        edge.submit(report(edge, f"reporter-{at}"))
    edge.worker.open_received()
    assert edge.worker.write_log() == 1
    late = report(edge, "late")
    edge.submit(late)
    tokens = {"proof": report(edge, "reporter-7").keys.mailbox_token, "none yet": late.keys.mailbox_token}
    kinds = {kind: lambda token=token: _filing_of(token) for kind, token in tokens.items()}
    kinds |= {"missing": lambda: _filing_of(os.urandom(32)), "planted": lambda: _filing_of(PLANTED_TOKEN)}
    settings = as_role(edge.settings, StoreRole.INTAKE)
    with live(settings, face="tests.support.oracle:build_leaky_intake", allowance=OPEN) as serving:
        trial = Trial(Line(serving.address), "/api/filings", kinds)
        trial.run(50)
        trial.took.clear()
        found = measured(trial, "missing")
        trial.line.close()
    edge.close()
    check(f"{stores.kind}, proofs of filing", found)


@pytest.mark.timeout(3600)
def test_time_tells_nothing_of_names(stores: Stores, tmp_path: Path) -> None:
    """Known beside unknown names of staff, both with a wrong secret: within 100 µs, and planted 300 µs are found."""
    edge = open_edge(stores, tmp_path)
    room = DeskRoom(edge)
    room.enrol("li-wei")
    room.close()

    def attempt(name: str) -> bytes:
        return f'{{"member":"{name}","secret":"{"A" * 43}","totp":"000000"}}'.encode()

    kinds = {name: lambda name=name: attempt(name) for name in ("li-wei", "no-one")}
    kinds["planted"] = lambda: attempt(PLANTED_NAME)
    settings = as_role(edge.settings, StoreRole.DESK)
    with live(settings, face="tests.support.oracle:build_leaky_desk", allowance=OPEN) as serving:
        trial = Trial(Line(serving.address), "/api/session", kinds)
        trial.run(50)
        trial.took.clear()
        found = measured(trial, "no-one")
        trial.line.close()
    edge.close()
    check(f"{stores.kind}, sign-in", found)
