"""What the command line says of the mark “urgent” before a report leaves."""

from __future__ import annotations

import pytest

from portal.cli.terminal import Terminal
from portal.cli.urgent import note_urgent
from portal.cli.words import Catalogue
from tests.crypto.sample import Drawn, Office


@pytest.mark.parametrize(
    ("lang", "on_call", "told"),
    [
        ("en", True, "staff on call are alerted as soon as the report arrives"),
        ("en", False, "this alerts nobody"),
        ("zh", True, "即通知值班人员"),
        ("zh", False, "不会通知任何人"),
    ],
)
def test_the_signed_directory_decides_what_is_said(
    lang: str, on_call: bool, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The emergency number comes first; then whom the mark alerts at this very entity, and what it gives away."""
    office = Office(Drawn("urgent"))
    entities = [office.entity("group", on_call=not on_call), office.entity("works", superior="group", on_call=on_call)]
    others = {"policies": [], "holders": []}
    directory = office.directory(entities=entities, **others)
    note_urgent(Terminal(Catalogue(lang), as_json=False), directory, "works")
    number, words = capsys.readouterr().err.splitlines()
    assert "120" in number
    assert told in words
