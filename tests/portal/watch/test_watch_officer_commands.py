"""The officer's commands and those of the seats, at a face without a network."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from crypto.framing import b64encode, sha256
from crypto.packets import dummy_protection
from crypto.protection import Bond
from portal.cli.terminal import Terminal
from portal.cli.watch_officer import OfficerCalls
from portal.watch.app import watch_app
from portal.watch.officer_views import officer_views
from retaliation_watch.drop.manifest import Kind
from retaliation_watch.store import ALERTS, ENTRIES, PACKETS
from tests.portal.watch.test_evidence_page import EVIDENCE
from tests.support.edge import settings_for
from tests.support.inside import inside
from tests.support.stores import embedded_stores, ready_embedded_stores
from tests.support.watching import ENTITY, NOW, OFFICER, Watch, open_watch


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch on embedded stores."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield made
    made.close()


@pytest.fixture
def run(watch: Watch, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """`yanlu watch …` as one member: keys and directory as the last pull left them."""
    (tmp_path / "own").mkdir()
    settings = settings_for(embedded_stores(tmp_path / "own"), tmp_path / "own")
    client = httpx.Client(transport=httpx.WSGITransport(watch_app(officer_views(watch.room), behind_tls=False)))
    client.base_url = httpx.URL("http://watch")
    monkeypatch.setattr("portal.cli.watch_officer.time.time", NOW.timestamp)

    def as_member(member: str, *line: str | Path) -> Any:
        staff, directory = watch.office.staff(member), watch.office.directory()
        calls = OfficerCalls(client, staff, watch.office.office)

        def officer_calls(_terminal: Terminal, _way: object, _at: str) -> Any:
            return calls, staff, directory

        with monkeypatch.context() as patch:
            patch.setattr("portal.cli.watch_officer_commands.offline", lambda *_: (None, staff, directory))
            for module in ("watch_officer_commands", "watch_alert_commands"):
                patch.setattr(f"portal.cli.{module}.officer_calls", officer_calls)
            more = ("--profile", tmp_path / "profile", "--json")
            return inside(capsys, monkeypatch, settings, "watch", *map(str, (*line, *more)))

    return as_member


def put_packets(watch: Watch, *packets: bytes) -> None:
    """As the worker would."""
    with watch.store.write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(packet), "packet": packet} for packet in packets])


def test_packets_are_entered_and_a_link_opens_by_two_people(watch: Watch, run: Any, tmp_path: Path) -> None:
    """The officer enters and asks, a seat of each side gives a share, and only both together say bond and case."""
    key, links = tmp_path / "officers.key", tmp_path / "links.json"
    key.write_text(f"{watch.office.key.text}\n")
    put_packets(watch, watch.wish("E7", bond=Bond.WITNESS), *(dummy_protection(os.urandom) for _ in range(3)))
    assert run(OFFICER, "enter", "--at", "http://watch", "--key-file", key).document["outcomes"] == {"entered": 1}
    assert (len(watch.rows(ENTRIES)), watch.rows(PACKETS)) == (1, [])
    ask = ("unseal", "ask", "--at", "http://watch", "--entity", ENTITY, "--employee")
    assert run(OFFICER, *ask, "E7", "--out", links).document["links"] == 1
    assert run(OFFICER, *ask, "E8", "--out", tmp_path / "nobody.json").document["links"] == 1
    assert (tmp_path / "nobody.json").stat().st_size == links.stat().st_size
    shares = {}
    for seat in ("bao-guan-1", "bao-guan-2", "wai-bu"):
        shares[seat] = tmp_path / f"{seat}.share"
        assert run(seat, "unseal", "share", "--links", links, "--out", shares[seat]).code == 0
    assert run("li-wei", "unseal", "share", "--links", links, "--out", tmp_path / "x").code == 7

    def opened(one: str, other: str) -> Any:
        line = ("unseal", "open", "--links", links, "--share", shares[one], "--share", shares[other])
        return run(OFFICER, *line)

    assert opened("bao-guan-1", "bao-guan-2").code == 7
    both = opened("wai-bu", "bao-guan-2").document
    assert both == {"links": [{"bond": "witness", "case": b64encode(bytes([9]) * 16)}]}


def test_alerts_become_files_of_the_owner_alone(watch: Watch, run: Any, tmp_path: Path) -> None:
    """Each alert is a page and a JSON file whose hash is told; a name and a state go to the watch."""
    watch.push(Kind.ROSTER, "工号,部门", "E001,装配")
    row = {"alert": bytes(16), "person": watch.room.key.pseudonym(ENTITY, "E001"), "day": NOW.date(), "state": "new"}
    more = {"level": "amber", "shown": NOW.date(), "evidence": json.dumps(EVIDENCE)}
    with watch.store.write() as tx:
        tx.execute(insert(ALERTS), [row | more])
    line = ("alerts", "--at", "http://watch")
    (file,) = run(OFFICER, *line, "--out", tmp_path / "out").document["files"]
    page = Path(file["file"])
    assert (page.stat().st_mode & 0o777, page.with_suffix(".json").stat().st_mode & 0o777) == (0o600, 0o600)
    assert sha256(page.with_suffix(".json").read_bytes()).hex() == file["sha256"]
    name = b64encode(bytes(16))
    assert run(OFFICER, *line, "--name", name).document == {"entity": ENTITY, "employee": "E001"}
    assert run(OFFICER, *line, "--alert", name, "--state", "checked").document["alerts"][0]["state"] == "checked"
    assert run(OFFICER, *line, "--alert", name).code == 2
