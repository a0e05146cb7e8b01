"""`yanlu policy lint` warns where a grade asks for what nobody could do, and of an emergency that is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.settings import read_settings
from tests.casework.policies import CONTENT
from tests.support.commands.yanlu_in_process import inside

Lint = Callable[[str], list[tuple[str, str]]]
GROUND = 'source = { supplied = { zh = "原文未写", en = "The text does not say" } }\n'
GRADE = f"""
[[grades]]
id = "major"
name = {{ zh = "重大", en = "Major" }}
{GROUND}"""
EMERGENCY = f"""
[emergency]
text = {{ zh = "重大情况立即报告", en = "Major events are reported at once" }}
reported_to = "company"
{GROUND}"""
ACT = f"""
[[anywhere]]
act = "{{act}}"
by = ["{{by}}"]
{GROUND.replace("{", "{{").replace("}", "}}")}"""


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Key and act of each finding of this kind in the whistleblowing policy with a text at its end."""
    run = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))

    def linted(added: str) -> list[tuple[str, str]]:
        file = tmp_path / "own.toml"
        file.write_text(CONTENT + added, "utf-8")
        ran = run("policy", "lint", file, "--json")
        assert ran.code == Exit.DONE, ran.out
        rows = json.loads(ran.out)["findings"]
        found = [row for row in rows if row["fault"] in {"due-nowhere", "no-major-grade"}]
        return [(row["key"], row["reason"]) for row in found]

    return linted


def test_what_a_grade_asks_for_must_be_allowed_somewhere(lint: Lint) -> None:
    """To attend counts by the role of the grade alone; a major grade is reported up."""
    attended = GRADE + 'attended_by = "dedicated-person"\n'
    (one,) = lint(attended)
    assert one[0] == "grades[major]"
    assert "“overseen”" in one[1]
    assert len(lint(attended + ACT.format(act="overseen", by="company"))) == 1
    assert lint(attended + ACT.format(act="overseen", by="dedicated-person")) == []
    urgent = GRADE + "emergency = true\n" + EMERGENCY
    (one,) = lint(urgent)
    assert "“reported-up”" in one[1]
    assert lint(urgent + ACT.format(act="reported-up", by="company")) == []


def test_a_rule_for_emergencies_concerns_some_grade(lint: Lint) -> None:
    """Named where the role stands, with what to write."""
    assert lint(GRADE + EMERGENCY) == [
        ("emergency.reported_to", "concerns no grade: give the major one emergency = true")
    ]
