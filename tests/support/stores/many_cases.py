"""A cases store as a large office has it after years: every case under one policy, a few in work, all claimed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, text

from casework.event_store.claims import VERY_MANY
from casework.event_store.store import CASES, CLAIMS, DUES, EVENTS
from casework.policy.policy import Policy
from casework.policy_check.path_search import path_to_end
from crypto.framing import ZERO_HASH, b64decode, b64encode
from portal.stores.engines import Store
from tests.casework.policies import DAY, bound, opened
from tests.casework.signed_stream import CASE, SignedStream, as_read
from tests.support.offices.edge import NOW

EVENTS_OF_ONE: Final = 20
OPEN_EVERY: Final = 20
"""One case in so many is in work; the others have ended."""
CLAIMANTS: Final = ("li-wei", "sun-fang", "zhao-min", "qian-yu")
"""One has claimed all, one has claimed few, and two as many as are many by a little more and by a little less."""
OWNERS: Final = (*CLAIMANTS, *(f"member-{n:02d}" for n in range(35)))
FEW: Final = 1000
"""Cases that the second member claimed, spread over all."""
CHUNK: Final = 5000
Cells = tuple[object, ...]


def policy_of_all() -> Policy:
    """The policy with the most clocks of working days, under the name that the sample office's directory has."""
    policy = bound("employee-complaint-confirm-appeal")
    return replace(policy, id=bound().id, version="1")


def case_id(n: int) -> bytes:
    """The id of the case of this number: as if drawn at random."""
    return hashlib.sha256(n.to_bytes(8, "big")).digest()[:16]


@dataclass
class ManyCases:
    """`number` cases. Those whose id begins with a byte below `lived` have a stream of 20 events, the others of 2."""

    number: int
    lived: int

    @cached_property
    def stream(self) -> list[tuple[str, str, str, bytes | None, bytes]]:
        """Kind, actor, payload of `CASE`, signature and hash of each event of a life under the policy."""
        policy = policy_of_all()
        case, kept = opened(policy), SignedStream(policy)
        kept.received(case.events[0])
        path = path_to_end(policy, case, DAY)
        assert path is not None
        for event in path[: EVENTS_OF_ONE - 1]:
            kept.keep(as_read(case, event)[-1])
        return [_cells(n, row) for n, row in enumerate(kept.rows)]

    def fill(self, store: Store) -> None:
        """Writes all of it in bulk, and has the database tidy up and learn it, as it does by itself in time."""
        tables: dict[Table, Callable[[int], Iterable[Cells]]] = {
            CASES: self._case, EVENTS: self._events, CLAIMS: self._claims, DUES: self._dues,
        }  # fmt: skip
        with store.write() as tx:
            for table, made in tables.items():
                names = [column.name for column in table.columns]
                _write(tx, table, names, (cells for n in range(self.number) for cells in made(n)))
        if not store.embedded:
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM (ANALYZE)"))

    def is_lived(self, case: bytes) -> bool:
        """Whether a case has the long stream."""
        return case[0] < self.lived

    def _day(self, n: int) -> date:
        return NOW.date() - timedelta(days=n * 1500 // self.number)

    def _case(self, n: int) -> Iterator[Cells]:
        case, day = case_id(n), self._day(n)
        work = n % OPEN_EVERY == 0
        due = int(NOW.timestamp()) + (n * 7919 % 2_592_000) - 86_400 if work else None
        head = EVENTS_OF_ONE - 1 if self.is_lived(case) else 1
        cells: dict[str, object] = {
            "case_id": case, "entity": "works", "policy": bound().id, "policy_version": "1", "day": day,
            "stage": "investigation" if work else "ended", "epoch": 0, "access_hash": bytes(32), "urgent": False,
            "opened_by": case * 2, "head_n": head, "head_hash": bytes(32), "to_office": 1, "to_reporter": 0,
            "office_only": 0, "ended": not work, "waiting": work and n % (OPEN_EVERY * 5) == 0, "frozen": False,
            "held": False, "leaving": False, "owner": OWNERS[n // OPEN_EVERY % len(OWNERS)], "next_due": due,
            "wake_at": due if due and due > NOW.timestamp() else None,
        }  # fmt: skip
        yield tuple(cells.get(column.name) for column in CASES.columns)

    def _events(self, n: int) -> Iterator[Cells]:
        case = case_id(n)
        long, name = self.is_lived(case), b64encode(case)
        for at, (kind, actor, payload, signature, digest) in enumerate(self.stream if long else self._short()):
            yield case, at, kind, actor, payload.replace(_NAME, name), signature, digest, None

    def _short(self) -> Sequence[tuple[str, str, str, bytes | None, bytes]]:
        said = self.stream[0][2].replace('"n":0', '"n":1').replace('"received"', '"taken"')
        return [self.stream[0], ("taken", "li-wei", said.replace('"worker"', '"li-wei"'), bytes(64), bytes(32))]

    def _claims(self, n: int) -> Iterator[Cells]:
        middle = self.number // VERY_MANY
        for member, every in zip(CLAIMANTS, (1, self.number // FEW, middle - 1, middle + 1), strict=True):
            if n % every == 0:
                yield member, case_id(n), 0, self._day(n)

    def _dues(self, n: int) -> Iterator[Cells]:
        if n % OPEN_EVERY == 0:
            ends = date(2026, 12, 1), 1_796_140_800
            yield case_id(n), "written-result", "deadline", "hr", *ends, False, None, False, False


_NAME: Final = b64encode(CASE)


def _cells(n: int, row: dict[str, Any]) -> tuple[str, str, str, bytes | None, bytes]:
    event = SignedStream.event_of(row)
    assert event.n == n
    signature = None if row["sig"] is None else b64decode(row["sig"], 64)
    return event.kind, event.actor, row["payload"], signature, ZERO_HASH


def _write(tx: Connection, table: Table, names: Sequence[str], rows: Iterator[Cells]) -> None:
    """All rows of a table: PostgreSQL's own COPY, on SQLite statements for many rows."""
    if tx.dialect.name == "postgresql":
        raw: Any = tx.connection.cursor()
        with raw.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for cells in rows:
                copy.write_row(cells)
        return
    while some := list(islice(rows, CHUNK)):
        tx.execute(insert(table), [dict(zip(names, cells, strict=True)) for cells in some])
