"""The worker's step: at fixed hours all that waits goes into the log, under one signed checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from casework.record.facts import drop_facts, waiting_facts
from crypto.checkpoint import LogKey, LogName
from crypto.framing import Rng
from portal.clock import Clock
from portal.deletion.book import DeletionList
from portal.ledger.facts import deletion_facts, draw_case_facts, office_facts, unsealing_facts
from portal.ledger.ledger import MOST_FACTS, Ledger
from portal.logs import log
from portal.mailroom.room import Mailroom
from portal.office import OfficeFolder
from portal.office.errors import LogKeyRefused
from portal.office.log_key import read_log_key
from portal.stores import Store

# Greenwich: at each of these hours a checkpoint is written, whether or not anything happened.
HOURS: Final = (0, 6, 12, 18)


def last_slot(now: datetime) -> datetime:
    """The last fixed hour up to `now`: of several that were missed one checkpoint is enough."""
    here = now.astimezone(UTC)
    hour = max(hour for hour in HOURS if hour <= here.hour)
    return here.replace(hour=hour, minute=0, second=0, microsecond=0)


@dataclass
class Scribe:
    """One per worker; several of them write each checkpoint once."""

    ledger: Ledger
    room: Mailroom
    cases: Store
    identity: Store
    deleted: DeletionList
    office: OfficeFolder
    key_file: Path
    clock: Clock
    rng: Rng
    # The hour that this worker knows to be written, and the one of which it said that it has no key.
    _written: int = field(default=0, repr=False)
    _missed: int = field(default=0, repr=False)

    def work(self) -> int:
        """Writes the checkpoint of the last fixed hour if it is not there; gives the number of checkpoints written."""
        slot = last_slot(self.clock())
        seconds = int(slot.timestamp())
        if self._written >= seconds or self._missed == seconds:
            return 0
        if self.ledger.last_hour() >= seconds:
            self._written = seconds
            return 0
        signer = self._signer(seconds)
        if signer is None:
            return 0
        written = self._write(signer, slot)
        self._written = seconds
        return written

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

    def _write(self, signer: tuple[LogName, LogKey], slot: datetime) -> int:
        """A kill after the ledger's commit leaves facts waiting that stand in it: the next time they are left out."""
        office = signer[0].office
        with self.cases.read() as connection:
            waiting = waiting_facts(connection, MOST_FACTS)
        drawn = draw_case_facts(self.room, waiting)
        entries = [
            *office_facts(self.office, office),
            *drawn.entries,
            *deletion_facts(self.deleted.marks(), office),
            *unsealing_facts(self.identity, office),
        ]
        if self.ledger.append(signer, slot, entries, self.rng) is None:
            # Another worker was first, and may not have had all of these: the next checkpoint takes what it lacked.
            return 0
        with self.cases.write() as tx:
            drop_facts(tx, drawn.done)
        return 1
