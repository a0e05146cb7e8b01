"""Every route of the watch's two faces × every role: the officer's key opens the one, and no member's the other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crypto import StaffKeys
from crypto.framing import b64encode, sha256, sign
from crypto.office.directory_shape import Role
from crypto.watch.calls import call_frame, call_header
from portal.permissions.table import RouteRule, Who, permissions
from portal.watch.app import officer_app, watch_app
from portal.watch.calls import HEADER
from portal.watch.hr_upload_views import MANIFEST, SIGNATURE, hr_upload_views
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.hr_ingest.proposals import drawn_frame, proposal_frame
from tests.crypto.sample import MEMBERS
from tests.support.offices.watch import NOW, OFFICER, SEED, SOURCE, TODAY, Watch, open_watch
from tests.support.stores.backends import ready_embedded_stores

MORE: Final = {"jian-du": "oversight", "guan-cha": "council-observer", "shen-ji": "auditor", "guan-li": "administrator"}
PEOPLE: Final = {Role.RETALIATION_OFFICER: OFFICER, Role.OUTSIDE: "wai-bu", Role.CUSTODIAN: "bao-guan-1"} | {
    Role.INVESTIGATOR: "li-wei",
    Role.REGISTRAR: "zhao-min",
    Role.APPROVER: "qian-yu",
    **{Role(role): name for name, role in MORE.items()},
}
AUTOMATIC: Final = {"HEAD", "OPTIONS"}
ROSTER: Final = "工号\nE001\n".encode()
VALUES: Final = {
    "<alert>": b64encode(bytes(16)),
    "<review>": b64encode(bytes(16)),
    "<name>": "A" * 43,
    "<source>": SOURCE,
    "<path:path>": "zh/",
}


@pytest.fixture
def watch(tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A watch whose office has somebody in every role."""
    for name, role in MORE.items():
        monkeypatch.setitem(MEMBERS, name, role)
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield made
    made.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Built pages, as few as there can be."""
    place = tmp_path / "site"
    (place / "zh").mkdir(parents=True)
    (place / "zh/index.html").write_text("<!doctype html>", "utf-8")
    digest = sha256(b"<!doctype html>").hex()
    (place / "release.json").write_text(json.dumps({"v": 1, "files": {"zh/index.html": digest}}), "utf-8")
    return place


def served(app: Flask) -> set[RouteRule]:
    """The routes of a face."""
    rules = app.url_map.iter_rules()
    return {RouteRule(method, rule.rule) for rule in rules for method in (rule.methods or set()) - AUTOMATIC}


def address(rule: str) -> str:
    """The rule with values that fit."""
    for name, value in VALUES.items():
        rule = rule.replace(name, value)
    return rule


def signed(staff: StaffKeys, office: bytes, call: RouteRule) -> dict[str, str]:
    """The header of a call without a body, signed by that member."""
    seconds, nonce = int(NOW.timestamp()), os.urandom(16)
    message = call_frame(office, staff.member, f"{call.method} {address(call.rule)}", seconds, nonce, b"")
    return {HEADER: call_header(staff.member, seconds, nonce, staff.sign(message))}


def code_of(answer: Any) -> str:
    """The code of a refusal; empty for anything else."""
    return str((answer.json or {}).get("type", "")).rpartition(":")[2] if answer.is_json else ""


def test_every_route_of_the_watch_stands_in_the_table_and_no_other(watch: Watch, site: Path) -> None:
    """A route that nobody gave to anybody, or a row without its route, is found, at both faces."""
    officer = officer_app(watch.context, site, demo=False, behind_tls=True)
    assert set(permissions().by_watch) == served(officer)
    assert set(permissions().by_hr_upload) == served(watch_app(hr_upload_views(watch.context), behind_tls=True))


def test_each_role_gets_what_the_table_says_at_the_officers_face(watch: Watch, site: Path) -> None:
    """What is the officer's is refused to every other key, and to a call that nobody signed; the rest anybody gets."""
    client = officer_app(watch.context, site, demo=False, behind_tls=True).test_client()
    for role, (call, action) in product([None, *Role], permissions().by_watch.items()):
        headers = {} if role is None else signed(watch.office.staff(PEOPLE[role]), watch.office.office, call)
        answer = client.open(address(call.rule), method=call.method, headers=headers)
        told = (answer.status_code, code_of(answer))
        if action.who is Who.WATCH and role is not Role.RETALIATION_OFFICER:
            assert told == ((401, "sign-in-refused") if role is None else (403, "not-the-officer")), (role, call)
        else:
            assert answer.status_code not in (401, 403, 405, 500), (role, call, told)


def test_no_members_key_opens_the_drop(watch: Watch) -> None:
    """What goes in and comes out is HR's alone, by the key of HR's own system; a member's signature is refused."""
    client = watch_app(hr_upload_views(watch.context), behind_tls=True).test_client()
    sent = {
        call for call, action in permissions().by_hr_upload.items() if action.who is Who.HR and call.method != "GET"
    }
    for name in PEOPLE.values():
        answers = pushed(client, watch.office.staff(name).sign)
        assert set(answers) == sent
        assert {(one.status_code, code_of(one)) for one in answers.values()} == {(403, "manifest-refused")}, name
    assert [one.status_code for one in pushed(client, partial(sign, SEED)).values()] == [200, 201, 200]


def pushed(client: FlaskClient, by: Callable[[bytes], bytes]) -> dict[RouteRule, Any]:
    """What HR's upload answers to a file and to a proposal that are signed like this."""
    payload = write_manifest(Manifest(SOURCE, FeedFile.ROSTER, 1, TODAY, sha256(ROSTER)))
    headers = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(by(manifest_frame(payload)))}
    planned = {"v": 1, "source": SOURCE, "employee": "E001", "kind": "dismissal", "planned": "2026-12-01"}
    asked = {"v": 1, "source": SOURCE, "day": str(TODAY), "since": str(TODAY)}

    def told(document: dict[str, object], framed: Callable[[bytes], bytes]) -> dict[str, str]:
        payload = json.dumps(document)
        return {"payload": payload, "sig": b64encode(by(framed(payload.encode())))}

    return {
        RouteRule("PUT", "/api/deliveries"): client.put("/api/deliveries", headers=headers, data=ROSTER),
        RouteRule("POST", "/api/reviews"): client.post("/api/reviews", json=told(planned, proposal_frame)),
        RouteRule("POST", "/api/drawn"): client.post("/api/drawn", json=told(asked, drawn_frame)),
    }
