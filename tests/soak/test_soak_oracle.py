"""Time tells nothing: not whether a mailbox exists or what waits in it, whether a name is known, or a case there."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

import crypto
from casework.event_store.store import RECUSALS
from crypto import b64encode
from crypto.framing import sha256, sign
from portal.db_roles.privileges import StoreRole
from portal.office import OfficeFolder
from portal.office.log_key import found_log
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.watch.hr_upload_views import MANIFEST, SIGNATURE
from retaliation_watch.enrolment.entries import EntryRequest, apply_request
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_ingest.manifest import FeedFile as DeliveryKind
from retaliation_watch.hr_ingest.manifest import Manifest, manifest_frame, write_manifest
from tests.crypto.sample import TODAY
from tests.support.measuring.intake_load import OPEN
from tests.support.measuring.load_generator import Line
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import Edge, as_role, open_edge, report
from tests.support.offices.watch import ENTITY, SEED, SOURCE, agree_and_register
from tests.support.privacy.timing_oracle import (
    PLANTED_CASE,
    PLANTED_NAME,
    PLANTED_TOKEN,
    Interval,
    Trial,
    fetched,
    mailbox_with,
    poll_of,
    posted,
)
from tests.support.servers.face_process import live
from tests.support.stores.backends import Stores

Calling = Callable[[], bytes]
"""Makes one request, whole."""
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
        tell(f"{len(trial.took[base])} of each kind", found)
        if all(one.high - one.low <= 2 * NARROW for one in found.values()):
            break
    return found


def tell(what: str, found: dict[str, Interval]) -> str:
    """Says what was found, so far or in the end."""
    said = ", ".join(f"{kind} {one.low:+.0f}…{one.high:+.0f} µs" for kind, one in found.items())
    sys.stdout.write(f"\n{what}: {said}\n")
    sys.stdout.flush()
    return said


def check(what: str, found: dict[str, Interval]) -> None:
    """The planted difference must be seen, and no other be there."""
    said = tell(what, found)
    planted = found.pop("planted")
    assert not planted.within(LIMIT)
    assert planted.low > LIMIT
    assert all(one.within(LIMIT) for one in found.values()), said


def try_times(edge: Edge, role: StoreRole, what: str, kinds: Mapping[str, Calling], base: str) -> set[int]:
    """Serves a face with an oracle in it, and asks each kind of call; gives the statuses that were answered."""
    settings = as_role(edge.settings, role)
    face = f"tests.support.privacy.timing_oracle:build_leaky_{role}"
    with live(settings, face=face, allowance=OPEN, start=edge.hands.now) as serving:
        trial = Trial(Line(serving.address), kinds)
        trial.run(50)
        trial.took.clear()
        found = measured(trial, base)
        trial.line.close()
    check(f"{edge.mailroom.store.engine.name}, {what}", found)
    return trial.statuses


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """The edge of the sample office, empty."""
    edge = open_edge(stores, tmp_path)
    yield edge
    edge.close()


@pytest.mark.timeout(3600)
def test_time_tells_nothing_of_mailboxes(edge: Edge) -> None:
    """Missing mailboxes beside such with 0, 1 and 20 waiting messages: within 100 µs, and planted 300 µs are found."""
    tokens = {f"{count} waiting": mailbox_with(edge, f"waits-{count}", count) for count in (0, 1, 20)}

    def poll(token: bytes) -> bytes:
        return posted("/api/poll", poll_of(token))

    kinds: dict[str, Calling] = {kind: partial(poll, token) for kind, token in tokens.items()}
    kinds |= {"missing": lambda: poll(os.urandom(32)), "planted": partial(poll, PLANTED_TOKEN)}
    assert try_times(edge, StoreRole.INTAKE, "polls", kinds, "missing") == {200}


@pytest.mark.timeout(3600)
def test_time_tells_nothing_of_proofs(edge: Edge) -> None:
    """Nobody's mailbox beside such with a proof and with none yet: within 100 µs, and planted 300 µs are found."""
    found_log(OfficeFolder(edge.settings.office), edge.office.keepers, os.urandom)
    for at in range(40):
        edge.submit(report(edge, f"reporter-{at}"))
    edge.worker.open_received()
    assert edge.worker.write_log() == 1
    late = report(edge, "late")
    edge.submit(late)
    tokens = {"proof": report(edge, "reporter-7").keys.mailbox_token, "none yet": late.keys.mailbox_token}

    def ask(token: bytes) -> bytes:
        return posted("/api/filings", json.dumps({"v": 1, "token": b64encode(token)}).encode())

    kinds: dict[str, Calling] = {kind: partial(ask, token) for kind, token in tokens.items()}
    kinds |= {"missing": lambda: ask(os.urandom(32)), "planted": partial(ask, PLANTED_TOKEN)}
    assert try_times(edge, StoreRole.INTAKE, "proofs of filing", kinds, "missing") == {200}


@pytest.mark.timeout(3600)
def test_time_tells_nothing_of_names(edge: Edge) -> None:
    """Known beside unknown names of staff, both with a wrong secret: within 100 µs, and planted 300 µs are found."""
    room = DeskRoom(edge)
    room.enrol("li-wei")
    room.close()

    def attempt(name: str) -> bytes:
        body = f'{{"member":"{name}","secret":"{"A" * 43}","totp":"000000"}}'
        return posted("/api/session", body.encode())

    names = {"li-wei": "li-wei", "no-one": "no-one", "planted": PLANTED_NAME}
    kinds = {kind: partial(attempt, name) for kind, name in names.items()}
    assert try_times(edge, StoreRole.DESK, "sign-in", kinds, "no-one") <= {401, 429}


@pytest.mark.timeout(3600)
def test_time_tells_hr_nothing_of_the_list(edge: Edge) -> None:
    """Files about people of whom all are on the list beside such of whom none is: within 100 µs, planted are found."""
    key = HostKey(bytes([3]) * 32)
    edge.settings.watch_key.write_text(b64encode(bytes([3]) * 32))
    store = open_store(edge.settings, StoreName.WATCH)
    agree_and_register(store)
    with store.write() as tx:
        for at in range(30):
            wish = EntryRequest(ENTITY, key.pseudonym(ENTITY, f"L{at}"), [], os.urandom(7356))
            apply_request(tx, wish, edge.hands().date(), os.urandom)
    store.engine.dispose()
    numbers = itertools.count(1)

    def deliver(who: str, word: str) -> bytes:
        number = next(numbers)
        rows = (f"{word}{number},{who}{at},written_warning,2026-11-20,2026-11-20" for at in range(30))
        content = "\n".join(("event_id,employee_id,event_type,effective_date,recorded_on", *rows)).encode()
        manifest = Manifest(SOURCE, DeliveryKind.EVENTS, number, edge.hands().date(), sha256(content))
        payload = write_manifest(manifest)
        told = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(sign(SEED, manifest_frame(payload)))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        head = f"PUT /api/deliveries HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    word = "x" * len(PLANTED_NAME)
    kinds: dict[str, Calling] = {"all listed": partial(deliver, "L", word), "planted": partial(deliver, "N", PLANTED_NAME)}  # noqa: E501  # fmt: skip
    kinds |= {"none listed": partial(deliver, "N", word)}
    assert try_times(edge, StoreRole.HR_UPLOAD, "deliveries", kinds, "none listed") == {200}


def shut_out(room: DeskRoom, who: str) -> tuple[Colleague, bytes]:
    """A member who holds other cases, and the case that the reporter or a recusal keeps from the member."""
    hidden = room.file(report(room.edge, "hidden", ("sun-fang",) if who == "excluded" else ()))
    room.file(report(room.edge, "other"))
    member = room.sign_in("sun-fang")
    assert True in member.take_in()
    if who == "recused":
        with room.edge.eyes(StoreName.CASES).write() as tx:
            tx.execute(RECUSALS.insert().values(case_id=hidden, member=member.name))
    assert member.case(hidden).status_code == 404
    return member, hidden


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("call", ["file", "step"])
@pytest.mark.parametrize("who", ["excluded", "recused"])
def test_time_tells_nothing_of_a_case_that_is_kept_from_a_member(edge: Edge, who: str, call: str) -> None:
    """That case beside one that does not exist: within 100 µs, and planted 300 µs are found."""
    room = DeskRoom(edge)
    member, hidden = shut_out(room, who)
    cookie = member.cookie()
    room.close()
    event = crypto.Event(hidden, 1, "taken", TODAY, member.name, {})
    signed = crypto.sign_event(member.keys, event, bytes(32)).document()
    step = {"event": signed, "item": None, "blobs": [], "grant": None}

    def ask(case: str) -> bytes:
        path = f"/api/cases/{case}"
        return fetched(path, cookie) if call == "file" else posted(f"{path}/steps", json.dumps(step).encode(), cookie)

    kinds: dict[str, Calling] = {"there": partial(ask, b64encode(hidden)), "planted": partial(ask, PLANTED_CASE)}
    kinds |= {"missing": lambda: ask(b64encode(os.urandom(16)))}
    assert try_times(edge, StoreRole.DESK, f"{call} of a case, {who}", kinds, "missing") == {404}
