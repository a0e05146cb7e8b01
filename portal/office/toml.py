"""Writing the small TOML that `office.toml` is: tables, arrays of tables, texts, numbers, lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

Table = Mapping[str, object]


def _scalar(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            # A JSON string is a TOML basic string.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return f"[{', '.join(_scalar(member) for member in cast('list[object]', value))}]"
        case dict():
            members = cast("Table", value)
            return "{ " + ", ".join(f"{key} = {_scalar(inner)}" for key, inner in members.items()) + " }"
        case _:
            raise TypeError(f"no TOML for {type(value).__name__}")


def _is_tables(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(member, dict) for member in cast("list[object]", value))


def write_toml(document: Table) -> str:
    """TOML text of a document; lists of tables become `[[name]]`, tables inside are inline."""
    lines = [f"{key} = {_scalar(value)}" for key, value in document.items() if not _is_tables(value)]
    for key, value in document.items():
        if not _is_tables(value):
            continue
        for row in cast("list[Table]", value):
            lines += ["", f"[[{key}]]"]
            lines += [f"{name} = {_scalar(inner)}" for name, inner in row.items()]
    return "\n".join(lines) + "\n"
