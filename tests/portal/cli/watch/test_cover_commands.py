"""`yanlu watch decoys|cover|simulate attack` on plain files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.errors import CommandError, Exit
from portal.cli.root import whole
from retaliation_watch.kinds import MEANINGS, Measure
from tests.support.commands.yanlu_in_process import own_umask

HEAD = "employee_id,event_type,recorded_on"


def ran(*arguments: object) -> Result:
    """Runs a command in this process."""
    with own_umask():
        return CliRunner().invoke(whole(), ["watch", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A company of 400 people in four units, two of them on the list, and a year of warnings for half of them."""
    people = [f"{number:03d},U{number % 4},P{number % 2 + 3},2020-01-01" for number in range(400)]
    (tmp_path / "employees.csv").write_text("\n".join(["employee_id,org_unit,grade,hire_date", *people]))
    (tmp_path / "watchlist.csv").write_text(
        "employee_id,protected_from,protected_until\n001,2024-02-01,2026-02-01\n002,2024-02-01,2026-02-01\n"
    )
    rows = [
        f"{number:03d},written_warning,2024-{month:02d}-{number % 27 + 1:02d}"
        for month in (3, 9)
        for number in range(0, 400, 2)
    ]
    rows += [f"{number:03d},{kind},2024-05-03" for number, kind in ((7, "dismissal"), (9, "shift_change"))]
    (tmp_path / "events.csv").write_text("\n".join([HEAD, *rows]))
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def decoys(folder: Path, *more: object) -> Result:
    """Plans cover entries."""
    files = ("--roster", folder / "employees.csv", "--watchlist", folder / "watchlist.csv", "--key", folder / "key")
    return ran("decoys", *files, "--month", "2024-03", "--out", folder / "decoys.csv", *more)


def cover(folder: Path, *more: object) -> Result:
    """Draws reviews, or asks."""
    files = [part for name in ("employees", "events", "watchlist") for part in (folder / f"{name}.csv",)]
    named = ("--roster", files[0], "--events", files[1], "--watchlist", files[2], "--key", folder / "key")
    return ran("cover", *named, "--from", "2024-01-01", "--to", "2024-12-31", *more)


def test_cover_entries_are_a_list_like_the_real_one(folder: Path) -> None:
    """Ten for each real entry, from the first of the month for two years, and not a real one among them."""
    told = json.loads(decoys(folder, "--json").stdout)
    found = rows(folder / "decoys.csv")
    assert list(found[0]) == ["employee_id", "protected_from", "protected_until"]
    assert len(found) == told["entered"] >= 20
    assert {(row["protected_from"], row["protected_until"]) for row in found} == {("2024-03-01", "2026-03-01")}
    assert not {"001", "002"} & {row["employee_id"] for row in found}
    (folder / "earlier.csv").write_bytes((folder / "decoys.csv").read_bytes())
    again = json.loads(decoys(folder, "--decoys", folder / "earlier.csv", "--json").stdout)
    assert 0 < again["entered"] < len(found)
    assert not {row["employee_id"] for row in found} & {row["employee_id"] for row in rows(folder / "decoys.csv")}


def test_a_warning_is_reviewed_both_times_or_never_and_words_are_the_same(folder: Path) -> None:
    """About a quarter is drawn, every dismissal, no shift; the file names measures and nothing else."""
    (folder / "key").write_bytes(bytes(range(32)))
    said = cover(folder, "--out", folder / "reviews.csv")
    found = rows(folder / "reviews.csv")
    assert list(found[0]) == ["employee_id", "event_type", "recorded_on"]
    warned = [row["employee_id"] for row in found if row["event_type"] == "written_warning"]
    assert all(warned.count(one) == 2 for one in warned)
    assert 0.15 < len(set(warned)) / 200 < 0.4
    assert [row["employee_id"] for row in found if row["event_type"] == "dismissal"] == ["007"]
    assert not any(row["event_type"] == "shift_change" for row in found)
    assert "FR-2" in said.stdout


def test_a_step_that_would_betray_is_refused_with_its_reason(folder: Path) -> None:
    """Daily measures, people on whom no coin fell, people who were tried before: each gets its sentence."""
    (folder / "key").write_bytes(bytes(range(32)))
    drawn = {row["employee_id"] for row in _reviewed(folder)}
    undrawn = next(f"{number:03d}" for number in range(0, 400, 2) if f"{number:03d}" not in drawn)
    asked = next(one for one in sorted(drawn) if one != "007")
    for person, kind, reason in (
        ("001", "班次调整", "Daily measures"),
        (undrawn, MEANINGS[Measure.WRITTEN_WARNING].zh, "An earlier measure"),
    ):
        error = cover(folder, "--ask", person, "--kind", kind).exception
        assert isinstance(error, CommandError)
        assert (error.code, error.sentence.startswith(reason)) == (Exit.REFUSED, True)
    for person, kind in ((asked, "written_warning"), (undrawn, "dismissal")):
        told = json.loads(cover(folder, "--ask", person, "--kind", kind, "--json").stdout)
        assert (told["allowed"], told["ratio"]) == (True, 1.0)


def _reviewed(folder: Path) -> list[dict[str, str]]:
    assert cover(folder, "--out", folder / "reviews.csv").exit_code == 0
    return rows(folder / "reviews.csv")


def test_a_new_key_is_made_once_for_the_owner_alone(folder: Path) -> None:
    """The first run makes a key that the second one keeps, and a file of another length is refused."""
    decoys(folder)
    first = (folder / "key").read_bytes()
    assert len(first) == 32
    assert (folder / "key").stat().st_mode & 0o077 == 0
    decoys(folder)
    assert (folder / "key").read_bytes() == first
    (folder / "key").write_bytes(b"short")
    error = decoys(folder).exception
    assert isinstance(error, CommandError)
    assert error.sentence.startswith("{path} is no key")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ((), "Say with --out"),
        (("--ask", "999", "--kind", "dismissal"), "{person} is not"),
        (("--ask", "001", "--kind", "rating"), "Say with --kind"),
    ],
)
def test_what_is_missing_is_said(folder: Path, more: tuple[str, ...], sentence: str) -> None:
    """A missing file, a stranger and a kind that harms nobody get their sentences."""
    error = cover(folder, *more).exception
    assert isinstance(error, CommandError)
    assert error.sentence.startswith(sentence)


def test_the_attack_is_played_from_the_command_line() -> None:
    """Every scene of the rule stays within two, and every other rule goes beyond."""
    told = json.loads(ran("simulate", "attack", "--worlds", "40", "--json").stdout)
    ours = [one["ratio"] for one in told["scenes"] if one["rule"] == "sticky"]
    assert len(ours) == 26
    assert max(ours) <= 2
    assert min(one["ratio"] for one in told["scenes"] if one["rule"] != "sticky") > 2
    assert "× > 1,000" in ran("simulate", "attack", "--worlds", "10").stdout
