"""What an office's keepers and keepers of shares are refused is there in Chinese, whatever it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from portal.cli.errors import in_words
from portal.cli.words import Catalogue
from portal.office import SharesRefused, errors
from portal.office.errors import OfficeError

ROOT = Path(__file__).resolve().parents[4]
MODULES = (
    "ceremony", "changed_keys", "drills", "folder", "founding", "keepers", "log_key", "offline_signing", "recovery",
    "recovery_sheet", "renewing", "signing", "unopened_cases",
)  # fmt: skip
FAMILY = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, OfficeError)}
FAMILY |= {SharesRefused.__name__}


def sentences(module: str) -> Iterator[str]:
    """The first argument of each refusal that a module raises, as the catalogue would know it."""
    names = vars(import_module(f"portal.office.{module}"))
    for call in ast.walk(ast.parse((ROOT / f"portal/office/{module}.py").read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FAMILY and call.args:
            yield _sentence(call.args[0], names)


def _sentence(said: ast.expr, names: dict[str, object]) -> str:
    match said:
        case ast.Tuple():
            return _sentence(said.elts[0], names)
        case ast.Constant():
            return str(said.value)
        case ast.Name():
            return str(names[said.id])
        case _:
            # Values that are written into the sentence leave none that a catalogue could know.
            return ast.unparse(said)


@pytest.mark.parametrize("module", MODULES)
def test_every_refusal_is_there_in_chinese(module: str) -> None:
    """By its sentence, before any name or number is put into it."""
    words, found = Catalogue("zh"), list(sentences(module))
    assert found
    assert [one for one in found if words(one) == one] == []


def test_a_refusal_tells_its_values_in_both_languages() -> None:
    """The path stands in either sentence."""
    refused = errors.OfficeMissing(("{path} names no log: run `yanlu log found`", {"path": "/office"}))
    assert str(refused) == "/office names no log: run `yanlu log found`"
    told = in_words(refused, Catalogue("zh"))
    assert ("/office" in told, "日志" in told) == (True, True)
