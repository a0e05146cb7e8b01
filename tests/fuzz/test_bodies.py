"""Changed bodies and paths on both faces, on each pair of stores: refused in words, and nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.calls import Call, changed_body, desk_calls, intake_calls, path_calls
from tests.fuzz.dice import Dice
from tests.support.offices.desk import Colleague, DeskRoom, desk_room
from tests.support.offices.edge import random_report
from tests.support.stores.backends import Stores

TIMES = 10


@pytest.fixture
def room(stores: Stores, tmp_path: Path) -> Iterator[DeskRoom]:
    """Both faces of a sample office on each pair of stores."""
    with desk_room(stores, tmp_path) as opened:
        yield opened


def wrong_answers(calls: Iterator[Call], name: str, times: int) -> list[str]:
    """Sends each call changed in so many ways; gives what was answered by a fault or without words."""
    wrong: list[str] = []
    for call in calls:
        for number in range(times):
            drawn = f"{name}{call.name}/{number}"
            raw = changed_body(call, Dice(drawn))
            answer = call.send(raw)
            worded = answer.status_code < 400 or answer.mimetype == "application/problem+json"
            if answer.status_code >= 500 or not worded:
                wrong.append(f"{drawn}: {answer.status_code} {raw[:200]!r}")
    return wrong


def hammer(room: DeskRoom, name: str, times: int) -> list[str]:
    """Changed calls of a reporter and of a member who holds a case, then the desk and a report as if nothing was."""
    case = random_report(room.edge)
    held, spare = room.file(case), room.file(random_report(room.edge))
    colleague: Colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True, True]
    wrong = wrong_answers(intake_calls(room, case), name, times)
    wrong += wrong_answers(desk_calls(room, colleague, held, spare), name, times)
    wrong += wrong_answers(path_calls(room, colleague, held), name, times)
    still = colleague.case(held)
    assert (still.status_code, still.json["items"][0]["dir"]) == (200, "to-office")
    assert room.edge.submit(random_report(room.edge)).status_code == 201
    return wrong


def test_changed_calls_are_refused_in_words(room: DeskRoom) -> None:
    """No changed body or path makes a face fail, every refusal says why, and the next report goes through."""
    assert hammer(room, "suite", TIMES) == []


def test_a_fault_is_seen(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that stumbles over its input is found by the same calls."""
    from portal.mailroom import shapes

    def stumble(_value: Any) -> None:
        raise KeyError("v")

    monkeypatch.setattr(shapes, "_check_version", stumble)
    case = random_report(room.edge)
    assert wrong_answers(intake_calls(room, case), "fault", 2)
