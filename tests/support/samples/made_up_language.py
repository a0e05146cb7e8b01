"""A language that nobody speaks, made by files alone: a copy of the product with one more folder of catalogues."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from portal.site_build.strings import words_in

ROOT: Final = Path(__file__).resolve().parents[3]
TAG: Final = "qaa"
"""For private use: no browser and no library knows it."""
PACKAGES: Final = ("crypto", "casework", "retaliation_watch", "portal", "templates")
TABLES: Final = (
    "letters/letters.json", "rules/acts.json", "rules/destinations.json", "engine/refusals.json",
    "intake/refusals.json", "intake/sheets.json",
)  # fmt: skip
_FIXED: Final = re.compile(r"\{[a-z_]*\}|https?://\S+|\\n")
_LETTER: Final = re.compile("[A-Za-z]")
_FIRST: Final = 0x5D0


def in_made_up(text: str) -> str:
    """Each Latin letter is a Hebrew one; places in braces and addresses stay."""
    kept = _FIXED.findall(text)
    pieces = [_LETTER.sub(lambda one: chr(_FIRST + ord(one[0].lower()) - ord("a")), one) for one in _FIXED.split(text)]
    return "".join(piece + fixed for piece, fixed in zip(pieces, [*kept, ""], strict=True))


def copy_of_the_product(place: Path) -> Path:
    """All that a build and the commands need, none of it a file of code that was changed."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "site"))
    for name in ("package.json", "tsconfig.json"):
        shutil.copy(ROOT / name, place / name)
    (place / "node_modules").symlink_to(ROOT / "node_modules")
    return place


def add_language(place: Path) -> None:
    """Catalogues, the letters, the table of permissions, the notices: each says it in the made-up language too."""
    locale, texts = place / "templates/locale", place / "templates/notices"
    (locale / TAG / "LC_MESSAGES").mkdir(parents=True)
    (locale / TAG / "language.toml").write_text(f'name = "{in_made_up("Made up")}"\ndirection = "rtl"\n', "utf-8")
    for path in (locale / "zh/LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            _write(locale, path.stem, [str(one.id) for one in read_po(file) if one.id])
    _write(locale, "words", sorted(_words_of_code(place)))
    for path in texts.glob("*en.txt"):
        made = path.with_name(path.name.replace("en.txt", f"{TAG}.txt"))
        made.write_text(in_made_up(path.read_text("utf-8")), "utf-8")
    for name in TABLES:
        table = place / "casework" / name
        table.write_text(json.dumps(_with_made_up(json.loads(table.read_text("utf-8"))), ensure_ascii=False), "utf-8")
    table = place / "portal/permissions/permissions.toml"
    text = table.read_text("utf-8")
    table.write_text(re.sub(r'(en = "([^"]*)") }', lambda one: f'{one[1]}, {TAG} = "{in_made_up(one[2])}" }}', text))


def _write(locale: Path, domain: str, sentences: list[str]) -> None:
    catalogue = Catalog()
    for sentence in sentences:
        catalogue.add(sentence, in_made_up(sentence))
    with (locale / TAG / "LC_MESSAGES" / f"{domain}.po").open("wb") as file:
        write_po(file, catalogue)


def _words_of_code(place: Path) -> Iterator[str]:
    """The English of what code has in Chinese and English side by side."""
    yield from words_in([*place.glob("casework/**/*.ts"), *place.glob("templates/*/**/*.ts")])
    for path in [
        *place.glob("casework/**/*.py"),
        *place.glob("portal/**/*.py"),
        *place.glob("retaliation_watch/**/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Words", "Meaning"):
                given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "en")]
                yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _with_made_up(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_made_up(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"zh", "en"}:
        return value | {TAG: in_made_up(value["en"])}
    return {name: _with_made_up(one) for name, one in value.items()}


def ran(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs Python on the copy's own code, with its answer."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(place), "HOME": str(place), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, *words], cwd=place, env=variables, text=True, capture_output=True, check=False, timeout=300
    )
