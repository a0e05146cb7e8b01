"""Who was left out of a case is told by whom, so is anyone who oversees, and nobody else is told anything."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

import crypto
from casework.event_store import removals
from casework.event_store.store import EVENTS
from crypto.framing import b64encode
from portal.settings import StoreName
from portal.stores.engines import open_store
from tests.crypto.sample import TODAY
from tests.portal.desk.test_claims import own_claim
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report


def opened(room: DeskRoom, *names: str) -> tuple[bytes, list[Colleague]]:
    """A case that these have claimed and opened."""
    colleagues = [room.sign_in(name) for name in names]
    return opened_by(room, colleagues), colleagues


def opened_by(room: DeskRoom, colleagues: list[Colleague]) -> bytes:
    """The same of colleagues who are there already."""
    case = room.file(random_report(room.edge))
    for colleague in colleagues:
        assert any(colleague.take_in())
        event = colleague.event(colleague.case(case).json, "claimed", **own_claim(colleague, case))
        assert colleague.step(case, event).status_code == 201
    return case


def regrant(colleague: Colleague, case: bytes, holders: list[str], seed: str) -> str:
    """The case goes to these; the maker takes it up. Gives the packet."""
    made = colleague.regrant(colleague.case(case).json, holders, seed)
    assert colleague.send(f"/api/cases/{b64encode(case)}/steps", made["body"]).status_code == 201
    assert colleague.claim([made["grant"]]) == [True]
    return made["body"]["grant"]["packet"]


def told(colleague: Colleague) -> list[dict[str, Any]]:
    """What this member is told of removals."""
    return colleague.get("/api/removals").json["removals"]


def proven(room: DeskRoom, row: dict[str, Any]) -> crypto.Removal:
    """A row as every client verifies it."""
    kept = {name: row[name] for name in ("case", "member", "claim", "changes")}
    return crypto.read_removal(room.edge.office.directory(), kept)


def test_whoever_is_left_out_is_told_on_which_day_and_by_whom(room: DeskRoom) -> None:
    """Two re-grants in a row hide nothing; who reads on and who never held it are told nothing."""
    case, [left_out, maker] = opened(room, "li-wei", "sun-fang")
    assert told(left_out) == told(maker) == []
    regrant(maker, case, ["sun-fang", "qian-yu"], "without li-wei")
    regrant(maker, case, ["sun-fang", "qian-yu"], "once more")
    [row] = told(left_out)
    found = proven(room, row)
    assert (found.case, found.member, found.opened) == (case, "li-wei", TODAY)
    assert [(change.day, list(change.by)) for change in found.changes] == [(TODAY, ["sun-fang"])] * 2
    assert left_out.case(case).status_code == 404
    assert told(maker) == told(room.sign_in("qian-yu")) == []


def test_whoever_oversees_is_told_of_everybody(room: DeskRoom) -> None:
    """Two who change the readers can't keep it from oversight, who opens nothing by it."""
    case, [_, maker] = opened(room, "li-wei", "sun-fang")
    oversight = room.sign_in("shang-ji")
    assert told(oversight) == []
    regrant(maker, case, ["sun-fang", "qian-yu"], "without li-wei")
    [row] = told(oversight)
    assert (proven(room, row).member, list(proven(room, row).changes[0].by)) == ("li-wei", ["sun-fang"])
    assert set(row) == {"case", "entity", "day", "member", "claim", "changes"}
    assert oversight.case(case).status_code == 404


def test_whoever_comes_back_is_told_no_longer(room: DeskRoom) -> None:
    """The row goes once the member has signed that the case opened under the key in force; a claim is not enough."""
    # Anyone who makes a key can seal to a desk what it claims, and then refuses: row and case would both be gone.
    case, [back, maker] = opened(room, "li-wei", "sun-fang")
    regrant(maker, case, ["sun-fang", "qian-yu"], "without li-wei")
    assert len(told(back)) == 1
    packet = regrant(maker, case, ["sun-fang", "qian-yu", "li-wei"], "with li-wei")
    again = crypto.find_grant(back.keys, crypto.b64decode(packet), room.edge.office.directory())
    assert again is not None
    assert back.claim([again]) == [True]
    assert len(told(back)) == 1
    event = back.event(back.case(case).json, "claimed", **own_claim(back, case))
    assert back.step(case, event).status_code == 201
    assert told(back) == []


def test_more_rows_than_are_told_at_once_are_mentioned(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone who fills the list hides no row without a word."""
    monkeypatch.setattr(removals, "MOST", 1)
    case, [left_out, maker] = opened(room, "li-wei", "sun-fang")
    regrant(maker, case, ["sun-fang"], "without li-wei")
    assert left_out.get("/api/removals").json["more"] is False
    oversight = room.sign_in("shang-ji")
    assert oversight.get("/api/removals").json["more"] is False
    other = opened_by(room, [left_out, maker])
    regrant(maker, other, ["sun-fang"], "without li-wei")
    for colleague in (left_out, oversight):
        answer = colleague.get("/api/removals").json
        assert (len(answer["removals"]), answer["more"]) == (1, True)


def test_a_record_that_is_garbled_hides_no_other(room: DeskRoom) -> None:
    """Who signed that change is not known, so it is told too; the other stays on the list."""
    case, [left_out, maker] = opened(room, "li-wei", "sun-fang")
    other = opened_by(room, [left_out, maker])
    for at, one in enumerate((case, other)):
        regrant(maker, one, ["sun-fang", "qian-yu"], f"without li-wei {at}")
    owner = open_store(room.edge.settings, StoreName.CASES)
    with owner.write() as tx:
        mine = (EVENTS.c.case_id == case) & (EVENTS.c.kind == "regranted")
        assert tx.execute(update(EVENTS).where(mine).values(payload="{}")).rowcount == 1
    owner.engine.dispose()
    assert {row["case"] for row in told(left_out)} == {b64encode(case), b64encode(other)}
    assert [row["case"] for row in told(maker)] == [b64encode(case)]
