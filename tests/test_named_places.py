"""A place in the code that a test names in a string is there: a renamed one would kill nobody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from operator import attrgetter
from pathlib import Path

TESTS = Path(__file__).resolve().parent
# `portal.worker.jobs.open_case`, `portal.worker.jobs:Worker.work_once`, and `commit portal.mailroom.posts:accept_post`.
PLACE = re.compile(r"(?:\w+ )?((?:casework|crypto|portal|retaliation_watch)(?:\.\w+)+(?::\w+(?:\.\w+)*)?)")
# What the text of a file with a place has in it; without it the file need not be parsed.
HINT = re.compile(r"[\"'](?:\w+ )?(?:casework|crypto|portal|retaliation_watch)\.\w")
# They name modules that they make up.
MADE_UP = {"support/sources/test_call_graph.py", "test_named_places.py"}


def named_places(tree: ast.Module) -> Iterator[str]:
    """Places that strings name as a whole; one with a blank counts if constants of the module fill it."""
    constants = dict(_constants(tree))
    pieces = {id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in pieces:
                found = text
            case ast.JoinedStr(values=values):
                found = "".join(_filled(piece, constants) for piece in values)
            case _:
                continue
        if match := PLACE.fullmatch(found):
            yield match[1]


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = list(zip(names, values, strict=False))
            case ast.Assign(targets=[name], value=value) | ast.AnnAssign(target=name, value=value):
                pairs = [(name, value)]
            case _:
                continue
        for pair in pairs:
            match pair:
                case (ast.Name(id=constant), ast.Constant(value=str(text))):
                    yield constant, text
                case _:
                    pass


def _filled(piece: ast.expr, constants: dict[str, str]) -> str:
    """The text of a piece; of a blank that no constant fills, what no place has."""
    match piece:
        case ast.Constant(value=str(text)):
            return text
        case ast.FormattedValue(value=ast.Name(id=name)):
            return constants.get(name, "{}")
        case _:
            return "{}"


def is_there(place: str) -> bool:
    """Whether the longest part that is a module has the rest."""
    dotted, _, inside = place.partition(":")
    words = dotted.split(".")
    for count in range(len(words), 0, -1):
        try:
            found = import_module(".".join(words[:count]))
        except ModuleNotFoundError:
            continue
        rest = [*words[count:], *([inside] if inside else [])]
        try:
            return not rest or attrgetter(".".join(rest))(found) is not None
        except AttributeError:
            return False
    return False


def test_every_place_that_a_test_names_is_in_the_code() -> None:
    """What is patched, killed at or called by its name has this name today."""
    for path in sorted(TESTS.rglob("*.py")):
        text = path.read_text("utf-8")
        if HINT.search(text) and path.relative_to(TESTS).as_posix() not in MADE_UP:
            places = named_places(ast.parse(text))
            assert [place for place in places if not is_there(place)] == [], path


def test_a_place_that_is_not_there_is_seen() -> None:
    """Dotted to its end or with a colon, after a verb or in a string with blanks; other strings are nobody's place."""
    text = (
        'BOX, JOBS = "portal.mailroom", "portal.worker.jobs"\n'
        'patch.setattr("portal.worker.jobs.open_chest", 1)\n'
        'kill(f"commit {BOX}.posts:accept_post", f"{JOBS}:Worker.no_such_step", f"{BOX}.{moment}")\n'
        'open("portal.css/a", "no portal.", "portal", "see portal.worker.jobs there")\n'
    )
    places = list(named_places(ast.parse(text)))
    assert places == [
        "portal.mailroom",
        "portal.worker.jobs",
        "portal.worker.jobs.open_chest",
        "portal.mailroom.posts:accept_post",
        "portal.worker.jobs:Worker.no_such_step",
    ]
    assert [is_there(place) for place in places] == [True, True, False, True, False]
