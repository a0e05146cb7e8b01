"""Recurring duties at the desk: what the role's member signed is kept and shown to all, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from casework.rules.roles import RoleId
from crypto.framing import b64encode
from crypto.office.duty_done import DutyDone, read_duty_done, sign_duty_done
from crypto.text import write_json
from portal.office.recurring_duties import FILE
from tests.casework.policies import bound
from tests.crypto.sample import TODAY
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import write_rules

POLICY, DUTY, OWNER, SECOND, OTHER = "customer-callback-workorder", "channel-box", "li-wei", "zhao-min", "sun-fang"
BEGUN = date.fromisoformat(TODAY) - timedelta(days=3)


@pytest.fixture
def office(room: DeskRoom) -> DeskRoom:
    """An office whose box two members empty daily, from a day before today on."""
    made, policy = room.edge.office, bound(POLICY)
    holders = {RoleId("callback-specialist"): (OWNER, SECOND), RoleId("department-manager"): (OTHER,)}
    write_rules(
        room.edge.settings.office,
        replace(policy, bound=replace(policy.bound, holders=holders, effective=BEGUN)),
    )
    document = made.directory_document()
    policies = [*document["policies"], document["policies"][0] | {"id": POLICY, "version": policy.version}]
    mine = [document["holders"][0] | {"policy": POLICY, "entity": entity} for entity in ("group", "works", "branch")]
    note = made.note(sequence=8, policies=policies, holders=[*document["holders"], *mine])
    (room.edge.settings.office / "directory.note").write_bytes(note)
    return room


def done(who: Colleague, day: str = TODAY, duty: str = DUTY, note: str = "", policy: str = POLICY) -> dict[str, object]:
    """What a member's page sends."""
    return cast("dict[str, object]", json.loads(sign_duty_done(who.keys, DutyDone(policy, duty, day, note))))


def test_what_the_owner_signs_is_kept_once_and_shown_to_every_member(office: DeskRoom) -> None:
    """Byte for byte as it was signed; sent again it is there already, and a second owner's word is not needed."""
    owner = office.sign_in(OWNER)
    answers = [owner.send("/api/duties", done(owner)).status_code for _ in range(2)]
    assert answers == [201, 200]
    keeper = office.sign_in("bao-guan-1")
    assert keeper.get("/api/duties").json == {"statements": [write_json(done(owner)).decode()]}
    second = office.sign_in(SECOND)
    refused = second.send("/api/duties", done(second))
    assert (refused.status_code, refused.json["type"]) == (409, "urn:yanlu:error:duty-already")
    earlier = BEGUN.isoformat()
    assert second.send("/api/duties", done(second, earlier)).status_code == 201
    directory = office.desk.directory.on(office.desk.today())
    told = [read_duty_done(directory, line.encode()) for line in owner.get("/api/duties").json["statements"]]
    assert [(one.member, one.done.day) for one in told] == [(OWNER, TODAY), (SECOND, earlier)]


@pytest.mark.parametrize(
    ("name", "changes", "status", "code"),
    [
        (OTHER, {}, 403, "not-your-duty"),
        (OWNER, {"duty": "statistics"}, 404, "no-such-duty"),
        (OWNER, {"policy": "no-such"}, 404, "no-such-duty"),
        (OWNER, {"day": (date.fromisoformat(TODAY) + timedelta(days=1)).isoformat()}, 422, "duty-day"),
        (OWNER, {"day": (BEGUN - timedelta(days=1)).isoformat()}, 422, "duty-day"),
        (OWNER, {"note": "two letters"}, 422, "malformed"),
    ],
)
def test_what_does_not_fit_is_refused_and_not_kept(
    office: DeskRoom, name: str, changes: dict[str, str], status: int, code: str
) -> None:
    """Another role's duty, one that nobody owes, a day that cannot count, a note: each with its own sentence."""
    who = office.sign_in(name)
    answer = who.send("/api/duties", done(who, **changes))
    assert (answer.status_code, answer.json["type"]) == (status, f"urn:yanlu:error:{code}")
    assert who.get("/api/duties").json == {"statements": []}


def test_a_directory_signed_again_begins_no_duty_again(office: DeskRoom) -> None:
    """Rules that name no day run since the office's first member, whenever the directory was signed last."""
    policy = bound(POLICY)
    holders = {RoleId("callback-specialist"): (OWNER, SECOND)}
    write_rules(office.edge.settings.office, replace(policy, bound=replace(policy.bound, holders=holders)))
    before = office.desk.directory.on(office.desk.today()).content
    first = min(member.start for member in before.members)
    assert first < before.issued
    owner = office.sign_in(OWNER)
    assert owner.send("/api/duties", done(owner, first)).status_code == 201
    day = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    assert owner.send("/api/duties", done(owner, day)).status_code == 422


def test_nobody_speaks_for_another_member(office: DeskRoom) -> None:
    """An owner's statement in the hands of somebody else, one with a byte changed, and one without a session."""
    owner, other = office.sign_in(OWNER), office.sign_in(OTHER)
    statement = done(owner)
    assert other.send("/api/duties", statement).status_code == 403
    forged = statement | {"signature": b64encode(bytes(64))}
    assert owner.send("/api/duties", forged).status_code == 422
    assert owner.send("/api/duties", statement | {"member": OTHER}).status_code == 422
    assert owner.get("/api/duties").json == {"statements": []}
    assert owner.send("/api/session/end", {}).status_code == 204
    assert (owner.send("/api/duties", statement).status_code, owner.get("/api/duties").status_code) == (401, 401)


def test_tomorrow_in_london_is_today_where_the_office_is(office: DeskRoom) -> None:
    """The office's own calendar says which day it is."""
    office.edge.hands.now = office.edge.hands.now.replace(hour=17)
    owner = office.sign_in(OWNER)
    tomorrow = (date.fromisoformat(TODAY) + timedelta(days=1)).isoformat()
    assert owner.send("/api/duties", done(owner, tomorrow)).status_code == 201


def test_what_was_carried_by_file_is_shown_too_and_counts(office: DeskRoom) -> None:
    """The desk tells what the office's folder keeps, and refuses to have the same day signed again."""
    owner, second = office.sign_in(OWNER), office.sign_in(SECOND)
    line = sign_duty_done(second.keys, DutyDone(POLICY, DUTY, TODAY, "two letters"))
    (office.edge.settings.office / FILE).write_bytes(line + b"\n")
    assert owner.get("/api/duties").json == {"statements": [line.decode()]}
    assert owner.send("/api/duties", done(owner)).status_code == 409
