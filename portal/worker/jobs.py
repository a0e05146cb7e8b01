"""The worker: a loop over outboxes and due times, with leases; as many as one likes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from casework.errors import CaseDiffers, CaseUnknown, CaseworkError
from casework.event_store import store as casework
from casework.event_store.arrivals import Arrival, Opening, open_case, record_arrival
from casework.event_store.projection import rebuild_case
from casework.event_store.store import CaseId
from crypto.transparency_log.filing import filed_content
from portal.clock import Clock
from portal.deletion.janitor import Janitor
from portal.edge.directory_lookup import DirectoryLookup
from portal.errors import OfficeNotReady
from portal.identity import store as identity
from portal.identity.requests import end_requests
from portal.logs import log
from portal.mailroom import erasure
from portal.mailroom import tables as mailroom_tables
from portal.mailroom.arrival_order import ReporterStores, erase_due_order
from portal.mailroom.casework_outbox_delivery import deliver_pending
from portal.mailroom.context import Mailroom
from portal.mailroom.outbox import (
    Received,
    ReceivedKind,
    acknowledge_received,
    has_received,
    lease_received,
)
from portal.mailroom.packet_mixing import forward_due_batches, routes
from portal.mailroom.removal import KnownCase, known_case
from portal.mailroom.slots import fill_slots, open_urgent_slots
from portal.mailroom.uploads import destroy_all_upload_keys, remove_abandoned
from portal.notices.on_call import OnCall
from portal.notices.sending import Notices
from portal.notices.trials import send_trials
from portal.office.rules_repository import RulesRepository
from portal.stores.engines import Store
from portal.transparency_log.log_writer import LogWriter
from portal.worker.deadline_job import DeadlineJob
from portal.worker.heartbeat import Heartbeat
from retaliation_watch import store as watch

LEASE_SECONDS = 60
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Worker:
    """One worker; another one, in this process or elsewhere, never does the same step twice."""

    mailroom: Mailroom
    directory_lookup: DirectoryLookup
    clock: Clock
    cases: Store
    identity: Store
    watch: Store
    janitor: Janitor
    notices: Notices | None = None
    on_call: OnCall | None = None
    log_writer: LogWriter | None = None
    heartbeat: Heartbeat | None = None
    # Whether whatever comes in opens a slot of its own, as an urgent report does everywhere.
    demo: bool = False

    @cached_property
    def rules(self) -> RulesRepository:
        """The rules and calendars that cases run under."""
        return RulesRepository(self.directory_lookup.current)

    @cached_property
    def deadline_job(self) -> DeadlineJob:
        """The job for deadlines and the end of retention."""
        return DeadlineJob(self.cases, self.rules, self.janitor.deletion, self.clock)

    def close(self) -> None:
        """Gives back every line to a store."""
        self.janitor.deletion.close()
        ledger = [] if self.log_writer is None else [self.log_writer.ledger.store]
        for store in (self.cases, self.identity, self.watch, self.mailroom.store, self.mailroom.erasure.store, *ledger):
            store.engine.dispose()

    def run(self, stop: threading.Event, pause: float = PAUSE_SECONDS) -> None:
        """Works until `stop` is set; a step that fails is tried again in the next round."""
        while not stop.is_set():
            if self.work_once() == 0:
                stop.wait(pause)

    def work_once(self) -> int:
        """One round over everything; gives the number of steps done."""
        steps: tuple[tuple[str, Callable[[], int]], ...] = (
            ("received", self.open_received),
            ("on call", self.notify_on_call),
            ("loads", self.deliver_pending),
            ("clocks", self.deadline_job.work),
            ("notices", self.send_notices),
            ("slots", self.fill_slots),
            ("packets", self.forward_packets),
            ("requests", lambda: end_requests(self.identity, self._day())),
            ("uploads", self.clean_uploads),
            ("janitor", self.janitor.work),
            ("order", self.erase_order),
            ("copies", self.janitor.tidy_copies),
            ("log", self.write_log),
        )
        done = {kind: self._attempt(kind, step) for kind, step in steps}
        if self.heartbeat is not None:
            self.heartbeat.write([kind for kind, count in done.items() if count is None])
        return sum(count or 0 for count in done.values())

    def _attempt(self, kind: str, step: Callable[[], int]) -> int | None:
        """The number of steps done; None where it failed."""
        try:
            return step()
        except OfficeNotReady:
            return 0
        except Exception as error:  # noqa: BLE001  # one outbox in trouble must not hold up the others
            log.error("step failed", kind=kind, error=type(error).__qualname__)
            return None

    def open_received(self) -> int:
        """Opens a case for each report and notes each message, in the cases store, idempotent."""
        now = int(self.clock().timestamp())
        if not has_received(self.mailroom, now):
            return 0
        leased = lease_received(self.mailroom, now, LEASE_SECONDS, first=self._note_urgent)
        settled = [key for key, received in leased if self._handle(received)]
        acknowledge_received(self.mailroom, settled)
        return len(settled)

    def _note_urgent(self, tx: Connection, fresh: list[Received]) -> None:
        """An urgent report is noted for those on call when it is first taken up, whether or not its case opens."""
        now = self.clock()
        if self.on_call is not None and any(
            one.urgent and self.directory_lookup.on_call(one.entity, now) for one in fresh
        ):
            self.on_call.enqueue(tx)

    def notify_on_call(self) -> int:
        """Notifies those on call of an urgent report, where the office enabled it."""
        return 0 if self.on_call is None else self.on_call.work()

    def _handle(self, received: Received) -> bool:
        """As `_record_in_casework`; a report that fails waits and blocks no other, an unavailable store blocks all."""
        try:
            return self._record_in_casework(received)
        except (OperationalError, ProgrammingError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever a report holds, those beside it are opened
            log.error("report waits", error=type(error).__qualname__)
            return False

    def _record_in_casework(self, received: Received) -> bool:
        """Whether casework has it now; a message whose case is not open yet waits."""
        known = known_case(self.mailroom, received.case)
        if known is None:
            # Deleted since the row was leased: there is nothing to open.
            return True
        try:
            with self.cases.write() as tx:
                match received.kind:
                    case ReceivedKind.REPORT:
                        open_case(tx, _opening(received, known))
                        self._project(tx, CaseId(received.case))
                    case ReceivedKind.MESSAGE:
                        record_arrival(tx, _arrival(received))
        except CaseUnknown:
            return False
        except CaseDiffers as error:
            # Another report under the same id: the mailroom refuses those, so somebody altered a store.
            log.error("case differs", error=type(error).__qualname__)
        return True

    def _project(self, tx: Connection, case: CaseId) -> None:
        """The first due times of a case; a report is taken even while the office's rules cannot be read or reckoned."""
        try:
            rebuild_case(tx, case, self.rules.rules_of(self.clock()))
        except (OfficeNotReady, CaseworkError) as error:
            log.error("case without due times", error=type(error).__qualname__)

    def deliver_pending(self) -> int:
        """Delivers staff items and re-grants to the mailroom."""
        return deliver_pending(self.cases, self.mailroom, self.clock())

    def send_notices(self) -> int:
        """Reminds staff at the fixed hours, whether or not anything happened, and sends trials on request."""
        if self.notices is None:
            return 0
        return self.notices.work() + send_trials(self.notices.settings, self.notices.store, self.clock)

    def write_log(self) -> int:
        """Writes the log's checkpoint at the fixed hours, whether or not anything happened."""
        return 0 if self.log_writer is None else self.log_writer.work()

    def fill_slots(self) -> int:
        """Fills the slots of the batch up to the last full hour, and opens one at once for what is urgent."""
        now = self.clock()
        opened = open_urgent_slots(self.mailroom, now, everything=self.demo)
        return opened + fill_slots(self.mailroom, self.directory_lookup.buckets(now), now)

    def forward_packets(self) -> int:
        """Forwards the day's batch of packets, padded with dummies."""
        names, protection = routes(identity.PACKETS, watch.PACKETS, identity.MARKS)
        today = self._day()
        forwarded = forward_due_batches(self.mailroom, names, self.identity, today)
        return forwarded + forward_due_batches(self.mailroom, protection, self.watch, today)

    def clean_uploads(self) -> int:
        """Removes uploads that nothing took, and keys that a killed process left behind."""
        return remove_abandoned(self.mailroom, self._day()) + destroy_all_upload_keys(self.mailroom)

    def erase_order(self) -> int:
        """Erases the order in which reports arrived, after each day or hour."""
        now = self.clock()
        stores = (
            (self.mailroom.store, mailroom_tables.METADATA),
            (self.mailroom.erasure.store, erasure.METADATA),
            (self.cases, casework.METADATA),
            (self.identity, identity.METADATA),
            # HR's records are no traces of reporters, and large: the worker has to do with the packets alone.
            (self.watch, watch.INBOX),
        )
        return erase_due_order(ReporterStores(self.mailroom, stores), self.directory_lookup.entity_days(now), now)

    def _day(self) -> date:
        return self.clock().astimezone(UTC).date()


def _opening(received: Received, known: KnownCase) -> Opening:
    return Opening(
        case=CaseId(received.case),
        entity=received.entity,
        policy=received.policy,
        policy_version=received.policy_version,
        day=received.day,
        access_hash=received.access_hash,
        urgent=received.urgent,
        item_hash=received.item_hash,
        mark=known.mark,
        filed=None if known.submission_hash is None else filed_content(received.item_hash, known.submission_hash),
    )


def _arrival(received: Received) -> Arrival:
    return Arrival(case=CaseId(received.case), item_hash=received.item_hash, seq=received.seq, day=received.day)
