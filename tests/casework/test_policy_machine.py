"""Whatever happens in a case under any policy, its stream gives the case again and it can still be ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from casework.engine.case import Case, apply_events, fold
from casework.engine.engine import Command, allowed, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.policy.reader import shipped_policies
from casework.policy_check.path_search import NO_ITEM, commands, member_of, path_to_end
from casework.rules.acts import TRAITS, Act, Attribute, Party
from tests.casework.policies import DAY, bound, opened
from tests.casework.signed_stream import AT_THE_END, TAMPERINGS, Rows, SignedStream, as_read

CHOICE = st.integers(0, 10**6)


class Life(RuleBasedStateMachine):
    """A case under one policy, led anywhere by members, the reporter, and people who may not."""

    policy: Policy
    case: Case
    stream: SignedStream

    @initialize()
    def arrive(self) -> None:
        """A report arrives."""
        self.case = opened(self.policy)
        self.stream = SignedStream(self.policy)
        self.stream.received(self.case.events[0])

    def take(self, command: Command) -> None:
        """Puts a command to the engine: what is accepted stands in the policy, what is refused changes nothing.

        From wherever an accepted one leads, the office alone can bring the case to its end.
        """
        stage = self.policy.rules.stage(self.case.stage)
        assert stage is not None
        rules = [one for one in self.policy.rules.acts_in(stage) if one.act is command.act]
        found = decide(self.policy, self.case, command)
        if isinstance(found, Refusal):
            assert found.allowed == allowed(self.policy, self.case, command)
            assert rules or found.reason in (
                RefusalReason.NOT_HERE,
                RefusalReason.NOT_IN_POLICY,
                RefusalReason.WHICH_VERSION,
            )
            return
        assert rules
        (event,) = found
        assert event.to is None or event.to in {to for one in rules for to in one.to}
        assert (event.act is Act.SEALED) == TRAITS[command.act].masked
        self.stream.keep(event)
        self.case = apply_events(self.case, as_read(self.case, event))
        assert path_to_end(self.policy, self.case, DAY) is not None

    @rule(which=CHOICE, by=CHOICE, to=CHOICE, waited=st.booleans())
    def something_allowed(self, which: int, by: int, to: int, waited: bool) -> None:
        """Somebody does something that the policy lists in this stage, the clocks run out or not."""
        stage = self.policy.rules.stage(self.case.stage)
        rules = self.policy.rules.acts_in(stage) if stage else ()
        if not rules:
            return
        chosen = rules[which % len(rules)]
        ahead = chosen.to[to % len(chosen.to)] if chosen.to else None
        tried = commands(self.policy, self.case, chosen.act, ahead, DAY)
        command = tried[by % len(tried)]
        self.take(command if waited else replace(command, lapsed=frozenset()))

    @rule(act=st.sampled_from(Act), by=CHOICE, to=CHOICE, signed=st.booleans())
    def anything_at_all(self, act: Act, by: int, to: int, signed: bool) -> None:
        """Somebody tries any act there is, with any role, to any stage, signed or not."""
        roles, stages = self.policy.rules.roles, self.policy.rules.stages
        role = roles[by % len(roles)].id
        ahead = stages[to % len(stages)].id if to % 3 else None
        if TRAITS[act].party is Party.REPORTER:
            # No member does what the reporter does: the stream has no place for it (`event_store/event_kinds.py`).
            self.take(Command(act, DAY, to=ahead, item=NO_ITEM, signed=signed))
            return
        self.take(Command(act, DAY, member_of(role, 1), frozenset({role}), ahead, {}, NO_ITEM, signed))

    @rule(by=CHOICE)
    def somebody_steps_back(self, by: int) -> None:
        """One of the three members of a role is recused."""
        roles = self.policy.rules.roles
        role = roles[by % len(roles)].id
        recused: MemberId = member_of(role, 1)
        self.take(
            Command(Act.RECUSED, DAY, member_of(role, 2), frozenset({role}), None, {Attribute.MEMBER: recused}, NO_ITEM)
        )

    @rule(how=st.sampled_from(TAMPERINGS), which=CHOICE)
    def tampered_with(self, how: Callable[[Rows, int], Rows], which: int) -> None:
        """Somebody who has the server removes, alters, moves, repeats or unsigns an event: every client notices."""
        rows = self.stream.rows
        n = which % len(rows)
        assert self.stream.notices(how(rows, n))
        signed_behind = any(row["sig"] for row in rows[n + 1 :])
        assert self.stream.notices(how(rows, n), lied=signed_behind or how not in AT_THE_END)

    @invariant()
    def the_stream_gives_the_case(self) -> None:
        """The projection is the fold of the stream, and nothing else."""
        assert fold(self.case.events) == self.case

    def teardown(self) -> None:
        """Every client that verifies the signed stream folds it to the very same case."""
        assert not self.stream.notices(self.stream.rows)
        assert self.stream.read() == self.case


@pytest.mark.parametrize("name", shipped_policies())
def test_any_life_of_a_case_can_be_ended_and_is_its_stream(name: str) -> None:
    """No command outside the policy is accepted, the signed stream gives the case, and no state is a trap."""

    class Led(Life):
        """The lives under this policy."""

        policy = bound(name)

    # A life that fails is short enough to read as it is: to make it shorter takes minutes.
    quick = settings(
        max_examples=6,
        stateful_step_count=18,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Led, settings=quick)
