"""The book of marks: what each of the twenty written policies must be able to do, and the code that each rests on."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FACTS = HERE.parent / "seed_matrix.json"
OURS = ("casework", "crypto", "portal", "tests.")
BOOK: dict[str, Mark] = {}


@dataclass(frozen=True)
class Mark:
    """One mark: a policy does what a capability says, shown by `test`, which rests on each of `rests_on`."""

    policy: str
    capability: str
    rests_on: tuple[str, ...]
    test: Callable[[], None]

    @property
    def name(self) -> str:
        """The name under which the mark is tested, such as P04-E2."""
        return f"{self.policy}-{self.capability}"


def mark(
    policy: str, capability: str, *, rests_on: str | tuple[str, ...]
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declares the function below it as the test of one mark; `rests_on` names `module:function`, one or several."""

    def declare(test: Callable[[], None]) -> Callable[[], None]:
        code = (rests_on,) if isinstance(rests_on, str) else rests_on
        one = Mark(policy, capability, code, test)
        assert one.name not in BOOK, f"{one.name} is declared twice"
        BOOK[one.name] = one
        return test

    return declare


@functools.cache
def declared() -> dict[str, Mark]:
    """Every declared mark by its name, in the order of policies and capabilities."""
    for file in sorted(HERE.glob("p[0-9][0-9]*.py")):
        importlib.import_module(f"tests.casework.marks.{file.stem}")
    return dict(sorted(BOOK.items(), key=lambda one: _place(one[1])))


def _place(one: Mark) -> tuple[str, str, int]:
    return one.policy, one.capability[0], int(one.capability[1:])


def facts() -> dict[str, Any]:
    """What the twenty texts say they can do: the capabilities, and each mark with the words it rests on."""
    return json.loads(FACTS.read_text("utf-8"))


class StandIn(AssertionError):
    """What a mark rests on was taken away."""


@contextmanager
def without(code: str) -> Iterator[None]:
    """Puts a refusal in the place of `module:function` (or `module:Class.method`) wherever it was imported to."""
    module, _, name = code.partition(":")
    owner: Any = importlib.import_module(module)
    for part in name.split(".")[:-1]:
        owner = getattr(owner, part)
    real = inspect.getattr_static(owner, name.rpartition(".")[2])

    def refuse(*_args: object, **_names: object) -> object:
        raise StandIn(code)

    stand_in: Any = property(refuse) if isinstance(real, property) else refuse
    places = [(owner, name.rpartition(".")[2])] if inspect.isclass(owner) else list(places_of(real))
    assert places, code
    for place, key in places:
        setattr(place, key, stand_in)
    try:
        yield
    finally:
        for place, key in places:
            setattr(place, key, real)


def places_of(real: object) -> Iterator[tuple[Any, str]]:
    """Every module of ours that has something under a name of its own, with the name."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(OURS):
            yield from ((module, key) for key, value in list(vars(module).items()) if value is real)


def holds(one: Mark) -> bool:
    """Whether a mark's test passes as the code stands."""
    try:
        one.test()
    except Exception:
        return False
    return True


def claims(one: Mark) -> frozenset[str]:
    """What a mark asserts and has others do and assert for it, whatever its variables are called."""
    function = ast.parse(textwrap.dedent(inspect.getsource(one.test))).body[0]
    assert isinstance(function, ast.FunctionDef)
    names: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, f"name{len(names)}")
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    asserted = (node for node in ast.walk(function) if isinstance(node, ast.Assert | ast.Raise | ast.withitem))
    called = (node for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Call))
    return frozenset(ast.unparse(node) for node in (*asserted, *called))
