"""The server takes four re-grants of a case and day, and two of one signer: nobody uses up the epochs of a case."""

from __future__ import annotations

import crypto
from portal.mailroom.grants import current_grant
from tests.crypto.sample import TODAY
from tests.portal.desk.test_cases import holder
from tests.support.offices.desk import Colleague, DeskRoom

BOTH = ["li-wei", "sun-fang"]


def moved(room: DeskRoom, who: Colleague, case: bytes, seed: str) -> tuple[int, object]:
    """A re-grant to the same two; status, and the reason of a refusal."""
    body = who.regrant(who.case(case).json, BOTH, seed)["body"]
    answer = who.send(f"/api/cases/{crypto.b64encode(case)}/steps", body)
    while room.edge.worker.work_once():
        continue
    return answer.status_code, answer.json.get("reason")


def claims(room: DeskRoom, people: list[Colleague], case: bytes) -> None:
    """All of them open and claim what is in force."""
    there = current_grant(room.edge.mailroom, case)
    for one in people:
        assert one.claim([crypto.open_grant(one.keys, there.packet, room.edge.office.directory())]) == [True]


def test_the_third_of_a_signer_and_the_fifth_of_a_day_are_refused(room: DeskRoom) -> None:
    """Two by each of two holders; then neither makes a further one, and the case is as it was."""
    first, case = holder(room)
    second = room.sign_in("sun-fang")
    assert second.take_in() == [True]
    for at, who in enumerate((first, first, second, second)):
        if at == 2:
            assert moved(room, first, case, "third") == (422, "too-often")
        assert moved(room, who, case, f"re-grant {at}") == (201, None)
        claims(room, [first, second], case)
    for who in (first, second):
        assert moved(room, who, case, "fifth") == (422, "too-often")
        file = who.case(case).json
        assert file["epoch"] == 4
        assert [entry.mark for entry in who.thread(file).entries] == [None] * 5


def test_whoever_joins_gets_the_history_and_others_are_shown_nothing(room: DeskRoom) -> None:
    """The document comes with the case to whom it is; a step without it, or of another size, is refused."""
    first, case = holder(room)
    body = first.regrant(first.case(case).json, BOTH, "joins")["body"]
    path = f"/api/cases/{crypto.b64encode(case)}/steps"
    for wrong in (None, crypto.b64encode(bytes(4123)), crypto.b64encode(bytes(262_172))):
        answer = first.send(path, body | {"grant": body["grant"] | {"history": wrong}})
        assert answer.status_code == 422
    assert first.case(case).json["history"] is None
    assert first.send(path, body).status_code == 201
    assert first.case(case).status_code == 404
    claims(room, [first], case)
    assert first.case(case).json["history"] == body["grant"]["history"]


def test_a_proposal_counts_its_proposer_too(room: DeskRoom) -> None:
    """Anyone who has signed two of the day can't propose a third."""
    first, case = holder(room)
    for at in range(2):
        assert moved(room, first, case, f"proposal {at}") == (201, None)
        claims(room, [first], case)
    file = first.case(case).json
    made = first.regrant(file, BOTH, "proposed")
    step = made["body"]["grant"]
    event = first.event(file, "regrant-proposed", proposal=crypto.b64encode(made["grant"].hash))
    answer = first.send(f"/api/cases/{crypto.b64encode(case)}/proposals", {"event": event, **step, "invited": None})
    assert (answer.status_code, answer.json["reason"]) == (422, "too-often")


def test_one_member_makes_no_record_too_long_to_be_read(room: DeskRoom) -> None:
    """A hundred events of a day, and no more before tomorrow; a colleague writes on."""
    first, case = holder(room)
    second = room.sign_in("sun-fang")
    assert second.take_in() == [True]
    file = first.case(case).json
    number, head = file["head"]["n"], crypto.b64decode(file["head"]["hash"])
    answers: list[tuple[int, object]] = []
    for _step in range(101):
        number += 1
        signed = crypto.sign_event(first.keys, crypto.Event(case, number, "taken", TODAY, "li-wei", {}), head)
        answer = first.step(case, signed.document())
        answers.append((answer.status_code, answer.json.get("reason")))
        head = signed.hash(head)
    assert answers == [*[(201, None)] * 100, (422, "too-many")]
    tomorrow = first.event(first.case(case).json, "taken", "2026-11-25")
    assert first.step(case, tomorrow).status_code == 201
    item, event = second.reply(second.case(case).json, "Written on.")
    assert second.step(case, event, item=item).status_code == 201
