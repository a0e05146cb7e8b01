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
from casework.policy_check.simulation_moments import state_of
from casework.words import Words
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


def said_of(found: Simulation, clock: str) -> list[tuple[str, str, bool]]:
    """What is said of a clock, and on which day: of what meets it, else of who hears it; and whether it is late."""
    of = (one for one in found.moments if one.words.en.startswith(f"{clock}: "))
    texts = ((one, one.done_by or one.hears) for one in of)
    return [(one.day.isoformat(), text.en if text else "", one.late) for one, text in texts]


def test_when_nobody_acts_each_limit_says_what_would_meet_it_what_is_late_and_who_hears_of_it() -> None:
    """The reminder to the role that must act, the first late day, and after a day of work the role above it."""
    found = told("employee-complaint-review-publish", Story.NOBODY_ACTS, date(2026, 3, 2))
    assert said_of(found, "Preliminary review and owning department") == [
        ("2026-03-03", "met by “route”", False), ("2026-03-03", "told: HR department", False),
        ("2026-03-04", "told: HR department", True), ("2026-03-05", "told: Direct superior", True),
    ]  # fmt: skip
    kinds = [one.words.zh.partition("归属部门：")[2] for one in found.moments if one.words.zh.startswith("初步审核")]
    assert kinds == ["到期", "提醒", "逾期", "上报"]
    (word,) = [one for one in found.moments if one.words.en == "Handling: quickly"]
    assert (word.done_by, word.words.zh) == (
        Words("完成条件：“告知处理结果”", "met by “inform of the outcome”"),
        "投诉处理：迅速",
    )
    alone = told("company-whistleblowing", Story.IN_TIME, date(2026, 3, 2))
    assert [one for one in alone.moments if one.hears] == []


def test_a_limit_that_was_met_says_when_and_by_what_and_what_must_wait_says_until_which_day() -> None:
    """The day of the act; the reporter's own time is nobody's duty; what waits for it stands on its first day."""
    found = told("employee-complaint-review-publish", Story.IN_TIME, date(2026, 3, 2))
    assert said_of(found, "Investigation and report") == [
        ("2026-03-05", "met on 2026-03-02 by “write the investigation report”", False)
    ]
    assert said_of(found, "Appeal") == [("2026-04-08", "until then the reporter may: “appeal”", False)]
    days = [(one.day.isoformat(), one.words.en) for one in found.moments if one.day > date(2026, 4, 8)]
    assert days == [("2026-04-09", "not before this day: “close”"), ("2026-04-09", "close → Ended")]
    waits = [one.day.isoformat() for one in found.moments if one.words.zh == "不早于本日：“视为送达”"]
    assert waits == ["2026-04-02"]
    appealed = told("employee-complaint-review-publish", Story.APPEAL, date(2026, 3, 2))
    assert "not before this day: “close”" not in [one.words.en for one in appealed.moments]


def test_an_extended_limit_is_met_on_its_last_day_and_what_was_not_extended_is_late() -> None:
    """The extension comes first, the limit says so, and the promise beside it, which has none, is said to be late."""
    found = told("cn-samr-report", Story.EXTENSION, date(2026, 3, 2))
    assert found.whole
    assert ("2026-03-02", "extend") in [(one.day.isoformat(), one.words.en) for one in found.moments]
    (filing,) = [one for one in found.moments if one.words.en == "Verification and filing decision: due"]
    assert filing.why is not None
    assert "first due 23 March, then extended; due Tuesday 14 April" in filing.why.en
    assert said_of(found, "Verification and filing decision") == [
        ("2026-04-14", "met on 2026-04-14 by “accept” or “refuse”", False)
    ]
    ((day, said, late),) = said_of(found, "Promised to the reporter: You hear about the follow-up")
    assert (day, said.partition(" by ")[0], late) == ("2026-04-01", "met on 2026-04-14, late,", True)


@pytest.mark.parametrize("name", shipped_policies())
def test_every_policy_either_extends_a_limit_or_has_no_such_story(name: str) -> None:
    """It comes to its end either way, and no extension was refused."""
    found = told(name, Story.EXTENSION, date(2026, 3, 2))
    clocks = bound(name).rules.clocks
    assert found.whole <= any(clock.extension for clock in clocks)
    stage = bound(name).rules.stage(found.case.stage)
    assert stage is not None
    assert stage.end
    states = (state_of(clock, found.case, OFFICE, date(2026, 3, 2)) for clock in clocks if clock.extension)
    assert [state.refused for state in states if state is not None and state.refused] == []


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
