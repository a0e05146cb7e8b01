"""The worker's clocks: raises what is owed to cases, reckons again by new calendars, ends what need not be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from casework.errors import CaseHeld, HeadMoved, RulesAway
from casework.record.deletion import Reason
from casework.record.judging import RulesOf, Ruling
from casework.record.ticking import Ticked, is_due, is_reckoned, reckon_anew, tick
from portal.clock import Clock, day_in
from portal.deletion.deleting import Deletion
from portal.deletion.errors import NothingToDelete
from portal.errors import OfficeNotReady
from portal.logs import log
from portal.office.rules_shelf import RulesShelf
from portal.stores.engines import Store

AT_ONCE: Final = 50
"""Cases of one round: other work of the worker waits no longer than for these."""
RECKONING: Final = b"yanlu/reckoning/1"
"""Changes when a release reckons due times otherwise, so that all are reckoned again."""


@dataclass
class Clockwork:
    """What the worker does for cases by the clock; safe with as many workers as one likes."""

    cases: Store
    shelf: RulesShelf
    deletion: Deletion
    clock: Clock
    # Calendars by which this process has seen all cases reckoned: asked again only once they change.
    _reckoned: bytes = field(default=b"", repr=False)

    def work(self) -> int:
        """One round; gives the number of steps done. Raises `OfficeNotReady`: all of it is caught up afterwards."""
        self.shelf.ready(self.clock())
        return self.reckon() + self.raise_due()

    def reckon(self) -> int:
        """Reckons some cases again, where the office published other calendars than those they were reckoned by."""
        calendars = self.shelf.calendars(day_in("UTC", self.clock()))
        if calendars is None or calendars == self._reckoned:
            return 0
        digest = sha256(RECKONING + calendars).digest()
        with self.cases.read() as connection:
            whole = is_reckoned(connection, digest)
        if whole:
            self._reckoned = calendars
            return 0
        with self.cases.write() as tx:
            return reckon_anew(tx, digest, self._rules(self.clock()))

    def raise_due(self) -> int:
        """Raises what is owed to the cases that are due, each in a transaction of its own, and deletes what is over."""
        now, done = self.clock(), 0
        with self.cases.read() as connection:
            if not is_due(connection, int(now.timestamp())):
                return 0
        rules, over = self._rules(now), list[Ticked]()
        for _ in range(AT_ONCE):
            with self.cases.write() as tx:
                ticked = tick(tx, now, rules)
            if ticked is None:
                break
            done += 1
            if ticked.fault is not None:
                log.error("case not reckoned", error=ticked.fault)
            if ticked.over:
                over.append(ticked)
        self._delete(over)
        return done

    def _delete(self, over: list[Ticked]) -> None:
        """Destroys the keys of cases that need not be kept; the traces of all of them are wiped together."""
        removed = [one for one in over if self._remove(one)]
        if removed:
            self.deletion.scrub()

    def _remove(self, over: Ticked) -> bool:
        try:
            self.deletion.remove_case(over.case, Reason.RETENTION, over.head)
        except (CaseHeld, HeadMoved):
            # Somebody set a hold or reopened the case between the look and the deed: it counts.
            return False
        except NothingToDelete:
            log.error("case not in the mailroom", kind="retention")
            return False
        return True

    def _rules(self, now: datetime) -> RulesOf:
        """The rules, where one policy whose rules are lost holds up no case of another."""
        found = self.shelf.rules_of(now)

        def rules(policy: str, version: str, entity: str) -> Ruling | None:
            try:
                return found(policy, version, entity)
            except OfficeNotReady as error:
                raise RulesAway from error

        return rules
