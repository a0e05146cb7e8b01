"""The log's checkpoints: what stands in them, what they betray, and what a kill leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, inspect, select, update
from sqlalchemy.exc import ProgrammingError

from casework.event_store.deletion import DeletionReason
from casework.event_store.log_head import log_salt
from casework.event_store.store import EVENTS, OUTBOX_LOG, CaseId
from crypto.framing import frame, sha256
from crypto.office.signed_notes import read_note
from crypto.reporter.submission import read_submission
from crypto.transparency_log.checkpoint import read_checkpoint
from crypto.transparency_log.filing import Fact, case_log_key, filed_content, log_entry, office_log_key
from crypto.transparency_log.tlog import leaf_hash, read_entries, root_hash
from portal.identity.store import REQUESTS, REVIEWS, VOTES
from portal.mailroom.shapes import submission_hash
from portal.mailroom.tables import MAILBOXES
from portal.settings import StoreName
from portal.transparency_log.ledger import DueCheckpoint, Ledger, batch_size
from portal.transparency_log.log_entries import DELETIONS as DELETIONS_STATE
from portal.transparency_log.log_entries import EVENTS as EVENTS_STATE
from portal.transparency_log.log_entries import salted, state_entry
from portal.transparency_log.log_writer import LogWriter, last_slot
from portal.transparency_log.published import office_state
from portal.transparency_log.tables import BUNDLES
from retaliation_watch.outbox import note_fact, pending_facts
from retaliation_watch.store import OUTBOX_LOG as WATCH_OUTBOX
from tests.crypto.sample import Case
from tests.support.offices.edge import NOW, Edge, report

SLOT = timedelta(hours=6)


def log_writer_of(edge: Edge) -> LogWriter:
    """The worker's log_writer."""
    assert edge.worker.log_writer is not None
    return edge.worker.log_writer


def due_of(log_writer: LogWriter) -> DueCheckpoint:
    """The checkpoint of the hour before now."""
    state = office_state(log_writer.office)
    assert state is not None
    return DueCheckpoint(last_slot(NOW), state)


def ledger_of(edge: Edge) -> Ledger:
    """The log as intake reads it."""
    return edge.app.extensions["yanlu_ledger"]


def entries(ledger: Ledger) -> list[bytes]:
    """All entries in their order."""
    sizes = ledger.sizes()
    bundles = range(-(-(sizes[-1] if sizes else 0) // 256))
    return [entry for number in bundles for entry in read_entries(ledger.tile(BUNDLES, number) or b"")]


def key_of(edge: Edge, case: Case) -> bytes:
    """The log key of a case, for anyone who has the erasure store."""
    with edge.mailroom.store.read() as connection:
        erasure_id = connection.scalar(select(MAILBOXES.c.erasure_id).where(MAILBOXES.c.case_id == case_id(case)))
    return case_log_key(edge.mailroom.erasure.get(bytes(erasure_id or b"")))


def case_id(case: Case) -> bytes:
    """The case of a report."""
    return read_submission(case.sealed.submission).case


def waiting(edge: Edge) -> int:
    """How many facts wait for a checkpoint."""
    with edge.eyes(StoreName.CASES).read() as connection:
        return connection.scalar(select(func.count()).select_from(OUTBOX_LOG)) or 0


def filed(edge: Edge, name: str = "ann") -> Case:
    """A report that became a case."""
    case = report(edge, name)
    assert edge.submit(case).status_code == 201
    edge.worker.open_received()
    return case


def test_a_report_its_first_event_and_the_office_stand_in_the_next_checkpoint(edge: Edge) -> None:
    """Submission, event, root and directory are found by anyone who has their keys, under a signed root."""
    case = filed(edge)
    assert waiting(edge) == 2
    assert edge.worker.write_log() == 1
    assert waiting(edge) == 0
    ledger, found = ledger_of(edge), entries(ledger_of(edge))
    submission = read_submission(case.sealed.submission)
    key, office = key_of(edge, case), office_log_key(edge.office.office)
    with edge.eyes(StoreName.CASES).read() as connection:
        event = connection.scalar(select(EVENTS.c.event_hash).where(EVENTS.c.case_id == submission.case))
    sent = filed_content(submission.item.hash, submission_hash(submission))
    assert {
        log_entry(key, Fact.SUBMISSION, sent),
        log_entry(key, Fact.EVENT, bytes(event or b"")),
        log_entry(office, Fact.ROOT, sha256(read_note(edge.office.roots[0]).text)),
        log_entry(office, Fact.DIRECTORY, sha256(read_note(edge.office.note()).text)),
    } <= set(found)
    checkpoint = read_checkpoint(log_writer_of(edge).office.log_name(), ledger.newest() or b"")
    assert (checkpoint.size, checkpoint.hour) == (len(found), last_slot(NOW))
    assert checkpoint.root == root_hash(ledger.hashes, checkpoint.size)


def test_each_fixed_hour_has_one_checkpoint_of_one_size_whatever_happened(edge: Edge) -> None:
    """Quiet hours and busy ones add as many entries, and a worker that was away writes one for all it missed."""
    sizes: list[int] = []
    for reports in (0, 3, 0):
        for at in range(reports):
            filed(edge, f"reporter-{at}")
        assert (edge.worker.write_log(), edge.worker.write_log()) == (1, 0)
        sizes = ledger_of(edge).sizes()
        edge.hands.now += SLOT
    assert sizes == [64, 128, 192]
    edge.hands.now += 7 * SLOT
    assert edge.worker.write_log() == 1
    assert ledger_of(edge).sizes() == [64, 128, 192, 256]


@pytest.mark.parametrize(("facts", "size"), [(0, 64), (64, 64), (65, 256), (256, 256), (257, 1024), (5000, 16384)])
def test_counts_are_told_in_few_steps(facts: int, size: int) -> None:
    """A checkpoint adds 64, 256, 1,024 … entries: the next that holds its facts."""
    assert batch_size(facts) == size


def test_no_order_is_left_in_the_log(edge: Edge) -> None:
    """The entries of a checkpoint stand by their hashes, and the rows of the ledger in their keys' order."""
    for name in ("ann", "bob", "eve"):
        filed(edge, name)
    edge.worker.write_log()
    leaves = [leaf_hash(entry) for entry in entries(ledger_of(edge))]
    assert leaves == sorted(leaves)
    with edge.eyes(StoreName.LEDGER).read() as connection:
        columns = [column["name"] for column in inspect(connection).get_columns("entries")]
    assert columns == ["entry", "n"]


def test_nobody_outside_learns_when_the_first_report_or_deletion_came(edge: Edge) -> None:
    """The state of empty stores, which everybody can reckon, is recognized in no checkpoint."""
    edge.worker.write_log()
    office, found = edge.office.office, set(entries(ledger_of(edge)))
    for of in (EVENTS_STATE, DELETIONS_STATE):
        assert state_entry(office, last_slot(NOW), of, sha256()) not in found
        with edge.eyes(StoreName.CASES).read() as connection:
            salt = log_salt(connection)
        assert salt is not None
        assert state_entry(office, last_slot(NOW), of, salted(salt, sha256())) in found
    edge.hands.now += SLOT
    edge.worker.write_log()
    with edge.eyes(StoreName.CASES).read() as connection:
        assert log_salt(connection) == salt


def test_a_deleted_case_is_linked_to_nothing_in_the_log(edge: Edge) -> None:
    """The erasure key gone, no store gives the case's log key; the deletion itself stands in the log by its mark."""
    case = filed(edge)
    edge.worker.write_log()
    key = key_of(edge, case)
    deletion = edge.worker.janitor.deletion
    deletion.delete_case(CaseId(case_id(case)), DeletionReason.COURT)
    edge.hands.now += SLOT
    edge.worker.write_log()
    found, marks = set(entries(ledger_of(edge))), deletion.deleted.marks()
    office = office_log_key(edge.office.office)
    assert marks
    assert {log_entry(office, Fact.DELETION, mark) for mark in marks} <= found
    with edge.eyes(StoreName.ERASURE).read() as connection:
        keys = connection.exec_driver_sql("SELECT key FROM erasure_keys").scalars().all()
    assert key not in {case_log_key(bytes(one)) for one in keys}


def test_facts_of_a_case_deleted_before_the_hour_are_never_written(edge: Edge) -> None:
    """What waited for the checkpoint goes with its case."""
    case = filed(edge)
    edge.worker.janitor.deletion.delete_case(CaseId(case_id(case)), DeletionReason.MISTAKE)
    assert waiting(edge) == 0
    edge.worker.write_log()
    assert len(ledger_of(edge).sizes()) == 1


def test_what_is_asked_of_custodians_stands_in_the_log_and_names_nobody(edge: Edge) -> None:
    """A request, a vote and a review are found by anyone who has the identity store; they stay in the log."""
    asked = {
        "request_id": bytes([7]) * 16,
        "ground": "consent",
        "notify": "before",
        "expires": NOW.date(),
        "reason": b"sealed",
        "body": b"sealed too",
    }
    with edge.eyes(StoreName.IDENTITY).write() as tx:
        tx.execute(insert(REQUESTS).values(asked))
        tx.execute(insert(VOTES).values(request_id=asked["request_id"], seat=bytes(32), vote="{}"))
        tx.execute(insert(REVIEWS).values(request_id=asked["request_id"], seat=bytes(32), review="[]"))
    edge.worker.write_log()
    key, day = office_log_key(edge.office.office), NOW.date().isoformat()
    request = frame("yanlu/v1/log-unseal", bytes([7]) * 16, "consent", "before", day, b"sealed", b"sealed too")
    vote = frame("yanlu/v1/log-vote", bytes([7]) * 16, bytes(32))
    review = frame("yanlu/v1/log-review", bytes([7]) * 16, bytes(32), b"[]")
    mine = {
        log_entry(key, Fact.UNSEAL_REVIEW, sha256(review)),
        log_entry(key, Fact.UNSEAL_REQUEST, sha256(request)),
        log_entry(key, Fact.UNSEAL_VOTE, sha256(vote)),
    }
    assert mine <= set(entries(ledger_of(edge)))
    with edge.eyes(StoreName.IDENTITY).write() as tx:
        tx.execute(delete(VOTES))
        tx.execute(delete(REQUESTS))
    edge.hands.now += SLOT
    edge.worker.write_log()
    assert mine <= set(entries(ledger_of(edge)))


def test_what_the_watch_enters_stands_in_the_log_and_waits_no_longer(edge: Edge) -> None:
    """A request and evidence of the watch become entries; nothing of them is left in the watch's store."""
    watch = edge.eyes(StoreName.WATCH)
    facts = {Fact.WATCH_UNSEAL: bytes([1]) * 32, Fact.WATCH_EVIDENCE: bytes([2]) * 32}
    for _ in range(2):
        with watch.write() as tx:
            for fact, content in facts.items():
                note_fact(tx, fact, content)
                note_fact(tx, fact, content)
        edge.worker.write_log()
        with watch.read() as connection:
            assert pending_facts(connection, 9) == []
        edge.hands.now += SLOT
    key = office_log_key(edge.office.office)
    found = entries(ledger_of(edge))
    assert all(found.count(log_entry(key, fact, content)) == 1 for fact, content in facts.items())


def test_the_watchs_host_enters_nothing_but_its_own(edge: Edge) -> None:
    """The holder of that host can't have deletions or states entered, nor hold the log up, nor have it grow at will."""
    log_writer, watch = log_writer_of(edge), edge.eyes(StoreName.WATCH)
    forged = [(Fact.DELETION.value, bytes([1]) * 32), (Fact.STATE.value, bytes([2]) * 32), ("no-fact", bytes([3]) * 32)]
    forged += [(Fact.WATCH_UNSEAL.value, bytes([4]) * 31)]
    good = [(Fact.WATCH_EVIDENCE.value, sha256(n.to_bytes(4, "big"))) for n in range(300)]
    rows = [{"fact": fact, "content": content} for fact, content in (*forged, *good)]
    with watch.write() as tx:
        tx.execute(insert(WATCH_OUTBOX), rows)
    edge.hands.now += SLOT
    assert log_writer.work() == 1
    there, key = set(entries(ledger_of(edge))), office_log_key(edge.office.office)
    assert not {log_entry(key, Fact(fact), content) for fact, content in forged if fact in set(Fact)} & there
    entered = {log_entry(key, Fact.WATCH_EVIDENCE, content) for _, content in good} & there
    assert len(entered) == 256
    edge.hands.now += SLOT
    assert log_writer.work() == 1
    assert {log_entry(key, Fact.WATCH_EVIDENCE, content) for _, content in good} <= set(entries(ledger_of(edge)))


def test_the_log_goes_on_without_the_watch(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch's host that cannot be reached, or whose store answers amiss, holds no checkpoint back."""

    def unreachable(*_: object) -> None:
        raise ProgrammingError("", None, Exception())

    monkeypatch.setattr("portal.transparency_log.log_writer.waiting_watch_facts", unreachable)
    assert edge.worker.write_log() == 1


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("moment", ["sign_checkpoint", "delete_facts"])
def test_a_kill_loses_no_fact_and_writes_none_twice(edge: Edge, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Killed before the ledger commits, or between its commit and casework's, the next hour makes it whole."""

    def kill(*_: object) -> None:
        raise Killed

    module = "ledger" if moment == "sign_checkpoint" else "log_writer"
    filed(edge)
    with monkeypatch.context() as patch:
        patch.setattr(f"portal.transparency_log.{module}.{moment}", kill)
        with pytest.raises(Killed):
            edge.worker.write_log()
    assert len(ledger_of(edge).sizes()) == (moment == "delete_facts")
    assert waiting(edge) == 2
    edge.hands.now += SLOT
    assert edge.worker.write_log() == 1
    assert waiting(edge) == 0
    found = entries(ledger_of(edge))
    assert len(found) == len(set(found)) == 64 * len(ledger_of(edge).sizes())


def test_a_second_worker_drops_nothing_that_the_first_did_not_write(edge: Edge) -> None:
    """Two workers at one hour: the later one's facts wait for the next checkpoint."""
    log_writer = log_writer_of(edge)
    signer = (log_writer.office.log_name(), log_writer._signer(0)[1])  # type: ignore[index]
    due = due_of(log_writer)
    log_writer.ledger.append(signer, due, [], edge.mailroom.rng)
    filed(edge)
    assert log_writer._write(signer, due) == 0
    assert waiting(edge) == 2
    edge.hands.now += SLOT
    assert edge.worker.write_log() == 1
    assert waiting(edge) == 0


def test_without_its_key_the_log_waits_and_nothing_is_lost(edge: Edge) -> None:
    """A worker that lacks the key, or has another one, writes no checkpoint; once it is there all facts follow."""
    log_writer = log_writer_of(edge)
    content = log_writer.key_file.read_bytes()
    log_writer.key_file.write_bytes(b"{}")
    filed(edge)
    assert edge.worker.write_log() == 0
    assert (ledger_of(edge).newest(), waiting(edge)) == (None, 2)
    log_writer.key_file.write_bytes(content)
    edge.hands.now += SLOT
    assert edge.worker.write_log() == 1
    assert waiting(edge) == 0


def test_an_altered_event_is_in_no_log(edge: Edge) -> None:
    """An event that somebody rewrote in the store has an entry that the log never had."""
    case = filed(edge)
    edge.worker.write_log()
    with edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(update(EVENTS).where(EVENTS.c.case_id == case_id(case)).values(event_hash=bytes(32)))
    forged = log_entry(key_of(edge, case), Fact.EVENT, bytes(32))
    assert ledger_of(edge).index_of(forged) is None


def test_intake_serves_the_files_of_the_log(edge: Edge) -> None:
    """Checkpoint, tiles and notes are answered to anybody, and whatever is no file of the log is not found."""
    assert edge.client.get("/log/checkpoint").status_code == 404
    filed(edge)
    edge.worker.write_log()
    ledger = ledger_of(edge)
    assert edge.client.get("/log/checkpoint").data == ledger.newest()
    assert edge.client.get("/log/checkpoints.json").json == {"v": 1, "sizes": [64]}
    assert edge.client.get("/log/checkpoints/64").data == ledger.newest()
    assert edge.client.get("/log/tile/0/000.p/64").data == ledger.tile(0, 0)
    assert read_entries(edge.client.get("/log/tile/entries/000.p/10").data) == entries(ledger)[:10]
    assert edge.client.get("/log/log.note").text == log_writer_of(edge).office.log_note()
    assert edge.client.get("/log/roots.json").json == {"roots": [root.decode() for root in edge.office.roots]}
    for path in ("checkpoints/63", "tile/0/000", "tile/0/000.p/65", "tile/1/000.p/1", "tile/0/0", "tile/x"):
        assert edge.client.get(f"/log/{path}").status_code == 404
