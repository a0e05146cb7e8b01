"""The scripts' imports: no circle among the files, and no room that imports one above it."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from tools.house.findings import Finding
from tools.house.imports import script_imports

# From the top down; rooms in one set do not know each other.
LAYERS: tuple[tuple[frozenset[str], ...], ...] = (
    (
        frozenset({"templates/intake", "templates/desk", "templates/watch"}),
        frozenset({"templates/shared"}),
        frozenset({"casework/browser"}),
        frozenset({"crypto/browser"}),
    ),
    tuple(
        frozenset(f"crypto/browser/{room}" for room in rooms.split())
        for rooms in ("reporter desk", "case watch", "custody log", "office", "keys", "sealing")
    ),
)


def check_circles(scripts: Mapping[str, str]) -> list[Finding]:
    """Finds one circle of imports, if there is any, in the scripts of the product."""
    order = TopologicalSorter({path: script_imports(path, text) for path, text in scripts.items()})
    try:
        order.prepare()
    except CycleError as error:
        circle = error.args[1]
        return [Finding(circle[0], 1, "circle", " → ".join(circle))]
    return []


def level_of(path: str, layers: tuple[frozenset[str], ...]) -> tuple[int, str] | None:
    """Returns how far down a file's room is, and the room; None for a file of no room."""
    found = ((level, room) for level, rooms in enumerate(layers) for room in rooms if path.startswith(f"{room}/"))
    return next(found, None)


def check_layers(scripts: Mapping[str, str]) -> list[Finding]:
    """Finds imports of a room above one's own, or beside it."""
    return [
        Finding(path, 1, "upward-import", f"{here[1]} stands below or beside {there[1]}, which it imports")
        for path, text in scripts.items()
        for target in sorted(script_imports(path, text))
        for layers in LAYERS
        if (here := level_of(path, layers)) and (there := level_of(target, layers))
        if here[1] != there[1] and there[0] <= here[0]
    ]
