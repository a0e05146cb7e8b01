"""What `policy lint` says by the office: across whose holidays a promise must hold, and whose law asks for adoption."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.office import sample_config_text
from portal.settings import read_settings
from tests.casework.test_policy_readme import blocks
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Yanlu = Callable[..., Ran]
CLOCK = """
[[clocks]]
id = "receipt"
name = { zh = "告知已收件", en = "Receipt" }
start = ["received"]
stop = ["acknowledged"]
who = "hr"
limit = "5 working days"
source = { line = 3, quote = "人力资源部受理" }
"""
ACT = """[[stages.acts]]
act = "acknowledged"
source = { line = 3, quote = "人力资源部受理" }

[[stages]]
id = "handling"
"""


@pytest.fixture
def yanlu(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process; no policy command touches a store."""
    return partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))


def canteen(tmp_path: Path, days: int = 7, language: str = "zh", *, adopted: bool = True) -> tuple[str, ...]:
    """The policy of the documentation with a receipt in five working days, promised within so many calendar days."""
    policy, bindings = tmp_path / "canteen.toml", tmp_path / "canteen.bindings.toml"
    text, bound = blocks("README.md")
    text = text.replace('language = "zh"', f'language = "{language}"') + CLOCK
    policy.write_text(text.replace('[[stages]]\nid = "handling"\n', ACT), "utf-8")
    assert "acknowledge = 3" in bound
    bound = bound.replace("acknowledge = 3", f"acknowledge = {days}")
    bindings.write_text(bound if adopted else bound.partition("[adoption]")[0], "utf-8")
    return ("policy", "lint", str(policy), "--bindings", str(bindings))


def office(tmp_path: Path, country: str, calendar: str) -> Path:
    """The sample's office.toml with its second company in this country, under whose policy the canteen falls."""
    text = sample_config_text().replace('"company-whistleblowing"', '"canteen"')
    text = text.replace('entities = ["group", "ireland"]', 'entities = ["ireland"]')
    for before, after in (
        ('country = "IE"', f'country = "{country}"'),
        ('calendar = "IE"', f'calendar = "{calendar}"'),
    ):
        assert before in text
        text = text.replace(before, after)
    file = tmp_path / "office.toml"
    file.write_text(text, "utf-8")
    return file


def reasons(ran: Ran, fault: str) -> list[str]:
    """The reasons of one kind of finding."""
    return [row["reason"] for row in json.loads(ran.out)["findings"] if row["fault"] == fault]


@pytest.mark.parametrize(("calendar", "most"), [("cn", 15), ("gb", 12), ("de", 12)])
def test_a_promise_that_holidays_can_outrun_is_named_with_the_worst_case(
    tmp_path: Path, yanlu: Yanlu, calendar: str, most: int
) -> None:
    """Seven days cover five working days in an ordinary week; with the worst case promised nothing is said."""
    ran = yanlu(*canteen(tmp_path), "--calendar", calendar, "--json")
    assert ran.code == Exit.DONE
    (reason,) = reasons(ran, "hurried")
    assert reason.startswith("the 7 calendar days that are promised can be over before the 5 working days of “receipt”")
    assert f"up to {most} calendar days ({calendar}, from " in reason
    assert reasons(yanlu(*canteen(tmp_path, most), "--calendar", calendar, "--json"), "hurried") == []
    (one_less,) = reasons(yanlu(*canteen(tmp_path, most - 1), "--calendar", calendar, "--json"), "hurried")
    assert one_less.startswith(f"the {most - 1} calendar days")


def test_the_holidays_are_those_of_the_office(tmp_path: Path, yanlu: Yanlu) -> None:
    """By the calendars of its companies; a calendar that nobody knows is refused; in Chinese too."""
    line = canteen(tmp_path, 13)
    assert len(reasons(yanlu(*line, "--json"), "hurried")) == 1
    file = tmp_path / "british.toml"
    text = sample_config_text()
    assert text.count('calendar = "CN"') + text.count('calendar = "IE"') == 2
    for before in ("CN", "IE"):
        text = text.replace(f'calendar = "{before}"', 'calendar = "GB"')
    file.write_text(text, "utf-8")
    assert reasons(yanlu(*line, "--office", file, "--json"), "hurried") == []
    assert yanlu(*line, "--calendar", "atlantis").code == Exit.USAGE
    zh = yanlu_process.yanlu("--lang", "zh", *line).out
    assert "承诺的 13 个日历日，可能早于时限“receipt”的 5 个工作日届满" in zh


@pytest.mark.parametrize(
    ("country", "language", "asked"),
    [("CN", "en", 3), ("IE", "zh", 0), (None, "zh", 3), (None, "en", 0)],
)
def test_only_where_a_company_is_in_china_its_labour_law_is_asked_about(
    tmp_path: Path, yanlu: Yanlu, country: str | None, language: str, asked: int
) -> None:
    """By the companies that the policy binds; before there is an office by the language of its text."""
    line = canteen(tmp_path, 20, language, adopted=False)
    where = () if country is None else ("--office", office(tmp_path, country, "IE"))
    assert len(reasons(yanlu(*line, *where, "--json"), "not-adopted")) == asked


def test_a_stage_in_which_no_receiving_office_can_write_to_the_reporter_is_named(tmp_path: Path, yanlu: Yanlu) -> None:
    """A warning with the roles that the channels lead to; with one of them among the actors nothing is said."""
    line = canteen(tmp_path, 20)
    assert reasons(yanlu(*line, "--json"), "mute") == []
    file = Path(line[2])
    text = file.read_text("utf-8")
    assert 'actors = ["hr", "leadership"]' in text
    file.write_text(text.replace('actors = ["hr", "leadership"]', 'actors = ["leadership"]'), "utf-8")
    ran = yanlu(*line, "--json")
    (reason,) = reasons(ran, "mute")
    assert ran.code == Exit.DONE
    assert reason.startswith("the roles that receive reports (hr) can't write to the reporter in this stage")
    keys = [row["key"] for row in json.loads(ran.out)["findings"] if row["fault"] == "mute"]
    assert keys == ["stages[review].actors"]
