"""Reports that arrive together share one commit; none waits for less than its own, none suffers for another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from portal.mailroom.errors import PartsMissing
from portal.mailroom.group_commit import MAX_BATCH, GroupCommit
from portal.mailroom.tables import MAILBOXES, OUTBOX_IDENTITY
from tests.support.offices.edge import Edge, report
from tests.support.samples.padded_json import as_sent

Work = Callable[[Sequence[int]], Sequence[int]]


class Counter:
    """Doubles numbers, notes who came together, and refuses sevens; the first call waits to be let go."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.go = threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        """Performs one call."""
        self.calls.append(list(numbers))
        if len(self.calls) == 1:
            self.go.wait(20)
        if 7 in numbers:
            raise PartsMissing
        return [2 * number for number in numbers]


def queued(joined: GroupCommit[int, int], work: Counter, numbers: Sequence[int]) -> list[Future[int]]:
    """Sends numbers from threads of their own while the first call is held up, and lets it go when all wait."""
    pool = ThreadPoolExecutor(len(numbers) + 1)
    first = pool.submit(joined.perform, 0, work)
    while not work.calls:
        work.go.wait(0.001)
    futures = [pool.submit(joined.perform, number, work) for number in numbers]
    while len(joined._queue) < len(numbers):
        work.go.wait(0.001)
    work.go.set()
    pool.shutdown()
    assert first.result() == 0
    return futures


def test_whoever_waits_joins_the_next_transaction() -> None:
    """Tasks that come while one runs are performed by one call, and each gets its own outcome."""
    work = Counter()
    futures = queued(GroupCommit(), work, [1, 2, 3, 4])
    assert [future.result() for future in futures] == [2, 4, 6, 8]
    assert [sorted(call) for call in work.calls] == [[0], [1, 2, 3, 4]]


def test_more_than_fit_come_in_turns() -> None:
    """No call gets more tasks than the limit, and none is forgotten."""
    work = Counter()
    numbers = list(range(100, 100 + MAX_BATCH + 5))
    futures = queued(GroupCommit(), work, numbers)
    assert [future.result() for future in futures] == [2 * number for number in numbers]
    assert [len(call) for call in work.calls] == [1, MAX_BATCH, 5]


def test_one_that_fails_harms_no_other() -> None:
    """If a joint call raises, each task is performed by itself, and only the culprit gets the error."""
    work = Counter()
    futures = queued(GroupCommit(), work, [5, 7, 9])
    assert [futures[0].result(), futures[2].result()] == [10, 18]
    with pytest.raises(PartsMissing):
        futures[1].result()
    assert sorted(work.calls[2:]) == [[5], [7], [9]]


@contextmanager
def held_up(edge: Edge, until: Callable[[], bool]) -> Iterator[list[str]]:
    """The first insert of a mailbox waits until `until`; gives the commits of the mailroom store."""
    commits: list[str] = []
    engine = edge.app.extensions["yanlu_mailroom"].store.engine

    def wait(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        inserts = "INSERT INTO mailboxes" in statement or "submit_reports(" in statement
        while inserts and not commits and not until():
            threading.Event().wait(0.001)

    def note(_c: Any) -> None:
        commits.append("commit")

    event.listen(engine, "before_cursor_execute", wait)
    event.listen(engine, "commit", note)
    yield commits
    event.remove(engine, "before_cursor_execute", wait)
    event.remove(engine, "commit", note)


def test_reports_that_arrive_together_share_a_commit(edge: Edge) -> None:
    """Seven reports at once take four commits: one of them twice and a stolen case id are each answered as if alone."""
    cases = [report(edge, name) for name in ("ann", "bob", "cai", "dai", "eve", "fay")]
    ann, bob, cai, dai, eve, fay = [case.sealed.submission for case in cases]
    later = [bob, bob, eve, {**eve, "mailbox": fay["mailbox"]}, cai, dai]
    arrivals = edge.app.extensions["yanlu_mailroom"].arrivals

    def send(body: dict[str, object]) -> int:
        return edge.app.test_client().post("/api/submissions", data=as_sent("/api/submissions", body)).status_code

    with ThreadPoolExecutor(8) as pool, held_up(edge, lambda: len(arrivals._queue) == len(later)) as commits:
        first = pool.submit(send, ann)
        while not arrivals._busy:
            threading.Event().wait(0.001)
        codes = list(pool.map(send, later))
    assert (first.result(), sorted(codes[:2]), sorted(codes[2:4]), codes[4:]) == (
        201,
        [200, 201],
        [201, 409],
        [201] * 2,
    )
    with edge.mailroom.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(MAILBOXES)) == 5
        assert connection.scalar(select(func.count()).select_from(OUTBOX_IDENTITY)) == 5
    assert len(commits) == 4
