"""What the written policies were last shown to do: the matrix of their marks, as a run of the tests left it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, cast

from casework.errors import PolicyError
from casework.words import DEFAULT, SOURCE, Words
from crypto.errors import MalformedJson
from crypto.text import read_json, write_json

PACKAGE: Final = Path(__file__).resolve().parents[1]
TESTS: Final = PACKAGE.parent / "tests/casework"
COVERAGE_FILE: Final = PACKAGE / "coverage.json"
"""Where a run of the tests leaves what it found; a release carries the file, a fresh checkout has none."""
LIMIT: Final = 1024 * 1024
Rows = dict[str, object]


class MarkResult(StrEnum):
    """What a run says of a mark."""

    HOLDS = "holds"
    """Its test passes, and somebody can do it: all that it rests on is reached by a command, a page or the worker."""
    PARTLY = "partly"
    """Its test passes, but part of what it rests on is called by nothing that people use."""
    MODELLED = "modelled"
    """Its test passes, but nothing of what it rests on is called by anything that people use."""
    FAILS = "fails"
    NOT_RUN = "not-run"
    """The text says so, and the run did not show it."""


@dataclass(frozen=True, slots=True)
class Capability:
    """One row of the matrix: something that a written policy may ask for."""

    id: str
    name: Words


@dataclass(frozen=True, slots=True)
class Column:
    """One policy of the matrix: its number and the name of its file."""

    number: str
    policy: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a run found. A mark is named after policy and capability (`P04-E2`); what no text says is no mark.

    `commit` is the one that was run, empty outside of a history; `clean` tells that nothing was changed
    beside it. `code` are the digests of what the marks rest on and of the marks themselves, as they were.
    """

    commit: str
    clean: bool
    code: Mapping[str, str]
    capabilities: tuple[Capability, ...]
    policies: tuple[Column, ...]
    marks: Mapping[str, MarkResult]

    def count(self, *shown: MarkResult, policy: str = "") -> int:
        """How many marks, of one policy or of all, were found so."""
        return sum(found in shown and name.startswith(policy) for name, found in self.marks.items())

    def cell(self, policy: str, capability: str) -> MarkResult | None:
        """What was found of one mark; None where the text says no such thing."""
        return self.marks.get(f"{policy}-{capability}")


def code_digests(package: Path = PACKAGE, tests: Path = TESTS) -> dict[str, str]:
    """SHA-256 in hex of the product's rules and code, of what calls it, and of the marks where this is a checkout."""
    found = {"product": _digest(package, (*package.rglob("*.py"), *package.rglob("*.toml")))}
    callers = package.parent / "portal"
    if callers.is_dir():
        found["callers"] = _digest(callers, callers.rglob("*.py"))
    if (tests / "marks").is_dir():
        facts = (tests / name for name in ("seed_matrix.json", "test_seed_matrix.py", "written.py"))
        of_marks = (*tests.glob("marks/*.py"), *tests.glob("bindings/*.toml"), *facts)
        found["marks"] = _digest(tests, of_marks)
    return found


def _digest(root: Path, files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        total.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return total.hexdigest()


def is_stale(coverage: Coverage, now: Mapping[str, str]) -> bool:
    """Whether rules, code or marks have changed since the run; an installation has no marks to compare."""
    return any(coverage.code.get(name) != digest for name, digest in now.items())


def coverage_document(coverage: Coverage) -> bytes:
    """`{"v":1,"commit","clean","code":{…},"capabilities":[{"id", names}],"policies":[{"number","policy"}],"marks"}`.

    `marks` gives `holds`, `partly`, `modelled`, `fails` or `not-run` by the mark's name.
    """
    names = [{"id": one.id, **one.name.both()} for one in coverage.capabilities]
    columns = [{"number": one.number, "policy": one.policy} for one in coverage.policies]
    marks = {name: shown.value for name, shown in coverage.marks.items()}
    head = {"v": 1, "commit": coverage.commit, "clean": coverage.clean, "code": dict(coverage.code)}
    return write_json(head | {"capabilities": names, "policies": columns, "marks": marks}) + b"\n"


def read_coverage(content: bytes, file: str = COVERAGE_FILE.name) -> Coverage:
    """Reads what `coverage_document` wrote; raises `PolicyError` with `file`, key and reason for anything else."""
    try:
        found = _coverage(cast("Rows", read_json(content.rstrip(b"\n"), LIMIT)))
        same = coverage_document(found) == content
    except MalformedJson as error:
        raise PolicyError(file, "", str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyError(file, str(error), "is not what a run of the marks writes") from error
    if not same:
        raise PolicyError(file, "v", "is not what a run of the marks writes")
    return found


def _coverage(rows: Rows) -> Coverage:
    names = cast("list[dict[str, str]]", rows["capabilities"])
    columns = cast("list[dict[str, str]]", rows["policies"])
    return Coverage(
        commit=cast("str", rows["commit"]),
        clean=cast("bool", rows["clean"]),
        code=cast("dict[str, str]", rows["code"]),
        capabilities=tuple(Capability(one["id"], Words(one[DEFAULT], one[SOURCE])) for one in names),
        policies=tuple(Column(one["number"], one["policy"]) for one in columns),
        marks={name: MarkResult(one) for name, one in cast("dict[str, str]", rows["marks"]).items()},
    )


SIGNS: Final[Mapping[MarkResult | None, str]] = {
    MarkResult.HOLDS: "●",
    MarkResult.PARTLY: "◐",
    MarkResult.MODELLED: "◐",
    MarkResult.FAILS: "✗",
    MarkResult.NOT_RUN: "○",
    None: " ",
}


def matrix(coverage: Coverage, language: str) -> Iterator[str]:
    """The matrix in lines of text: a row for each capability, a column for each policy, and how many can be done."""
    yield "    " + "".join(f" {one.number.removeprefix('P'):>2}" for one in coverage.policies)
    for capability in coverage.capabilities:
        cells = "".join(f" {_sign(coverage, column, capability):>2}" for column in coverage.policies)
        yield f"{capability.id:<4}{cells}  {_name(capability, language)}"
    yield "    " + "".join(f" {coverage.count(MarkResult.HOLDS, policy=one.number):>2}" for one in coverage.policies)


def matrix_page(coverage: Coverage, language: str) -> Iterator[str]:
    """The same as a table for a page in Markdown."""
    yield f"| | | {' | '.join(one.number for one in coverage.policies)} |"
    yield "|---|---|" + ":-:|" * len(coverage.policies)
    for capability in coverage.capabilities:
        cells = " | ".join(_sign(coverage, column, capability) for column in coverage.policies)
        yield f"| {capability.id} | {_name(capability, language)} | {cells} |"


def _sign(coverage: Coverage, column: Column, capability: Capability) -> str:
    return SIGNS[coverage.cell(column.number, capability.id)]


def _name(capability: Capability, language: str) -> str:
    return capability.name.text_in(language)
