"""The third reader, in JavaScript beside this file, runs every file of vectors.

It was written from `crypto/SPEC.md` and the vectors, without a look at either twin: where it and they agree, the text
says enough for somebody who has nothing else.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import TypedDict

import pytest

import crypto
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of
from tests.crypto.write_history_vectors import Twice

ROOT = Path(__file__).resolve().parents[2]
READER = Path(__file__).with_name("main.js")
README = ROOT / "crypto" / "vectors" / "README.md"
FILES = sorted((ROOT / "crypto" / "vectors").glob("*.json"))
# Operations that it does not read yet, and how many cases of them there are: none. A new operation is added to
# the reader, from SPEC alone, or names it here.
NOT_READ_YET: dict[str, int] = {}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Came(TypedDict):
    """What came of one case; `wrong` says what, if anything."""

    op: str
    name: str
    known: bool
    wrong: str | None


def run(file: Path) -> list[Came]:
    """Runs one file of vectors and returns what came of its cases, in their order."""
    words = ["node", str(READER), str(file)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False, timeout=540)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["cases"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_case_comes_out_as_the_file_says(file: Path) -> None:
    """Each case that the reader knows has the result or the stage of the file; no other operation is unknown."""
    came = run(file)
    assert len(came) == len(json.loads(file.read_text())["cases"]) > 0
    assert [one for one in came if one["wrong"]] == []
    assert {one["op"] for one in came if not one["known"]} <= NOT_READ_YET.keys()


def test_what_is_not_read_yet_is_counted() -> None:
    """The list of what is missing says how many cases of each operation are missing, and no more."""
    cases = [case for file in FILES for case in json.loads(file.read_text())["cases"]]
    counted = Counter(case["op"] for case in cases if case["op"] in NOT_READ_YET)
    assert dict(counted) == NOT_READ_YET


def told_by_readme() -> tuple[set[str], dict[str, list[str]]]:
    """Returns the files that `crypto/vectors/README.md` names, and the input and output cell of each operation."""
    text = README.read_text()
    files = set(re.findall(r"(?m)^\| `([\w-]+\.json)` \|", text))
    cells: dict[str, list[str]] = {}
    for names, given, came in re.findall(r"(?m)^\| ((?:`\w+`(?:, )?)+) \| (.*) \| (.*) \|$", text):
        cells |= {name: [given, came] for name in re.findall(r"`(\w+)`", names)}
    for cell in cells.values():
        cell[0] += " ".join(cells[name][0] for name in re.findall(r"as `(\w+)`", cell[0]))
    return files, cells


def test_the_readme_names_every_file_operation_and_key() -> None:
    """Who reads the vectors finds each file, each operation, and each key of its input and output explained."""
    files, cells = told_by_readme()
    assert files == {file.name for file in FILES}
    missing: set[tuple[str, str]] = set()
    for file in FILES:
        content = json.loads(file.read_text())
        for case in content["cases"]:
            given: dict[str, object] = content["shared"].get(case["input"].get("$"), case["input"])
            came: dict[str, object] = case.get("output", {})
            for cell, keys in zip(cells[case["op"]], (given, came), strict=True):
                missing |= {(case["op"], key) for key in keys if not re.search(rf"\b{key}\b", cell)}
    assert missing == set()


WRONG: list[dict[str, object]] = [
    {"op": "attachment_size", "input": {"length": 9, "stanzas": 1}, "output": {"file": 9, "padded": 9}},
    {"op": "attachment_size", "input": {"length": 9, "stanzas": 1}, "fails": "padding"},
    {"op": "pad_text", "input": {"length": 32769}, "fails": "schema"},
    {"op": "pad_text", "input": {"length": 32769}, "output": {"length": 65536}},
]


def test_a_wrong_vector_and_an_unknown_operation_are_seen(tmp_path: Path) -> None:
    """Another result, another stage, a result in place of a refusal and the reverse are all seen."""
    cases = [{"name": str(number), **case} for number, case in enumerate(WRONG)]
    unknown: dict[str, object] = {"name": "new", "op": "no_such_operation", "input": {}, "output": {}}
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"format": 1, "about": "", "shared": {}, "cases": [*cases, unknown]}))
    *came, last = run(file)
    assert all(one["known"] and one["wrong"] for one in came)
    assert len(came) == len(WRONG)
    assert not last["known"]


def test_where_no_earlier_item_can_be_read_a_note_brings_the_alarm_of_the_history_alone(tmp_path: Path) -> None:
    """SPEC §6, `withheld`: as the Python twin says it; a reply that has seen what is not there raises both."""
    twice = Twice("vector-history/later")
    case, rng, grant = twice.story.case, twice.story.rng, twice.second.grant
    staff, thread = case.office.staff("zhao-min"), twice.story.read(twice.items, twice.second.grant)
    note = crypto.seal_note(staff, case.directory, grant, thread, crypto.Message("note"), rng).document()
    reply = crypto.seal_reply(staff, case.directory, grant, thread, crypto.Message("reply"), rng).document()
    out = VectorFile("later", "")
    given = twice.given | {"office": office_of(case)}
    files = {
        "none": [], "the earlier ones": twice.items, "a note": [note], "a note behind them": [*twice.items, note],
        "a reply": [reply], "both behind them": [*twice.items, note, reply],
    }  # fmt: skip
    alarms = {name: out.good("read_case", name, **given, items=items)["alarms"] for name, items in files.items()}
    both = ("a reply", "both behind them")
    assert alarms == {name: ["withheld", "history"] if name in both else ["history"] for name in files}
    file = tmp_path / "later.json"
    file.write_text(json.dumps({"format": 1, "about": "", "shared": {}, "cases": out.cases}))
    assert [one["wrong"] for one in run(file)] == [None] * len(files)
