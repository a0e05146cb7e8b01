"""Acts, refusals and destinations are one file each, which the pages and the engine both read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from casework.engine.refusals import RefusalReason
from casework.intake.entry import IntakeReason
from casework.rules.acts import ACT_WORDS, DECIDING, NOTE_KINDS, TRAITS, Act, Attribute, Item, Party
from casework.rules.destinations import ABROAD, Destination
from crypto.case.step_payloads import DecisionAct

ROWS: dict[str, dict[str, Any]] = json.loads(Path("casework/rules/acts.json").read_text("utf-8"))
COLUMNS = {"party", "item", "codes", "may", "masked", "reasoned", "decides", "by_verdict", "note", "words"}


def test_every_act_has_one_row_and_every_row_is_an_act() -> None:
    """In the order of the code, which the vectors follow; a column that nobody reads is a fault."""
    assert list(ROWS) == [act.value for act in Act]
    assert {column for row in ROWS.values() for column in row} == COLUMNS


def test_a_row_holds_only_words_that_the_engine_knows() -> None:
    """Who does it, what it brings, which codes; the pages take the same words as they stand."""
    for row in ROWS.values():
        assert row.get("party", "member") in set(Party)
        assert row.get("item", "optional") in set(Item)
        assert {*row.get("codes", []), *row.get("may", [])} <= set(Attribute)
        assert row.get("note", "note") in {"note", "finding", "draft", "witness"}
        assert all(row["words"].values())
    assert len(set(ACT_WORDS.values())) == len(set(NOTE_KINDS)) == len(TRAITS)


def test_what_tells_a_verdict_is_what_the_format_seals_as_a_decision() -> None:
    """The column and the format name the same acts."""
    assert {act.value for act in DECIDING} == {one.value for one in DecisionAct}


def test_every_refusal_and_every_destination_has_one_row() -> None:
    """A reason without a sentence, or a sentence that nothing gives, is a fault."""
    assert list(json.loads(Path("casework/engine/refusals.json").read_text("utf-8"))) == list(RefusalReason)
    assert list(json.loads(Path("casework/intake/refusals.json").read_text("utf-8"))) == list(IntakeReason)
    assert list(json.loads(Path("casework/rules/destinations.json").read_text("utf-8"))) == list(Destination)
    assert {Destination.COURT_ABROAD, Destination.AUTHORITY_ABROAD} == ABROAD
