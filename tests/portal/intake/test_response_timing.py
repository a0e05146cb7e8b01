"""Answers in step: whatever the work took, they leave at its end; and what the trial calls a difference."""

from __future__ import annotations

import os

import pytest
from flask import Flask

from portal.edge.directory_lookup import DirectoryLookup
from portal.intake.api import Intake, intake_views
from portal.intake.response_timing import STEP_SECONDS, ResponseTiming
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from tests.support.offices.edge import Edge
from tests.support.privacy.timing_oracle import between, mailbox_with, poll_of


class Hours:
    """A clock that moves only when somebody works or sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def pass_on(self, seconds: float) -> None:
        """Works or sleeps so long."""
        self.now += seconds


def fail_after(seconds: float, pace: ResponseTiming, hours: Hours) -> None:
    """Works so long, and fails."""
    with pace.quantized():
        hours.pass_on(seconds)
        raise ZeroDivisionError


def test_answers_leave_at_the_end_of_a_step() -> None:
    """One, seven and eleven milliseconds of work end after eight, eight and sixteen, also when the work fails."""
    hours = Hours()
    pace = ResponseTiming(0.008, hours, hours.pass_on)
    ended: list[float] = []
    for work in (0.001, 0.007, 0.011):
        began = hours()
        with pytest.raises(ZeroDivisionError):
            fail_after(work, pace, hours)
        ended.append(round(hours() - began, 6))
    assert ended == [0.008, 0.008, 0.016]


def test_a_poll_keeps_the_pace(edge: Edge) -> None:
    """A poll waits once, for less than a step, whether there is a mailbox or not."""
    slept: list[float] = []
    room = edge.app.extensions["yanlu_mailroom"]
    paced = Intake(room, edge.hands, ResponseTiming(sleep=slept.append))
    app = Flask("paced")
    app.register_blueprint(intake_views(paced, DirectoryLookup(CurrentDirectory(OfficeFolder(edge.settings.office)))))
    for token in (os.urandom(32), mailbox_with(edge, "ann", 1)):
        assert app.test_client().post("/api/poll", data=poll_of(token)).status_code == 200
    assert len(slept) == 2
    assert all(0 <= seconds < STEP_SECONDS for seconds in slept)


def drawn(shift: float) -> list[float]:
    """Two thousand durations of about a millisecond, with interruptions of 20 ms by lot."""
    lots = os.urandom(4000)
    return [0.001 + spread * 1e-6 + 0.02 * (lot < 8) + shift for spread, lot in zip(lots[::2], lots[1::2], strict=True)]


def test_the_trial_finds_a_difference_and_no_other() -> None:
    """Pairs that differ by 300 µs give an interval around 300, pairs that do not one around 0, interruptions or not."""
    assert between(drawn(0), drawn(0)).within(60)
    found = between(drawn(300e-6), drawn(0))
    assert 240 < found.low < found.high < 360
