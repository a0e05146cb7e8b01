"""Honest steps of a member in a case, of every kind that a client writes."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

import crypto
from casework.engine.case import Event
from crypto.framing import b64encode, sha256
from portal.cli.desk.acting import attempt, names_of, seal_action
from portal.cli.desk.client import DeskSession, open_case
from tests.crypto.sample import TODAY
from tests.hostile.live_office import HOLDERS, HONEST, ROAD, LiveOffice, ruled_case, upload
from tests.support.offices.desk import Colleague

Step = Callable[[LiveOffice, Colleague, bytes], Any]
ALL: Final = (*HONEST, *HOLDERS)


def _taken(_house: LiveOffice, who: Colleague, case: bytes) -> Any:
    return who.step(case, who.event(who.case(case).json, "taken"))


def _claimed(house: LiveOffice, who: Colleague, case: bytes) -> Any:
    file = who.case(case).json
    events = crypto.verify_events(house.directory, case, file["events"])
    own = crypto.claims_of(who.grants[case], who.thread(file), events).own
    assert own is not None
    told: dict[str, Any] = own.document()
    return who.step(case, who.event(file, "claimed", **told))


def _replied(_house: LiveOffice, who: Colleague, case: bytes) -> Any:
    item, event = who.reply(who.case(case).json, f"答复 {os.urandom(4).hex()}")
    return who.step(case, event, item=item)


def _attached(house: LiveOffice, who: Colleague, case: bytes) -> Any:
    item, event = who.reply(who.case(case).json, f"附件 {os.urandom(4).hex()}")
    return who.step(case, event, item=item, blobs=[upload(house, who.grants[case])])


def _noted(house: LiveOffice, who: Colleague, case: bytes) -> Any:
    file, grant = who.case(case).json, who.grants[case]
    note = crypto.seal_note(who.keys, house.directory, grant, who.thread(file), crypto.Message("笔记"), os.urandom)
    event = who.event(file, "noted", item=b64encode(note.hash))
    return who.step(case, event, item=note.document())


def _regranted(_house: LiveOffice, who: Colleague, case: bytes) -> Any:
    body = who.regrant(who.case(case).json, ALL, os.urandom(8).hex())["body"]
    return who.send(f"/api/cases/{b64encode(case)}/steps", body)


def _under_policy(house: LiveOffice, who: Colleague, case: bytes) -> Any:
    """The next act of the policy, or the case is taken where it is not this member's."""
    session = DeskSession(house.honest[HONEST[0]].session.server, house.directory, who.name)
    opened = open_case(who.keys, house.directory, who.case(case).json, who.grants[case])
    ruled = ruled_case(house, opened)
    wish = ROAD.get(str(ruled.case.stage))
    event = attempt(ruled, who.name, wish) if wish else None
    if not isinstance(event, Event) or wish is None:
        return _taken(house, who, case)
    item = seal_action((who.keys, session.directory, opened.grant, opened.thread), ruled, wish, event, [])
    names = {name: str(value) for name, value in names_of(event).items()}
    named = names | ({"item": b64encode(item.hash)} if item else {})
    signed = who.event(who.case(case).json, wish.act.value, TODAY, **named)
    return who.step(case, signed, item=item.document() if item else None)


def _honest_proposal(house: LiveOffice, case: bytes) -> None:
    """A colleague proposes, in the place of whatever anybody else did."""
    other = house.people[HONEST[0]]
    other.grants[case] = house.honest[HONEST[0]].pins[case]
    waits = other.case(case).json["proposal"]
    if waits is None or waits["by"] != other.name:
        house.honest[HONEST[0]].decline(case)
        assert other.send(f"/api/cases/{b64encode(case)}/proposals", proposal_of(house, other, case)).status_code == 201


def _waits(house: LiveOffice, who: Colleague, case: bytes) -> tuple[dict[str, Any], bytes]:
    _honest_proposal(house, case)
    while (file := who.case(case).json)["proposal"]["by"] != HONEST[0]:
        assert _answered_no(who, case, file).status_code == 201
    return file, crypto.b64decode(file["proposal"]["packet"])


def _countersigned(house: LiveOffice, who: Colleague, case: bytes) -> Any:
    file, packet = _waits(house, who, case)
    own, waits = who.grant(file), file["proposal"]
    told = packet, crypto.b64decode(waits["history"]), crypto.read_proof(waits["proof"])
    made = crypto.review_regrant(who.keys, *told, house.directory, own, file["items"])
    whole = crypto.cosign_regrant(who.keys, *told, house.directory, own, file["items"])
    notice = crypto.announce_regrant(own, who.thread(file), made, whole, os.urandom)
    digest, signed = b64encode(made.hash), whole.document()
    names: dict[str, Any] = {"proposal": digest, "grant": digest, "item": b64encode(notice.hash), **signed}
    event = who.event(file, "regrant-countersigned", **names)
    brought = {"packet": b64encode(packet), "history": waits["history"], "access": b64encode(sha256(made.access))}
    grant = {**brought, "epoch": made.epoch, **signed}
    return who.step(case, event, item=notice.document(), grant=grant)


def _declined(house: LiveOffice, who: Colleague, case: bytes) -> Any:
    return _answered_no(who, case, _waits(house, who, case)[0])


def _answered_no(who: Colleague, case: bytes, file: dict[str, Any]) -> Any:
    digest = b64encode(crypto.read_packet(crypto.b64decode(file["proposal"]["packet"])).hash)
    return who.step(case, who.event(file, "regrant-declined", proposal=digest))


def proposal_of(house: LiveOffice, who: Colleague, case: bytes) -> dict[str, Any]:
    """The body of a re-grant that a member proposes for all who hold the case."""
    file = who.case(case).json
    made = crypto.seal_regrant(who.keys, house.directory, who.grant(file), who.thread(file), ALL, os.urandom)
    return {
        "event": who.event(file, "regrant-proposed", proposal=b64encode(made.grant.hash)),
        "packet": b64encode(made.packet),
        "history": b64encode(made.history),
        "access": b64encode(made.access_hash),
        "epoch": made.grant.epoch,
        **made.proof.document(),
        "invited": None,
    }


STEPS: Final[dict[str, Step]] = {
    "claimed": _claimed,
    "taken": _taken,
    "replied": _replied,
    "attached": _attached,
    "noted": _noted,
    "regranted": _regranted,
    "policy": _under_policy,
    "countersigned": _countersigned,
    "declined": _declined,
}
