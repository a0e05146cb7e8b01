"""The vectors that the browser twin is held to are what Python says today."""

from __future__ import annotations

import json
from typing import Any

import pytest

from casework.deadlines.clock import ExtensionRefusal
from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.event_store.worker_events import DifferenceKind
from casework.intake.entry import IntakeReason, Outside
from casework.obligations.case_schedule import WorkerKind
from casework.obligations.recurring import DutyStatus
from casework.policy.reader import shipped_policies
from tests.casework.write_vectors import FILES, FOLDER, PRINTED, text_of


def read(name: str) -> Any:
    """One file of vectors."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_the_vectors_are_what_python_says(name: str) -> None:
    """Byte for byte; `python -m tests.casework.write_vectors` writes them again after a change that was meant."""
    assert (FOLDER / f"{name}.json").read_text("utf-8") == text_of(name)


def test_every_policy_and_every_refusal_occur() -> None:
    """A policy without a life, or a refusal that no step meets, would go unchecked in the browser."""
    lives, sealed = read("lives"), read("sealed")
    assert {life["policy"] for life in lives} >= set(shipped_policies())
    met = {step["refused"][0] for life in lives for step in life["steps"] if "refused" in step}
    met |= {step["refused"][0] for row in sealed for step in row["steps"] if step["refused"]}
    met |= {step["end"][0] for row in sealed for step in row["steps"] if "end" in step}
    met |= {named[4][0] for row in read("holders") for named in row["named"] if named[4]}
    # Of `items` there are the places of it alone.
    assert any(read("items")["days"].values())
    assert met | {RefusalReason.DAY_FIRST} == set(RefusalReason)


def test_every_status_and_every_reason_against_an_extension_occur() -> None:
    """So many clocks stand somewhere that each status is among them."""
    states = [row["state"] for row in read("clocks") if "state" in row]
    states += [state for life in read("lives") for look in life["clocks"] for state in look["states"]]
    assert {state["status"] for state in states} == set(ClockStatus) - {ClockStatus.UNBOUND}
    refused = {reason for state in states for reason in state.get("refused", ())}
    assert refused == set(ExtensionRefusal) - {ExtensionRefusal.NOT_HERE}


def test_the_printed_dates_and_two_thousand_more_are_among_the_limits() -> None:
    """The seven dates that were printed before there was a program come first."""
    rows = read("limits")
    days = [row["day"][5:] for row in rows[: len(PRINTED)]]
    assert days == ["02-25", "02-27", "05-19", "05-11", "09-29", "11-05", "10-13"]
    assert len(rows) >= 2000
    assert sum("missing" in row for row in rows) > 100


def test_every_difference_of_the_workers_and_many_records_without_any_occur() -> None:
    """Each way to differ and each kind of event stands in the rows, and most records are as they should be."""
    rows = read("worker")
    assert {how for row in rows for how, _, _, _ in row["differs"]} == set(DifferenceKind)
    assert {event["kind"] for row in rows for event in row["events"]} >= set(WorkerKind)
    assert sum(not row["differs"] for row in rows) > len(rows) / 4


def test_every_state_of_a_duty_and_a_rhythm_that_stands_twice_occur() -> None:
    """Each status stands in the rows, many days that were missed, and a second duty of one kind."""
    rows = read("duties")
    states = [row for row in rows if "status" in row]
    assert {row["status"] for row in states} == set(DutyStatus)
    assert sum(bool(row["missed"]) for row in states) > len(states) / 5
    assert any(duty[0] == "statistics-2" for row in rows if "duties" in row for duty in row["duties"])


def test_deputies_with_roles_of_their_handlers_and_without_one_occur() -> None:
    """A deputy who gains roles by the handler, one of a case that names no handler, and members without any role."""
    rows = [row for row in read("holders") if "deputy" in row["codes"]]
    own = [[role for role, held in row["holders"].items() if row["codes"]["deputy"] in held] for row in rows]
    gained = [set(row["roles"][row["codes"]["deputy"]]) > set(mine) for row, mine in zip(rows, own, strict=True)]
    assert sum(gained) > len(rows) / 5
    assert any("handler" not in row["codes"] for row in rows)
    assert any(not roles for row in rows for roles in row["roles"].values())


def test_every_refusal_of_a_logged_report_and_all_that_it_can_be_occur() -> None:
    """A box that another role empties, a way beside the text, everybody concerned, a role that all readers hold."""
    rows = read("intake")[1:]
    assert {row["policy"] for row in rows} == set(shipped_policies())
    refused = {row["refused"][0] for row in rows if "refused" in row}
    assert refused == set(IntakeReason) - {IntakeReason.WHO_WROTE_IT, IntakeReason.NOBODY_IMPARTIAL}
    gives = [row["gives"] for row in rows if "gives" in row]
    for flag in ("beside", "only_outside", "diverted", "to_be_written", "acts"):
        assert {one[flag] for one in gives} == {True, False}, flag
    assert {one for row in gives for one in row["outside"]} == set(Outside)
    assert any(row["shared"] for row in rows)
    assert len(gives) > len(rows) / 3
