"""The log writer: at full hours it appends all pending entries to the log, under one signed checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from casework.event_store.log_head import LogHead, log_head, store_log_head, store_log_salt
from casework.event_store.log_outbox import delete_facts, events_digest, pending_facts
from crypto.framing import Rng
from crypto.transparency_log.checkpoint import LogKey, LogName, OfficeState, read_checkpoint
from portal.clock import Clock
from portal.deletion.deletion_list import DeletionList
from portal.logs import log
from portal.mailroom.context import Mailroom
from portal.office import OfficeFolder
from portal.office.errors import LogKeyRefused
from portal.office.log_key import read_log_key
from portal.stores.engines import Store
from portal.transparency_log.ledger import MOST_FACTS, DueCheckpoint, Ledger
from portal.transparency_log.log_entries import (
    DANGERS,
    DELETIONS,
    EVENTS,
    case_entries,
    dangers_digest,
    deletion_facts,
    marks_digest,
    office_facts,
    salted,
    state_entry,
    unsealing_facts,
    watch_facts,
)
from portal.transparency_log.published import office_state
from retaliation_watch.outbox import WatchFact
from retaliation_watch.outbox import delete_facts as delete_watch_facts
from retaliation_watch.outbox import pending_facts as waiting_watch_facts

# Bounds how fast the host of the watch can grow the log; further entries wait for the next hour.
MAX_WATCH_FACTS: Final = 256
# Greenwich: at each of these hours a checkpoint is written, whether or not anything happened.
HOURS: Final = (0, 6, 12, 18)


def last_slot(now: datetime) -> datetime:
    """The last fixed hour up to `now`: one checkpoint is enough for several missed hours."""
    here = _full_hour(now)
    return here.replace(hour=max(hour for hour in HOURS if hour <= here.hour))


def _full_hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass
class LogWriter:
    """One per worker; several of them write each checkpoint once."""

    ledger: Ledger
    mailroom: Mailroom
    cases: Store
    identity: Store
    watch: Store
    deleted: DeletionList
    office: OfficeFolder
    key_file: Path
    clock: Clock
    rng: Rng
    # The last hour known to be written; the hours for which a missing key and an older log were reported.
    _written: int = field(default=0, repr=False)
    _missed: int = field(default=0, repr=False)
    _reported: int = field(default=0, repr=False)
    # The directory's file of which it knows that the log names it; another one, and the hour in which it saw that.
    _named: object = field(default=None, repr=False)
    _noticed: tuple[object, datetime] | None = field(default=None, repr=False)

    def work(self) -> int:
        """Writes the checkpoint that is due, if any; returns the number of checkpoints written.

        One is due at each fixed hour, and at the full hour after the office published a directory that the log lacks.
        """
        now = self.clock()
        slot = last_slot(now)
        if between := self._is_written(slot):
            if not self._is_pending(now):
                return 0
            slot = _full_hour(now)
        seconds = int(slot.timestamp())
        if self._missed == seconds:
            return 0
        signer = self._signer(seconds)
        if signer is None or self._was_set_back(signer[0], seconds):
            return 0
        mark = self.office.directory_mark()
        state = office_state(self.office) or self._newest_state(signer[0])
        # Before its first directory an office takes no report, and has nothing to enter.
        if state is None:
            return 0
        written = self._write(signer, DueCheckpoint(slot, state, between))
        self._written, self._named, self._noticed = max(self._written, seconds), mark, None
        return written

    def _is_written(self, slot: datetime) -> bool:
        seconds = int(slot.timestamp())
        if self._written < seconds and self.ledger.last_hour() >= seconds:
            self._written = seconds
        return self._written >= seconds

    def _is_pending(self, now: datetime) -> bool:
        """Whether a directory that no checkpoint names was here already before this full hour began."""
        mark = self.office.directory_mark()
        if mark == self._named or self.office.log_note() is None:
            return False
        if self._noticed is None or self._noticed[0] != mark:
            state = office_state(self.office)
            if state is None or state == self._newest_state(self.office.log_name()):
                self._named, self._noticed = mark, None
                return False
            self._noticed = mark, _full_hour(now)
        return _full_hour(now) > self._noticed[1]

    def _newest_state(self, name: LogName) -> OfficeState | None:
        newest = self.ledger.newest()
        return None if newest is None else read_checkpoint(name, newest).office

    def _signer(self, seconds: int) -> tuple[LogName, LogKey] | None:
        """The log and its key; without them facts wait, and nothing is lost."""
        note = self.office.log_note()
        if note is None:
            return None
        name = self.office.log_name()
        try:
            key = read_log_key(self.key_file, name.office)
        except LogKeyRefused:
            key = None
        if key is None or key.key != name.key:
            self._missed = seconds
            log.error("log without its key")
            return None
        return name, key

    def _write(self, signer: tuple[LogName, LogKey], due: DueCheckpoint) -> int:
        """A kill after the ledger's commit leaves facts waiting that stand in it: the next time they are left out."""
        office, hour = signer[0].office, due.hour
        # Before the events: a case that is deleted meanwhile then has a mark that waits, and no state is asked for.
        marks = self.deleted.marks()
        with self.cases.write() as tx:
            salt = store_log_salt(tx, self.rng)
        with self.cases.read() as connection:
            waiting = pending_facts(connection, MOST_FACTS)
            events = salted(salt, events_digest(connection, {one.content for one in waiting}))
        drawn = case_entries(self.mailroom, waiting)
        seen = self._watch_facts()
        entries = [
            *office_facts(self.office, office),
            *drawn.entries,
            *deletion_facts(marks, office),
            *watch_facts(seen, office),
            *(asked := unsealing_facts(self.identity, office)),
            state_entry(office, hour, DANGERS, salted(salt, dangers_digest(self.identity, office, hour, set(asked)))),
            state_entry(office, hour, EVENTS, events),
            state_entry(office, hour, DELETIONS, salted(salt, marks_digest(marks))),
        ]
        appended = self.ledger.append(signer, due, entries, self.rng)
        if appended is None:
            # Another worker was first, and may not have had all of these: the next checkpoint takes what it lacked.
            return 0
        with self.cases.write() as tx:
            delete_facts(tx, drawn.done)
            store_log_head(tx, appended.size, appended.root)
        if seen:
            with self.watch.write() as tx:
                delete_watch_facts(tx, seen)
        return 1

    def _watch_facts(self) -> list[WatchFact]:
        """Pending facts of the watch; none while its store, on a host of its own, is unreachable or faulty."""
        try:
            with self.watch.read() as connection:
                return waiting_watch_facts(connection, MAX_WATCH_FACTS)
        except DBAPIError:
            log.error("watch out of reach")
            return []

    def _was_set_back(self, name: LogName, seconds: int) -> bool:
        """Whether the log is older than what was published: to go on would be a second view of it."""
        with self.cases.read() as connection:
            head = log_head(connection)
        set_back = head.held or not holds_head(self.ledger, name, head)
        if set_back and self._reported != seconds:
            self._reported = seconds
            log.error("log was set back")
        return set_back


def holds_head(ledger: Ledger, name: LogName, head: LogHead) -> bool:
    """Whether the log has the checkpoint that is remembered, and no other one of its size."""
    if head.size == 0:
        return True
    note = ledger.checkpoint(head.size)
    return note is not None and read_checkpoint(name, note).root == head.root
