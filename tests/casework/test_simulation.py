"""Stories under the shipped policies: what falls due when, to the day."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.policy.reader import shipped_policies
from casework.policy_check.drawing import draw
from casework.policy_check.policy_words import in_chinese, in_english
from casework.policy_check.simulation import Simulation, Story, simulate
from tests.casework.policies import bound

OFFICE = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))


def told(name: str, story: Story, start: date) -> Simulation:
    """A story under a shipped policy with its proposed bindings."""
    return simulate(bound(name), story, start, OFFICE)


def due(found: Simulation, clock: str) -> list[str]:
    """The days on which a clock falls due."""
    return [one.day.isoformat() for one in found.moments if one.words.en == f"{clock}: due"]


def test_a_case_that_nobody_touches_shows_what_was_missed() -> None:
    """Only what starts with the arrival falls due, over a holiday with its make-up days."""
    found = told("employee-complaint-resolution-sla", Story.NOBODY_ACTS, date(2026, 4, 24))
    assert due(found, "Answer") == ["2026-05-19"]
    assert found.case.stage == "received"


def test_the_last_day_of_an_appeal_is_the_make_up_saturday() -> None:
    """Under the confirm-and-appeal policy both appeals come on the last day, five working days on."""
    found = told("employee-complaint-confirm-appeal", Story.APPEAL, date(2026, 2, 2))
    assert due(found, "Appeal against the solution") == ["2026-02-09"]
    assert due(found, "Appeal to the leadership") == ["2026-02-14"]
    said = [(one.day.isoformat(), one.words.en) for one in found.moments]
    assert ("2026-02-14", "appeal → Under review by the leadership") in said
    assert found.whole
    assert not any(one.late for one in found.moments)


def test_an_appeal_nobody_files_ends_the_case_the_day_after_its_window() -> None:
    """A notice that is not read counts as received after its wait, then the window runs, then the case may end."""
    found = told("employee-complaint-review-publish", Story.IN_TIME, date(2026, 2, 2))
    said = {one.words.en: one.day.isoformat() for one in found.moments}
    assert said["deem the notice received"] == "2026-03-05"
    assert due(found, "Appeal") == ["2026-03-10"]
    assert said["close → Ended"] == "2026-03-11"


def test_a_policy_without_appeal_has_no_such_story() -> None:
    """The story stops where the policy does, and says so."""
    assert not told("company-whistleblowing", Story.APPEAL, date(2026, 2, 2)).whole


@pytest.mark.parametrize("name", shipped_policies())
def test_in_time_no_office_is_late_under_any_policy(name: str) -> None:
    """An office that does all at once comes to the end of the case, and misses nothing."""
    found = told(name, Story.IN_TIME, date(2026, 3, 2))
    assert found.whole
    stage = bound(name).rules.stage(found.case.stage)
    assert stage is not None
    assert stage.end
    assert [one.words.en for one in found.moments if one.late] == []


@pytest.mark.parametrize("name", shipped_policies())
def test_a_chart_shows_every_stage_in_both_languages_and_runs_nothing(name: str) -> None:
    """The chart is well-formed SVG of shapes and words alone, and every stage stands in it."""
    for say in (in_chinese, in_english):
        policy = bound(name)
        chart = ET.fromstring(draw(policy, say))  # noqa: S314  # our own text
        words = " ".join(element.text or "" for element in chart.iter())
        assert all(f". {say(stage.name)}" in words for stage in policy.rules.stages)
        assert {element.tag.rpartition("}")[2] for element in chart.iter()} <= {
            "svg", "title", "rect", "text", "path", "polygon",
        }  # fmt: skip
        assert not any(name.startswith("on") or name == "href" for element in chart.iter() for name in element.attrib)
