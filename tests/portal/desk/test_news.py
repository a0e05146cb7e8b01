"""The minute's look for news: one answer whether there is any or not, and nobody stays signed in by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.service import Accounts
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report

LOOKS = {"X-Yanlu-Look": "1"}


def look(colleague: Colleague) -> Any:
    """What the open desk asks by itself."""
    return colleague.client.get("/api/news", headers=LOOKS)


def test_the_answer_has_one_size_and_changes_with_every_kind_of_news(room: DeskRoom) -> None:
    """Nothing new, a packet in the batch, a case of one's own, a colleague's act: alike but for the hashes."""
    colleague, other = room.sign_in("li-wei"), room.sign_in("sun-fang")
    seen = [look(colleague)]
    seen.append(look(colleague))
    assert seen[0].data == seen[1].data
    case = random_report(room.edge)
    identity = room.file(case)
    seen.append(look(colleague))
    colleague.take_in()
    other.take_in()
    seen.append(look(colleague))
    file = other.case(identity).json
    assert other.step(identity, other.event(file, "taken")).status_code == 201
    seen.append(look(colleague))
    bodies = [answer.json for answer in seen]
    assert bodies[2]["batch"] != bodies[1]["batch"]
    assert bodies[2]["cases"] == bodies[1]["cases"]
    assert bodies[3]["cases"] != bodies[2]["cases"]
    assert bodies[4]["cases"] != bodies[3]["cases"]
    assert bodies[4]["batch"] == bodies[3]["batch"]
    assert {(answer.status_code, len(answer.data), tuple(sorted(answer.headers.keys()))) for answer in seen} == {
        (200, len(seen[0].data), tuple(sorted(seen[0].headers.keys())))
    }


def test_what_is_none_of_ones_own_changes_nothing(room: DeskRoom) -> None:
    """An act in a case that this member was kept from moves no hash of theirs."""
    colleague, other = room.sign_in("li-wei"), room.sign_in("sun-fang")
    case = random_report(room.edge)
    identity = room.file(case)
    other.take_in()
    before = look(colleague).json
    assert other.step(identity, other.event(other.case(identity).json, "taken")).status_code == 201
    assert look(colleague).json == before


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_look_keeps_nobody_signed_in(room: DeskRoom, by_itself: bool) -> None:
    """Half an hour after the last act of a person the session is over, however often the page looked meanwhile."""
    colleague = room.sign_in("li-wei")
    assert colleague.get("/api/me").status_code == 200
    accounts: Accounts = room.app.extensions["yanlu_desk"].accounts
    minutes = accounts.idle_seconds // 60
    answers: list[int] = []
    for _ in range(minutes + 1):
        room.edge.hands.now += timedelta(minutes=1)
        answers.append((look(colleague) if by_itself else colleague.get("/api/news")).status_code)
    assert answers[: minutes - 1] == [200] * (minutes - 1)
    assert answers[-1] == (401 if by_itself else 200)
    for path in ("/api/cases", "/api/batch"):
        assert colleague.client.get(path, headers=LOOKS).status_code == (401 if by_itself else 200)
