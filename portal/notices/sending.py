"""Sends each notice once to each recipient, however many workers there are; what is not taken is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update

from portal.clock import Clock
from portal.logs import log
from portal.mailroom.context import insert_new
from portal.mailroom.tables import NOTICES
from portal.notices.config import Hook, Mail, NoticeSettings, Recipient
from portal.notices.letter import Notice, Text
from portal.notices.schedule import last_moment
from portal.notices.transports import NoticeNotDelivered, send_hook, send_mail
from portal.stores.engines import Store

LEASE_SECONDS: Final = 120
"""Longer than any sending takes: so long another worker waits for one that was killed."""
FIRST_PATIENCE: Final = 60
MOST_PATIENCE: Final = 3600
RETENTION_SECONDS: Final = 7 * 86_400
MARK_BYTES: Final = 16


@dataclass
class Notices:
    """What the worker does about notices. It asks no store about cases: it could not tell anything about them."""

    settings: NoticeSettings
    store: Store
    clock: Clock
    # The moment whose notices are all sent, as far as this process knows.
    _done: int = field(default=0, repr=False)

    def work(self) -> int:
        """Sends what is due; gives the number sent. One that is not taken ends the round."""
        now = self.clock()
        moment = last_moment(self.settings, now)
        slot = int(moment.timestamp())
        if slot == self._done:
            return 0
        sent, whole = 0, True
        for recipient in self._open(slot):
            if not self._lease(recipient, slot, int(now.timestamp())):
                whole = False
                continue
            if not self._send(recipient, moment, now):
                return sent
            sent += 1
        if whole:
            self._done = slot
            self._forget(slot)
        return sent

    def _open(self, slot: int) -> list[Recipient]:
        """Those who have not been sent this moment's notice yet."""
        query = select(NOTICES.c.recipient).where(NOTICES.c.slot == slot, NOTICES.c.sent)
        with self.store.read() as connection:
            done = {bytes(name) for name in connection.scalars(query)}
        return [one for one in self.settings.recipients if recipient_mark(one) not in done]

    def _lease(self, recipient: Recipient, slot: int, now: int) -> bool:
        """Whether this worker is the one to send it now."""
        row: dict[str, object] = {
            "recipient": recipient_mark(recipient),
            "slot": slot,
            "leased_until": 0,
            "tries": 0,
            "sent": False,
        }
        free = _row(recipient, slot) & (NOTICES.c.leased_until <= now) & ~NOTICES.c.sent
        lease = update(NOTICES).where(free).values(leased_until=now + LEASE_SECONDS, tries=NOTICES.c.tries + 1)
        with self.store.write() as tx:
            insert_new(tx, NOTICES, row)
            return tx.execute(lease).rowcount == 1

    def _send(self, recipient: Recipient, moment: datetime, now: datetime) -> bool:
        slot = int(moment.timestamp())
        try:
            deliver(self.settings, recipient, reminder(recipient, moment), now)
        except NoticeNotDelivered as error:
            log.error("notice not taken", kind=kind_of(recipient), error=type(error.__cause__).__qualname__)
            self._settle(recipient, slot, {"leased_until": int(now.timestamp()) + self._patience(recipient, slot)})
            return False
        self._settle(recipient, slot, {"sent": True})
        return True

    def _patience(self, recipient: Recipient, slot: int) -> int:
        with self.store.read() as connection:
            tries = connection.scalar(select(NOTICES.c.tries).where(_row(recipient, slot))) or 1
        return min(FIRST_PATIENCE * 2 ** (tries - 1), MOST_PATIENCE)

    def _settle(self, recipient: Recipient, slot: int, values: Mapping[str, object]) -> None:
        with self.store.write() as tx:
            tx.execute(update(NOTICES).where(_row(recipient, slot)).values(values))

    def _forget(self, slot: int) -> None:
        """Rows of long ago, and those that a later notice stands for."""
        with self.store.write() as tx:
            tx.execute(delete(NOTICES).where(NOTICES.c.slot.between(0, slot - RETENTION_SECONDS)))


def deliver(settings: NoticeSettings, recipient: Recipient, notice: Notice, now: datetime) -> None:
    """Sends one notice now; raises `NoticeNotDelivered`."""
    match recipient:
        case Hook():
            send_hook(recipient, notice, now)
        case Mail():
            if settings.smtp is None:
                raise NoticeNotDelivered
            send_mail(settings.smtp, recipient, notice)


def reminder(recipient: Recipient, moment: datetime) -> Notice:
    """The notice of a fixed moment."""
    mark = sha256(f"{recipient.name} {int(moment.timestamp())}".encode()).digest()[:MARK_BYTES]
    return Notice(Text.REMINDER, moment, mark)


def recipient_mark(recipient: Recipient) -> bytes:
    """By what a store tells recipients apart: it learns no address."""
    return sha256(recipient.name.encode()).digest()[:MARK_BYTES]


def _row(recipient: Recipient, slot: int) -> ColumnElement[bool]:
    return (NOTICES.c.recipient == recipient_mark(recipient)) & (NOTICES.c.slot == slot)


def kind_of(recipient: Recipient) -> str:
    """What a log may say of a recipient."""
    return "mail" if isinstance(recipient, Mail) else recipient.kind.value
