"""What of the code that a mark rests on somebody can reach: by a command, a view, the worker or a page's script."""

from __future__ import annotations

import functools
from pathlib import Path

from casework.policy_check.coverage import MarkResult
from tests.casework.marks.book import Mark, declared
from tests.support.sources.call_graph import (
    Graph,
    has_kept_twin,
    reached_by_commands,
    reached_by_faces,
    read_module,
)

HERE = Path(__file__).resolve().parent
ON_PAGES = frozenset({"casework.policy.policy:policy_document", "casework.protection.publicity:published_case"})
"""What a command writes and pages show as it is; what the desk does by `withheld` and `publicParts`."""


def is_reached(code: str) -> bool:
    """Whether anything that people use calls this code, or its twin for browsers."""
    return code in reached_by_commands() or has_kept_twin(code)


def shown_of(one: Mark) -> MarkResult:
    """What a mark whose test passes shows: that somebody can do it, or that it is modelled, wholly or partly."""
    reached = {is_reached(code) for code in one.rests_on}
    return MarkResult.HOLDS if reached == {True} else MarkResult.PARTLY if True in reached else MarkResult.MODELLED


def shown_of_all() -> dict[str, MarkResult]:
    """The same of every mark, by its name."""
    return {name: shown_of(one) for name, one in declared().items()}


def needs_a_command(one: Mark) -> bool:
    """Whether part of a mark is done by the command line alone: neither a page's script nor a face's code calls it."""
    return any(not _is_faced(code) for code in one.rests_on)


def _is_faced(code: str) -> bool:
    return code in ON_PAGES or code in reached_by_faces() or has_kept_twin(code)


@functools.cache
def without_a_case() -> frozenset[str]:
    """The marks whose tests build no case at all: neither they nor what they call name the life of one."""
    names = {f"tests.casework.marks.{file.stem}": file for file in sorted(HERE.glob("*.py"))}
    graph = Graph({name: read_module(name, file.read_text("utf-8")) for name, file in names.items()})
    tests = {name: f"{one.test.__module__}:{one.test.__name__}" for name, one in declared().items()}
    return frozenset(name for name, test in tests.items() if "tests.casework.marks.life:Life" not in graph.named(test))
