"""The server once the directory has ended: no new report, thirty days more for those that are there."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

import crypto
from portal.errors import OfficeNotReady
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, report

LAST = datetime(2026, 12, 19, 23, 59, tzinfo=UTC)
FIRST_AFTER = datetime(2026, 12, 20, 0, 0, tzinfo=UTC)
LAST_LAPSED = datetime(2027, 1, 18, 23, 59, tzinfo=UTC)
OVER = datetime(2027, 1, 19, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("now", [FIRST_AFTER, LAST_LAPSED])
def test_who_waits_is_served_and_nobody_reports_anew(edge: Edge, now: datetime) -> None:
    """A report of the last day is taken; then none, by page or bundle, while message, poll and worker go on."""
    edge.hands.now = LAST
    case = report(edge, "ann")
    assert edge.submit(case).status_code == 201
    edge.hands.now = now
    late = report(edge, "bea")
    bundle = io.BytesIO()
    crypto.write_bundle(late.sealed.submission, [], bundle)
    refused = [edge.submit(late), edge.client.post("/api/bundles", data=bundle.getvalue())]
    assert [(one.status_code, one.json["type"].rpartition(":")[2]) for one in refused] == [
        (503, "office-not-ready")
    ] * 2
    post, _ = crypto.seal_message(case.keys, case.standing, crypto.Message("还在吗？"), Drawn("post"))
    assert edge.send("/api/posts", post).status_code == 202
    assert [entry.kind for entry in edge.poll(case).entries if entry.kind is crypto.EntryKind.MEMO]
    assert edge.worker.open_received() == 2
    assert edge.worker.fill_slots() >= 0


def test_after_the_thirty_days_the_worker_waits_for_a_directory(edge: Edge) -> None:
    """What the directory is needed for waits; nothing is lost."""
    edge.hands.now = OVER
    with pytest.raises(OfficeNotReady):
        edge.worker.fill_slots()
