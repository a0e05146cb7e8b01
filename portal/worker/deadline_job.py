"""The deadline job: records due deadlines of cases, recomputes them by new calendars, deletes after retention."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from casework.errors import CaseHeld, HeadMoved, RulesAway
from casework.event_store.deletion import DeletionReason
from casework.event_store.due_events import RaisedEvents, is_due, is_recomputed, raise_due_events, recompute_some
from casework.event_store.step_check import RulesOf, Ruling
from portal.clock import Clock, day_in
from portal.deletion.deleting import Deletion
from portal.deletion.errors import NothingToDelete
from portal.errors import OfficeNotReady
from portal.logs import log
from portal.office.rules_repository import RulesRepository
from portal.stores.engines import Store

AT_ONCE: Final = 50
"""Cases in one round: bounds how long the worker's other jobs wait."""
COMPUTATION: Final = b"yanlu/reckoning/1"
"""Changes when a release computes deadlines differently, so that all are recomputed."""


@dataclass
class DeadlineJob:
    """The worker's job for deadlines of cases; safe with any number of workers."""

    cases: Store
    rules: RulesRepository
    deletion: Deletion
    clock: Clock
    # The calendars by which all cases were recomputed, as this process saw: checked again only once they change.
    _recomputed: bytes = field(default=b"", repr=False)

    def work(self) -> int:
        """One round; returns the number of steps done. Raises `OfficeNotReady`: a later round catches up."""
        self.rules.ready(self.clock())
        return self.recompute() + self.raise_due()

    def recompute(self) -> int:
        """Recomputes deadlines of some cases after the office published other calendars."""
        calendars = self.rules.calendars(day_in("UTC", self.clock()))
        if calendars is None or calendars == self._recomputed:
            return 0
        digest = sha256(COMPUTATION + calendars).digest()
        with self.cases.read() as connection:
            whole = is_recomputed(connection, digest)
        if whole:
            self._recomputed = calendars
            return 0
        with self.cases.write() as tx:
            return recompute_some(tx, digest, self._rules_by_policy(self.clock()))

    def raise_due(self) -> int:
        """Records due deadlines, each case in its own transaction, and deletes cases whose retention has ended."""
        now, done = self.clock(), 0
        with self.cases.read() as connection:
            if not is_due(connection, int(now.timestamp())):
                return 0
        rules, over = self._rules_by_policy(now), list[RaisedEvents]()
        for _ in range(AT_ONCE):
            with self.cases.write() as tx:
                ticked = raise_due_events(tx, now, rules)
            if ticked is None:
                break
            done += 1
            if ticked.fault is not None:
                log.error("case not reckoned", error=ticked.fault)
            if ticked.over:
                over.append(ticked)
        self._delete(over)
        return done

    def _delete(self, over: list[RaisedEvents]) -> None:
        """Destroys the keys of cases after retention; their traces are scrubbed together."""
        removed = [one for one in over if self._delete_case(one)]
        if removed:
            self.deletion.scrub()

    def _delete_case(self, over: RaisedEvents) -> bool:
        try:
            self.deletion.remove_case(over.case, DeletionReason.RETENTION, over.head)
        except (CaseHeld, HeadMoved):
            # A hold or a reopening came between query and deletion: it has precedence.
            return False
        except NothingToDelete:
            log.error("case not in the mailroom", kind="retention")
            return False
        return True

    def _rules_by_policy(self, now: datetime) -> RulesOf:
        """The rules by policy; a policy whose rules are missing does not block the cases of others."""
        found = self.rules.rules_of(now)

        def rules(policy: str, version: str, entity: str) -> Ruling | None:
            try:
                return found(policy, version, entity)
            except OfficeNotReady as error:
                raise RulesAway from error

        return rules
