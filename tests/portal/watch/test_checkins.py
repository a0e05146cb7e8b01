"""Handler of the case and holder of every store tell no answer of a check-in and no wish from a mailbox."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

import crypto
from casework.event_store.store import EVENTS
from crypto.custody.packets import dummy_identity, packets_document
from crypto.framing import b64decode
from crypto.watch.protection import (
    Bond,
    Linked,
    Protection,
    RequestKind,
    checkin_days,
    open_protection_packet,
    seal_link,
)
from crypto.watch.protection import seal_protection_packet as seal_wish
from portal.cli.errors import CommandError
from portal.cli.reporter.checkins import CheckinMailbox, checkin_post, settle_checkin
from portal.cli.server import Server
from portal.cli.terminal import Terminal
from portal.mailroom.tables import ITEMS
from portal.settings import StoreName
from tests.crypto.sample import Case, Drawn
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.offices.watch import ENTITY, WatchedOffice
from tests.support.privacy.order_leaks import rows_of
from tests.support.stores.backends import Stores

ANSWERS = {"yes": {"checkin": "yes", "changes": ("pay", "shifts")}, "none": {"checkin": "none", "changes": ()}}
Traces = Counter[Any]


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker of an office whose works has a watch."""
    opened = open_edge(stores, tmp_path, WatchedOffice())
    yield opened
    opened.close()


def filed(edge: Edge, name: str) -> Case:
    """A report that arrived."""
    case = report(edge, name)
    assert edge.submit(case).status_code == 201
    return case


def asked(case: Case) -> CheckinMailbox:
    """The mailbox as it asks."""
    return CheckinMailbox(case.directory, case.keys, case.standing)


def answered(case: Case, said: str) -> dict[str, object]:
    """The post of the first check-in, with an answer or none."""
    return checkin_post(asked(case), ANSWERS[said], 1)


def message(case: Case, employee: str | None) -> dict[str, object]:
    """A message in whose post a wish for somebody rides, or a dummy."""
    rng, directory = os.urandom, case.directory
    packets = None
    if employee is not None:
        link = seal_link(directory, ENTITY, Linked(Bond.WITNESS, case.standing.memo.case), rng)
        handle = case.keys.watch_handle
        wish = Protection(RequestKind.PROTECT, ENTITY, handle, Bond.WITNESS, "", employee, "", None, link)
        packets = packets_document(dummy_identity(rng), seal_wish(directory, wish, rng))
    return crypto.seal_message(case.keys, case.standing, crypto.Message("还有一句。", []), rng, packets)[0]


def shape(value: object) -> object:
    """What a thief can compare: of bytes and texts the length, of everything else the value."""
    return len(value) if isinstance(value, bytes | str) else value


def traces(edge: Edge) -> Traces:
    """Every row of every store, each column by its shape."""
    found = Traces()
    for name in StoreName:
        for row in rows_of(edge.eyes(name)):
            found[name, row.table, tuple((column, shape(value)) for column, value in sorted(row.cells.items()))] += 1
    return found


def left_by(edge: Edge, post: dict[str, object]) -> tuple[Traces, Traces]:
    """What a post adds to the stores, and what it takes away."""
    before = traces(edge)
    assert edge.send("/api/posts", post).status_code == 202
    after = traces(edge)
    return after - before, before - after


@pytest.mark.parametrize(
    "pair",
    [
        (lambda case: answered(case, "yes"), lambda case: answered(case, "none")),
        (lambda case: message(case, "E7"), lambda case: message(case, None)),
    ],
    ids=["an answer and none", "a message with and without a wish"],
)
def test_the_stores_hold_the_same_whatever_rides(
    edge: Edge, pair: tuple[Callable[[Case], dict[str, object]], ...]
) -> None:
    """Posts with a real packet and with a dummy are as long, and change the same rows in the same way."""
    real, dummy = (make(filed(edge, name)) for make, name in zip(pair, ("ann", "bob"), strict=True))
    assert len(crypto.write_json(real)) == len(crypto.write_json(dummy))
    left = left_by(edge, real)
    assert left == left_by(edge, dummy)
    assert left[0].total() >= 3


def seen_by_handlers(edge: Edge, case: Case) -> tuple[list[object], list[str]]:
    """The opened thread of a case, and the kinds of its events."""
    read = crypto.read_submission(case.sealed.submission)
    with edge.eyes(StoreName.MAILROOM).read() as connection:
        items = connection.scalars(select(ITEMS.c.item_hash).where(ITEMS.c.case_id == read.case)).all()
    with edge.eyes(StoreName.CASES).read() as connection:
        kinds = select(EVENTS.c.payload).where(EVENTS.c.case_id == read.case).order_by(EVENTS.c.n)
        payloads = [crypto.read_json(one.encode(), 65536) for one in connection.scalars(kinds)]
    return [len(items)], [str(one["kind"]) for one in payloads if isinstance(one, dict)]


def test_handlers_see_nothing_of_a_check_in(edge: Edge) -> None:
    """A case whose reporter answered, would not say, or never came back has the same items and the same events."""
    cases = {name: filed(edge, name) for name in ("yes", "none", "absent")}
    for said in ANSWERS:
        assert edge.send("/api/posts", answered(cases[said], said)).status_code == 202
    edge.worker.work_once()
    seen = [seen_by_handlers(edge, case) for case in cases.values()]
    assert seen == [([1], ["received"])] * 3


def test_the_answer_arrives_and_is_asked_for_once(edge: Edge) -> None:
    """The post's packet holds the answer, the memo forgets the day, and the mailbox goes on from there."""
    case = filed(edge, "ann")
    assert isinstance(edge.office, WatchedOffice)
    post = answered(case, "yes")
    packets = post["packets"]
    assert isinstance(packets, dict)
    told = open_protection_packet(b64decode(packets["protection"]), edge.office.key).checkin
    assert told is not None
    assert (told.day, told.answer, told.changes) == (14, "yes", ["pay", "shifts"])
    edge.send("/api/posts", post)
    memo = crypto.open_mailbox(case.keys, edge.poll(case))
    assert memo is not None
    assert memo.memo is not None
    days = checkin_days(case.directory, ENTITY)
    assert (memo.memo.checkins, days[0]) == (days[1:], _later(case.directory.today, 14))
    standing = crypto.MailboxCursor(memo.memo, memo.memo_seq)
    more, _ = crypto.seal_message(case.keys, standing, crypto.Message("还有。", []), Drawn("more"))
    edge.send("/api/posts", more)
    edge.worker.work_once()
    assert seen_by_handlers(edge, case)[1] == ["received", "message-received"]


def test_everybody_is_asked_on_the_same_days() -> None:
    """A report to an entity with a watch is asked on six days, protected or not; at an entity without one on none."""
    case = unsent()
    first = date.fromisoformat(case.directory.today)
    asks = asked(case)
    assert [len(asks.due(first + timedelta(days=after))) for after in (13, 14, 30, 400)] == [0, 1, 2, 6]
    assert checkin_days(case.directory, "branch") == []


@dataclass
class Heard:
    """A terminal and a server that only listen."""

    notes: list[str] = field(default_factory=list[str])
    posts: list[Any] = field(default_factory=list[Any])

    def note(self, sentence: str) -> None:
        """As `Terminal.note`."""
        self.notes.append(sentence)

    def call(self, _method: str, path: str, *, content: bytes, headers: dict[str, str]) -> None:
        """As `Server.call`."""
        assert headers == {"Content-Type": "application/json"}
        self.posts.append((path, json.loads(content)))


def unsent() -> Case:
    """A report that needs no store."""
    return report(cast("Edge", SimpleNamespace(office=WatchedOffice())), "ann")


def test_the_command_asks_and_answers_on_the_days_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the day an answer is refused; on it anyone who gives none is told, and any answer is one post."""
    case = unsent()
    first, found = date.fromisoformat(case.directory.today), list[tuple[int, int]]()
    for after, said in ((13, None), (14, None), (14, "none"), (14, "yes")):
        heard, day = Heard(), first + timedelta(days=after)
        monkeypatch.setattr("portal.cli.reporter.checkins.today", lambda day=day: day)
        wishes = {"checkin": said, "changes": ()}
        settle_checkin(cast("Terminal", heard), cast("Server", heard), asked(case), wishes)
        found.append((len(heard.notes), len(heard.posts)))
        assert all(path == "/api/posts" and post["item"] is None for path, post in heard.posts)
    assert found == [(0, 0), (1, 0), (0, 1), (0, 1)]
    monkeypatch.setattr("portal.cli.reporter.checkins.today", lambda: first)
    with pytest.raises(CommandError):
        settle_checkin(
            cast("Terminal", Heard()), cast("Server", Heard()), asked(case), {"checkin": "yes", "changes": ()}
        )


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
