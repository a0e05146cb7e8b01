"""A report that a member took down: the desk takes it as intake does, and keeps no trace of who brought it."""

from __future__ import annotations

from sqlalchemy import select

from portal.mailroom.tables import ITEMS, MAILBOXES
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import random_report


def test_a_member_files_a_report_that_is_like_any_other(room: DeskRoom) -> None:
    """It is durable, the same again is the same, its case opens, and the reporter's receipt finds the mailbox."""
    colleague = room.sign_in("li-wei")
    case = random_report(room.edge)
    first = colleague.send("/api/submissions", case.sealed.submission)
    again = colleague.send("/api/submissions", case.sealed.submission)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json == again.json
    room.edge.worker.work_once()
    assert colleague.take_in() == [True]
    assert room.edge.poll(case).entries


def test_what_is_kept_is_what_intake_keeps(room: DeskRoom) -> None:
    """Row for row the same columns are filled: nothing tells that a member brought it, or which."""
    colleague = room.sign_in("li-wei")
    mine, theirs = random_report(room.edge), random_report(room.edge)
    assert colleague.send("/api/submissions", mine.sealed.submission).status_code == 201
    assert room.edge.submit(theirs).status_code == 201
    with room.edge.worker.mailroom.store.read() as connection:
        for table in (MAILBOXES, ITEMS):
            rows = [
                {name for name, value in row._mapping.items() if value is not None}
                for row in connection.execute(select(table).where(table.c.case_id.in_(cases_of(mine, theirs))))
            ]
            assert len(rows) == 2
            assert rows[0] == rows[1]


def cases_of(*filed: object) -> list[bytes]:
    """The case ids of reports."""
    return [one.sealed.memo.case for one in filed]  # type: ignore[attr-defined]


def test_nobody_files_at_the_desk_without_signing_in(room: DeskRoom) -> None:
    """The same body without a session is refused before it is looked at."""
    case = random_report(room.edge)
    colleague = room.sign_in("li-wei")
    assert colleague.send("/api/session/end", {}).status_code == 204
    assert colleague.send("/api/submissions", case.sealed.submission).status_code == 401
    assert colleague.send("/api/submissions", {"v": 1}).status_code == 401


def test_what_is_no_submission_for_this_office_is_refused(room: DeskRoom) -> None:
    """Shape, office and policy are checked as at intake."""
    colleague = room.sign_in("li-wei")
    submission = random_report(room.edge).sealed.submission
    assert colleague.send("/api/submissions", {"v": 1}).status_code == 422
    assert colleague.send("/api/submissions", submission | {"policy": "no-such"}).status_code >= 400
