"""Urgent reports: notifies everyone on call at once, in fixed words, and retries until each transport accepted it.

This is the one exception to notices that tell nothing of the moment: it goes out only for entities whose signed
directory says so, and the reporter's form says what it gives away (SECURITY.md, property 24).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select, update

from crypto.framing import Rng
from portal.clock import Clock
from portal.logs import log
from portal.mailroom.context import insert_new
from portal.mailroom.tables import ON_CALL
from portal.notices.config import NoticeSettings, Recipient
from portal.notices.letter import Notice, Text
from portal.notices.sending import LEASE_SECONDS, MARK_BYTES, deliver, kind_of, recipient_mark
from portal.notices.transports import NoticeNotDelivered
from portal.stores.engines import Store

QUIET_SECONDS: Final = 300
"""So long nobody is told again: reports that come meanwhile share the next notice, and a flood wakes no oftener."""
FIRST_PATIENCE: Final = 30
MOST_PATIENCE: Final = 900


class _Attempt(NamedTuple):
    mark: bytes
    tries: int


@dataclass
class OnCall:
    """What the worker does about urgent reports. It learns that there is one, never which."""

    settings: NoticeSettings
    store: Store
    clock: Clock
    rng: Rng
    # Whether rows of people who are no longer in the file were taken away since this process began.
    _tidied: bool = field(default=False, repr=False)

    def enqueue(self, tx: Connection) -> None:
        """Notes, in the transaction that takes up an urgent report, that everybody on call is to be told."""
        for one in self.settings.on_call:
            row: dict[str, object] = {
                "recipient": recipient_mark(one),
                "mark": self.rng(MARK_BYTES),
                "leased_until": 0,
                "tries": 0,
                "sent": False,
            }
            if not insert_new(tx, ON_CALL, row):
                again = {"mark": self.rng(MARK_BYTES), "sent": False}
                tx.execute(update(ON_CALL).where(_row(one)).values(again))

    def work(self) -> int:
        """Sends the notices that are due; returns the number sent. A transport that fails blocks no other."""
        self._delete_former()
        now = int(self.clock().timestamp())
        with self.store.read() as connection:
            ripe = {bytes(one) for one in connection.scalars(select(ON_CALL.c.recipient).where(_is_due(now)))}
        if not ripe:
            return 0
        sent = sum(self._notify(one) for one in self.settings.on_call if recipient_mark(one) in ripe)
        with self.store.write() as tx:
            tx.execute(delete(ON_CALL).where(_is_due(now) & ON_CALL.c.sent))
        return sent

    def _notify(self, recipient: Recipient) -> bool:
        turn = self._lease(recipient)
        if turn is None:
            return False
        now = self.clock()
        try:
            deliver(self.settings, recipient, Notice(Text.ON_CALL, now, turn.mark), now)
        except NoticeNotDelivered as error:
            log.error("on-call notice not taken", kind=kind_of(recipient), error=type(error.__cause__).__qualname__)
            self._settle(recipient, {}, min(FIRST_PATIENCE * 2 ** (turn.tries - 1), MOST_PATIENCE))
            return False
        # A report that came while this was on its way gave the row another mark: it is told of when the quiet ends.
        self._settle(recipient, {"sent": ON_CALL.c.mark == turn.mark, "tries": 0}, QUIET_SECONDS)
        return True

    def _lease(self, recipient: Recipient) -> _Attempt | None:
        """Whether this worker is the one to tell now, and how often it was tried, this time included."""
        now = int(self.clock().timestamp())
        free = _row(recipient) & _is_due(now) & ~ON_CALL.c.sent
        lease = update(ON_CALL).where(free).values(leased_until=now + LEASE_SECONDS, tries=ON_CALL.c.tries + 1)
        with self.store.write() as tx:
            if tx.execute(lease).rowcount != 1:
                return None
            row = tx.execute(select(ON_CALL.c.mark, ON_CALL.c.tries).where(_row(recipient))).one()
        return _Attempt(bytes(row.mark), row.tries)

    def _settle(self, recipient: Recipient, values: dict[str, object], pause: int) -> None:
        until = int(self.clock().timestamp()) + pause
        with self.store.write() as tx:
            tx.execute(update(ON_CALL).where(_row(recipient)).values({**values, "leased_until": until}))

    def _delete_former(self) -> None:
        """Once a process: a file that names others now leaves nobody waiting who is no longer in it."""
        if self._tidied:
            return
        known = [recipient_mark(one) for one in self.settings.on_call]
        with self.store.write() as tx:
            tx.execute(delete(ON_CALL).where(ON_CALL.c.recipient.not_in(known)))
        self._tidied = True


def waiting_on_call(store: Store) -> int:
    """How many on call wait for an urgent notice that their transport did not accept at the first attempt."""
    late = ~ON_CALL.c.sent & (ON_CALL.c.tries > 1)
    with store.read() as connection:
        return len(connection.execute(select(ON_CALL.c.recipient).where(late)).all())


def _is_due(now: int) -> ColumnElement[bool]:
    return ON_CALL.c.leased_until <= now


def _row(recipient: Recipient) -> ColumnElement[bool]:
    return ON_CALL.c.recipient == recipient_mark(recipient)
