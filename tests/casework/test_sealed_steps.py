"""What only those can check who open the items: verdict, measures, reward, malice."""

from __future__ import annotations

import pytest

from casework.engine.refusals import RefusalReason
from casework.engine.sealed_steps import SealedCase, SealedStep, check_end, check_sealed, fold_sealed, sealed_hurdle
from casework.ids import MemberId
from casework.rules.acts import Act
from casework.rules.clauses import RewardFor
from casework.rules.flow import MeasureId, OutcomeId, StageId
from casework.rules.roles import RoleId
from tests.casework.policies import bound, changed

COMPANY, OVERSIGHT = RoleId("company"), RoleId("oversight")
LI, WANG, ZHAO = MemberId("li"), MemberId("wang"), MemberId("zhao")
MALICE = """
[malice]
text = { zh = "诬告陷害", en = "Malicious reports" }
approved_by = "oversight"
source = { line = 1, quote = "诬告" }

[[roles]]
id = "oversight"
name = { zh = "监督部门", en = "Oversight" }
kind = "oversight"
source = { line = 1, quote = "监督" }
"""
AGAINST = """
[[measures]]
id = "rebuke"
name = { zh = "批评举报人", en = "A rebuke for the reporter" }
on = "reporter"
source = { line = 1, quote = "批评" }
"""


def decided(outcome: str) -> SealedStep:
    """A decision by Li."""
    return SealedStep(Act.DECIDED, LI, COMPANY, outcomes=(OutcomeId(outcome),))


def measure(*ids: str, own_words: bool = False) -> SealedStep:
    """A measure set by Wang."""
    return SealedStep(Act.MEASURE_SET, WANG, COMPANY, measures=tuple(map(MeasureId, ids)), own_words=own_words)


def reviewed(outcome: str) -> SealedStep:
    """A decision by Wang on an appeal."""
    return SealedStep(Act.APPEAL_DECIDED, WANG, COMPANY, outcomes=(OutcomeId(outcome),))


PROPOSED = SealedStep(Act.MALICE_PROPOSED, WANG, COMPANY)


def reason(before: list[SealedStep], step: SealedStep, to: str | None = None, policy: str = "") -> RefusalReason | None:
    """Why a step is refused after others."""
    found = check_sealed(changed(added=policy), fold_sealed(before), step, StageId(to) if to else None)
    return found and found.reason


@pytest.mark.parametrize(
    ("before", "step", "expected"),
    [
        ([], decided("guilty"), RefusalReason.NO_SUCH_OUTCOME),
        ([], SealedStep(Act.DECIDED, LI, COMPANY), RefusalReason.NO_SUCH_OUTCOME),
        ([], measure("warning"), RefusalReason.VERDICT_FIRST),
        ([decided("substantiated")], measure("flogging"), RefusalReason.NO_SUCH_MEASURE),
        ([], measure(), RefusalReason.VERDICT_FIRST),
        ([decided("substantiated")], measure(), RefusalReason.MEASURE_FIRST),
        ([decided("substantiated"), measure("warning")], measure(), RefusalReason.MEASURE_FIRST),
        ([decided("substantiated"), measure("corrective")], measure(), None),
        ([decided("unfounded")], measure(), None),
        ([decided("unclear")], measure(), None),
        ([decided("unfounded")], measure(own_words=True), RefusalReason.NO_SUCH_MEASURE),
        ([decided("substantiated")], measure("warning", own_words=True), RefusalReason.NO_SUCH_MEASURE),
        ([decided("substantiated")], measure("other", own_words=True), None),
        ([decided("substantiated")], measure("warning", "dismissal"), None),
        ([decided("unfounded")], measure("warning"), RefusalReason.NOT_UPHELD),
        ([decided("unfounded")], measure("corrective"), None),
        ([decided("substantiated"), decided("unfounded")], measure("warning"), RefusalReason.NOT_UPHELD),
    ],
)
def test_verdict_and_measures_fit_the_policy_and_each_other(
    before: list[SealedStep], step: SealedStep, expected: RefusalReason | None
) -> None:
    """Only outcomes and measures of the policy, on people only what the last verdict bears, own words only if open."""
    assert reason(before, step) is expected


def test_the_clear_stage_is_checked_against_the_sealed_verdict() -> None:
    """A member's client lets no stage be picked to which the verdict does not lead."""
    assert reason([], decided("substantiated"), "investigation") is RefusalReason.ANOTHER_STAGE
    assert reason([], decided("unclear"), "investigation") is None
    two = SealedStep(Act.DECIDED, LI, COMPANY, outcomes=(OutcomeId("substantiated"), OutcomeId("unfounded")))
    assert reason([], two) is RefusalReason.NO_SUCH_OUTCOME


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([], None),
        ([decided("true")], ("corrected",)),
        ([decided("true"), measure("corrected")], None),
        ([decided("partly-true")], ("corrected",)),
        ([decided("groundless"), decided("true")], ("corrected",)),
        ([decided("true"), decided("groundless")], ()),
        ([decided("groundless")], ()),
        ([decided("groundless"), measure()], None),
        ([decided("true"), measure("corrected"), decided("groundless")], ()),
        ([decided("true"), measure("corrected"), decided("true")], ()),
        ([decided("true"), measure("corrected"), decided("true"), measure()], None),
    ],
)
def test_a_case_ends_with_what_its_last_verdict_owes(steps: list[SealedStep], left: tuple[str, ...] | None) -> None:
    """P07: an end alone waits until what proved true was put right, or behind any other verdict for a word on it."""
    policy, sealed = bound("employee-complaint-confirm-appeal"), fold_sealed(steps)
    found = check_end(policy, sealed, StageId("ended"))
    assert (found and found.names) == left
    reason = RefusalReason.MEASURE_FIRST if left else RefusalReason.MEASURES_OR_NONE
    assert found is None or found.reason is reason
    assert check_end(policy, sealed, StageId("final")) is None
    assert check_end(policy, sealed, None) is None


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([decided("borne-out")], None),
        ([decided("not-borne-out"), reviewed("borne-out")], ("adjustment",)),
        ([decided("borne-out"), measure("adjustment"), reviewed("partly-borne-out")], ("adjustment",)),
        ([decided("not-borne-out"), reviewed("borne-out"), measure("solution")], ("adjustment",)),
        ([decided("not-borne-out"), reviewed("borne-out"), measure("adjustment")], None),
        ([decided("borne-out"), reviewed("not-borne-out")], ()),
        ([decided("borne-out"), measure("adjustment"), reviewed("not-borne-out")], ()),
        ([decided("borne-out"), reviewed("not-borne-out"), measure()], None),
        ([decided("borne-out"), reviewed("not-borne-out"), measure("solution")], None),
    ],
)
def test_a_review_that_upholds_is_followed_by_an_adjustment(
    steps: list[SealedStep], left: tuple[str, ...] | None
) -> None:
    """P12: after a review alone, an adjustment since then is recorded, or where none is owed that none is needed."""
    policy, sealed = bound("telecom-complaint"), fold_sealed(steps)
    found = check_end(policy, sealed, StageId("archived"))
    assert (found and found.names) == left
    reason = RefusalReason.MEASURE_FIRST if left else RefusalReason.MEASURES_OR_NONE
    assert found is None or found.reason is reason
    unsayable = RefusalReason.MEASURE_FIRST if left else RefusalReason.NO_SUCH_MEASURE
    refused = check_sealed(policy, sealed, measure())
    assert (refused and refused.reason) == (None if sealed.since_appeal is not None and not left else unsayable)


@pytest.mark.parametrize("outcome", ["borne-out", "partly-borne-out"])
def test_what_is_borne_out_inside_is_remedied_before_the_end(outcome: str) -> None:
    """P11: the party complained of remedies it; a sanction alone is none, and what is not borne out owes nothing."""
    policy = bound("internal-complaint-disciplinary")

    def left(*steps: SealedStep) -> tuple[str, ...] | None:
        found = check_end(policy, fold_sealed(steps), StageId("ended"))
        return found and found.names

    assert left(decided(outcome)) == left(decided(outcome), measure("oral-warning")) == ("remedy",)
    assert left(decided(outcome), measure("oral-warning", "remedy")) is None
    assert left(decided("not-borne-out")) == ()
    assert left(decided("not-borne-out"), measure()) is None


def test_a_reward_is_for_what_the_policy_rewards_and_what_proved_true() -> None:
    """A reward for a true report needs a verdict that bears the report out."""
    reward = SealedStep(Act.REWARDED, WANG, COMPANY, reward=RewardFor.TRUE_REPORT)
    assert reason([], reward) is RefusalReason.VERDICT_FIRST
    assert reason([decided("unfounded")], reward) is RefusalReason.NOT_UPHELD
    assert reason([decided("substantiated")], reward) is None
    other = SealedStep(Act.REWARDED, WANG, COMPANY, reward=RewardFor.GOOD_HANDLING)
    assert reason([decided("substantiated")], other) is RefusalReason.NO_SUCH_REWARD


def test_an_unfounded_report_is_no_malicious_one_until_two_others_say_so() -> None:
    """Malice is proposed by one, approved by another in the named role, neither of them the one who decided."""
    unfounded = decided("unfounded")
    proposed = SealedStep(Act.MALICE_PROPOSED, WANG, COMPANY)
    approved = SealedStep(Act.MALICE_APPROVED, ZHAO, OVERSIGHT)
    assert not fold_sealed([unfounded]).malice_approved_by
    assert reason([unfounded], proposed) is RefusalReason.NO_MALICE_RULE
    assert reason([], proposed, policy=MALICE) is RefusalReason.VERDICT_FIRST
    assert reason([unfounded], approved, policy=MALICE) is RefusalReason.FIRST
    assert reason([unfounded, proposed], approved, policy=MALICE) is None
    for by, role, expected in (
        (WANG, OVERSIGHT, RefusalReason.SAME_PERSON),
        (LI, OVERSIGHT, RefusalReason.SAME_PERSON),
        (ZHAO, COMPANY, RefusalReason.WRONG_ROLE),
    ):
        step = SealedStep(Act.MALICE_APPROVED, by, role)
        assert reason([unfounded, proposed], step, policy=MALICE) is expected


def test_nobody_is_punished_for_a_report_that_was_found_true() -> None:
    """Neither proposed nor approved on an upheld report; an approval from before a verdict that upholds it falls."""
    approved = SealedStep(Act.MALICE_APPROVED, ZHAO, OVERSIGHT)
    proven = [decided("unfounded"), PROPOSED, approved]
    unmasked = MALICE + AGAINST
    assert reason(proven, measure("rebuke"), policy=unmasked) is None
    for step in (PROPOSED, approved, measure("rebuke")):
        assert reason([decided("substantiated"), PROPOSED], step, policy=unmasked) is RefusalReason.UPHELD
    assert reason([*proven, reviewed("substantiated")], measure("rebuke"), policy=unmasked) is RefusalReason.UPHELD
    assert reason([*proven, reviewed("unclear")], measure("rebuke"), policy=unmasked) is None


def test_the_fold_keeps_what_each_step_said() -> None:
    """Measures and rewards add up, a new proposal undoes an old approval, and clearing is kept."""
    steps = [
        decided("substantiated"),
        measure("warning"),
        measure("transfer"),
        SealedStep(Act.REWARDED, WANG, COMPANY, reward=RewardFor.TRUE_REPORT),
        SealedStep(Act.MALICE_APPROVED, ZHAO, OVERSIGHT),
        SealedStep(Act.MALICE_PROPOSED, WANG, COMPANY),
        SealedStep(Act.CLEARED, LI, COMPANY),
        SealedStep(Act.NOTED, LI, COMPANY),
    ]
    folded = fold_sealed(steps)
    assert folded == SealedCase(
        outcomes=(OutcomeId("substantiated"),),
        decided_by=LI,
        measures=(MeasureId("warning"), MeasureId("transfer")),
        answered=True,
        rewards=(RewardFor.TRUE_REPORT,),
        malice_proposed_by=WANG,
        cleared=True,
    )
    assert check_sealed(bound(), folded, SealedStep(Act.COMPENSATED, LI, COMPANY)) is None
    refused = check_sealed(bound(), SealedCase(), SealedStep(Act.CLEARED, LI, COMPANY))
    assert refused is not None
    assert refused.reason is RefusalReason.VERDICT_FIRST


@pytest.mark.parametrize(
    ("before", "act", "by", "role", "expected"),
    [
        ([], Act.MEASURE_SET, WANG, COMPANY, RefusalReason.VERDICT_FIRST),
        ([decided("unfounded")], Act.MEASURE_SET, WANG, COMPANY, None),
        ([], Act.MALICE_APPROVED, ZHAO, OVERSIGHT, RefusalReason.VERDICT_FIRST),
        ([decided("unfounded")], Act.MALICE_APPROVED, ZHAO, OVERSIGHT, RefusalReason.FIRST),
        ([decided("unfounded"), PROPOSED], Act.MALICE_APPROVED, ZHAO, OVERSIGHT, None),
        ([decided("unfounded"), PROPOSED], Act.MALICE_APPROVED, WANG, OVERSIGHT, RefusalReason.SAME_PERSON),
        ([decided("unfounded"), PROPOSED], Act.MALICE_APPROVED, ZHAO, COMPANY, RefusalReason.WRONG_ROLE),
        ([], Act.DECIDED, LI, COMPANY, None),
    ],
)
def test_an_act_without_a_chance_is_known_before_anything_is_written(
    before: list[SealedStep], act: Act, by: MemberId, role: RoleId, expected: RefusalReason | None
) -> None:
    """What no wording of a sealed step could pass is said before it is offered; what one could is not."""
    found = sealed_hurdle(changed(added=MALICE), fold_sealed(before), act, by, role)
    assert (found and found.reason) == expected
