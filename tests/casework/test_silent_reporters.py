"""A reporter who cannot be talked to stops no case: where a text asks for a talk, being asked in writing will do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework.engine.refusals import RefusalReason
from tests.casework.marks import p09, p12, p20
from tests.casework.marks.life import Life

ROADS = (
    (p09.assigned, p09.INVESTIGATOR, p09.INVESTIGATOR, "checked"),
    (
        lambda: p12.accepted().does("assigned", by=p12.COMPANY, handler="zhang-san"),
        p12.INVESTIGATOR,
        p12.INVESTIGATOR,
        "checked",
    ),
    (p20.decided, p20.COMPANY, p20.DEPARTMENT, "executed"),
)


@pytest.mark.parametrize(("begin", "asker", "actor", "act"), ROADS, ids=["P09", "P12", "P20"])
def test_who_never_answers_was_asked_and_the_case_goes_on(
    begin: Callable[[], Life], asker: str, actor: str, act: str
) -> None:
    """Neither asked nor talked to it is refused; asked in writing it goes on, without an answer."""
    life = begin()
    if act == "checked":
        life.does("evidence-gathered", by=actor)
    assert life.refused(act, by=actor) is RefusalReason.FIRST
    before = life.stage
    assert life.does("information-asked", by=asker).does(act, by=actor).stage != before
