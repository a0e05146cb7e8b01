"""What a desk does over very many cases: pages of the queue, what is due, a long case, everything made again."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

import crypto
from casework.event_store.due_events import is_due, raise_due_events
from casework.event_store.lists import View
from casework.event_store.rebuilding import rebuild_some
from casework.event_store.store import CASES, EVENTS
from portal.settings import StoreName
from portal.stores.engines import Store
from tests.crypto.sample import TODAY
from tests.support.measuring.bench_table import NOTHING, Figures, Part, Words, number
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import open_edge, report, write_rules
from tests.support.stores.backends import Stores
from tests.support.stores.many_cases import CLAIMANTS, EVENTS_OF_ONE, ManyCases, policy_of_all

CASES_OF = {"sqlite-folder": ManyCases(100_000, 26), "postgres-s3": ManyCases(1_000_000, 3)}
NAMES = {"sqlite-folder": "SQLite", "postgres-s3": "PostgreSQL"}
CALLS = 30
LONG = 500
PAGE_SIZE = 4096


@pytest.fixture
def room(stores: Stores, tmp_path: Path) -> Iterator[DeskRoom]:
    """The desk of a sample office with its policy."""
    edge = open_edge(stores, tmp_path)
    write_rules(edge.settings.office, policy_of_all())
    opened = DeskRoom(edge)
    yield opened
    opened.close()
    edge.close()


def p95(call: Callable[[], object]) -> float:
    """Milliseconds within which 95 of 100 calls are answered, after one that warms up."""
    call()
    took: list[float] = []
    for _ in range(CALLS):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[CALLS * 95 // 100]


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_SIZE / 1e6


def walk(member: Colleague, view: View, pages: int = 3) -> Callable[[], object]:
    """The last of the first pages of a view, as the desk answers it; each page has cases."""
    path = f"/api/cases?view={view.value}"
    for _ in range(pages - 1):
        found = member.get(path).json
        assert found["cases"]
        path = f"/api/cases?view={view.value}&after={found['next']}" if found["next"] else path
    return lambda: member.get(path)


def lengthen(room: DeskRoom, member: Colleague, case: bytes) -> None:
    """The case has 500 events, signed one over the other."""
    store = room.edge.eyes(StoreName.CASES)
    with store.write() as tx:
        head = tx.scalars(select(CASES.c.head_hash).where(CASES.c.case_id == case)).one()
        rows: list[dict[str, object]] = []
        prev = bytes(head)
        for n in range(1, LONG):
            event = crypto.Event(case, n, "taken", TODAY, member.name, {})
            signed = crypto.sign_event(member.keys, event, prev)
            prev = signed.hash(prev)
            rows.append(
                {
                    "case_id": case, "n": n, "kind": "taken", "actor": member.name, "payload": signed.payload,
                    "signature": signed.sig, "event_hash": prev, "item_hash": None,
                }
            )  # fmt: skip
        tx.execute(insert(EVENTS), rows)
        tx.execute(update(CASES).where(CASES.c.case_id == case).values(head_n=LONG - 1, head_hash=prev))


def rebuild(room: DeskRoom, store: Store, crowd: ManyCases) -> tuple[float, float, float]:
    """Events a second while the cases of whole lives are made again, ms of CPU for each case, megabytes of growth."""
    rules = room.edge.worker.rules.rules_of(room.edge.hands.now)
    after, done = b"", 0
    gc.collect()
    began, spent, first, most = time.perf_counter(), time.process_time(), resident(), 0.0
    while after[:1] < bytes([crowd.lived]):
        with store.write() as tx:
            some = rebuild_some(tx, after, rules)
        assert some.last is not None
        after, done, most = some.last, done + some.rebuilt, max(most, resident())
        # The first round fills caches: what comes after it must not grow.
        first = resident() if done == some.rebuilt else first
    rate, cpu = done * EVENTS_OF_ONE / (time.perf_counter() - began), (time.process_time() - spent) * 1000 / done
    return rate, cpu, most - first


@dataclass
class Told:
    """What the figures of one kind of store are called."""

    kind: str
    number: int
    figures: Figures

    def at_most(self, what: Words, value: float, aim: float, beside: Words = NOTHING, unit: str = "ms") -> None:
        """A row for a number that should not be larger than its aim."""
        self.figures.at_most(Part.CASES, self.named(what), value, aim, unit, beside)

    def named(self, what: Words) -> Words:
        """With the kind of store and the number of its cases."""
        cases = number(self.number)
        return Words(f"{NAMES[self.kind]}, {cases} cases: {what.en}", f"{NAMES[self.kind]}，{cases} 件：{what.zh}")


def measure_lists(told: Told, members: list[Colleague]) -> None:
    """Pages of every view, by anyone who claimed all, few, or about as many as are looked for the other way."""
    took = {view: max(p95(walk(who, view)) for who in members) for view in View}
    each = ", ".join(f"{view} {number(one)}" for view, one in took.items())
    slowest = Words("a page of the queue, the slowest view, p95", "列表一页，最慢的视图，p95")
    told.at_most(slowest, max(took.values()), 50, Words(f"{each} ms", f"{each} ms"))
    told.at_most(Words("what is due, to the desk, p95", "工作台查到期事项，p95"), took[View.DUE], 100)


def measure_worker(told: Told, room: DeskRoom, store: Store) -> None:
    """What the worker asks when it has nothing to do, and again as if it had."""
    now = room.edge.hands.now

    def look() -> None:
        with store.read() as connection:
            is_due(connection, int(now.timestamp()))
        with store.write() as tx:
            raise_due_events(tx, now, room.edge.worker.rules.rules_of(now))

    told.at_most(Words("what is due, to the worker, p95", "后台查到期事项，p95"), p95(look), 100)


def measure_rebuilding(told: Told, room: DeskRoom, store: Store, crowd: ManyCases) -> None:
    """Everything beside the streams, and what it adds to memory."""
    rate, cpu, grew = rebuild(room, store, crowd)
    what = Words("everything beside the records made again", "由记录重建列表与时限")
    lived = Words(
        f"cases of {EVENTS_OF_ONE} events, CPU {number(cpu)} ms each",
        f"每件 {EVENTS_OF_ONE} 条记录，每件用 CPU {number(cpu)} 毫秒",
    )
    told.figures.at_least(Part.CASES, told.named(what), rate, 20_000, "events/s", lived)
    told.at_most(Words(f"{what.en}, memory added", f"{what.zh}，内存增加"), max(grew, 0.0), 10, unit="MB")


@pytest.mark.timeout(900)
def test_a_desk_over_very_many_cases(room: DeskRoom, stores: Stores, figures: Figures) -> None:
    """Every figure is of the desk's whole answer in its process, or of the worker's own look, with all cases there."""
    crowd, store = CASES_OF[stores.kind], room.edge.eyes(StoreName.CASES)
    told = Told(stores.kind, crowd.number, figures)
    members = [room.sign_in(name) for name in CLAIMANTS]
    case = room.file(report(room.edge, "bench"))
    assert members[0].take_in() == [True]
    lengthen(room, members[0], case)
    crowd.fill(store)
    measure_lists(told, members)
    measure_worker(told, room, store)
    assert len(members[0].case(case).json["events"]) == LONG
    long = Words(f"a case of {LONG} events opened, p95", f"打开有 {LONG} 条记录的案件，p95")
    told.at_most(long, p95(lambda: members[0].case(case)), 50)
    measure_rebuilding(told, room, store, crowd)
