"""What a file of code imports, read from its text: for the house rules, the picture of the rooms, and the proofs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

FROM = re.compile(r"""^(?:import|export)\b[^;"']*?["'](\.[^"']+)\.js["']""", re.MULTILINE)


def script_imports(path: str, text: str) -> set[str]:
    """Returns the files of the project that a script imports, types too, by their paths from the top."""
    return {normpath(join(dirname(path), near)) + ".ts" for near in FROM.findall(text)}


def python_imports(text: str) -> Iterator[str]:
    """Yields the modules that a file may import, with dots: each name of a `from` may be one."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
