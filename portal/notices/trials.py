"""Trials of the transports: an operator asks, and the worker that sends notices sends the trial.

A trial is a row in the mailroom's table of notices with a slot below 0; its recipient is a hash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from sqlalchemy import delete, select, update

from portal.clock import Clock
from portal.logs import log
from portal.mailroom.context import insert_new
from portal.mailroom.tables import NOTICES
from portal.notices.config import NoticeSettings, Recipient
from portal.notices.letter import Text
from portal.notices.schedule import last_moment
from portal.notices.sending import deliver, kind_of, recipient_mark, reminder
from portal.notices.transports import NoticeNotDelivered
from portal.stores.engines import Store

RETENTION_SECONDS: Final = 3600


class TrialOutcome(IntEnum):
    """What became of a trial; the number is the row's count of tries."""

    WAITING = 0
    UNDER_WAY = 1
    ACCEPTED = 2
    REFUSED = 3


@dataclass(frozen=True, slots=True)
class NoticeTrial:
    """One recipient of one text, asked for at a microsecond of Unix time."""

    recipient: Recipient
    text: Text
    asked: int

    @property
    def slot(self) -> int:
        """Below 0, even for a reminder and odd for the text of a trial."""
        return -(2 * self.asked + (self.text is Text.TRIAL))


def ask_trial(store: Store, trial: NoticeTrial) -> None:
    """Asks the worker to send it; the same one again changes nothing."""
    row: dict[str, object] = {
        "recipient": recipient_mark(trial.recipient),
        "slot": trial.slot,
        "leased_until": trial.asked // 1_000_000,
        "tries": TrialOutcome.WAITING,
        "sent": False,
    }
    with store.write() as tx:
        insert_new(tx, NOTICES, row)


def outcome_of(store: Store, trial: NoticeTrial) -> TrialOutcome:
    """What became of it by now."""
    here = (NOTICES.c.recipient == recipient_mark(trial.recipient)) & (NOTICES.c.slot == trial.slot)
    with store.read() as connection:
        found = connection.scalar(select(NOTICES.c.tries).where(here))
    return TrialOutcome(found or 0)


def send_trials(settings: NoticeSettings, store: Store, clock: Clock) -> int:
    """The worker's part: sends each trial once; returns the number sent, and deletes those older than an hour."""
    trial = NOTICES.c.slot < 0
    with store.read() as connection:
        asked = [(bytes(row.recipient), row.slot) for row in connection.execute(select(NOTICES).where(trial))]
    if not asked:
        return 0
    people = {(recipient_mark(one), 0): one for one in settings.recipients} | {
        (recipient_mark(one), 1): one for one in (*settings.on_call, *settings.operator)
    }
    sent = 0
    for mark, slot in asked:
        one = people.get((mark, -slot % 2))
        if one is not None and _advance(store, (mark, slot), TrialOutcome.WAITING, TrialOutcome.UNDER_WAY):
            accepted = _send(settings, one, Text.TRIAL if slot % 2 else Text.REMINDER, clock)
            _advance(
                store, (mark, slot), TrialOutcome.UNDER_WAY, TrialOutcome.ACCEPTED if accepted else TrialOutcome.REFUSED
            )
            sent += accepted
    old = trial & (NOTICES.c.leased_until < int(clock().timestamp()) - RETENTION_SECONDS)
    with store.write() as tx:
        tx.execute(delete(NOTICES).where(old))
    return sent


def _advance(store: Store, row: tuple[bytes, int], before: TrialOutcome, after: TrialOutcome) -> bool:
    here = (NOTICES.c.recipient == row[0]) & (NOTICES.c.slot == row[1]) & (NOTICES.c.tries == before)
    with store.write() as tx:
        return tx.execute(update(NOTICES).where(here).values(tries=after)).rowcount == 1


def _send(settings: NoticeSettings, one: Recipient, text: Text, clock: Clock) -> bool:
    now = clock()
    moment = last_moment(settings, now) if text is Text.REMINDER else now
    try:
        deliver(settings, one, replace(reminder(one, moment), text=text), now)
    except NoticeNotDelivered as error:
        log.error("trial of a notice not taken", kind=kind_of(one), error=type(error.__cause__).__qualname__)
        return False
    return True
