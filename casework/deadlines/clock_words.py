"""Where a clock stands, in one or two sentences in Chinese and English."""

from __future__ import annotations

from typing import assert_never

from casework.deadlines.clock import ClockState
from casework.deadlines.deadline import Due
from casework.deadlines.explanations import day_en, day_zh, end_en, end_zh, explain
from casework.deadlines.terms import ClockKind, ClockStatus, ClockTerms, Promptly, Unbound
from casework.words import Words


def explain_state(terms: ClockTerms, state: ClockState) -> Words:
    """Why the clock ends when it ends, and where it stands now."""
    if isinstance(state.length, Unbound):
        parameter = state.length.parameter
        return Words(
            zh=f"期限“{parameter}”尚未设定，无法计时。", en=f"No limit is set for “{parameter}”: no clock runs."
        )
    if isinstance(state.length, Promptly):
        return _promptly(state, state.length)
    if state.due is None:
        return Words(zh="尚未开始计时。", en="Not started.")
    waits = terms.kind is not ClockKind.DEADLINE
    sentence, running = explain(state.due, terms.since, waits=waits), _running_words(terms.kind, state, state.due)
    if not running.zh:
        return sentence
    return Words(zh=f"{sentence.zh}{running.zh}", en=f"{sentence.en} {running.en}")


def explain_change(before: Due, after: Due) -> Words | None:
    """What became of a date when a calendar was uploaded; None where it is the same and as sure as before."""
    if (before.day, before.moment, before.missing) == (after.day, after.moment, after.missing):
        return None
    if (before.day, before.moment) == (after.day, after.moment):
        return Words(
            zh=f"按新录入的日历重新推算：{end_zh(after)}不变{'，仍为暂定' if after.missing else '，现已确定'}。",
            en=f"Counted again by the uploaded calendar: {end_en(after)} stays"
            f"{', still provisional' if after.missing else ' and is now certain'}.",
        )
    return Words(
        zh=f"按新录入的日历重新推算：由{end_zh(before)}改为{end_zh(after)}。",
        en=f"Counted again by the uploaded calendar: {end_en(after)} instead of {end_en(before)}.",
    )


def _promptly(state: ClockState, length: Promptly) -> Words:
    said = Words(
        zh=f"制度写的是“{length.words.zh}”，没有给出期限",
        en=f"The policy says “{length.words.en}” and gives no limit",
    )
    if state.stopped:
        return Words(
            zh=f"{said.zh}；{day_zh(state.stopped)}已完成。", en=f"{said.en}; it was done on {day_en(state.stopped)}."
        )
    if state.started:
        return Words(
            zh=f"{said.zh}；自 {day_zh(state.started)}起尚未完成。",
            en=f"{said.en}; open since {day_en(state.started)}.",
        )
    return Words(zh=f"{said.zh}。", en=f"{said.en}.")


def _running_words(kind: ClockKind, state: ClockState, due: Due) -> Words:
    day = state.stopped or state.paused_since or due.day
    zh, en = day_zh(day, due.start.year), day_en(day, due.start.year)
    match state.status:
        case ClockStatus.SATISFIED:
            return Words(zh=f"{zh}已完成。", en=f"Done on {en}.")
        case ClockStatus.LATE:
            return Words(zh=f"{zh}才完成，{_late_zh(state.late)}。", en=f"Done on {en}, {_late_en(state.late)}.")
        case ClockStatus.EARLY:
            return Words(zh=f"{zh}即已进行，早于规定的最早时间。", en=f"Done on {en}, before it was allowed.")
        case ClockStatus.MISSED:
            return Words(zh=f"尚未完成，{_late_zh(state.late)}。", en=f"Not done yet, {_late_en(state.late)}.")
        case ClockStatus.PAUSED:
            return Words(
                zh=f"自 {zh}起中止计时，恢复后重新推算。",
                en=f"Paused since {en}; the limit is worked out again when it resumes.",
            )
        case ClockStatus.OPEN | ClockStatus.RUNNING:
            return _not_running_words(kind, state.status)
        case ClockStatus.NOT_STARTED | ClockStatus.PROMPTLY | ClockStatus.UNBOUND:
            return Words(zh="", en="")
        case _:
            assert_never(state.status)


def _not_running_words(kind: ClockKind, status: ClockStatus) -> Words:
    over = status is ClockStatus.OPEN
    match kind:
        case ClockKind.NOT_BEFORE:
            return (
                Words(zh="期满，现在可以进行。", en="The waiting period is over.")
                if over
                else Words(zh="期满之后方可进行。", en="It must not happen before then.")
            )
        case ClockKind.WARNING:
            return (
                Words(zh="期限已过，外部渠道已经开启。", en="That has passed: an outside channel is open.")
                if over
                else Words(zh="逾期未办，外部渠道即行开启。", en="If it passes, an outside channel opens.")
            )
        case ClockKind.DEADLINE:
            return Words(zh="", en="")
        case _:
            assert_never(kind)


def _late_zh(days: int) -> str:
    return f"超期 {days} 日" if days else "已超过时限"


def _late_en(days: int) -> str:
    if not days:
        return "past the limit"
    return f"{days} {'day' if days == 1 else 'days'} late"
