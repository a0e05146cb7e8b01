"""Every promise of SECURITY.md with its tests, and when those that only `make soak` runs last passed.

`make soak` notes its passes in `docs/proofs.json`, with a digest of all code that the file of a test imports. A
proof whose digest is another one now is older than its code: `make test` counts these, `make release` refuses them.
`python -m tests.support.proofs.pages` writes the pages, `--refuse` lists what is old and exits with 1.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.support.suite.distribution import LATER
from tools.house.import_parser import python_imports

ROOT: Final = Path(__file__).resolve().parents[3]
KEPT: Final = ROOT / "docs/proofs.json"
SOAK: Final = "tests/soak/"
# A browser shows the built pages, which no import of a test names.
PAGES_OF: Final = ("tests/journeys", "tests/browser", "tests/soak")


@dataclass(frozen=True)
class Proof:
    """When a test passed, and over which code."""

    day: date
    code: str


def files_of(module: str) -> list[Path]:
    """The file of one of our modules; nothing for a name inside one, or for what is not ours."""
    at = ROOT.joinpath(*module.split("."))
    return [file for file in (at.with_suffix(".py"), at / "__init__.py") if file.is_file()]


def reached(file: Path) -> set[Path]:
    """A test's file and all files of the project that it imports, directly or by others."""
    found: set[Path] = set()
    waiting = [file]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        waiting += [each for name in python_imports(one.read_text("utf-8")) for each in files_of(name)]
    return found


@cache
def code_of(test: str) -> str:
    """A digest of what a test's file reaches; with the pages, where it drives a browser."""
    file = test.partition("::")[0]
    files = reached(ROOT / file)
    if file.startswith(PAGES_OF):
        files |= {one for one in (ROOT / "templates").rglob("*") if one.suffix in {".ts", ".html", ".css", ".po"}}
    digest = hashlib.sha256()
    for one in sorted(files):
        digest.update(one.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(one.read_bytes()).digest())
    return digest.hexdigest()[:16]


def is_left_to_soak(node: str) -> bool:
    """Whether `make test` does not run a test, and no other of its kind in its place."""
    return node in LATER or node.startswith(SOAK)


def read_proofs(file: Path = KEPT) -> dict[str, Proof]:
    """What was noted; nothing where no soak has run."""
    if not file.is_file():
        return {}
    noted: Mapping[str, Mapping[str, str]] = json.loads(file.read_text("utf-8"))["tests"]
    return {test: Proof(date.fromisoformat(one["day"]), one["code"]) for test, one in noted.items()}


def write_proofs(proofs: Mapping[str, Proof], file: Path = KEPT) -> None:
    """Notes proofs by test, one a line."""
    rows = [
        f' {json.dumps(test)}: {{"day": "{one.day}", "code": "{one.code}"}}' for test, one in sorted(proofs.items())
    ]
    file.write_text('{"v": 1, "tests": {\n' + ",\n".join(rows) + "\n}}\n", "utf-8")


class ProofsRun:
    """Listens to a run, in the process that hears of every test, and notes the passes that only a soak gives."""

    def __init__(
        self,
        kept: Path = KEPT,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        *,
        notes: bool,
        counts: bool = True,
    ) -> None:
        self._kept = kept
        self._notes = notes
        # Whether it says how many are old: to find out what each test reaches takes two seconds.
        self._counts = counts
        self._today = today
        self._found: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed when no part of it failed."""
        if not is_left_to_soak(report.nodeid) or report.skipped or (report.when != "call" and report.passed):
            return
        self._found[report.nodeid] = report.passed and self._found.get(report.nodeid, True)

    def pytest_sessionfinish(self) -> None:
        """Notes what passed, and takes away what failed: it proves nothing any more."""
        if not (self._notes and self._found):
            return
        proofs = read_proofs(self._kept)
        for test, passed in self._found.items():
            proofs.pop(test, None)
            if passed:
                proofs[test] = Proof(self._today(), code_of(test))
        write_proofs(proofs, self._kept)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says how many proofs are older than their code."""
        if not self._counts:
            return
        old = old_proofs(left_to_soak(), read_proofs(self._kept))
        terminalreporter.write_line(f"proofs that only make soak gives: {len(old)} of {len(left_to_soak())} are old")


@cache
def left_to_soak() -> tuple[str, ...]:
    """The tests of LATER, and each function of the soaks."""
    soaks = [
        f"{file.relative_to(ROOT).as_posix()}::{name}"
        for file in sorted((ROOT / SOAK).glob("test_*.py"))
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    ]
    return (*LATER, *soaks)


def proof_of(test: str, proofs: Mapping[str, Proof]) -> Proof | None:
    """The oldest proof of a test, over all that it is run with; None when there is none."""
    known = [one for node, one in proofs.items() if node == test or node.startswith(f"{test}[")]
    return min(known, key=lambda one: (one.code == code_of(test), one.day), default=None)


def old_proofs(tests: Iterable[str], proofs: Mapping[str, Proof]) -> list[str]:
    """Those that never passed, or passed over other code."""
    return [test for test in tests if (one := proof_of(test, proofs)) is None or one.code != code_of(test)]
