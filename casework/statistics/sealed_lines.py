"""What a case's opened items add to its line: only anyone who opened them can say it, on their own machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.engine.sealed_steps import SealedStep, fold_sealed
from casework.ids import MemberId
from casework.rules.acts import Act
from casework.rules.clauses import RewardFor
from casework.rules.flow import MeasureId, OutcomeId
from casework.rules.roles import RoleId
from casework.statistics.lines import Opened
from crypto.case.events import Event
from crypto.case.payloads import Payload
from crypto.case.step_payloads import ActText, Decision, Declaration
from crypto.framing import b64encode

SATISFIED = {Declaration.SATISFIED: True, Declaration.UNSATISFIED: False}


def opened_of(events: Sequence[Event], contents: Mapping[bytes, Payload], declared: Sequence[Payload]) -> Opened:
    """Verdict and measures by the decisions that the record names, and the reporter's last word on how it was.

    `contents` are verified items by their hash, `declared` the reporter's, in their order. A decision counts
    where an event of its own act, or a `sealed` one, names it.
    """
    named = {b64encode(digest): content for digest, content in contents.items()}
    steps: list[SealedStep] = []
    for event in events:
        content = named.get(str(event.data.get("item")))
        if isinstance(content, Decision) and event.kind in (content.act.value, Act.SEALED.value):
            steps.append(_step(event, content))
    words = [SATISFIED[one.act] for one in declared if isinstance(one, ActText) and one.act in SATISFIED]
    return Opened(fold_sealed(steps), words[-1] if words else None)


def _step(event: Event, decision: Decision) -> SealedStep:
    return SealedStep(
        act=Act(decision.act.value),
        by=MemberId(event.actor),
        role=RoleId(str(event.data.get("role"))),
        outcomes=tuple(OutcomeId(one) for one in decision.outcomes),
        measures=tuple(MeasureId(one) for one in decision.measures),
        own_words=decision.own_words,
        reward=None if decision.reward is None else RewardFor(decision.reward),
    )
