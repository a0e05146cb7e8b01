"""What `policy lint` leaves out, since it is no fault of those who read it, and that a draft is never called ready."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.office import sample_config_text
from portal.settings import read_settings
from tests.casework.test_languages import TEXT as IN_BOTH
from tests.casework.test_policy_readme import blocks
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Yanlu = Callable[..., Ran]
TEXT = """Speaking up
The Ethics Office is responsible for reports and confirms receipt within five working days.
"""


@pytest.fixture
def yanlu(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process; no policy command touches a store."""
    return partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))


def test_an_untouched_draft_is_not_ready_and_its_marked_lines_are_named(tmp_path: Path, yanlu: Yanlu) -> None:
    """Both files with the number of places and their lines, and the code of a founding that is refused."""
    text = tmp_path / "text.txt"
    text.write_text(TEXT, "utf-8")
    assert yanlu("policy", "new", text, "--id", "own", "--language", "en", "--out", tmp_path).code == Exit.DONE
    files = [tmp_path / "own.toml", tmp_path / "own.bindings.toml"]
    line = ("policy", "lint", files[0], "--bindings", files[1], "--activate")
    ran = yanlu(*line)
    assert ran.code == Exit.FAILED
    for file in files:
        marked = [n for n, row in enumerate(file.read_text("utf-8").splitlines(), 1) if row.endswith("# CHECK")]
        assert f"{file} is still a draft: {len(marked)} places are marked # CHECK, in the lines {marked[0]}" in ran.err
        assert str(marked[-1]) in ran.err
    rows = json.loads(yanlu(*line, "--json").out)["findings"]
    assert [row["file"] for row in rows if row["fault"] == "draft"] == [str(file) for file in files]
    assert yanlu(*line[:-1]).code == Exit.DONE
    for file in files:
        file.write_text(file.read_text("utf-8").replace("  # CHECK", ""), "utf-8")
    ran = yanlu(*line)
    assert (ran.code, "still a draft" in ran.err) == (Exit.REFUSED, False)


def english(tmp_path: Path, *, titled: str = "") -> Path:
    """The policy of the documentation with texts in English only, and if wished its title in another language too."""
    text = IN_BOTH.sub(r'en = "\2"', blocks("README.md")[0]).replace('language = "zh"', 'language = "en"')
    title = 'en = "Canteen complaints"'
    assert title in text
    file = tmp_path / "own.toml"
    file.write_text(text.replace(title, f"{titled}{title}", 1), "utf-8")
    return file


def others(ran: Ran) -> list[str]:
    """The keys of what lacks a language of the pages."""
    return [row["key"] for row in json.loads(ran.out)["findings"] if row["fault"] == "other-language"]


def test_texts_in_one_language_are_one_line(tmp_path: Path, yanlu: Yanlu) -> None:
    """Before there is an office, and in one that speaks this language alone; in one of two it is one warning."""
    file = english(tmp_path)
    ran = yanlu("policy", "lint", file, "--json")
    assert (others(ran), "own.toml: texts are in English only." in ran.err) == ([], True)
    two = tmp_path / "office.toml"
    two.write_text(sample_config_text(), "utf-8")
    ran = yanlu("policy", "lint", file, "--office", two, "--json")
    assert (others(ran), "in English only" in ran.err) == (["language"], False)
    assert "文字只有英语一种语言" in yanlu_process.yanlu("--lang", "zh", "policy", "lint", str(file)).err


def test_a_text_of_two_languages_that_lacks_one_somewhere_is_named_there(tmp_path: Path, yanlu: Yanlu) -> None:
    """That is forgotten, not decided."""
    ran = yanlu("policy", "lint", english(tmp_path, titled='zh = "食堂投诉", '), "--json")
    assert "summary" in others(ran)
    assert "in English only" not in ran.err


@pytest.mark.parametrize("name", ["employee-complaint-resolution-sla", "customer-callback-workorder"])
def test_a_policy_that_ships_warns_of_nothing_that_its_text_fixes(yanlu: Yanlu, name: str) -> None:
    """Nor does the example of a number that ships with it."""
    rows = json.loads(yanlu("policy", "lint", name, "--bindings", f"casework/bindings/{name}.toml", "--json").out)
    assert {row["fault"] for row in rows["findings"]} <= {"not-adopted", "no-retention"}


def test_without_an_office_it_says_whose_holidays_were_counted(tmp_path: Path, yanlu: Yanlu) -> None:
    """Not where they are given, or the office has its own."""
    said = "No office is given, so holidays are those of cn; --calendar names others."
    office = tmp_path / "office.toml"
    office.write_text(sample_config_text(), "utf-8")
    assert said in yanlu("policy", "lint", "jp-wpa").err
    for given in (("--calendar", "de"), ("--office", office)):
        assert "No office is given" not in yanlu("policy", "lint", "jp-wpa", *given).err
