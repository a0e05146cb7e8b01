"""A case as it is lived under one of the twenty written policies: day by day, by named roles, on a signed record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.engine.engine import Command, allowed, decide
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, lapsed, terms_of
from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import SealedCase, SealedStep, check_end, check_sealed, fold_sealed
from casework.ids import MemberId
from casework.obligations.grade_duties import check_grade_duties
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import shipped_policy
from casework.rules.acts import TRAITS, Act, Attribute, Item, Party
from casework.rules.clauses import RewardFor
from casework.rules.flow import MeasureId, OutcomeId, StageId
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId
from tests.casework.marks.record import STAFF, Record
from tests.casework.written import SLUGS

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Office(shipped_calendar("cn"), ZONE)
BINDINGS = Path(__file__).resolve().parents[1] / "bindings"
FIRST_DAY = "2026-03-02"
"""A Monday with four plain weeks after it."""
MINUTE = timedelta(minutes=1)
SEALED_ACTS = (Act.DECIDED, Act.APPEAL_DECIDED, *(act for act, trait in TRAITS.items() if trait.masked))


@cache
def policy_of(policy: str) -> Policy:
    """A policy by its number, such as P07, with what the tests bind to it."""
    name = SLUGS[int(policy[1:])]
    return bind_policy(shipped_policy(name), (BINDINGS / f"{policy}.toml").read_bytes(), f"{policy}.toml")


def moment(when: str) -> datetime:
    """A moment at the office; a bare day means its noon."""
    found = datetime.fromisoformat(when)
    return found.replace(tzinfo=ZONE) if "T" in when else datetime.combine(found.date(), time(12), ZONE)


class Life:
    """One case under one of the twenty policies by its number, or under another one that is bound.

    `at` is now: it never goes back, and each step takes a minute.
    """

    def __init__(self, policy: str | Policy, when: str = FIRST_DAY, *, by_browser: bool = False) -> None:
        self.policy = policy if isinstance(policy, Policy) else policy_of(policy)
        self.at = moment(when)
        self._record, self._items = Record(), 1
        self._steps: list[SealedStep] = []
        arrived: date = self.at.date() if by_browser else self.at
        first = opening(self.policy.id, self.policy.version, arrived, self._item())
        self.case: Case = fold([replace(self._record.keep(first, None), signed=False)])

    # What is done.

    def does(
        self, act: str, *, by: str, on: str | None = None, to: str | None = None, member: int | str = 1, **codes: str
    ) -> Life:
        """A member acts in a role; refused by the engine is refused by the test. `member` 2 is somebody else."""
        done = self._decide(self._command(act, by, on, to, member, codes))
        assert not isinstance(done, Refusal), (act, done.words.en, done.allowed, self.stage)
        return self._keep(done)

    def tells(self, act: str, *, by: str, on: str | None = None, member: int | str = 1, **codes: str) -> Life:
        """A member's act that tells the reporter: refused without what goes to the reporter, and done with it."""
        before = self.at
        bare = self._decide(replace(self._command(act, by, on, None, member, codes), item=None))
        self.at = before
        assert isinstance(bare, Refusal), f"{act} is done without an item"
        assert (bare.reason, bare.names) == (RefusalReason.ITEM_MISSING, (Item.TO_REPORTER,)), act
        return self.does(act, by=by, on=on, member=member, **codes)

    def reporter(self, act: str, *, on: str | None = None, to: str | None = None) -> Life:
        """The reporter acts, signed inside the sealed item; only the day is known."""
        done = self._decide(self._command(act, None, on, to, 1, {}))
        assert not isinstance(done, Refusal), (act, done.words.en, done.allowed, self.stage)
        return self._keep(done)

    def decides(
        self, *outcomes: str, by: str, to: str | None = None, on: str | None = None, act: str = "decided",
        member: int | str = 1,
    ) -> Life:  # fmt: skip
        """A decision with its sealed outcomes, which must fit the policy and the stage that is picked in clear."""
        refused = self.verdict_refused(*outcomes, by=by, to=to, act=act, member=member)
        assert refused is None, refused
        self.does(act, by=by, to=to, on=on, member=member)
        self._steps.append(self._sealed(act, by, member, outcomes))
        return self

    def seals(
        self, act: str, *measures: str, by: str, on: str | None = None, reward: str | None = None,
        own_words: bool = False, member: int | str = 1,
    ) -> Life:  # fmt: skip
        """A measure, reward or step on malice: in clear nobody sees which."""
        step = self._sealed(act, by, member, (), measures, reward, own_words)
        refused = check_sealed(self.policy, self.sealed, step)
        assert refused is None, refused.words.en
        self.does(act, by=by, on=on, member=member)
        assert self.case.events[-1].act is Act.SEALED
        self._steps.append(step)
        return self

    # What is refused.

    def refused(
        self, act: str, *, by: str | None = None, on: str | None = None, to: str | None = None, member: int | str = 1,
        **codes: str,
    ) -> RefusalReason | None:  # fmt: skip
        """Why the engine refuses a step (by nobody: the reporter's), without taking it; None when it would let it."""
        found = self.refusal(act, by=by, on=on, to=to, member=member, **codes)
        return found.reason if found else None

    def wordless(self, act: str, *, by: str) -> RefusalReason | None:
        """Why the engine refuses a step that nothing was written with."""
        before = self.at
        found = self._decide(replace(self._command(act, by, None, None, 1, {}), item=None))
        self.at = before
        return found.reason if isinstance(found, Refusal) else None

    def refusal(
        self, act: str, *, by: str | None = None, on: str | None = None, to: str | None = None, member: int | str = 1,
        **codes: str,
    ) -> Refusal | None:  # fmt: skip
        """The same with what the refusal is about."""
        before = self.at
        found = self._decide(self._command(act, by, on, to, member, codes))
        self.at = before
        return found if isinstance(found, Refusal) else None

    def verdict_refused(
        self, *outcomes: str, by: str, to: str | None = None, act: str = "decided", member: int | str = 1
    ) -> RefusalReason | None:
        """Why a member's client refuses to sign these outcomes with this next stage."""
        step = self._sealed(act, by, member, outcomes)
        found = check_sealed(self.policy, self.sealed, step, StageId(to) if to else None)
        return found.reason if found else None

    def seal_refused(
        self,
        act: str,
        *measures: str,
        by: str,
        reward: str | None = None,
        own_words: bool = False,
        member: int | str = 1,
    ) -> RefusalReason | None:
        """Why a member's client refuses a measure, reward or step on malice."""
        step = self._sealed(act, by, member, (), measures, reward, own_words)
        found = check_sealed(self.policy, self.sealed, step)
        return found.reason if found else None

    # Where it stands.

    @property
    def stage(self) -> str:
        """The stage in which the case stands."""
        return self.case.stage

    @property
    def ended(self) -> bool:
        """Whether the case stands in a stage that ends it."""
        stage = self.policy.rules.stage(self.case.stage)
        return stage is not None and stage.end

    @property
    def sealed(self) -> SealedCase:
        """The sealed side, as anyone who opened its items folds it."""
        return fold_sealed(self._steps)

    def events(self, *acts: str) -> list[Event]:
        """The events of these acts."""
        return [event for event in self.case.events if event.act in acts]

    def may(self, *, by: str | None = None, on: str | None = None, member: int | str = 1) -> set[str]:
        """What a role (by nobody: the reporter) is shown as possible now."""
        before = self.at
        shown = allowed(self.policy, self.case, self._command("noted", by, on, None, member, {}))
        self.at = before
        parties = (Party.REPORTER,) if by is None else (Party.MEMBER,)
        return {act.value for act in shown if TRAITS[act].party in parties}

    def clock(self, name: str, on: str | None = None) -> ClockState:
        """Where a clock of the policy stands at a moment, else now; it must be one that this case knows."""
        rule = self.rule(name)
        return clock_state(terms_of(rule), happenings(self.case, rule), facts_of(self.case), OFFICE, self._when(on))

    def knows(self, name: str) -> bool:
        """Whether a clock of the policy runs for a case of this grade."""
        return name in {clock.id for clock in clocks_of(self.policy, self.case)}

    def rule(self, name: str) -> ClockRule:
        """A clock's rule; raises where this case knows none of the name."""
        return next(clock for clock in clocks_of(self.policy, self.case) if clock.id == name)

    def stands(self, name: str, on: str | None = None) -> str:
        """The status of a clock at a moment, in its one word."""
        return self.clock(name, on).status.value

    def due(self, name: str) -> str | None:
        """The day on which a clock falls due, or the minute where it counts hours; None without a date."""
        end = self.clock(name).due
        if end is None:
            return None
        return f"{end.moment.astimezone(ZONE):%Y-%m-%dT%H:%M}" if end.moment is not None else end.day.isoformat()

    # Inside.

    def _decide(self, command: Command) -> tuple[Event, ...] | Refusal:
        found = decide(self.policy, self.case, command)
        if isinstance(found, Refusal) or command.by is None or command.act in SEALED_ACTS:
            return found
        early = check_end(self.policy, self.sealed, found[0].to)
        return early or check_grade_duties(self.policy, self.case, found[0], command.roles) or found

    def _when(self, on: str | None) -> datetime:
        return moment(on) if on else self.at

    def _is_today(self, on: str) -> bool:
        """A bare day on which something happened already: what comes now comes a minute later."""
        return "T" not in on and moment(on).date() == self.at.date()

    def _command(
        self, act: str, by: str | None, on: str | None, to: str | None, member: int | str, codes: dict[str, str]
    ) -> Command:
        when = moment(on) if on and not self._is_today(on) else self.at + MINUTE
        assert when >= self.at, f"{on} was before {self.at}"
        self.at = when
        return Command(
            act=Act(act),
            at=when.date() if by is None else when,
            by=self.member(by, member) if by else None,
            roles=frozenset({RoleId(by)} if by else ()),
            to=StageId(to) if to else None,
            codes={Attribute(name): value for name, value in codes.items()},
            item=self._item() if self._brings_item(act) else None,
            lapsed=lapsed(self.policy, self.case, OFFICE, when),
        )

    def _keep(self, events: Iterable[Event]) -> Life:
        for event in events:
            self.case = apply_events(self.case, [self._record.keep(event, event.item)])
        return self

    def _brings_item(self, act: str) -> bool:
        """Whether the step is refused without something written, by its nature or by the policy."""
        stage = self.policy.rules.stage(self.case.stage)
        written = any(one.written for one in self.policy.rules.acts_in(stage, Act(act))) if stage else False
        return written or TRAITS[Act(act)].item not in (Item.NONE, Item.OPTIONAL)

    def _item(self) -> bytes:
        self._items += 1
        return self._items.to_bytes(32, "big")

    def member(self, role: str, number: int | str = 1) -> MemberId:
        """Who holds a role: everybody has one, and three hold each; under the name of another role its first member."""
        if isinstance(number, str):
            return self.member(number)
        roles = [one.id for one in self.policy.rules.roles]
        return MemberId(STAFF[(roles.index(RoleId(role)) + (number - 1) * len(roles)) % len(STAFF)])

    def _sealed(
        self, act: str, by: str, member: int | str, outcomes: Iterable[str], measures: Iterable[str] = (),
        reward: str | None = None, own_words: bool = False,
    ) -> SealedStep:  # fmt: skip
        assert Act(act) in SEALED_ACTS
        return SealedStep(
            Act(act),
            self.member(by, member),
            RoleId(by),
            tuple(OutcomeId(one) for one in outcomes),
            tuple(MeasureId(one) for one in measures),
            own_words,
            RewardFor(reward) if reward else None,
        )
