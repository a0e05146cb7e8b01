"""An example of each key, taken from the files that ship: the shortest that stands in one of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, cast

from casework.policy_check.key_reference import LONGEST, ROWS, TABLE, Key, written_example

OWN_NAMES: Final = {"days": "PROMISE", "limits": "CLOCK", "holders": "ROLE", "every": "DUTY", "supplies": "PART"}
"""Tables of a bindings file whose keys are the policy's own names."""


def with_example(key: Key, *, bindings: bool = False) -> Key:
    """The key with an example; without one where nothing that ships is short enough."""
    own = written_example("bindings" if bindings else "policy", key.path)
    if not own and key.kind in (ROWS, TABLE):
        own = f"[[{key.path}]]" if key.kind is ROWS else f"[{key.path}]"
    found = _examples("bindings" if bindings else "policies")
    return replace(key, example=own or found.get(key.path) or _of_its_kind(found, key.path))


def _of_its_kind(found: Mapping[str, str], path: str) -> str:
    """The shortest of another table whose key has this name: what `anywhere` may hold, `stages.acts` may."""
    name = path.rpartition(".")[2]
    alike = [line for other, line in found.items() if "." in other and other.rpartition(".")[2] == name]
    return min(alike, key=lambda line: (len(line), line), default="")


@cache
def _examples(folder: str) -> dict[str, str]:
    """By path, the shortest line that the shipped files have; of two equally short the first in the alphabet."""
    found: dict[str, str] = {}
    files = (file for file in resources.files("casework").joinpath(folder).iterdir() if file.name.endswith(".toml"))
    for file in files:
        for path, line in _lines(tomllib.loads(file.read_text("utf-8")), "", bindings=folder == "bindings"):
            best = found.get(path)
            if len(line) <= LONGEST and (best is None or (len(line), line) < (len(best), best)):
                found[path] = line
    return found


def _lines(table: Mapping[str, object], path: str, *, bindings: bool) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        shown = OWN_NAMES.get(path.rstrip("."), key) if bindings else key
        at = f"source.{key}" if path.endswith("source.") else f"{path}{shown}"
        yield at, f"{key} = {_toml(value)}"
        if isinstance(value, dict):
            yield from _lines(cast("dict[str, object]", value), f"{path}{shown}.", bindings=bindings)
        for row in cast("list[object]", value) if isinstance(value, list) else ():
            if isinstance(row, dict):
                yield from _lines(cast("dict[str, object]", row), f"{path}{shown}.", bindings=bindings)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case dict():
            rows = cast("dict[str, object]", value)
            return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in rows.items()) + " }"
        case list():
            return "[" + ", ".join(_toml(one) for one in cast("list[object]", value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
