"""Somebody who was handed a grant writes into a case: the server can't tell, and no reader counts it."""

from __future__ import annotations

import os

import pytest

import crypto
from casework.event_store.history import history, verified_entries
from crypto.case.items import Author
from crypto.desk import answering
from crypto.framing import b64encode
from portal.cli.desk.client import OpenedCase, open_case
from portal.cli.desk.misread import by_non_readers
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import report

BARRED, ACCOMPLICE, HONEST = "zhao-min", "li-wei", "sun-fang"


def write(room: DeskRoom, who: Colleague, case: bytes, kind: str) -> None:
    """A step with a note beside it, or the key for notes."""
    file = who.case(case).json
    desk = (who.keys, room.edge.office.directory(), who.grants[case], who.thread(file))
    is_key = kind == "office-key"
    item = (
        crypto.seal_office_key(*desk, os.urandom)
        if is_key
        else crypto.seal_note(*desk, crypto.Message("重复"), os.urandom)
    )
    answer = who.step(case, who.event(file, kind, item=b64encode(item.hash)), item=item.document())
    assert answer.status_code == 201, answer.text


def as_author(desk: answering.Desk) -> Author:
    """Anybody who asks, reader or not."""
    return Author(desk.staff.member, desk.staff.sign, desk.staff.office)


def read_by(room: DeskRoom, who: Colleague, case: bytes) -> OpenedCase:
    """The case as a colleague's desk reads it."""
    return open_case(who.keys, room.edge.office.directory(), who.case(case).json, None)


def test_what_somebody_excluded_signs_is_marked_and_counts_for_nothing(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step and a note; the record holds all the same, and others write on."""
    case = room.file(report(room.edge, "handed on", (BARRED,)))
    barred, accomplice, honest = (room.sign_in(name) for name in (BARRED, ACCOMPLICE, HONEST))
    assert barred.take_in() == []
    assert [accomplice.take_in(), honest.take_in()] == [[True], [True]]
    assert barred.claim([accomplice.grants[case]]) == [True]
    assert barred.step(case, barred.event(barred.case(case).json, "taken")).status_code == 201
    write(room, accomplice, case, "office-key")
    write(room, accomplice, case, "noted")
    # The honest client does not sign for somebody excluded.
    monkeypatch.setattr(answering, "_author", as_author)
    write(room, barred, case, "noted")
    opened = read_by(room, honest, case)
    assert by_non_readers(opened.events) == [(1, BARRED), (4, BARRED)]
    assert (opened.chain_holds, opened.is_damaged) == (True, True)
    folded = history("company-whistleblowing", "1", verified_entries(opened.events))
    assert folded.uncounted & {1, 3, 4} == {1, 4}
    assert honest.step(case, honest.event(honest.case(case).json, "taken")).status_code == 201
    assert [read_by(room, honest, case).events[5].wrong, opened.events[3].wrong] == [None, None]


def test_a_reader_who_was_removed_counts_for_exactly_as_long_as_they_were_one(room: DeskRoom) -> None:
    """What they signed before stays; behind the change of readers a grant that was handed on makes nobody a reader."""
    case = room.file(report(room.edge, "removed"))
    leaving, honest = (room.sign_in(name) for name in (ACCOMPLICE, HONEST))
    assert [leaving.take_in(), honest.take_in()] == [[True], [True]]
    assert leaving.step(case, leaving.event(leaving.case(case).json, "taken")).status_code == 201
    first = honest.grants[case]
    staying = [one for one in first.body.holders if one != ACCOMPLICE]
    moved = honest.regrant(honest.case(case).json, staying, "without")
    answer = honest.send(f"/api/cases/{b64encode(case)}/steps", moved["body"])
    assert answer.status_code == 201, answer.text
    assert honest.claim([moved["grant"]]) == [True]
    assert leaving.claim([moved["grant"]]) == [True]
    assert leaving.step(case, leaving.event(leaving.case(case).json, "taken")).status_code == 201
    marks = [one.wrong for one in read_by(room, honest, case).events]
    assert marks == [None, None, None, crypto.WrongEvent.NON_READER]
