"""A busy sign-in asks for work before it hashes anything; whoever is signed in is asked for nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from typing import Any

import crypto
from crypto.reporter.work import LEAST_BITS
from portal.desk.app import desk_app
from portal.edge.gate import Allowance, Gate
from tests.portal.edge.test_gate import Seconds
from tests.support.desk import OURS, DeskRoom, send

BODY = json.dumps({"member": "nobody-1", "secret": crypto.b64encode(bytes(32)), "totp": "000000"}).encode()


def test_hammering_at_the_door_costs_work_and_stops_nobody(room: DeskRoom) -> None:
    """Beyond the allowance a try without work is refused before it is counted or hashed; with work it is heard."""
    colleague = room.sign_in("li-wei")
    gate = Gate(Allowance(burst=3, refill=0, step=100), Seconds())
    app = desk_app(dataclasses.replace(room.desk, gate=gate))
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
