"""Whatever a record says, a clock has one state, tells it, and no pause or extension brings an end forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.deadlines.calendars import Office
from casework.deadlines.clock import clock_state
from casework.deadlines.clock_words import explain_state
from casework.deadlines.deadline import LastDay
from casework.deadlines.limits import Limit, Unit, read_limit
from casework.deadlines.public_holidays import shipped_calendar
from casework.deadlines.terms import (
    ClockKind,
    ClockStatus,
    ClockTerms,
    EventCode,
    ExtensionTerms,
    Facts,
    Happening,
    Otherwise,
)

OFFICE = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
FIRST = datetime(2026, 1, 5, 2, tzinfo=UTC)
CODES = tuple(map(EventCode, ("received", "start", "stop", "also", "pause", "resume", "extend")))
ENDED = {ClockStatus.SATISFIED, ClockStatus.LATE, ClockStatus.EARLY}

limits = st.builds(Limit, st.integers(1, 40), st.sampled_from(list(Unit)))
minutes_between = st.integers(0, 60 * 24) | st.integers(0, 60 * 24 * 20)
gaps = st.tuples(
    st.sampled_from((*CODES, *CODES[1:2], *CODES[4:6])), minutes_between, st.booleans(), st.integers(0, 40)
)


@st.composite
def clocks(draw: st.DrawFn) -> ClockTerms:
    """Terms of any kind, with or without pauses, extensions and another start."""
    by = draw(st.none() | limits.filter(lambda limit: limit.unit is not Unit.MINUTES))
    extended = ExtensionTerms(frozenset({EventCode("extend")}), by, draw(st.none() | st.just(1)), draw(st.booleans()))
    length = draw(limits)
    wait_last = length.unit.is_calendar_time and draw(st.booleans())
    waiting = Otherwise(frozenset({EventCode("received")}), read_limit("7 days"), wait_last)
    return ClockTerms(
        id="any",
        start=frozenset({EventCode("start")}),
        stop=frozenset({EventCode("stop"), EventCode("also")})
        if draw(st.booleans())
        else frozenset({EventCode("stop")}),
        length=length,
        kind=draw(st.sampled_from(ClockKind)),
        any_stop=draw(st.booleans()),
        last_day=draw(st.sampled_from(LastDay)),
        pauses=frozenset({EventCode("pause")}),
        resumes=frozenset({EventCode("resume")}),
        extension=draw(st.none() | st.just(extended)),
        restarts=draw(st.booleans()),
        otherwise=draw(st.none() | st.just(waiting)),
    )


@st.composite
def records(draw: st.DrawFn) -> tuple[list[Happening], datetime]:
    """A record in order of time, some of it known to the day alone, and a moment after it."""
    happened: list[Happening] = []
    at = FIRST
    for code, minutes, by_staff, days in draw(st.lists(gaps, max_size=9)):
        at += timedelta(minutes=minutes)
        day = OFFICE.day_of(at)
        until = day + timedelta(days=days) if code == CODES[-1] else None
        happened.append(Happening(code, day, at if by_staff else None, until))
    return happened, at + timedelta(minutes=draw(st.integers(0, 60 * 24 * 90)))


@settings(max_examples=100)
@given(clocks(), records())
def test_every_record_gives_a_state_that_is_told(clock: ClockTerms, record: tuple[list[Happening], datetime]) -> None:
    """Nothing raises, an end never lies before its start, and both languages say where the clock stands."""
    happened, now = record
    found = clock_state(clock, happened, Facts(), OFFICE, now)
    said = explain_state(clock, found)
    assert said.zh.endswith("。")
    assert said.en.endswith(".")
    assert (found.status in ENDED) == (found.stopped is not None)
    if found.due is None:
        assert found.status is ClockStatus.NOT_STARTED
        return
    assert found.started is not None
    assert found.started <= found.due.day
    assert found.due.paused >= timedelta()
    if found.status in (ClockStatus.RUNNING, ClockStatus.PAUSED):
        over = found.due.has_passed if clock.kind is ClockKind.NOT_BEFORE else found.due.is_over
        assert not over(OFFICE.day_of(now), now)


@settings(max_examples=100)
@given(clocks(), records())
def test_pauses_and_extensions_never_bring_an_end_forward(
    clock: ClockTerms, record: tuple[list[Happening], datetime]
) -> None:
    """Without them the end is the same or earlier, from the same start."""
    happened, now = record
    bare = replace(clock, pauses=frozenset(), resumes=frozenset(), extension=None)
    plain, found = (clock_state(one, happened, Facts(), OFFICE, now) for one in (bare, clock))
    assume(plain.due is not None and found.due is not None)
    assert plain.due is not None
    assert found.due is not None
    assert found.due.day >= plain.due.day
    assert found.started == plain.started


@settings(max_examples=100)
@given(clocks(), records(), st.integers(0, 90))
def test_time_alone_ends_no_clock_twice(clock: ClockTerms, record: tuple[list[Happening], datetime], days: int) -> None:
    """Once stopped a clock stays as it is; once missed or open it stays so while nothing happens."""
    happened, now = record
    before = clock_state(clock, happened, Facts(), OFFICE, now)
    after = clock_state(clock, happened, Facts(), OFFICE, now + timedelta(days=days))
    if before.status in ENDED | {ClockStatus.MISSED, ClockStatus.OPEN} and clock.otherwise is None:
        assert after.status is before.status
    assert isinstance(before.late, int)
    assert after.late >= before.late or after.status in ENDED or clock.otherwise is not None


def test_a_pause_that_ends_before_it_counts_is_none() -> None:
    """A reporter's pause counts from the next opening: one that staff ended on that very day takes nothing out."""
    start = datetime(2026, 6, 1, 2, tzinfo=UTC)
    clock = ClockTerms(
        "any", frozenset({EventCode("start")}), frozenset({EventCode("stop")}), read_limit("24 hours"),
        pauses=frozenset({EventCode("pause")}), resumes=frozenset({EventCode("resume")}),
    )  # fmt: skip
    resumed = start + timedelta(hours=3)
    happened = [
        Happening(EventCode("start"), date(2026, 6, 1), start),
        Happening(EventCode("pause"), date(2026, 6, 1)),
        Happening(EventCode("resume"), date(2026, 6, 1), resumed),
    ]
    found = clock_state(clock, happened, Facts(), OFFICE, resumed)
    assert found.due is not None
    assert found.due.moment == start + timedelta(hours=24)
