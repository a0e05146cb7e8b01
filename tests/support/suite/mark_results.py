"""What a run of the tests found of each mark, and whether anybody can do it, kept for `yanlu policy coverage`."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from casework.errors import PolicyError
from casework.policy_check.coverage import (
    COVERAGE_FILE,
    Capability,
    Column,
    Coverage,
    MarkResult,
    code_digests,
    coverage_document,
    read_coverage,
)
from casework.words import Words

ROOT: Final = Path(__file__).resolve().parents[3]
MARK: Final = re.compile(r"tests/casework/test_seed_matrix\.py::test_mark\[(P\d\d-[A-K]\d+)\]")


class MarksRun:
    """Listens to a run, in the process that hears of every test, and writes down what became of the marks."""

    def __init__(self, kept: Path = COVERAGE_FILE) -> None:
        self._kept = kept
        self._found: dict[str, MarkResult] = {}
        self._code: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A mark holds when its test passed; whatever else becomes of it, it does not."""
        told = MARK.fullmatch(report.nodeid)
        if told is None or (report.when != "call" and report.passed):
            return
        if not self._found:
            self._code = code_digests()
        passed = report.passed and self._found.get(told[1]) is not MarkResult.FAILS
        self._found[told[1]] = MarkResult.HOLDS if passed else MarkResult.FAILS

    def pytest_sessionfinish(self) -> None:
        """Keeps what was found; what an earlier run found of the same code stays beside it."""
        if not self._found or self._code != code_digests():
            return
        blank = unrun(*commit())
        marks = {name: self._found.get(name, found) for name, found in (blank.marks | self._earlier()).items()}
        if MarkResult.HOLDS in marks.values():
            from tests.casework.marks.reached import shown_of_all

            signs = shown_of_all()
            marks = {name: signs[name] if found is MarkResult.HOLDS else found for name, found in marks.items()}
        self._kept.write_bytes(coverage_document(replace(blank, code=self._code, marks=marks)))

    def _earlier(self) -> dict[str, MarkResult]:
        with suppress(OSError, PolicyError):
            earlier = read_coverage(self._kept.read_bytes())
            return dict(earlier.marks) if earlier.code == self._code else {}
        return {}


def unrun(commit: str, clean: bool) -> Coverage:
    """The matrix before anything was run: its marks are those of the texts."""
    from tests.casework.marks.book import facts
    from tests.casework.written import SLUGS

    known = facts()
    return Coverage(
        commit=commit,
        clean=clean,
        code={},
        capabilities=tuple(Capability(one["id"], Words(one["zh"], one["en"])) for one in known["capabilities"]),
        policies=tuple(Column(f"P{number:02d}", policy) for number, policy in SLUGS.items()),
        marks={f"{one['policy']}-{one['capability']}": MarkResult.NOT_RUN for one in known["marks"]},
    )


def commit() -> tuple[str, bool]:
    """The commit that is tested, and whether casework and its tests are as it has them."""
    head = _git("rev-parse", "HEAD")
    return head, bool(head) and not _git("status", "--porcelain", "--", "casework", "tests/casework")


def _git(*words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip()
