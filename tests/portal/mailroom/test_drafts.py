"""A saved draft has a term, in days; when it is over draft, mailbox and key go, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

import crypto
from portal.mailroom.drafts import DRAFT_DAYS, remove_old_drafts
from portal.mailroom.erasure import ERASURE_KEYS, ErasureKeys
from portal.mailroom.tables import DRAFTS, MAILBOXES
from portal.mailroom.uploads import UPLOAD_DAYS
from tests.crypto.sample import Case, Drawn
from tests.portal.deletion.test_janitor import edge
from tests.support.offices.edge import Edge, report

__all__ = ["edge"]
ROOT = Path(__file__).resolve().parents[3]


def save(edge: Edge, case: Case, seq: int = 1) -> None:
    """Saves a draft for later under a reporter's receipt."""
    draft = crypto.seal_draft(case.keys, seq, {"text": "未完"}, Drawn(f"draft/{seq}"))
    body = {"v": 1, "token": crypto.b64encode(case.keys.mailbox_token), "draft": draft}
    assert edge.send("/api/drafts", body, "PUT").status_code == 202


def number(edge: Edge, *tables: object) -> list[int]:
    """The number of rows of each table."""
    with edge.mailroom.store.read() as connection:
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]  # type: ignore[arg-type]


def key_of(edge: Edge, case: Case) -> bytes:
    """The erasure id of a reporter's mailbox."""
    with edge.mailroom.store.read() as connection:
        query = select(MAILBOXES.c.erasure_id).where(MAILBOXES.c.mailbox_id == case.keys.mailbox_id)
        return bytes(connection.scalar(query) or b"")


def in_days(edge: Edge, days: int) -> int:
    """What the janitor of that day takes away."""
    return remove_old_drafts(edge.mailroom, edge.hands.now.date() + timedelta(days=days))


def test_a_draft_is_kept_for_its_term_and_not_longer(edge: Edge) -> None:
    """Thirty days and the one that time zones need it is there; then the janitor takes it, its mailbox and its key."""
    ann, ben = report(edge, "ann"), report(edge, "ben")
    save(edge, ann)
    assert edge.submit(ben).status_code == 201
    key = key_of(edge, ann)
    assert in_days(edge, DRAFT_DAYS + 1) == 0
    assert edge.poll(ann).entries
    edge.hands.now += timedelta(days=DRAFT_DAYS + 2)
    edge.worker.janitor.work()
    assert edge.poll(ann).entries == []
    assert number(edge, DRAFTS, MAILBOXES) == [0, 1]
    assert edge.mailroom.erasure.find_one(key) is None
    assert edge.poll(ben).entries


def test_saving_again_begins_the_term_anew_and_sending_ends_it(edge: Edge) -> None:
    """A draft saved once more lives from that day on; one whose report was sent leaves a whole case behind."""
    ann, ben = report(edge, "ann"), report(edge, "ben")
    save(edge, ann)
    save(edge, ben)
    assert edge.submit(ben).status_code == 201
    edge.hands.now += timedelta(days=2)
    save(edge, ann, 2)
    assert in_days(edge, DRAFT_DAYS + 1) == 0
    assert [entry.kind for entry in edge.poll(ann).entries] == [crypto.EntryKind.DRAFT]
    assert in_days(edge, DRAFT_DAYS + 2) == 1
    assert [entry.kind for entry in edge.poll(ben).entries] == [crypto.EntryKind.MEMO]
    assert edge.mailroom.erasure.find_one(key_of(edge, ben)) is not None


def test_a_draft_without_a_day_begins_its_term_when_it_is_first_seen(edge: Edge) -> None:
    """What an earlier release saved is not taken away at once."""
    ann = report(edge, "ann")
    save(edge, ann)
    with edge.mailroom.store.write() as tx:
        tx.execute(update(DRAFTS).values(day=None))
    assert in_days(edge, 100) == 0
    assert in_days(edge, 100 + DRAFT_DAYS + 1) == 0
    assert in_days(edge, 100 + DRAFT_DAYS + 2) == 1
    assert edge.poll(ann).entries == []


def test_who_is_killed_between_hiding_and_removing_is_followed_by_the_next(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill after the draft was put out of reach loses no key: the next round destroys it and takes the rows."""
    ann = report(edge, "ann")
    save(edge, ann)
    key = key_of(edge, ann)
    late = edge.hands.now.date() + timedelta(days=DRAFT_DAYS + 2)

    def killed(_keys: ErasureKeys, _ids: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ErasureKeys, "destroy", killed)
        with pytest.raises(KeyboardInterrupt):
            remove_old_drafts(edge.mailroom, late)
    assert edge.poll(ann).entries == []
    assert number(edge, DRAFTS, MAILBOXES) == [1, 1]
    edge.hands.now += timedelta(days=2)
    save(edge, ann, 2)
    assert remove_old_drafts(edge.mailroom, late) == 1
    assert edge.mailroom.erasure.find_one(key) is None
    assert edge.poll(ann).entries
    with edge.mailroom.erasure.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ERASURE_KEYS)) > 0


def test_a_report_sent_at_the_moment_its_draft_ends_is_kept_or_refused_never_lost(edge: Edge) -> None:
    """After its draft was taken away the same receipt still sends its report, into a mailbox with a key of its own."""
    ann = report(edge, "ann")
    save(edge, ann)
    remove_old_drafts(edge.mailroom, edge.hands.now.date() + timedelta(days=DRAFT_DAYS + 2))
    assert edge.submit(ann).status_code == 201
    assert [entry.kind for entry in edge.poll(ann).entries] == [crypto.EntryKind.MEMO]


def test_the_page_promises_the_terms_that_are_kept() -> None:
    """The numbers of days that the reporter reads are those of the server."""
    script = (ROOT / "templates/intake/sending/terms.ts").read_text("utf-8")
    found = {name: int(days) for name, days in re.findall(r"export const (\w+_DAYS) = (\d+);", script)}
    assert found == {"DRAFT_DAYS": DRAFT_DAYS, "UPLOAD_DAYS": UPLOAD_DAYS}
