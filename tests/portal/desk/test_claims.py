"""`claimed` at the desk: the server takes one that names its own packet and report, and no other."""

from __future__ import annotations

from typing import Any

import pytest

import crypto
from crypto.framing import b64encode
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report

OTHER = b64encode(b"\x01" * 32)


def holder(room: DeskRoom) -> tuple[Colleague, bytes]:
    """A holder who has claimed the one case there is."""
    case = room.file(random_report(room.edge))
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]
    return colleague, case


def own_claim(colleague: Colleague, case: bytes) -> dict[str, Any]:
    """What this colleague was shown."""
    file, grant = colleague.case(case).json, colleague.grants[case]
    events = crypto.verify_events(colleague.room.edge.office.directory(), case, file["events"])
    found = crypto.claims_of(grant, colleague.thread(file), events).own
    assert found is not None
    return found.document()


def test_a_claim_of_what_the_server_has_is_taken_and_read_by_all(room: DeskRoom) -> None:
    """It brings nothing, counts as no act and takes nothing over; colleagues read from it who has opened the case."""
    colleague, case = holder(room)
    other = room.sign_in("sun-fang")
    assert other.take_in() == [True]
    event = colleague.event(colleague.case(case).json, "claimed", **own_claim(colleague, case))
    assert colleague.step(case, event).status_code == 201
    file = other.case(case).json
    assert (file["taken_by"], file["standing"]["owner"]) == ([], None)
    events = crypto.verify_events(room.edge.office.directory(), case, file["events"])
    found = crypto.claims_of(other.grants[case], other.thread(file), events)
    assert (list(found.opened), list(found.differing)) == (["li-wei"], [])
    assert crypto.unserved(events, file["items"]) == []


@pytest.mark.parametrize(
    "lie", [{"grant": OTHER}, {"item": OTHER}, {"epoch": "0"}, {"epoch": -1}, {"more": "x"}, {"item": None}], ids=str
)
def test_a_claim_of_anything_else_is_refused(room: DeskRoom, lie: dict[str, Any]) -> None:
    """Else one member alone could make the desks of all others stop."""
    colleague, case = holder(room)
    event = colleague.event(colleague.case(case).json, "claimed", **{**own_claim(colleague, case), **lie})
    assert colleague.step(case, event).status_code == 422
    empty = colleague.event(colleague.case(case).json, "claimed")
    assert colleague.step(case, empty).status_code == 422
    assert colleague.case(case).json["head"]["n"] == 0


def test_a_claim_of_another_epoch_or_with_something_beside_it_is_refused(room: DeskRoom) -> None:
    """A claim names the epoch in force, and brings no item."""
    colleague, case = holder(room)
    own = own_claim(colleague, case)
    later: dict[str, Any] = own | {"epoch": 1}
    event = colleague.event(colleague.case(case).json, "claimed", **later)
    assert colleague.step(case, event).status_code == 422
    file = colleague.case(case).json
    item, _ = colleague.reply(file, "收到。")
    event = colleague.event(file, "claimed", **own)
    assert colleague.step(case, event, item=item).status_code == 422
    assert colleague.case(case).json["head"]["n"] == 0


def test_a_desk_claims_once_under_each_key(room: DeskRoom) -> None:
    """One member could else make the record longer than a desk reads, one valid claim after another."""
    colleague, case = holder(room)
    own = own_claim(colleague, case)
    for status in (201, 422, 422):
        event = colleague.event(colleague.case(case).json, "claimed", **own)
        assert colleague.step(case, event).status_code == status
    assert colleague.case(case).json["head"]["n"] == 1
    other = room.sign_in("sun-fang")
    assert other.take_in() == [True]
    assert other.step(case, other.event(other.case(case).json, "claimed", **own)).status_code == 201
