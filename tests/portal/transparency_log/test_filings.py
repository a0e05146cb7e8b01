"""A reporter asks for the proof that the report was filed; nobody else learns that there is one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crypto import b64encode
from crypto.reporter.submission import read_submission
from crypto.transparency_log.filing import FILING_SIZE, Filing, open_filing, verify_filing, write_proof
from portal.transparency_log.log_writer import last_slot
from tests.crypto.sample import Case
from tests.support.offices.edge import NOW, Edge, report


@pytest.fixture
def case(edge: Edge) -> Case:
    """A report that became a case."""
    sent = report(edge, "ann")
    edge.submit(sent)
    edge.worker.open_received()
    return sent


def ask(edge: Edge, token: bytes) -> bytes:
    """What intake answers."""
    answer = edge.send("/api/filings", {"v": 1, "token": b64encode(token)})
    assert (answer.status_code, len(answer.data)) == (200, FILING_SIZE)
    return answer.data


def test_the_proof_of_a_report_convinces_whoever_has_the_office_code(edge: Edge, case: Case) -> None:
    """After the next checkpoint the reporter's own bytes make a file that proves the item hash and the hour."""
    token = case.keys.mailbox_token
    assert open_filing(token, ask(edge, token)) is None
    edge.worker.write_log()
    opened = open_filing(token, ask(edge, token))
    assert opened is not None
    (key, item, submission), placed = opened
    log_writer = edge.worker.log_writer
    assert log_writer is not None
    note = (log_writer.office.log_note() or "").encode()
    proof = write_proof(Filing(edge.office.code, edge.office.roots, note, key, item, submission), placed)
    found = verify_filing(edge.office.code, proof)
    assert found.item == item == read_submission(case.sealed.submission).item.hash
    assert found.checkpoint.hour == last_slot(NOW)
    edge.hands.now += timedelta(days=1)
    edge.worker.write_log()
    again = open_filing(token, ask(edge, token))
    assert again is not None
    assert again[0] == opened[0]


def test_nobody_learns_whether_there_is_a_proof(edge: Edge, case: Case) -> None:
    """For an unknown token the answer is as long, opens with no key, and never comes twice."""
    edge.worker.write_log()
    answers = [ask(edge, bytes([at]) * 32) for at in (1, 1, 2)]
    assert len(set(answers)) == 3
    assert [open_filing(bytes([at]) * 32, one) for at, one in zip((1, 1, 2), answers, strict=True)] == [None] * 3
    assert open_filing(bytes(32), ask(edge, case.keys.mailbox_token)) is None


def test_what_is_no_token_is_refused(edge: Edge) -> None:
    """Shape is all that is told."""
    for body in ({"v": 1}, {"v": 1, "token": "x"}, {"v": 2, "token": b64encode(bytes(32))}):
        assert edge.send("/api/filings", body).status_code == 422
