"""The Python twin gives what the vectors say, and refuses where they say."""

import json
from typing import Any

import pytest

from crypto import CheckStage, CryptoError
from tests.crypto.vector_file import FOLDER
from tests.crypto.vector_ops import OPS, resolve

FILES = {
    "bundle", "chain", "claims", "directory", "duty-done", "envelope", "events", "file-names", "framing", "grant",
    "holders", "items", "json", "log", "mailbox", "non-readers", "office-key", "packets", "protection", "publication",
    "receipt", "refusals", "regrants", "review", "rotation", "staff", "taken-down", "thread", "unsealing", "witnesses",
    "work",
}  # fmt: skip


def load(name: str) -> dict[str, Any]:
    """One file of vectors."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_every_file_is_run() -> None:
    """No file of vectors is left out, and every operation and every stage of format 1 occurs."""
    assert {path.stem for path in FOLDER.glob("*.json")} == FILES
    cases = [case for name in sorted(FILES) for case in load(name)["cases"]]
    assert {case["op"] for case in cases} == set(OPS)
    # Shown as marks of an entry, or raised by the server's side only: see README of the vectors.
    elsewhere = {CheckStage.SEQUENCE, CheckStage.CHAIN}
    assert {case["fails"] for case in cases if "fails" in case} == set(CheckStage) - elsewhere
    assert all(("fails" in case) != ("output" in case) for case in cases)


@pytest.mark.parametrize("name", sorted(FILES))
def test_vectors(name: str) -> None:
    """Each case of the file gives its output, or fails at its stage."""
    content = load(name)
    wrong: list[str] = []
    for case in content["cases"]:
        given = resolve(case["input"], content["shared"])
        try:
            found: object = OPS[case["op"]](given)
        except CryptoError as error:
            found = error.stage.value
        if found != case.get("output", case.get("fails")):
            wrong.append(f"{case['op']}, {case['name']}: {found}")
    assert wrong == []
