"""The watch's host and HR's end of the feed by the command line, on an embedded store."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crypto.framing import b64decode
from portal.settings import Settings, StoreName
from portal.stores.engines import open_store
from retaliation_watch.store import EVENTS, PEOPLE
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import embedded_stores

ROSTER = "工号,部门\n" + "\n".join(f"E{n:03d},装配" for n in range(60))
HEAD = "event_id,employee_id,event_type,recorded_on\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a host where nothing is yet."""
    return settings_for(embedded_stores(tmp_path), tmp_path)


def count(settings: Settings, table: Any) -> int:
    """Rows of a table of the watch's store."""
    store = open_store(settings, StoreName.WATCH)
    with store.read() as connection:
        found = len(connection.execute(select(table)).all())
    store.engine.dispose()
    return found


def test_a_host_is_set_up_and_fed_through_a_folder(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key, agreement, source; HR leaves signed files, the host takes them, and receipts are left."""

    def run(*line: str | Path) -> Any:
        return inside(capsys, monkeypatch, settings, "watch", *map(str, line), "--json")

    folder, officers, hr = tmp_path / "deliveries", tmp_path / "officers.key", tmp_path / "hr.key"
    folder.mkdir()
    made = run("key", "--out", officers)
    assert made.document["recipient"].startswith("age1pq1")
    assert (settings.watch_key.stat().st_mode & 0o777, officers.stat().st_mode & 0o777) == (0o600, 0o600)
    assert run("key").code == 2
    run("source", "hr-core", "--entity", "works", "--key-out", hr)
    (tmp_path / "people.csv").write_text(ROSTER, "utf-8")
    line = ("--source", "hr-core", "--key-file", hr, "--folder", folder)
    run("push", tmp_path / "people.csv", *line, "--kind", "roster", "--sequence", "1")
    refused = run("import", "--folder", folder)
    assert (refused.code, refused.document["deliveries"][0]["state"]) == (6, "NoAgreement")
    (tmp_path / "agreement.pdf").write_bytes(b"signed")
    agreed = ("--entity", "works", "--by", "职代会", "--day", "2026-11-01")
    assert run("agree", *agreed, "--paper", tmp_path / "agreement.pdf").document["active"] is True
    assert run("import", "--folder", folder).document["deliveries"] == [{"file": "people.csv", "state": "taken"}]
    assert sorted(file.name for file in folder.iterdir()) == ["people.csv.receipt.json"]
    assert count(settings, PEOPLE) == 60
    assert run("weekly-run").document == {"watched": 0}
    assert run("weekly-run", "--entity", "else").code == 6
    assert (settings.data / "watch-weekly-run").stat().st_mode & 0o777 == 0o700
    assert run("agree", *agreed, "--end").document["active"] is False
    assert run("source", "hr-core", "--entity", "works", "--end").document["ended"] is True
    (tmp_path / "more.csv").write_text(HEAD + "A1,E001,辞退,2026-11-20\n", "utf-8")
    run("push", tmp_path / "more.csv", *line, "--kind", "events", "--sequence", "1")
    assert run("import", "--folder", folder).document["deliveries"][0]["state"] == "ManifestRefused"
    totals = run("export", "--out", tmp_path / "totals.json")
    assert totals.code == 0
    told = json.loads((tmp_path / "totals.json").read_text("utf-8"))
    assert (told["totals"], told["agreements"], told["dashboard"]) == ({"people": 60}, [], [])
    page = (tmp_path / "totals.json.html").read_text("utf-8")
    assert not re.search(r"<script|src=|href=|https?:", page)


def test_a_held_file_is_listed_released_and_taken_and_a_form_reads_anew(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held stays in the folder until the officer lets it in; a form tells how many old rows it changed."""

    def run(*line: str | Path) -> Any:
        return inside(capsys, monkeypatch, settings, "watch", *map(str, line), "--json")

    folder, hr = tmp_path / "deliveries", tmp_path / "hr.key"
    folder.mkdir()
    run("key")
    run("source", "hr-core", "--entity", "works", "--key-out", hr)
    (tmp_path / "agreement.pdf").write_bytes(b"signed")
    run("agree", "--entity", "works", "--by", "职代会", "--day", "2026-11-01", "--paper", tmp_path / "agreement.pdf")

    def push(number: int, rows: int) -> str:
        lines = (f"A{number}-{n},E{n:03d},罚站,2026-11-{1 + n % 20:02d}" for n in range(rows))
        path = tmp_path / f"events{number}.csv"
        path.write_text(HEAD + "\n".join(lines), "utf-8")
        line = ("--source", "hr-core", "--key-file", hr, "--folder", folder, "--kind", "events")
        run("push", path, *line, "--sequence", str(number))
        return str(run("import", "--folder", folder).document["deliveries"][0]["state"])

    assert [push(1, 4), push(2, 5), push(3, 4), push(4, 60)] == ["taken", "taken", "taken", "held"]
    (held,) = run("release").document["held"]
    assert (held["rows"], (folder / "events4.csv").exists()) == (60, True)
    assert run("release", "--delivery", held["delivery"]).document["held"] == []
    assert run("release", "--delivery", held["delivery"]).code == 4
    assert run("import", "--folder", folder).document["deliveries"] == [{"file": "events4.csv", "state": "taken"}]
    assert count(settings, EVENTS) == 73
    (tmp_path / "form.json").write_text('{"columns":{},"kinds":{"罚站":"verbal_warning"},"dates":null}', "utf-8")
    assert run("form", "hr-core", "--file", tmp_path / "form.json").document == {"version": 1, "changed": 73}
    (tmp_path / "form.json").write_text('{"columns":{},"kinds":{"罚站":"nothing"},"dates":null}', "utf-8")
    assert run("form", "hr-core", "--file", tmp_path / "form.json").code == 6
    assert run("reviews").document == {"reviews": []}
    assert run("reviews", "--review", "AAAA", "--verdict", "send-grounds").code == 4
    assert len(b64decode(held["delivery"])) == 32
