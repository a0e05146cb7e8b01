"""The officer's interface on the watch's own role: each route does its work, and the line reaches no other store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from flask import Flask
from sqlalchemy import insert

from crypto.custody.packets import dummy_protection
from crypto.framing import b64encode, sha256
from portal.cli.watch.officer import OfficerCalls
from portal.db_roles.privileges import StoreRole
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.watch.app import watch_app
from portal.watch.context import WatchContext
from portal.watch.officer_views import officer_views
from retaliation_watch.host_key import HostKey
from retaliation_watch.store import AGREEMENTS, ALERTS, PACKETS, PEOPLE, SOURCES
from tests.portal.db_roles.site import Site
from tests.support.offices.edge import write_office
from tests.support.offices.watch import NOW, OFFICER, WatchedOffice, handle_marks

PLACE, FEED = "group", "hr-of-the-group"
KEY = HostKey(bytes([3]) * 32)
"""The one of the other tests on this site, whose people lie in the same store."""
PERSON = KEY.pseudonym(PLACE, "E1")
PACKET = dummy_protection(os.urandom)
ALERT = os.urandom(16)
WISH = {
    "entity": PLACE, "employee": "E1", "marks": [b64encode(handle_marks(7)[0])], "link": b64encode(bytes(7356)),
    "ends": False, "packet": b64encode(sha256(PACKET)),
}  # fmt: skip


@pytest.fixture
def lines(site: Site) -> Iterator[dict[StoreRole, Store]]:
    """The watch's store as the officer's face, HR's upload and the worker have it, each under its own role."""
    roles = (StoreRole.WATCH, StoreRole.HR_UPLOAD, StoreRole.WORKER)
    opened = {role: open_store(site.settings(role), StoreName.WATCH) for role in roles}
    yield opened
    for store in opened.values():
        store.engine.dispose()


def furnish(lines: dict[StoreRole, Store]) -> None:
    """Somebody at an entity that agreed, an alert and a packet, each from the process that makes it in life."""
    words = dict.fromkeys(("org_unit", "team", "location", "job_family", "grade", "contract_type"), "")
    person = {
        "person": PERSON,
        "entity": PLACE,
        "ciphertext": KEY.encrypt_text(PERSON, "E1"),
        "sequence": 1,
        "seen": NOW.date(),
    }
    with lines[StoreRole.HR_UPLOAD].write() as tx:
        tx.execute(insert(PEOPLE), [person | words])
    agreement = {"entity": PLACE, "body": "职代会", "day": NOW.date(), "paper": bytes(32), "health": False}
    alert = {"alert": ALERT, "person": PERSON, "day": NOW.date(), "level": "red", "shown": NOW.date()}
    with lines[StoreRole.WATCH].write() as tx:
        tx.execute(insert(AGREEMENTS), [agreement])
        tx.execute(insert(SOURCES), [{"source": FEED, "entity": PLACE, "key": bytes(32), "ended": False}])
        tx.execute(insert(ALERTS), [alert | {"state": "new", "evidence": '{"measures":[]}'}])
    with lines[StoreRole.WORKER].write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(PACKET), "packet": PACKET}])


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every call that the interface takes."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/") and method in {"GET", "POST", "PUT", "DELETE"}
    }


def _try_alerts_and_feeds(call: Callable[..., dict[str, object]]) -> None:
    assert b64encode(ALERT) in {one["alert"] for one in call("GET", "/api/alerts")["alerts"]}  # type: ignore[attr-defined]
    assert call("GET", "/api/alerts/<alert>/steps")["steps"] == []
    told = call("POST", "/api/alerts/<alert>/name", anything=0)
    assert (told["entity"], told["employee"]) == (PLACE, "E1")
    assert call("POST", "/api/alerts/<alert>/evidence", anything=0)["file"]
    assert call("POST", "/api/alerts/<alert>/state", state="checked") == {}
    assert call("POST", "/api/cover", entity=PLACE, near=["E1"])["missing"] == 10
    letters = call("POST", "/api/letters", anything=0)["letters"]
    assert [one for one in letters if one["entity"] == PLACE] == []  # type: ignore[attr-defined]
    assert FEED in {one["source"] for one in call("GET", "/api/feeds")["feeds"]}  # type: ignore[attr-defined]
    assert call("GET", "/api/feeds/<source>")
    changed = call("POST", "/api/feeds/<source>/form", version=0, columns=[["谁", "employee_id"]], kinds=[], dates=None)
    assert changed["version"] == 1


def test_every_call_of_the_officer_works_under_the_watchs_role(
    site: Site, lines: dict[StoreRole, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the role and not as an owner each route does what it is for; the login reaches no other store."""
    office = WatchedOffice()
    write_office(tmp_path / "office", office)
    furnish(lines)
    directory = CurrentDirectory(OfficeFolder(tmp_path / "office"))
    app = watch_app(officer_views(WatchContext(lines[StoreRole.WATCH], KEY, directory, lambda: NOW, os.urandom)), behind_tls=False)  # noqa: E501  # fmt: skip
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)
    client = httpx.Client(transport=httpx.WSGITransport(app), base_url="http://watch")
    calls, called = OfficerCalls(client, office.staff(OFFICER), office.office), set[tuple[str, str]]()

    def call(method: str, route: str, **body: object) -> dict[str, object]:
        called.add((method, route))
        path = route.replace("<alert>", b64encode(ALERT)).replace("<source>", FEED)
        return calls.call(method, path, {"v": 1, **body} if body else None)

    assert b64encode(PACKET) in call("GET", "/api/packets")["packets"]  # type: ignore[operator]
    done = call("POST", "/api/entries", wishes=[WISH], opened=[b64encode(sha256(PACKET))])
    assert done == {"outcomes": ["entered"]}
    assert b64encode(PACKET) not in call("GET", "/api/packets")["packets"]  # type: ignore[operator]
    assert len(call("POST", "/api/links", entity=PLACE, employee="E1")["entries"]) == 1  # type: ignore[arg-type]
    assert call("POST", "/api/link-requests", content=b64encode(os.urandom(32))) == {}
    assert PLACE in {one["entity"] for one in call("GET", "/api/agreements")["agreements"]}  # type: ignore[attr-defined]
    _try_alerts_and_feeds(call)
    assert called == routes(app)

    with lines[StoreRole.WATCH].read() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == StoreRole.WATCH.login
    for other in (store for store in StoreName if store is not StoreName.WATCH):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            site.connect(StoreRole.WATCH.login, other)
