"""What an office folder, its keepers and its publishing refuse is said in Chinese too."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from casework.words import Words
from portal import office
from portal.cli.errors import in_words
from portal.cli.words import Catalogue
from portal.languages import LOCALE
from portal.office import errors
from portal.office.errors import ConfigRefused, OfficeError
from portal.office.publishing import supersede_version
from tests.support.offices.sample_office import found_sample

DAY = date(2026, 11, 29)
FAMILY = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, OfficeError)}
FILES = sorted(Path(office.__file__).parent.glob("*.py"))


def refusals(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """Each first argument of an error of the family that is raised there, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        raised = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(raised, ast.Call) and ast.unparse(raised.func) in FAMILY - {"LastOne"}:
            yield from ((raised.lineno, one) for one in raised.args[:1] if not isinstance(one, ast.Starred))


def sentence(path: Path, found: ast.expr) -> object:
    """The sentence itself; a name is looked up in the module, or is one of a function, which is not judged here."""
    first = found.elts[0] if isinstance(found, ast.Tuple) else found
    if isinstance(first, ast.Name):
        return getattr(importlib.import_module(f"portal.office.{path.stem}"), first.id, None)
    return first.value if isinstance(first, ast.Constant) else ast.unparse(first)


def test_every_refusal_of_an_office_has_chinese_words() -> None:
    """No sentence is put together where it is raised, and each stands in the catalogue."""
    with (LOCALE / "zh/LC_MESSAGES/cli.po").open("rb") as file:
        known = {str(one.id) for one in read_po(file, locale="zh") if one.string}
    said = {(path.name, line): sentence(path, one) for path in FILES for line, one in refusals(path)}
    assert len(said) > 60
    assert {at: words for at, words in said.items() if words is not None and words not in known} == {}


def test_a_refusal_says_its_reason_in_the_language_of_the_person(tmp_path: Path) -> None:
    """Of a reason in both languages each gets the own; a refused version is named in both."""
    error = ConfigRefused((errors.FAULT, {"file": "a.toml", "key": "days", "reason": Words(zh="不对", en="is wrong")}))
    assert (str(error), in_words(error, Catalogue("zh"))) == ("a.toml: days: is wrong", "a.toml：days：不对")
    with pytest.raises(ConfigRefused) as refused:
        supersede_version(
            found_sample(tmp_path / "office", date(2026, 11, 29)).folder,
            "company-whistleblowing",
            "9",
            date(2026, 11, 29),
        )
    assert in_words(refused.value, Catalogue("zh")).startswith("company-whistleblowing：第 9 版从未发布；已发布的有：")
