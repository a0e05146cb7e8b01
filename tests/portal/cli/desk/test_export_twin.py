"""The desk's page saves the same file of an export, byte for byte, that the command writes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import crypto
from casework.rules.destinations import Destination
from crypto.case.items import read_inner
from portal.cli.desk.exporting import Going, export_text
from tests.crypto import vector_ops
from tests.support.browsers import typescript_tests

VECTORS, ITEMS = (
    json.loads((typescript_tests.ROOT / f"crypto/vectors/{name}.json").read_text("utf-8"))
    for name in ("thread", "items")
)
ROW = {"case": "A" * 22, "entity": "group", "policy": "company-whistleblowing", "version": "1", "day": "2026-11-24"}
EVENTS = (
    ("received", "worker", {"policy": "company-whistleblowing", "version": "1", "item": "B" * 43}),
    ("export-asked", "li-wei", {"role": "investigator", "destination": "court-abroad", "at": "2026-11-24T04:00:00Z"}),
    ("act-read", "li-wei", {"item": "C" * 43, "n": 2, "act": "withdrawn"}),
)
"""Kind, actor and what each names, in an order of its own."""


UNSEALED = {"state": "asked", "about": "reporter", "role": "investigator", "ground": "legal-duty", "text": "法院要求。"}
STATUS = {"stage": "registered", "next": "decided", "due": "2026-12-24", "text": ""}


def _inners() -> list[dict[str, str]]:
    """What stands inside items of every kind that an entry of the file tells apart."""
    cases = [one for one in ITEMS["cases"] if one["op"] == "read_inner" and "output" in one]
    known = [vector_ops.resolve(one["input"], ITEMS["shared"]) for one in cases]
    made = [("unsealing", UNSEALED | {"delay": None}), ("status", STATUS)]
    told = [{"v": 1, "type": kind, "payload": json.dumps(said), "signer": None, "sig": None} for kind, said in made]
    return [*known, *({"direction": "to-reporter", "content": json.dumps(one)} for one in told)]


def _events() -> list[crypto.ReadEvent]:
    case = crypto.b64decode(ROW["case"])
    made = [crypto.Event(case, n, kind, "2026-11-24", by, data) for n, (kind, by, data) in enumerate(EVENTS)]
    return [crypto.ReadEvent(one, bytes(32), None) for one in made]


def _saved_by_the_page(folder: Path) -> dict[str, list[str]]:
    record = [
        {"n": n, "kind": kind, "day": "2026-11-24", "actor": None if by == "worker" else by, "data": data}
        for n, (kind, by, data) in enumerate(EVENTS)
    ]
    given = folder / "given.json"
    going = {"row": ROW, "destination": "court-abroad", "record": record, "inners": _inners()}
    given.write_text(json.dumps(going), "utf-8")
    script = folder / "exported.mjs"
    typescript_tests.bundle(typescript_tests.FOLDER / "desk/exported.ts", script, "--platform=node", "--format=esm")
    done = subprocess.run(
        ["node", script, given], capture_output=True, cwd=typescript_tests.ROOT, check=True, timeout=120
    )
    return json.loads(done.stdout)


def _written_by_the_command(case: dict[str, Any]) -> list[str]:
    given = vector_ops.resolve(case["input"], VECTORS["shared"])
    directory = vector_ops.office_of(given["office"])
    return _both(crypto.read_case(directory, vector_ops.grant_of(given), given["items"]).entries, directory)


def _both(entries: Sequence[crypto.ThreadEntry], directory: crypto.VerifiedDirectory) -> list[str]:
    going = Going(ROW, Destination.COURT_ABROAD, entries, _events())
    return [export_text(going, directory, language) for language in ("zh", "en")]


def _inner_entries() -> list[crypto.ThreadEntry]:
    found = [(crypto.Direction(one["direction"]), one["content"].encode()) for one in _inners()]
    return [crypto.ThreadEntry(at, n, None, read_inner(at, text), None) for n, (at, text) in enumerate(found, 1)]


@pytest.mark.slow
def test_page_and_command_make_the_same_file_of_every_thread(tmp_path: Path) -> None:
    """Every readable thread of the vectors, whole or damaged, in both languages, byte for byte."""
    cases = {one["name"]: one for one in VECTORS["cases"] if one["op"] == "read_case" and "output" in one}
    written = {name: _written_by_the_command(one) for name, one in cases.items()}
    directory = vector_ops.office_of(vector_ops.resolve(VECTORS["shared"]["office"], VECTORS["shared"]))
    written["inners"] = _both(_inner_entries(), directory)
    assert _saved_by_the_page(tmp_path) == written
    # Every part of an entry stands in some of them.
    entries = [entry for texts in written.values() for entry in json.loads(texts[0])["entries"]]
    for part in ("from", "mark", "former_member", "day", "text", "stage", "due", "notice", "unsealing", "attachments"):
        assert any(entry[part] for entry in entries), part
