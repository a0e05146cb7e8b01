"""The tests that say what the twenty texts say, run in this process against a policy with one rule changed."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pytest

from tests.casework.marks.book import declared
from tests.casework.rule_mutants import Mutant, living

MODULES: Final = (
    "test_said_in_texts", "test_policies_against_texts", "test_contradictions_time", "test_contradictions_rules",
)  # fmt: skip
"""Beside the marks: tests of the twenty as they behave. None of them compares a file with itself."""

SLOW: Final = {"test_38_incomplete_texts"}
"""Lints three policies from one end to the other, which no single rule of another would change."""


@dataclass(frozen=True)
class Witness:
    """A test with its arguments; `policy` where it speaks of one alone."""

    name: str
    policy: str | None
    test: Callable[..., None]
    given: dict[str, Any]

    @property
    def holds(self) -> bool:
        """Whether it holds."""
        try:
            self.test(**self.given)
        except (Exception, pytest.fail.Exception):
            # pytest's own verdict, such as of a `raises` that saw nothing, is no Exception.
            return False
        return True


@cache
def _witnesses() -> tuple[Witness, ...]:
    marks = [Witness(one.name, one.policy, one.test, {}) for one in declared().values()]
    return (*marks, *(one for module in MODULES for one in _tests_of(module)))


def _tests_of(module: str) -> Iterator[Witness]:
    for name, test in inspect.getmembers(importlib.import_module(f"tests.casework.{module}"), inspect.isfunction):
        if name.startswith("test_") and name not in SLOW:
            for given in _arguments(test):
                yield Witness(name, _policy_of(test, given), test, given)


def _arguments(test: Any) -> Iterator[dict[str, Any]]:
    """What pytest would call the test with: nothing, or each row of its one table."""
    tables = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    if not tables:
        yield from [] if inspect.signature(test).parameters else [{}]
        return
    ((names, rows),) = tables
    words = [one.strip() for one in names.split(",")] if isinstance(names, str) else names
    for row in rows:
        yield dict(zip(words, [row] if len(words) == 1 else row, strict=True))


def _policy_of(test: Any, given: dict[str, Any]) -> str | None:
    """The policy of which a test speaks: a row's, or that with which its sentence begins."""
    if "number" in given:
        return f"P{given['number']:02d}"
    if "policy" in given:
        return str(given["policy"])
    first = (test.__doc__ or "").partition(":")[0]
    return first if len(first) == 3 and first[0] == "P" and first[1:].isdigit() else None


def seen_by(mutant: Mutant | None, number: int) -> str | None:
    """The first test that does not hold under a mutant of this policy, or as it ships; None for a survivor."""
    policy = f"P{number:02d}"
    # Read before: what is imported under a mutant would keep it.
    heard = [one for one in _witnesses() if one.policy in (policy, None)]
    with living(mutant) if mutant else nullcontext():
        return next((one.name for one in heard if not one.holds), None)
