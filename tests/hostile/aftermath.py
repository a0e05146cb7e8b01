"""What must hold after a hostile call: the others open, answer, re-grant and close; and see what was done."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import crypto
from crypto.case.payloads import Direction
from crypto.framing import b64decode, b64encode, sha256
from portal.mailroom.service import current_grant
from portal.office import OfficeFolder
from portal.transparency_log.files import StoreFiles
from portal.transparency_log.verifying import verify_files
from tests.hostile.live_office import END, HOLDERS, HONEST, LiveOffice, advance, texts
from tests.hostile.state import Change
from tests.hostile.wire import Call
from tests.support.offices.desk import Colleague

MOST_STEPS: Final = 8
DRAWER: Final = "/api/drawers/0/0"


def catch_up(house: LiveOffice, case: bytes) -> None:
    """After a re-grant all who hold the case find the new packet and claim it."""
    who = house.people[HONEST[0]]
    if who.case(case).status_code == 404:
        house.claim_new(current_grant(house.room.edge.mailroom, case)[1], (*HONEST, *HOLDERS))


def goes_on(house: LiveOffice, case: bytes) -> None:
    """Both honest holders open the case; one answers, the reporter reads it and writes, the other one reads that."""
    first, second = (house.honest[name] for name in HONEST)
    word, answer = os.urandom(6).hex(), os.urandom(6).hex()
    second.open(case)
    first.tell_again(case)
    first.answer(case, word)
    assert texts(house.read(case), Direction.TO_REPORTER)[-1:] == [word]
    house.write(case, answer)
    assert texts(second.open(case).thread, Direction.TO_OFFICE)[-1:] == [answer]


def renewed(house: LiveOffice, case: bytes) -> None:
    """An honest holder re-grants; everybody claims, the reporter follows, and the recovery key opens what is there."""
    made = house.renew(case)
    assert house.read(case).epoch is not None
    assert house.standings[case].memo.epoch == made.epoch
    recovery = house.room.edge.office.recovery
    there = current_grant(house.room.edge.mailroom, case)
    proof = crypto.recorded_proof(house.honest[HONEST[0]].open(case).events, made.hash)
    assert crypto.open_recovered(house.directory, there.packet, there.history, proof, recovery).hash == made.hash


def closed(house: LiveOffice, case: bytes) -> None:
    """Honest holders take the case to its end under the policy."""
    for _ in range(MOST_STEPS):
        if advance(house, case) == END:
            return
    raise AssertionError("no end in sight")


def ended(house: LiveOffice, case: bytes) -> bool:
    """Whether the case has come to its end: nobody needs to write into it any more."""
    return house.honest[HONEST[0]].file(case)["stage"] == END


def all_hold(house: LiveOffice) -> None:
    """Every case is opened, answered, re-granted and closed, and a sealed name is opened."""
    for case in (*house.cases, house.hidden):
        if not ended(house, case):
            goes_on(house, case)
            renewed(house, case)
            closed(house, case)
        house.read(case)
    house.custody.opens(house.custody.asked_honestly())


def log_holds(house: LiveOffice) -> None:
    """The next checkpoint is written, and the whole published log verifies."""
    edge = house.room.edge
    edge.hands.now += timedelta(hours=7)
    edge.worker.work_once()
    files = StoreFiles(edge.app.extensions["yanlu_ledger"], OfficeFolder(edge.settings.office))
    assert verify_files(files, edge.office.code, edge.hands.now).entries


@dataclass(frozen=True)
class View:
    """What colleagues see before a call, so that they can see what it left."""

    events: int
    requests: int

    @classmethod
    def of(cls, house: LiveOffice, call: Call) -> View:
        """As it is now, as far as a call has to do with it."""
        colleague, events = house.people[HONEST[0]], 0
        if call.case is not None:
            events = len(house.honest[HONEST[0]].file(call.case)["events"])
        requests = len(colleague.get("/api/unsealing").data) if "unsealing" in call.rule else 0
        return cls(events, requests)


@dataclass(frozen=True)
class Taken:
    """A call that changed something: who sent it, what it changed, what colleagues saw before."""

    house: LiveOffice = field(repr=False)
    who: Colleague
    call: Call
    change: Change
    before: View = field(repr=False)


def _on_the_record(taken: Taken) -> None:
    """Exactly one event more, of the case that was named and in the sender's own name, which every holder reads."""
    assert taken.call.case is not None
    catch_up(taken.house, taken.call.case)
    opened = taken.house.honest[HONEST[0]].open(taken.call.case)
    last = opened.events[-1].event
    assert last is not None
    assert (last.actor, len(opened.events)) == (taken.who.name, taken.before.events + 1)
    assert taken.change.stores <= {"cases", "mailroom", "erasure"}


def _own(taken: Taken) -> None:
    """Nothing but rows of anyone who sent it, in the accounts."""
    assert taken.change.stores <= {"accounts"}
    rows = [row for _, row in taken.change.rows()]
    assert {row["member"] for row in rows if "member" in row} == {taken.who.name}
    assert all("member" in row for row in rows)


def _claim(taken: Taken) -> None:
    """A claim that its sender has shown the key of, which the office counts by name."""
    assert taken.change.tables <= {("cases", "claims"), ("cases", "recusals")}
    assert {row["member"] for _, row in taken.change.rows()} == {taken.who.name}


def _in_the_batch(taken: Taken) -> None:
    """A report, which waits for a slot of the batch that all who may hold it read; nothing else changes."""
    assert taken.change.stores <= {"mailroom", "erasure"}
    assert len(taken.change.added["mailroom", "mailboxes"]) == 1


def _among_requests(taken: Taken) -> None:
    """A request, a vote or a review that anyone who asks for names sees."""
    assert taken.change.stores == {"identity"}
    assert len(taken.house.people[HONEST[0]].get("/api/unsealing").data) != taken.before.requests
    rows = [row for _, row in taken.change.rows()]
    assert len({str(row["request_id"]) for row in rows}) == 1


def _in_a_drawer(taken: Taken) -> None:
    """A packet among all others, once if it was there before; nothing tells whose."""
    assert taken.change.stores <= {"mailroom", "erasure"}
    packet = b64decode(taken.call.document["packets"]["identity"])
    named = f"{DRAWER}?waiting={b64encode(sha256(packet))}"
    assert packet in taken.house.people[HONEST[0]].get(named).data


def _duty_signed(taken: Taken) -> None:
    """A statement in the name of anyone who sent it, which every member is shown."""
    assert taken.change.tables == {("cases", "duties_done")}
    assert {row["member"] for _, row in taken.change.rows()} == {taken.who.name}
    told = taken.house.people[HONEST[0]].get("/api/duties").json["statements"]
    assert any(json.loads(line)["member"] == taken.who.name for line in told)


def _room(taken: Taken) -> None:
    """Bytes that count against the room for attachments, and are nobody's yet."""
    assert {name for name, _ in taken.change.rows()} <= {"blobs", "blob_parts", "erasure_keys"}
    assert all(dict(row).get("case_id") is None for _, row in taken.change.rows())


def _nothing(taken: Taken) -> None:
    """Anyone who reads changes nothing."""
    raise AssertionError(sorted(taken.change.tables))


Trace = Callable[[Taken], None]
OWN: Final = (
    *("POST /api/session", "POST /api/session/passkey", "POST /api/session/end", "POST /api/session/challenge"),
    *("POST /api/enrolment", "POST /api/enrolment/keys", "POST /api/enrolment/trial"),
    *("PUT /api/me/secrets", "PUT /api/me/keys", "POST /api/me/keys/taken", "PUT /api/cases/<case>/key"),
    *("POST /api/me/passkeys", "POST /api/me/passkeys/challenge", "POST /api/me/passkeys/<credential>/end"),
)
TRACES: Final[dict[str, Trace]] = {
    "POST /api/cases/<case>/steps": _on_the_record,
    "POST /api/cases/<case>/proposals": _on_the_record,
    "POST /api/claims": _claim,
    "POST /api/submissions": _in_the_batch,
    "PUT /api/blobs/<blob>/parts/<k>": _room,
    "POST /api/packets": _in_a_drawer,
    "POST /api/duties": _duty_signed,
    "POST /api/unsealing": _among_requests,
    "POST /api/unsealing/<request>/votes": _among_requests,
    "POST /api/unsealing/<request>/reviews": _among_requests,
    **dict.fromkeys(OWN, _own),
}
"""What each changing call that was taken leaves for colleagues to see, or that it is about nobody else."""


def check_trace(taken: Taken) -> None:
    """The trace of a call that changed something."""
    TRACES.get(taken.call.rule, _nothing)(taken)


def check_answer(house: LiveOffice, who: Colleague, call: Call, answer: Any) -> None:
    """No answer fails, and none names a case that leaves its caller out."""
    assert answer.status_code < 500, answer.status_code
    if who.name == "li-wei" and call.method == "GET":
        assert b64encode(house.hidden).encode() not in answer.data
