"""Names are terms that a reader can look up: words with a private meaning are retired and do not come back."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from tools.house.findings import PACKAGES, ROOT, Finding

LIST: Final = "tools/house/retired_words.toml"
SCRIPT_NAME: Final = re.compile(
    r"^(?:export )?(?:abstract |async )?(?:class|interface|type|function) (\w+)", re.MULTILINE
)
PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True)
class Retired:
    """A retired word: the term instead of it, and the files where it has not been replaced yet."""

    instead: str
    files: frozenset[str] = field(default=frozenset())


def retired_words() -> dict[str, Retired]:
    """The retired words of the list, whose files only shrink."""
    rows = tomllib.loads((ROOT / LIST).read_text("utf-8"))
    return {word: Retired(row["instead"], frozenset(row["files"])) for word, row in rows.items()}


def parts(name: str) -> set[str]:
    """The words of an identifier, in lower case: `_told`, `tellAgain` and `RATING_DROP` have one, two and two."""
    return {part.lower() for part in PART.findall(name)}


def definitions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a file defines; what a library calls its own is only used."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=str(name)) | ast.AsyncFunctionDef(name=str(name)) | ast.ClassDef(name=str(name)):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, value=ast.Name(id="self"), ctx=ast.Store()):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name
            case _:
                pass


def words_of(path: str, source: str) -> dict[str, tuple[int, str]]:
    """The words of a file's names and of its path, each with the first line and name that has it."""
    found = {word: (1, path) for part in PurePosixPath(path).with_suffix("").parts for word in parts(part)}
    for line, name in _named(path, source):
        for word in parts(name):
            found.setdefault(word, (line, name))
    return found


def _named(path: str, source: str) -> list[tuple[int, str]]:
    """What a file defines: in Python every name, in a script its types, classes and functions."""
    if path.endswith(".ts"):
        return [(source.count("\n", 0, found.start()) + 1, found[1]) for found in SCRIPT_NAME.finditer(source)]
    try:
        return sorted(definitions(ast.parse(source)))
    except SyntaxError:
        return []


def is_ours(path: str) -> bool:
    """Whether the rule holds for a file; a history of tables keeps the words of its day."""
    room = path.split("/", maxsplit=1)[0]
    return room in (*PACKAGES, "templates") and path.endswith((".py", ".ts")) and "/migrations/" not in path


def check_words(sources: Mapping[str, str], retired: Mapping[str, Retired]) -> list[Finding]:
    """Finds retired words in names, and files on the list of allowed uses that have no such name any more."""
    files: defaultdict[str, set[str]] = defaultdict(set)
    findings: list[Finding] = []
    for path in filter(is_ours, sources):
        found = words_of(path, sources[path])
        for word in found.keys() & retired.keys():
            files[word].add(path)
            if path not in retired[word].files:
                line, name = found[word]
                findings.append(Finding(path, line, "retired-word", f"{name}: “{word}” is {retired[word].instead}"))
    for word, entry in retired.items():
        findings += [
            Finding(LIST, 1, "retired-word", f"{path} has no “{word}” any more: take it off the list")
            for path in sorted(entry.files - files[word])
        ]
    return findings
