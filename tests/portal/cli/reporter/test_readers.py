"""By name, before anything is sealed: who can read a report, and who can't."""

from __future__ import annotations

import json

import pytest

from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.readers import note_readers, readers_of, show_readers
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from tests.crypto.sample import Drawn, Office

WHERE = ("works", "company-whistleblowing", "fraud")


def test_who_is_excluded_stands_by_name_on_the_other_side(capsys: pytest.CaptureFixture[str]) -> None:
    """The name comes first, then the role; nobody is on both sides or on none."""
    directory = Office(Drawn("readers")).directory()
    everybody, none = readers_of(directory, WHERE, ())
    assert none == []
    reads, out = readers_of(directory, WHERE, ["li-wei"])
    assert [one.id for one in out] == ["li-wei"]
    assert {one.id for one in everybody} == {one.id for one in (*reads, *out)}
    note_readers(Terminal(Catalogue("zh"), as_json=False), reads, out)
    first, second = capsys.readouterr().err.splitlines()
    name = directory.content.members[0].name.zh
    assert second == f"不能看：{name} (investigator, li-wei)"
    assert name not in first.replace(f"{name}1", "")
    show_readers(Terminal(Catalogue("en"), as_json=True), reads, out)
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["cannot_read"]] == ["li-wei"]


def test_a_small_office_passes_all_of_its_own_over() -> None:
    """Where a report goes to the outside holder nobody of the office can read it, ticked or not, and it says so."""
    directory = Office(Drawn("readers")).directory()
    reads, out = readers_of(directory, ("branch", *WHERE[1:]), ["sun-fang"])
    assert [one.id for one in out] == ["sun-fang"]
    assert reads != []
    assert not {one.id for one in reads} & {one.id for one in out}


def test_nobody_left_is_refused() -> None:
    """As when it is sealed."""
    directory = Office(Drawn("readers")).directory()
    everybody = [one.id for one in directory.content.members]
    with pytest.raises(CommandError) as refused:
        readers_of(directory, WHERE, everybody)
    assert refused.value.code is Exit.REFUSED
