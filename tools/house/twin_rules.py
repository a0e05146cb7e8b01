"""Twins stand side by side: `case/on_behalf.py` and `case/onbehalf.ts`, the same name less underscores."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from tools.house.findings import ROOT, Finding

LIST: Final = "tools/house/scripts_without_twin.toml"
SHARED: Final = ("crypto", "casework")
"""The packages that are there in both languages."""
DECLARED: Final = re.compile(r"twin of (`[^)]+)\)")
NAMED: Final = re.compile(r"`([\w/]+\.py)`")


@dataclass(frozen=True)
class Single:
    """Scripts without a Python file of their name: pieces of a module, by its path, and those alone, by the reason."""

    pieces: Mapping[str, str] = field(default_factory=dict[str, str])
    alone: Mapping[str, str] = field(default_factory=dict[str, str])


def single_files() -> Single:
    """What the list says."""
    return Single(**tomllib.loads((ROOT / LIST).read_text("utf-8")))


def twin_of(path: str) -> str:
    """Where the TypeScript of a Python file stands."""
    module = PurePosixPath(path)
    return str(module.with_name(module.stem.replace("_", "") + ".ts"))


def declared_twins(text: str) -> list[str]:
    """The Python files whose twin a script says that it is, in its first line."""
    found = DECLARED.search(text.partition("\n")[0])
    return NAMED.findall(found[1]) if found else []


def check_places(paths: Collection[str], single: Single) -> list[Finding]:
    """Finds scripts in a room without Python, those without a twin that no list names, and lines of it that are old."""
    modules = [path for path in paths if path.endswith(".py")]
    rooms = {str(PurePosixPath(path).parent) for path in modules}
    twins = {twin_of(path) for path in modules}
    scripts = {path for path in paths if path.endswith(".ts") and path.split("/")[0] in SHARED}
    listed = {**single.pieces, **single.alone}
    found = [
        Finding(path, 1, "room-without-python", "twins stand side by side: put it where its Python is")
        for path in scripts
        if str(PurePosixPath(path).parent) not in rooms
    ]
    lonely = f"no Python file of this name is beside it: rename it, or say why in {LIST}"
    found += [Finding(path, 1, "no-twin", lonely) for path in scripts - twins - listed.keys()]
    old = [path for path in listed if path not in scripts or path in twins]
    old += [module for module in single.pieces.values() if module not in paths]
    return found + [Finding(LIST, 1, "no-twin", f"{path} is not there, or has a twin: change the list") for path in old]


def check_names(scripts: Mapping[str, str], single: Single) -> list[Finding]:
    """Finds scripts that say whose twin they are, and have another name; of shared packages, another place too."""
    found: list[Finding] = []
    for path, text in scripts.items():
        named = declared_twins(text)
        goals = [twin_of(one) for one in named]
        if path.split("/")[0] not in SHARED:
            goals = [PurePosixPath(goal).name for goal in goals]
        here = path if path.split("/")[0] in SHARED else PurePosixPath(path).name
        if goals and here not in goals and path not in single.pieces:
            found.append(Finding(path, 1, "twin-name", f"it says that it is the twin of {', '.join(named)}"))
    return found
