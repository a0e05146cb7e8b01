"""The list of proofs is that of SECURITY.md, and a proof that only a soak gives is noted, dropped and found old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.support.proofs import pages, promises
from tests.support.proofs.promises import Proof, ProofsRun, code_of, left_to_soak, old_proofs, read_proofs, write_proofs

DAY = date(2026, 11, 29)
SOAK = "tests/soak/test_soak_fuzz.py::test_whatever"
LATE = left_to_soak()[0]
ORDINARY = "tests/test_proofs_list.py::test_anything"


@dataclass
class Report:
    """What a run says of a test."""

    nodeid: str
    when: str = "call"
    passed: bool = True
    skipped: bool = False


def heard(kept: Path, *reports: Report, notes: bool = True) -> dict[str, Proof]:
    """What is noted after a run."""
    run = ProofsRun(kept, lambda: DAY, notes=notes)
    for one in reports:
        run.pytest_runtest_logreport(one)  # pyright: ignore[reportArgumentType]
    run.pytest_sessionfinish()
    return read_proofs(kept)


def test_the_pages_list_what_security_promises() -> None:
    """Both languages, as the generator writes them now."""
    for file, text in pages.pages().items():
        assert file.read_text("utf-8") == text, "run python -m tests.support.proofs.pages"


def test_a_run_notes_what_only_a_soak_proves_and_drops_what_failed(tmp_path: Path) -> None:
    """An ordinary test is proved by each landing; a failed or half failed one proves nothing any more."""
    kept = tmp_path / "proofs.json"
    assert heard(kept, Report(ORDINARY), Report(LATE, "setup")) == {}
    assert heard(kept, Report(LATE), notes=False) == {}
    first = heard(kept, Report(LATE), Report(SOAK))
    assert set(first) == {LATE, SOAK}
    assert first[LATE] == Proof(DAY, code_of(LATE))
    assert set(heard(kept, Report(SOAK), Report(SOAK, "teardown", passed=False))) == {LATE}
    assert set(heard(kept, Report(LATE, passed=False, skipped=True))) == {LATE}


def test_a_proof_is_old_once_its_code_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never passed is old as well; of a test that runs in several ways the worst counts."""
    noted = {f"{LATE}": Proof(DAY, code_of(LATE))}
    assert old_proofs([LATE], noted) == []
    assert old_proofs([LATE, SOAK], noted) == [SOAK]
    ways = {f"{SOAK}[a]": Proof(DAY, code_of(SOAK)), f"{SOAK}[b]": Proof(DAY, "of before")}
    assert old_proofs([SOAK], ways) == [SOAK]
    write_proofs(noted, tmp_path / "proofs.json")
    assert read_proofs(tmp_path / "proofs.json") == noted
    monkeypatch.setattr(promises, "code_of", lambda _test: "changed")
    assert old_proofs([LATE], noted) == [LATE]


def names_of(file: str) -> set[str]:
    """What a test's file reaches, by path."""
    return {one.relative_to(promises.ROOT).as_posix() for one in promises.reached(promises.ROOT / file)}


def test_a_tests_code_is_all_that_it_reaches() -> None:
    """Over several files, however they are imported."""
    assert {"tests/support/proofs/promises.py", "tests/support/proofs/pages.py"} <= names_of(
        "tests/test_proofs_list.py"
    )
    soak = names_of("tests/soak/test_soak_hostile.py")
    assert {"portal/desk/steps.py", "crypto/case/grant.py", "tests/hostile/call_fuzzer.py"} <= soak
