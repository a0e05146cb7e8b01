"""Both faces over HTTP: what HR's systems send and get, what the officer's alerts answer, and the headers of both."""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask
from sqlalchemy import insert

from crypto.framing import b64encode, sign
from crypto.sealing.attachment_shape import PART_SIZE
from portal.cli.errors import CommandError
from portal.cli.watch.officer import OfficerCalls
from portal.clock import Clock
from portal.edge.admission import PART_BYTES
from portal.edge.headers import strict_headers
from portal.release.site_check import Visitor, VisitorAnswer, check_site, listed_files, visitors
from portal.settings import Settings
from portal.site_build.pages import ROOT
from portal.watch.app import officer_app, watch_app
from portal.watch.hr_upload_views import MANIFEST, SIGNATURE, hr_upload_views
from portal.watch.officer_views import officer_views
from portal.wiring.watch import build_hr_upload_face, build_officer_face
from retaliation_watch.errors import SequenceUsed
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.hr_ingest.proposals import proposal_frame
from retaliation_watch.store import ALERTS, DELIVERIES, NAMINGS, PEOPLE, REVIEWS
from retaliation_watch.weekly_run.officer_alert_list import NAMES_A_DAY, Naming, name_person
from tests.support.offices.edge import settings_for, write_office
from tests.support.offices.watch import ENTITY, NOW, OFFICER, SEED, SOURCE, Watch, WatchedOffice, open_watch
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import Stores, ready_embedded_stores

ROSTER = "工号,部门\nE001,装配\nE002,装配\n".encode()


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch on embedded stores."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield made
    made.close()


def test_hr_delivers_and_proposes_over_http(watch: Watch) -> None:
    """A signed file is taken and its receipt repeated; unsigned, altered or malformed calls keep nothing."""
    client = watch_app(hr_upload_views(watch.context), behind_tls=True).test_client()
    payload, signature = watch.signed(FeedFile.ROSTER, ROSTER, 1)
    good = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(signature)}
    for headers, body, status in (
        ({}, ROSTER, 403),
        (good | {SIGNATURE: "!"}, ROSTER, 422),
        (good | {SIGNATURE: b64encode(bytes(64))}, ROSTER, 403),
        (good, ROSTER + b"E003,x\n", 403),
        (good | {MANIFEST: b64encode(payload + b" " * 8192)}, ROSTER, 422),
    ):
        assert client.put("/api/deliveries", headers=headers, data=body).status_code == status
    assert watch.rows(PEOPLE) == []
    first = client.put("/api/deliveries", headers=good, data=ROSTER)
    again = client.put("/api/deliveries", headers=good, data=ROSTER)
    assert (first.status_code, first.data) == (200, again.data)
    assert len(watch.rows(PEOPLE)) == 2
    assert first.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in first.headers
    assert client.get("/api/deliveries").status_code == 405


def test_nothing_of_a_file_that_nobody_announced_is_kept(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose signature does not hold fills no disk: no place is made for the file, however long it is."""
    monkeypatch.setattr("portal.watch.hr_upload_views.tempfile.SpooledTemporaryFile", None)
    client = watch_app(hr_upload_views(watch.context), behind_tls=True).test_client()
    payload, _ = watch.signed(FeedFile.ROSTER, ROSTER, 1)
    headers = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(bytes(64))}
    for body in (ROSTER, bytes(20 * 1024 * 1024)):
        assert client.put("/api/deliveries", headers=headers, data=body).status_code == 403


def test_two_files_under_one_number_at_once_are_not_both_taken(stores: Stores, tmp_path: Path) -> None:
    """The second one waits for the first and is told that its number is taken."""
    watch = open_watch(stores, tmp_path)
    with ThreadPoolExecutor() as pool:
        pushed = [pool.submit(watch.push, FeedFile.ROSTER, "工号", f"E{n:03}", sequence=1) for n in range(4)]
    taken = [one for one in pushed if one.exception() is None]
    assert (len(taken), len(watch.rows(DELIVERIES)), len(watch.rows(PEOPLE))) == (1, 1, 1)
    assert all(isinstance(one.exception(), SequenceUsed) for one in pushed if one not in taken)
    watch.close()


def test_many_calls_at_once_name_no_more_people(stores: Stores, tmp_path: Path) -> None:
    """The officer's names of a day are counted one call after the other; a person told again counts once."""
    watch = open_watch(stores, tmp_path)
    watch.push(FeedFile.ROSTER, *ROSTER.decode().splitlines())
    alerts = [os.urandom(16) for _ in range(8)]
    row = {"person": watch.context.key.pseudonym(ENTITY, "E001"), "day": NOW.date(), "level": "amber", "state": "new"}
    with watch.store.write() as tx:
        tx.execute(insert(ALERTS), [row | {"alert": one, "shown": NOW.date(), "evidence": "{}"} for one in alerts])

    def name(alert: bytes) -> None:
        with watch.store.write() as tx:
            name_person(tx, watch.context.key, alert, Naming(OFFICER, NOW.date()), os.urandom)

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(name, alert) for alert in alerts]
    assert sum(one.exception() is None for one in asked) == len(watch.rows(NAMINGS)) == NAMES_A_DAY
    told = next(alert for alert, one in zip(alerts, asked, strict=True) if one.exception() is None)
    name(told)
    assert len(watch.rows(NAMINGS)) == NAMES_A_DAY
    watch.close()


def test_a_proposal_is_answered_over_http_with_one_length(watch: Watch) -> None:
    """What HR gets back has one size before and on its day; an unknown number is simply not there."""
    client = watch_app(hr_upload_views(watch.context), behind_tls=False).test_client()
    document = {"v": 1, "source": SOURCE, "employee": "E001", "kind": "dismissal", "planned": "2026-12-01"}
    payload = json.dumps(document)
    told = {"payload": payload, "sig": b64encode(sign(SEED, proposal_frame(payload.encode())))}
    made = client.post("/api/reviews", json=told)
    found = client.get(f"/api/reviews/{json.loads(made.data)['review']}")
    assert (made.status_code, found.status_code, len(found.data)) == (201, 200, 1024)
    assert json.loads(found.data)["answer"] is None
    # Sent again, by anyone who kept it, it is the same proposal, and no second one.
    assert client.post("/api/reviews", json=told).data == made.data
    assert len(watch.rows(REVIEWS)) == 1
    assert client.post("/api/reviews", json=told | {"payload": payload.replace("E001", "E002")}).status_code == 403
    mild = payload.replace("dismissal", "shift_change")
    mild_told = {"payload": mild, "sig": b64encode(sign(SEED, proposal_frame(mild.encode())))}
    assert client.post("/api/reviews", json=mild_told).status_code == 403
    assert client.get(f"/api/reviews/{b64encode(os.urandom(16))}").status_code == 404
    assert client.get("/api/reviews/x").status_code == 404


def test_alerts_are_served_to_the_officer_alone_and_name_one_at_a_time(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alert whose day has not come is not served; a name is put on record, and beyond a few a day there is none."""
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)
    app = watch_app(officer_views(watch.context), behind_tls=False)
    client = httpx.Client(transport=httpx.WSGITransport(app), base_url="http://watch")
    calls = OfficerCalls(client, watch.office.staff(OFFICER), watch.office.office)
    watch.push(FeedFile.ROSTER, *ROSTER.decode().splitlines())
    person = watch.context.key.pseudonym(ENTITY, "E001")
    row = {"person": person, "day": NOW.date(), "level": "amber", "state": "new", "evidence": '{"v":1}'}
    shown, hidden, more = os.urandom(16), os.urandom(16), [os.urandom(16) for _ in range(5)]
    with watch.store.write() as tx:
        tx.execute(insert(ALERTS), [row | {"alert": one, "shown": NOW.date()} for one in (shown, *more)])
        tx.execute(insert(ALERTS), [row | {"alert": hidden, "shown": NOW.date() + timedelta(days=1)}])
    found = calls.call("GET", "/api/alerts")["alerts"]
    assert {one["alert"] for one in found} == {b64encode(one) for one in (shown, *more)}
    alert = next(one for one in found if one["alert"] == b64encode(shown))
    assert alert["state"] == "new"
    assert calls.call("POST", f"/api/alerts/{alert['alert']}/state", {"v": 1, "state": "checked"}) == {}
    for one in (shown, shown, *more[:-1]):
        told = calls.call("POST", f"/api/alerts/{b64encode(one)}/name", {"v": 1})
        assert (told["entity"], told["employee"]) == (ENTITY, "E001")
    for path in (f"/api/alerts/{b64encode(more[-1])}/name", f"/api/alerts/{b64encode(hidden)}/name"):
        with pytest.raises(CommandError):
            calls.call("POST", path, {"v": 1})
    assert len(watch.rows(NAMINGS)) == 5
    assert app.test_client().get("/api/alerts").status_code == 401


def test_the_officers_pages_are_strict_and_stand_beside_the_offices_documents(watch: Watch) -> None:
    """Every page, asset, document and refusal has the strict headers; what a page may do is said of pages alone."""
    site = ROOT / "portal" / "site" / "watch"
    client = officer_app(watch.context, site, demo=False, behind_tls=True).test_client()
    files = json.loads((site / "release.json").read_text())["files"]
    pages = [f"/{name.removesuffix('index.html')}" for name in files]
    documents = ["/office/office.json", "/office/site.json", "/release.json"]
    strict = strict_headers(behind_tls=True)
    for address in (*pages, *documents, "/nothing", "/assets/../release.json", "/api/alerts"):
        answer = client.get(address)
        assert answer.status_code == (200 if address in {*pages, *documents} else answer.status_code), address
        told = {name: answer.headers.get(name) for name in strict}
        alike = answer.mimetype == "text/html" and address not in {"/zh/", "/en/"}
        loosened = set[str]() if alike else {"Permissions-Policy"}
        assert {name for name in strict if told[name] != strict[name]} == loosened, address
        assert not {"Set-Cookie", "Server", "ETag", "Last-Modified"} & {*answer.headers.keys()}
    assert {"/zh/", "/en/"} <= {*pages}
    assert "clipboard-write=(self)" in client.get("/zh/").headers["Permissions-Policy"]
    assert client.get("/nothing").status_code == client.get("/assets/../release.json").status_code == 404
    assert json.loads(client.get("/office/site.json").data) == {"v": 1, "demo": False}

    def fetch(path: str, visitor: Visitor) -> VisitorAnswer:
        answer = client.get(path, headers=dict(visitor.headers))
        return VisitorAnswer(answer.status_code, answer.data, frozenset(name.lower() for name, _ in answer.headers))

    # And they are the released ones, no matter who asks.
    listed = listed_files((site / "release.json").read_bytes())
    assert list(check_site(fetch, listed, visitors(6))) == []


def test_the_officers_face_is_wired_with_its_pages_and_the_hr_upload_without(tmp_path: Path, prepared: Path) -> None:
    """What `yanlu watch serve` builds: the officer's pages on the officer's face alone, calls refused unsigned."""
    settings = settings_for(ready_embedded_stores(tmp_path, prepared), tmp_path)
    write_office(settings.office, WatchedOffice())
    settings.watch_key.write_text(b64encode(bytes(32)))
    officer, upload = (build(settings).test_client() for build in (build_officer_face, build_hr_upload_face))
    page = (settings.site / "watch/zh/index.html").read_bytes()
    assert officer.get("/zh/").data == page
    statuses = [officer.get(path).status_code for path in ("/office/office.json", "/api/alerts", "/api/packets")]
    assert statuses == [200, 401, 401]
    assert [upload.get(path).status_code for path in ("/zh/", "/office/office.json", "/api/alerts")] == [404] * 3


@pytest.mark.parametrize("face", ["officer", "hr_upload"])
def test_callers_who_hold_on_shut_neither_face(face: str, tmp_path: Path, prepared: Path) -> None:
    """Two hundred lines with a body that never ends, under an officer's public id: everybody else is answered."""
    settings = settings_for(ready_embedded_stores(tmp_path, prepared), tmp_path)
    write_office(settings.office, WatchedOffice())
    settings.watch_key.write_text(b64encode(bytes(32)))
    path, told = CALLS_WITH_BODIES[face]
    head = told | {"Content-Length": str(PART_SIZE)}
    alone = f"tests.portal.watch.test_faces:{face}_alone"
    with ExitStack() as closing, live_intake(settings, face=alone, start=NOW) as address:
        place = urlsplit(address)
        lines: list[socket.socket] = []
        for _ in range(200):
            line = socket.create_connection((place.hostname, place.port), timeout=30)
            words = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            line.sendall(f"{path} HTTP/1.1\r\nHost: x\r\n{words}\r\n".encode())
            lines.append(closing.enter_context(line))
        assert httpx.get(f"{address}/nothing", timeout=60).status_code == 404
        # Who has no place is told so; those who have one may go on.
        while len(select.select(lines, [], [], 1)[0]) < len(lines) - PART_BYTES // PART_SIZE:
            continue


def officer_alone(settings: Settings, clock: Clock, *, limiter: None) -> Flask:
    """As a process of its own serves it; `limiter` belongs to other faces."""
    assert limiter is None
    return build_officer_face(settings, clock)


def hr_upload_alone(settings: Settings, clock: Clock, *, limiter: None) -> Flask:
    """The same for HR's upload."""
    assert limiter is None
    return build_hr_upload_face(settings, clock)


CALLS_WITH_BODIES: dict[str, tuple[str, dict[str, str]]] = {
    "officer": ("POST /api/entries", {"Yanlu-Call": f"{OFFICER}.{int(NOW.timestamp())}.{'A' * 22}.{'A' * 86}"}),
    "hr_upload": ("POST /api/reviews", {}),
}
