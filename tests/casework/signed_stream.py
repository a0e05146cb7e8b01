"""The stream of a case as members' clients sign it and as a server may hand it out, whole or tampered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

import crypto
from casework.engine.case import Case, Event
from casework.event_store.history import ACT_READ, BY_ANYBODY, MESSAGE, history, verified_entries
from casework.policy.policy import Policy
from casework.policy_check.path_search import member_of
from casework.rules.acts import TRAITS, Act, Party
from casework.rules.roles import RoleId
from crypto.framing import ZERO_HASH, b64encode
from tests.casework.policies import DAY
from tests.crypto.sample import TODAY, Drawn, Office

CASE: Final = bytes(range(16))
WORKER: Final = "worker"
Rows = list[dict[str, Any]]


def office_of(policy: Policy) -> tuple[Office, crypto.VerifiedDirectory]:
    """An office in whose directory three members stand for every role of the policy, and that directory."""
    return _office(policy.id, tuple(role.id for role in policy.rules.roles))


@cache
def _office(name: str, roles: tuple[RoleId, ...]) -> tuple[Office, crypto.VerifiedDirectory]:
    office = Office(Drawn(name))
    everybody = [office.member(one) for one in office.seeds]
    staff = [member_of(role, number) for number in (1, 2, 3) for role in roles]
    office.seeds |= {one: crypto.draw_staff_seed(office.rng) for one in staff}
    keys = {one: office.staff(one) for one in staff}
    rows = [
        everybody[0] | {"id": one, "recipient": own.recipient, "signing": b64encode(own.signing_key)}
        for one, own in keys.items()
    ]
    return office, office.directory(TODAY, members=[*everybody, *rows])


@dataclass
class SignedStream:
    """The events of one case in the order in which they were written, and the head that a client knows."""

    policy: Policy
    rows: Rows = field(default_factory=list[dict[str, Any]])
    head: bytes = ZERO_HASH

    def received(self, opening: Event) -> None:
        """The worker writes that the report arrived, and under which version of which policy."""
        self._write(crypto.Event(CASE, 0, "received", _day(), WORKER, _told(opening)))

    def keep(self, event: Event) -> None:
        """Writes what the engine gave: a member's own event, or the reporter's message and who read it."""
        if TRAITS[event.act].party is not Party.REPORTER:
            assert event.by is not None
            self._write(crypto.Event(CASE, len(self.rows), event.act.value, _day(), event.by, _told(event)))
            return
        item = {"item": b64encode(event.item or b"")}
        arrived = len(self.rows)
        self._write(crypto.Event(CASE, arrived, MESSAGE, _day(), WORKER, item))
        read = item | {"n": arrived, "act": event.act.value} | ({"to": event.to} if event.to else {})
        reader = member_of(self.policy.rules.roles[0].id, 1)
        self._write(crypto.Event(CASE, arrived + 1, ACT_READ, _day(), reader, read))

    def _write(self, event: crypto.Event) -> None:
        office, directory = office_of(self.policy)
        if event.actor == WORKER:
            signed = crypto.worker_event(event)
        else:
            signed = crypto.sign_event(office.staff(event.actor), event, self.head)
        crypto.check_event(directory, CASE, event.n, self.head, signed.document())
        self.rows.append(signed.document())
        self.head = signed.hash(self.head)

    def read(self) -> Case:
        """The case as a client verifies and folds it."""
        _, directory = office_of(self.policy)
        return history(self.policy.id, self.policy.version, verified_entries(_verified(directory, self.rows)))

    @staticmethod
    def event_of(row: Mapping[str, Any]) -> crypto.Event:
        """The event of a row."""
        return crypto.read_event(row["payload"])

    def notices(self, rows: Sequence[object], lied: bool = False) -> bool:
        """Whether a client sees that this is not the stream: an event is wrong, or it does not end at the head.

        `lied`: the head too is one that fits what the server hands out, so that only the events themselves tell.
        """
        _, directory = office_of(self.policy)
        read = _verified(directory, rows)
        if not read or any(one.wrong is not None for one in read):
            return True
        return not lied and read[-1].hash != self.head


def _verified(directory: crypto.VerifiedDirectory, rows: Sequence[object]) -> list[crypto.ReadEvent]:
    return crypto.verify_events(directory, CASE, rows)


def _day() -> str:
    return DAY.isoformat()


def _told(event: Event) -> dict[str, object]:
    found: dict[str, object] = {code.value: value for code, value in event.codes.items()}
    extra = {"role": event.role, "to": event.to, "item": b64encode(event.item) if event.item else None}
    return found | {name: value for name, value in extra.items() if value is not None}


def as_read(case: Case, event: Event) -> tuple[Event, ...]:
    """What a stream gives for an event of the engine.

    The reporter's stands behind the message that brought it, and a change of keys has no role, stage or code to tell.
    """
    if event.act in BY_ANYBODY:
        return (replace(event, role=None, to=None, codes={}),)
    if TRAITS[event.act].party is not Party.REPORTER:
        return (event,)
    return Event(len(case.events), Act.NOTED, event.at, signed=False), replace(event, n=event.n + 1)


def removed(rows: Rows, n: int) -> Rows:
    """Without one event."""
    return [*rows[:n], *rows[n + 1 :]]


def altered(rows: Rows, n: int) -> Rows:
    """One event tells another day."""
    said = rows[n]["payload"].replace(f'"day":"{_day()}"', '"day":"2026-09-29"')
    assert said != rows[n]["payload"]
    return [*rows[:n], rows[n] | {"payload": said}, *rows[n + 1 :]]


def unsigned(rows: Rows, n: int) -> Rows:
    """One event lost its signature; the worker's never had one, and the nearest member's before it is taken."""
    signed = [m for m in range(len(rows)) if rows[m]["sig"] is not None]
    if not signed:
        return []
    there = max((m for m in signed if m <= n), default=signed[0])
    return [*rows[:there], rows[there] | {"sig": None}, *rows[there + 1 :]]


def reordered(rows: Rows, n: int) -> Rows:
    """One event stands behind the next; the last one before the first."""
    other = (n + 1) % len(rows)
    found = list(rows)
    found[n], found[other] = rows[other], rows[n]
    return found if len(rows) > 1 else []


def signed_by_another(rows: Rows, n: int) -> Rows:
    """One event has the signature of another one; the worker's has one at all."""
    other = next((row["sig"] for m, row in enumerate(rows) if m != n and row["sig"]), b64encode(bytes(64)))
    return [*rows[:n], rows[n] | {"sig": other}, *rows[n + 1 :]]


def repeated(rows: Rows, n: int) -> Rows:
    """One event stands there twice."""
    return [*rows[: n + 1], *rows[n:]]


TAMPERINGS: Final[tuple[Callable[[Rows, int], Rows], ...]] = (
    removed, altered, unsigned, reordered, signed_by_another, repeated,
)  # fmt: skip
"""What a server or its administrator could do to a stream."""
AT_THE_END: Final = (removed, altered)
"""What only the head tells where no member signed anything behind it: the worker signs nothing."""
