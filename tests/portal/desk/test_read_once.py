"""What a call of the desk needs of a case, it reads once."""

from __future__ import annotations

import re
from typing import Any

from crypto.framing import b64encode
from tests.portal.desk.test_claims import own_claim
from tests.portal.desk.test_proposals import scene
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report


def of_record(said: list[str]) -> list[str]:
    """The statements that read the whole record of a case."""
    return [one for one in said if one.startswith("SELECT events.case_id, events.payload") and one.endswith("events.n")]


def of_mailbox(said: list[str]) -> list[str]:
    """The statements that read a case's mailbox."""
    return [one for one in said if one.startswith("SELECT mailboxes.") and re.search(r"mailboxes.case_id (=|IN)", one)]


def of_key(said: list[str]) -> list[str]:
    """The statements that read an erasure key."""
    return [one for one in said if "FROM erasure_keys" in one or "find_keys" in one]


def body_of(colleague: Colleague, case: bytes, kind: str) -> dict[str, Any]:
    """What a step of that kind sends."""
    found = colleague.case(case).json
    if kind == "regranted":
        return colleague.regrant(found, ["li-wei", "sun-fang"], "once")["body"]
    names = own_claim(colleague, case) if kind == "claimed" else {}
    return {"event": colleague.event(found, kind, **names), "item": None, "blobs": [], "grant": None}


def test_a_step_reads_the_record_of_its_case_once(room: DeskRoom) -> None:
    """For the pace, for what stands there already and for the policy: a claim, an act and a change of readers."""
    case, colleague = room.file(random_report(room.edge)), room.sign_in("li-wei")
    assert any(colleague.take_in())
    for kind in ("claimed", "taken", "regranted"):
        body = body_of(colleague, case, kind)
        with room.statements() as said:
            answer = colleague.send(f"/api/cases/{b64encode(case)}/steps", body)
        assert (answer.status_code, len(of_record(said))) == (201, 1), kind


def test_a_case_is_shown_with_one_look_at_its_mailbox_and_at_its_key(room: DeskRoom) -> None:
    """Packet, items and a proposal that waits lie under one key."""
    two = scene(room, "li-wei", "sun-fang")
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    with room.statements() as said:
        found = two.people["sun-fang"].case(two.case).json
    assert found["proposal"]["by"] == "li-wei"
    assert (len(of_mailbox(said)), len(of_key(said))) == (1, 1)
