"""What a verdict asks for before the end, at the command: the measures, or the word that none is needed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import SealedCase
from casework.rules.acts import Act
from casework.rules.flow import MeasureId, OutcomeId
from crypto import VerifiedDirectory
from portal.cli.desk.act_command import action_request_of
from portal.cli.desk.acting import ActionRequest, attempt, decision_of, refused
from portal.cli.desk.further_duties import further_duties
from portal.cli.desk.named_measures import with_named_measures
from portal.cli.errors import CommandError
from portal.cli.words import Catalogue
from tests.portal.cli.desk.test_acting import ruled


def test_a_case_that_proved_true_is_not_closed_before_what_was_put_right_is_recorded() -> None:
    """P07: the policy would let it end; the client that opened the verdict does not, and says what it asks."""
    policy = "employee-complaint-confirm-appeal"
    final = ("appeal-decided", {"role": "leadership", "to": "final"}), ("notified", {"role": "hr"})
    case, wish = ruled(policy, {"hr"}, *final), ActionRequest(Act.CLOSED)
    true = replace(case, sealed=SealedCase(outcomes=(OutcomeId("true"),)))
    early = attempt(true, "li", wish)
    assert isinstance(early, Refusal)
    assert (early.reason, early.names) == (RefusalReason.MEASURE_FIRST, ("corrected",))
    assert Act.CLOSED not in early.allowed
    assert Act.MEASURE_SET in early.allowed
    said = "The verdict of this case asks for a measure before it ends: Put right"
    nobody = cast("VerifiedDirectory", SimpleNamespace(member=lambda _: None))
    assert said in str(refused(true, early, Catalogue("en"), nobody))
    groundless = replace(case, sealed=SealedCase(outcomes=(OutcomeId("groundless"),)))
    unsaid = attempt(groundless, "li", wish)
    assert isinstance(unsaid, Refusal)
    assert unsaid.reason is RefusalReason.MEASURES_OR_NONE
    assert "First record the measures, or that none is needed" in str(
        refused(groundless, unsaid, Catalogue("en"), nobody)
    )
    none = ActionRequest(Act.MEASURE_SET)
    assert not isinstance(attempt(groundless, "li", none), Refusal)
    owed = attempt(true, "li", none)
    assert isinstance(owed, Refusal)
    assert owed.names == ("corrected",)
    done = replace(true, sealed=replace(true.sealed, measures=(MeasureId("corrected"),), answered=True))
    for fits in (done, replace(groundless, sealed=replace(groundless.sealed, answered=True))):
        assert not isinstance(attempt(fits, "li", wish), Refusal)
        assert Act.CLOSED in fits.allowed("li")


def test_a_verdict_that_ends_the_case_itself_owes_its_measures_too() -> None:
    """A verdict that ends the case closes none before its measures, or that none is needed, are recorded behind it."""
    case = ruled("employee-complaint-confirm-appeal", {"leadership"}, ("notified", {"to": "review"}))
    policy = case.policy
    stages = tuple(replace(one, end=one.end or one.id == "final") for one in policy.rules.stages)
    ending = replace(case.ruling, policy=replace(policy, rules=replace(policy.rules, stages=stages)))
    last = replace(case, ruling=ending)
    wish = ActionRequest(Act.APPEAL_DECIDED, text="x", to="final", outcomes=("true",))
    early = attempt(last, "li", wish)
    assert isinstance(early, Refusal)
    assert (early.reason, early.names) == (RefusalReason.MEASURE_FIRST, ("corrected",))
    assert not isinstance(attempt(case, "li", wish), Refusal)
    unsaid = attempt(last, "li", replace(wish, outcomes=("groundless",)))
    assert isinstance(unsaid, Refusal)
    assert unsaid.reason is RefusalReason.MEASURES_OR_NONE
    # What a verdict before it owes bars no new one: that may owe nothing.
    upheld = replace(last, sealed=SealedCase(outcomes=(OutcomeId("true"),)))
    assert Act.APPEAL_DECIDED in upheld.allowed("li")
    done = replace(last, sealed=SealedCase(measures=(MeasureId("corrected"),)))
    early = attempt(done, "li", wish)
    assert isinstance(early, Refusal)
    assert early.reason is RefusalReason.MEASURES_OR_NONE


def test_that_no_measure_is_needed_is_said_by_command_and_by_nothing_less() -> None:
    """`--measure none` alone; without any the command asks, and where a verdict stands it says what is still asked."""
    given: dict[str, object] = {
        "to": None, "codes": (), "text_file": None, "files": (), "tell": None, "outcomes": (), "own_words": False,
        "reward": None, "next_stage": None, "due": None,
    }  # fmt: skip
    with pytest.raises(CommandError, match="--measure none where none is needed"):
        action_request_of("measure-set", given | {"measures": ()})
    result: tuple[str, dict[str, object]] = ("decided", {"role": "hr", "to": "result"})
    case = replace(
        ruled("employee-complaint-confirm-appeal", {"hr"}, result),
        sealed=SealedCase(outcomes=(OutcomeId("groundless"),)),
    )
    none = with_named_measures(action_request_of("measure-set", given | {"measures": ("none",)}))
    assert none.measures == ()
    event = attempt(case, "li", none)
    assert not isinstance(event, Refusal)
    assert decision_of(none, []).measures == []
    for measures in (("none", "corrected"), ("corrected", "none")):
        with pytest.raises(CommandError, match="it goes with no other measure"):
            with_named_measures(replace(none, measures=measures))
    duties = further_duties(case, "li", Catalogue("en"))
    assert duties.document["measures"] == {"reason": "measures-or-none", "names": []}
    said = "First record the measures, or that none is needed. By command: `yanlu desk act CASE measure-set`"
    assert any(line.startswith(said) for line in duties.lines)
    # Somebody who may not record it reads what is missing, and no command that would be refused.
    assert "First record the measures, or that none is needed." in further_duties(case, "wu", Catalogue("en")).lines
    answered = replace(case, sealed=replace(case.sealed, answered=True))
    assert further_duties(answered, "li", Catalogue("en")).document["measures"] is None
    owed = further_duties(replace(case, sealed=SealedCase(outcomes=(OutcomeId("true"),))), "li", Catalogue("zh"))
    assert (
        "按处理结论，办结前须先记录处理措施：予以纠正。命令：`yanlu desk act CASE measure-set --measure ID`。"
        in owed.lines
    )
