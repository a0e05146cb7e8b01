"""`yanlu watch` judges a folder of files as HR would export it, and makes such folders."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.errors import CommandError, Exit
from portal.cli.root import whole
from tests.support.commands.yanlu_in_process import own_umask

SMALL = ("--size", "1500", "--watched", "40", "--wave")
LOOKS = ("--from", "2022-01-04", "--to", "2024-01-04", "--every", "7", "--rate", "0.05")


def ran(*arguments: object) -> Result:
    """Runs a command in this process."""
    with own_umask():
        return CliRunner().invoke(whole(), ["watch", *map(str, arguments)])


def made(folder: Path, *more: object) -> Path:
    """A small company in a folder."""
    assert ran("simulate", "--draw", 1001, *SMALL, *more, "--out", folder).exit_code == 0
    return folder


def test_a_company_is_told_in_json_too(tmp_path: Path) -> None:
    """`simulate` has commands of its own and still answers by itself; without a folder it says what is missing."""
    told = json.loads(ran("simulate", "--draw", 1, *SMALL, "--out", tmp_path / "one", "--json").stdout)
    assert (told["watched"], told["from"]) == (40, "2022-01-04")
    error = ran("simulate", "--draw", 1).exception
    assert isinstance(error, CommandError)
    assert error.code is Exit.USAGE


def run(folder: Path, *more: object) -> Result:
    """Looks at the company's files."""
    named = {"roster": "employees", "events": "hr_events", "watchlist": "watchlist"}
    files = [part for option, name in named.items() for part in (f"--{option}", folder / f"{name}.csv")]
    return ran("run", *files, *LOOKS, "--out", folder / "alerts.csv", *more)


def alerts(folder: Path) -> list[dict[str, str]]:
    """The rows of the alerts file."""
    return rows(folder / "alerts.csv")


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_a_run_writes_one_row_per_person_at_the_first_crossing(tmp_path: Path) -> None:
    """The file has the columns and one row per alerted person within the days that were asked for."""
    folder = made(tmp_path / "one")
    told = json.loads(run(folder, "--json").stdout)
    found = alerts(folder)
    assert list(found[0]) == [
        "employee_id", "alert_date", "level", "observed", "expected", "cohort", "placebos", "odds",
    ]  # fmt: skip
    assert len(found) == len({row["employee_id"] for row in found}) == told["alerts"] >= 3
    assert all("2022-01-04" <= row["alert_date"] <= "2024-01-04" for row in found)
    watched = {row["employee_id"] for row in rows(folder / "watchlist.csv")}
    assert {row["employee_id"] for row in found} <= watched


def test_chinese_gb18030_and_two_percent_of_dirt_change_little(tmp_path: Path) -> None:
    """A Chinese export gives the very same alerts, and with two bad rows in a hundred nearly the same people."""
    plain, chinese = made(tmp_path / "plain"), made(tmp_path / "chinese", "--chinese")
    dirty = made(tmp_path / "dirty", "--chinese", "--dirty", "0.02")
    for folder in (plain, chinese, dirty):
        assert run(folder).exit_code == 0
    assert alerts(plain) == alerts(chinese)
    before, after = ({row["employee_id"] for row in alerts(folder)} for folder in (plain, dirty))
    assert len(before & after) >= 0.7 * len(before)


def test_too_dirty_a_file_is_refused_in_words(tmp_path: Path) -> None:
    """Three bad rows in a hundred refuse the file, and the sentence says how many there are."""
    folder = made(tmp_path / "worse", "--dirty", "0.03")
    error = run(folder).exception
    assert isinstance(error, CommandError)
    assert error.code is Exit.REFUSED
    assert error.values["about"] == "3.0 %"
    assert not (folder / "alerts.csv").exists()


@pytest.mark.parametrize("swapped", [("2024-01-04", "2022-01-04"), ("2001-01-01", "2001-02-01")])
def test_days_that_make_no_sense_are_refused(tmp_path: Path, swapped: tuple[str, str]) -> None:
    """A period that ends before it begins, or lies before every event, gets a sentence."""
    folder = made(tmp_path / "days")
    error = run(folder, "--from", swapped[0], "--to", swapped[1]).exception
    assert isinstance(error, CommandError)
