"""Tables for people: no spreadsheet takes what HR's files name for a formula, and a list is read back as it was."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from retaliation_watch.csv_export import FORMULA, csv_bytes
from retaliation_watch.hr_formats.roster import read_roster
from retaliation_watch.hr_formats.watchlist import read_watchlist
from tests.retaliation_watch.sheets import sheet

COLUMNS = ("employee_id", "protected_from")


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)", "＝1", "|cmd"])
def test_no_employee_number_becomes_a_formula_and_the_list_reads_back(name: str) -> None:
    """A number that a program would reckon begins with an apostrophe in the file, and is itself when it is read."""
    content = csv_bytes(COLUMNS, [(name, date(2024, 1, 1)), ("E001", date(2024, 1, 1))])
    cells = [row[0] for row in csv.reader(content.decode().splitlines())]
    assert cells == ["employee_id", f"'{name}", "E001"]
    assert not any(FORMULA.match(cell) for cell in cells)
    roster = read_roster(sheet("employee_id", name, "E001"))
    found = read_watchlist(sheet(*content.decode().splitlines()), roster)
    assert len(found.person) == 2
