"""A step whose item is of another kind, says nothing or tells another outcome is named at the command line too."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import crypto
from crypto.case.payloads import Direction
from crypto.case.step_payloads import Decision, DecisionAct, Notice
from portal.cli.desk.step_faults import SAID, StepFault, step_faults

Line = tuple[str, str, object]
"""The act, the type of its item, and what stands in that; None for an item that does not open."""


def found(*lines: Line) -> list[tuple[int, StepFault]]:
    """What is wrong with a case of these steps, each signed by the same member."""
    events: list[crypto.ReadEvent] = []
    entries: list[object] = []
    for n, (kind, item_type, content) in enumerate(lines, start=1):
        item = bytes([n]) * 32
        event = crypto.Event(bytes(16), n, kind, "2026-11-24", "li-wei", {"item": crypto.b64encode(item)})
        events.append(crypto.ReadEvent(event, bytes(32), None))
        office = isinstance(content, Decision) or item_type in ("note", "decision")
        entries.append(
            SimpleNamespace(
                item=SimpleNamespace(hash=item),
                inner=None if content is None else SimpleNamespace(type=item_type, content=content, signer="li-wei"),
                mark=crypto.ItemFault.UNREADABLE if content is None else None,
                direction=Direction.OFFICE_ONLY if office else Direction.TO_REPORTER,
            )
        )
    return step_faults(events, cast("crypto.Thread", SimpleNamespace(entries=entries)))


def notice(act: str, *outcomes: str) -> Line:
    """A notice of an act that names these outcomes."""
    return (act, "notice", Notice(act, "result", outcomes=list(outcomes)))


DECIDED: Line = ("decided", "decision", Decision(DecisionAct.DECIDED, "-", [], ["true"]))


def test_another_kind_of_item_or_none_of_words_is_named() -> None:
    """A blank reply is no acknowledgement, and a note no decision."""
    assert found(notice("acknowledged"), ("replied", "reply", crypto.Message("Yes.")), DECIDED) == []
    assert found(("acknowledged", "reply", crypto.Message(" "))) == [(1, StepFault.TYPE)]
    assert found(("decided", "note", crypto.Message("decided"))) == [(1, StepFault.TYPE)]
    assert found(("replied", "reply", crypto.Message(" "))) == [(1, StepFault.BLANK)]
    moved = "The case has moved on by it all the same; no promise counts as kept by it."
    assert all(moved in SAID[fault] for fault in (StepFault.TYPE, StepFault.BLANK))


def test_an_outcome_that_was_not_decided_is_named() -> None:
    """What can't be opened here is judged by nobody here; a note in the place of a decision decides nothing."""
    assert found(DECIDED, notice("notified", "true")) == []
    assert found(DECIDED, notice("notified", "false")) == [(2, StepFault.OUTCOME)]
    assert found(("decided", "decision", None), notice("notified", "false")) == []
    note: Line = ("decided", "note", crypto.Message("decided"))
    assert found(note, notice("notified", "true")) == [(1, StepFault.TYPE), (2, StepFault.OUTCOME)]
