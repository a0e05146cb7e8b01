"""What must hold after whatever happened: nothing confirmed is lost, nothing is half, left over or there twice."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Table, func, select

import crypto
from casework.event_store.deletion import deletions_by_month
from casework.event_store.store import CASES, CLAIMS, EVENTS, OUTBOX_ITEMS
from crypto.desk.answering import thread_keys
from crypto.errors import CryptoError
from crypto.sealing.attachment_shape import Attachment
from portal.accounts.tables import KEYRING
from portal.identity import store as identity
from portal.mailroom.tables import (
    BLOB_PARTS,
    BLOBS,
    GRANTS,
    ITEMS,
    MAILBOXES,
    ORPHANS,
    OUTBOX_IDENTITY,
    OUTBOX_PROTECTION,
    OUTBOX_RECEIVED,
)
from portal.stores.engines import Store
from retaliation_watch import store as watch
from tests.crypto.sample import Case
from tests.support.faults.recording_clients import Drafter, Holder, Reporter, Said, packet_hashes
from tests.support.offices.edge import Edge

ROUNDS = 300
LEASE_SECONDS = 61
# An orphan is looked at once a day and goes two days later; an upload that nothing took goes after seven.
DAYS = (1, 8)
REPORTER_STANZAS, OFFICE_STANZAS = 1, 2


@dataclass
class ConsistencyCheck:
    """A house at rest, who wrote to it, and a holder who looks at it with fresh eyes."""

    edge: Edge
    holder: Holder
    reporters: Sequence[Reporter]
    drafters: Sequence[Drafter] = ()
    findings: list[str] = field(default_factory=list[str])

    def hold(self) -> list[str]:
        """Everything that does not hold; empty when all is well."""
        self._work()
        self._read_everything()
        for days in DAYS:
            self.edge.hands.now += timedelta(days=days)
            self._work()
        self._look_at_stores()
        self._look_at_deletions()
        return self.findings

    def _say(self, kind: str, about: object, what: str) -> None:
        self.findings.append(f"{kind}: {about}: {what}")

    def _work(self) -> None:
        """The worker until it has nothing to do, leases of the dead included."""
        for _ in range(2):
            self.edge.hands.now += timedelta(seconds=LEASE_SECONDS)
            for _ in range(ROUNDS):
                if self.edge.worker.work_once() == 0:
                    break

    def _read_everything(self) -> None:
        self.holder.enter()
        self.holder.seen.clear()
        regranted = self.holder.look_at_regrants()
        batch = self.holder.look_at_batch()
        newest = _newest([*regranted, *batch])
        claimed = self.holder.claim(list(newest.values()))
        for reporter in self.reporters:
            case = reporter.case
            if self._is_gone(reporter):
                self._read_gone(reporter, case in claimed or any(grant.case == case for grant in regranted))
                continue
            there = self._read_mailbox(reporter)
            if there != (case in newest):
                self._say("half", reporter.name, "it lies in the mailbox or at the desk only")
            elif there:
                self._look_at_batch(reporter, batch, newest[case])
            if there and case not in claimed:
                self._say("lost", reporter.name, "no case was opened for it")
            elif there:
                self._read_case(reporter)
        for drafter in self.drafters:
            self._read_draft(drafter)

    def _is_gone(self, reporter: Reporter) -> bool:
        return reporter.mark is not None and reporter.mark in self.edge.worker.janitor.deletion.deleted.marks()

    def _read_gone(self, reporter: Reporter, served: bool) -> None:
        # Its packet stays in the batch like any other, and opens no case.
        if served or self.edge.poll(reporter.made).entries:
            self._say("deletion", reporter.name, "it is still served")

    def _look_at_batch(self, reporter: Reporter, batch: Sequence[crypto.Grant], grant: crypto.Grant) -> None:
        """No packet of a case was in two slots, and the one in force was in one."""
        times = Counter(one.hash for one in batch if one.case == reporter.case)
        if any(number > 1 for number in times.values()):
            self._say("twice", reporter.name, "a packet in the batch")
        if not times[grant.hash]:
            self._say("lost", reporter.name, "its grant never came to the batch")

    def _read_mailbox(self, reporter: Reporter) -> bool:
        """Reads what the receipt opens; whether there is a mailbox."""
        made = reporter.made
        opened = crypto.open_mailbox(made.keys, self.edge.poll(made))
        if opened is None or opened.memo is None:
            if reporter.confirmed:
                self._say("lost", reporter.name, "its receipt opens nothing")
            return False
        if reporter.confirmed and opened.memo_seq < made.standing.memo_seq:
            self._say("lost", reporter.name, "its memo is an older one")
        read = crypto.read_mailbox(self.edge.office.directory(), made.keys, opened)
        self._compare(reporter.name, read.thread, reporter.answers)
        if read.alarms:
            self._say("lost", reporter.name, f"alarms {read.alarms}")
        for entry in read.thread.verified:
            for attachment in _attachments(entry):
                content = self._fetch(reporter.made, attachment)
                self._open(reporter, attachment, content, made.keys.identity, reporter.answers, OFFICE_STANZAS)
        return True

    def _fetch(self, made: Case, attachment: Attachment) -> bytes:
        parts: list[bytes] = []
        for k in range(len(attachment.parts)):
            body = {
                "v": 1,
                "token": crypto.b64encode(made.keys.mailbox_token),
                "blob": crypto.b64encode(attachment.blob),
                "part": k,
            }
            answer = self.edge.send("/api/blob", body)
            parts += [answer.data] if answer.status_code == 200 else []
        return b"".join(parts)

    def _compare(self, name: str, thread: crypto.Thread, expected: Sequence[Said]) -> None:
        """Each item that was confirmed, once; every entry verified."""
        hashes = Counter(entry.item.hash for entry in thread.entries if entry.item)
        for entry in thread.entries:
            if entry.mark is not None:
                self._say("stream", name, f"an entry is {entry.mark}")
        for said in expected:
            if hashes[said.item] != 1:
                self._say("twice" if hashes[said.item] else "lost", name, said.text or "the notice of a re-grant")

    def _open(
        self,
        reporter: Reporter,
        attachment: Attachment,
        sealed: bytes,
        identity_: crypto.Identity,
        expected: Sequence[Said],
        stanzas: int,
    ) -> None:
        contents = {said.content for said in expected} | {reporter.content}
        try:
            found = b"".join(crypto.open_attachment_stream(io.BytesIO(sealed), identity_, attachment, stanzas))
        except CryptoError as error:
            self._say("half", reporter.name, f"an attachment does not open: {type(error).__name__}")
            return
        if found not in contents:
            self._say("half", reporter.name, "an attachment is another one")

    def _read_case(self, reporter: Reporter) -> None:
        """Reads what the holder opens: report, messages and answers with their attachments, and the stream."""
        member, directory = self.holder.member, self.edge.office.directory()
        answer = member.case(reporter.case)
        if answer.status_code != 200:
            self._say("lost", reporter.name, f"the case answers {answer.status_code}")
            return
        file = answer.json
        grant, thread = member.grant(file), member.thread(file)
        first = crypto.read_submission(reporter.made.sealed.submission).item.hash
        self._compare(reporter.name, thread, [Said("the report", None, first), *reporter.messages, *reporter.answers])
        keys = thread_keys(grant)
        for entry in thread.verified:
            for attachment in _attachments(entry):
                assert entry.item is not None
                place = f"/api/cases/{file['case']}/blobs/{crypto.b64encode(attachment.blob)}/parts"
                answers = [member.get(f"{place}/{k}") for k in range(len(attachment.parts))]
                sealed = b"".join(one.data for one in answers if one.status_code == 200)
                stanzas = REPORTER_STANZAS if entry.direction is crypto.Direction.TO_OFFICE else OFFICE_STANZAS
                opener = keys.openers(entry.item.place)[0]
                self._open(reporter, attachment, sealed, opener, [*reporter.messages, *reporter.answers], stanzas)
        events = crypto.verify_events(directory, reporter.case, file["events"])
        if any(event.wrong for event in events) or file["head"]["n"] != len(events) - 1:
            self._say("stream", reporter.name, "its events do not verify")
        if crypto.unserved(events, file["items"]):
            self._say("lost", reporter.name, "an event names an item that is not there")
        named = Counter(event.event.data["item"] for event in events if event.event and "item" in event.event.data)
        if named != Counter(crypto.b64encode(item.hash) for item in _items(file)):
            self._say("stream", reporter.name, "not every item has one event")

    def _read_draft(self, drafter: Drafter) -> None:
        polls = crypto.read_slots([self._poll(drafter)])
        opened = crypto.open_mailbox(drafter.keys, polls)
        if drafter.kept and (opened is None or opened.draft != {"text": drafter.kept}):
            self._say("lost", drafter.name, "its draft")

    def _poll(self, drafter: Drafter) -> bytes:
        body = {"v": 1, "token": crypto.b64encode(drafter.keys.mailbox_token), "from": 0}
        return self.edge.send("/api/poll", body).data

    def _look_at_stores(self) -> None:
        room, worker = self.edge.mailroom, self.edge.worker
        named = set(_column(room.store, BLOB_PARTS.c.place))
        there = set(room.blobs.places())
        if there - named:
            self._say("orphan", "objects", f"{len(there - named)} that no row names")
        if named - there:
            self._say("lost", "objects", f"{len(named - there)} that are not there")
        if list(_column(room.store, BLOBS.c.blob_id, BLOBS.c.case_id.is_(None))):
            self._say("orphan", "uploads", "some that nothing took")
        if list(_column(room.store, BLOBS.c.blob_id, BLOBS.c.erasure_id.is_not(None))):
            self._say("orphan", "uploads", "their keys in clear")
        if _count(room.store, OUTBOX_RECEIVED) + _count(worker.cases, OUTBOX_ITEMS) + _count(room.store, ORPHANS):
            self._say("lost", "outboxes", "something waits for ever")
        roads = (
            ("identity", OUTBOX_IDENTITY, worker.identity, identity.PACKETS),
            ("protection", OUTBOX_PROTECTION, worker.watch, watch.PACKETS),
        )
        for kind, outbox, store, inbox in roads:
            brought = set(_column(store, inbox.c.packet_hash))
            if packet_hashes(self.reporters, kind) - brought:
                self._say("lost", kind, "packets")
            if _count(room.store, outbox):
                self._say("twice", kind, "packets that were carried lie in the outbox")

        if list(_column(room.store, GRANTS.c.grant_id, GRANTS.c.waits)):
            self._say("lost", "batch", "packets that wait for ever")

    def _look_at_deletions(self) -> None:
        gone = [reporter for reporter in self.reporters if self._is_gone(reporter)]
        worker, accounts = self.edge.worker, self.edge.worker.janitor.deletion.accounts
        for reporter in gone:
            left = [
                table.name
                for store, table in _tables_of_case(self.edge)
                if list(_column(store, table.c.case_id, table.c.case_id == reporter.case))
            ]
            if left or list(_column(accounts, KEYRING.c.case_id, KEYRING.c.case_id == reporter.case)):
                self._say("deletion", reporter.name, f"rows in {left}")
        with worker.cases.read() as connection:
            counted = sum(number for _, _, number in deletions_by_month(connection))
        if counted != len(gone):
            self._say("twice", "deletions", f"{counted} were counted, {len(gone)} begun")


def _newest(grants: Iterable[crypto.Grant]) -> dict[bytes, crypto.Grant]:
    """Each case's grant of the highest epoch: older ones stay in the batch for their thirty days."""
    return {grant.case: grant for grant in sorted(grants, key=lambda grant: grant.epoch)}


def _attachments(entry: crypto.ThreadEntry) -> list[Attachment]:
    content = entry.inner.content if entry.inner else None
    return list(getattr(content, "attachments", ()))


def _items(file: dict[str, list[object]]) -> Iterator[crypto.Item]:
    for document in file["items"]:
        yield crypto.read_item(document)


def _column(store: Store, column: object, *where: object) -> Iterator[object]:
    with store.read() as connection:
        for value in connection.scalars(select(column).where(*where)):  # type: ignore[call-overload]
            yield value.tobytes() if isinstance(value, memoryview) else value


def _count(store: Store, table: Table) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def _tables_of_case(edge: Edge) -> Iterator[tuple[Store, Table]]:
    yield from ((edge.mailroom.store, table) for table in (MAILBOXES, ITEMS, BLOBS, GRANTS, OUTBOX_RECEIVED))
    yield from ((edge.worker.cases, table) for table in (CASES, EVENTS, CLAIMS, OUTBOX_ITEMS))
