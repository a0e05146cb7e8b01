"""The scripts' imports: no circle among the files, and no room that imports one above it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

from tools.house.findings import ROOT, Finding
from tools.house.import_parser import script_imports

Layers = tuple[frozenset[str], ...]
"""Rooms from the top down; those in one set do not know each other."""


CONTRACTS: Final = tomllib.loads((ROOT / "tools/house/import_contracts.toml").read_text("utf-8"))["tool"]


def _layers(lines: Sequence[str], prefix: str = "") -> Layers:
    return tuple(frozenset(f"{prefix}{room}" for room in line.split(" | ")) for line in lines)


def rooms_of(package: str) -> Layers:
    """The rooms of a package, as the contract of its Python has them: scripts stand in the same rooms."""
    (contract,) = (one for one in CONTRACTS["importlinter"]["contracts"] if one.get("containers") == [package])
    return _layers(contract["layers"], f"{package}/")


LAYERS: Final = (_layers(CONTRACTS["scripts"]["layers"]), rooms_of("casework"), rooms_of("crypto"))


def check_circles(scripts: Mapping[str, str]) -> list[Finding]:
    """Finds one circle of imports, if there is any, in the scripts of the product."""
    order = TopologicalSorter({path: script_imports(path, text) for path, text in scripts.items()})
    try:
        order.prepare()
    except CycleError as error:
        circle = error.args[1]
        return [Finding(circle[0], 1, "circle", " → ".join(circle))]
    return []


def level_of(path: str, layers: Layers) -> tuple[int, str] | None:
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
