"""A busy sign-in asks for work before it hashes anything; anyone who is signed in is asked for nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from typing import Any

import crypto
from crypto.reporter.work import LEAST_BITS
from portal.accounts.totp import digits_at
from portal.desk.app import desk_app
from portal.edge.load_limiter import Allowance, LoadLimiter
from portal.mailroom.batch import PACKETS_A_SLOT
from portal.mailroom.slots import HOURS_A_DAY
from portal.mailroom.storage_quota import LEAST_COUNTED
from portal.wiring.shared import SIGN_INS
from tests.portal.edge.test_load_limiter import Seconds
from tests.support.offices.desk import OURS, Colleague, DeskRoom, secret_of, send
from tests.support.offices.edge import random_report

BODY = json.dumps({"member": "nobody-1", "secret": crypto.b64encode(bytes(32)), "totp": "000000"}).encode()


def test_hammering_at_the_door_costs_work_and_stops_nobody(room: DeskRoom) -> None:
    """Beyond the allowance a try without work is refused before it is counted or hashed; with work it is heard."""
    colleague = room.sign_in("li-wei")
    gate = LoadLimiter(Allowance(burst=3, refill=0, step=100), Seconds())
    app = desk_app(dataclasses.replace(room.desk, limiter=gate))
    client = app.test_client()

    def knock(**headers: str) -> Any:
        return client.post("/api/session", data=BODY, content_type="application/json", headers=OURS | headers)

    assert [knock().status_code for _try in range(3)] == [401] * 3
    with room.statements() as said:
        refused = knock()
    assert (refused.status_code, refused.json["type"], said) == (429, "urn:yanlu:error:work-needed", [])
    asked = crypto.WorkAsked(LEAST_BITS, refused.json["work"]["window"])
    proof = crypto.do_work(asked, "POST /api/session", hashlib.sha256(BODY).digest(), os.urandom)
    assert knock(**{"Yanlu-Work": proof.text}).status_code == 401
    cookie = colleague.client.get_cookie("yanlu_desk")
    assert cookie is not None
    client.set_cookie("yanlu_desk", cookie.value)
    assert [client.get(path).status_code for path in ("/api/me", "/api/batch", "/api/cases")] == [200] * 3
    assert send(client, "/api/session/end", {}).status_code == 204


def test_one_client_that_knocks_all_day_shuts_nobody_out_of_signing_in(room: DeskRoom) -> None:
    """After a thousand tries with the shipped allowance, more than ten a second, a member who shows work is let in."""
    colleague = room.enrol("li-wei")
    app = desk_app(dataclasses.replace(room.desk, limiter=LoadLimiter(SIGN_INS, seconds := Seconds())))
    knocking, colleague.client = app.test_client(), app.test_client()
    told: list[int] = []
    for _try in range(1000):
        seconds.now += 1 / 27
        answer = knocking.post("/api/session", data=b"{}", content_type="application/json", headers=OURS, buffered=True)
        told.append(answer.status_code)
    assert set(told) == {422, 429}
    assert told.count(422) < SIGN_INS.burst + SIGN_INS.refill * 1000 / 27 + 2
    room.pass_step()
    right = json.dumps(
        {
            "member": "li-wei",
            "secret": crypto.b64encode(secret_of("li-wei")),
            "totp": digits_at(colleague.totp_secret, room.desk.now()),
        }
    ).encode()
    sent = {"data": right, "content_type": "application/json"}
    asked: Any = colleague.client.post("/api/session", headers=OURS, **sent)
    assert (asked.status_code, asked.json["type"]) == (429, "urn:yanlu:error:work-needed")
    work = crypto.WorkAsked(**asked.json["work"])
    proof = crypto.do_work(work, "POST /api/session", hashlib.sha256(right).digest(), os.urandom)
    assert colleague.client.post("/api/session", headers=OURS | {"Yanlu-Work": proof.text}, **sent).status_code == 200


def test_a_member_who_hammers_wears_out_that_members_budget_alone(room: DeskRoom) -> None:
    """Changing calls are counted by member: a dishonest one is refused by name, reads on, and a colleague does both."""
    hammering, working = room.sign_in("li-wei"), room.sign_in("zhao-min")
    client = desk_app(dataclasses.replace(room.desk, budget="3/minute")).test_client()

    def claims(member: Colleague, path: str = "/api/claims") -> Any:
        cookie = member.client.get_cookie("yanlu_desk")
        assert cookie is not None
        client.set_cookie("yanlu_desk", cookie.value)
        return send(client, path, {})

    assert [claims(hammering).status_code for _call in range(3)] == [422] * 3
    refused = claims(hammering, "/api/cases/AAAAAAAAAAAAAAAAAAAAAA/steps")
    assert (refused.status_code, refused.json["type"]) == (429, "urn:yanlu:error:too-many-steps")
    assert client.get("/api/cases").status_code == 200
    assert claims(working).status_code == 422
    client.delete_cookie("yanlu_desk")
    assert send(client, "/api/claims", {}).status_code == 401


def test_one_member_buries_no_report_under_made_up_ones(room: DeskRoom) -> None:
    """No work is asked of a member, and packets wait for their slot by lot: a day has so many of one member."""
    burying, working = room.sign_in("li-wei"), room.sign_in("zhao-min")
    client = desk_app(dataclasses.replace(room.desk, reports_budget=2)).test_client()

    def submit(member: Colleague, submission: object) -> Any:
        cookie = member.client.get_cookie("yanlu_desk")
        assert cookie is not None
        client.set_cookie("yanlu_desk", cookie.value)
        return send(client, "/api/submissions", submission)

    first, second, third = (random_report(room.edge).sealed.submission for _ in range(3))
    assert [submit(burying, one).status_code for one in (first, first, second)] == [201, 200, 201]
    refused = submit(burying, third)
    assert (refused.status_code, refused.json["type"]) == (429, "urn:yanlu:error:too-many-reports")
    assert submit(working, third).status_code == 201
    # With the two processes that ship, no more than four times what a day's first slots take.
    assert room.desk.reports_budget * 2 <= 4 * PACKETS_A_SLOT * HOURS_A_DAY


def test_what_one_member_uploads_in_a_day_ends_with_that_members_budget(room: DeskRoom) -> None:
    """Claimed or not it counts, and a tiny part counts as 64 KiB; a colleague uploads on, and reporters do."""
    greedy, working = room.sign_in("li-wei"), room.sign_in("zhao-min")
    client = desk_app(dataclasses.replace(room.desk, upload_budget=3 * LEAST_COUNTED)).test_client()

    def upload(member: Colleague, content: bytes) -> Any:
        cookie = member.client.get_cookie("yanlu_desk")
        assert cookie is not None
        client.set_cookie("yanlu_desk", cookie.value)
        path = f"/api/blobs/{crypto.b64encode(os.urandom(16))}/parts/1"
        announced = OURS | {"X-Part-Hash": crypto.b64encode(hashlib.sha256(content).digest())}
        return client.put(path, data=content, headers=announced)

    assert upload(greedy, bytes(LEAST_COUNTED + 1)).status_code == 204
    assert upload(greedy, b"x").status_code == 204
    refused = upload(greedy, b"x")
    assert (refused.status_code, refused.json["type"]) == (429, "urn:yanlu:error:too-many-uploads")
    assert upload(working, bytes(3 * LEAST_COUNTED)).status_code == 204
    assert upload(working, b"x").status_code == 429
