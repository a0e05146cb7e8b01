"""Lives of cases for the vectors: what was tried, what came of it, where the clocks stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random  # noqa: TID251  # lots that fall the same way every time

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.clock_words import explain_state
from casework.deadlines.terms import ClockTerms
from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.engine.engine import Command, attempt, decide
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, lapsed, terms_of
from casework.engine.refusals import Refusal
from casework.engine.reporter_options import asked_of_reporter, last_day
from casework.event_store.extending import extension_days
from casework.event_store.step_check import Ruling, check_record_rules
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.policy_check.path_search import NO_ITEM, commands, has_ended, member_of, path_to_end
from casework.rules.acts import TRAITS, Act, Attribute, Item, Party
from casework.rules.flow import ActRule, ClockId, StageId
from casework.rules.roles import RoleId
from tests.casework.vector_rows import OFFICES, Row, case_row, command_row, event_row, point

STEPS = 30
CHECKS = (9, 19)
HALF_WAY = 6
WORKING_HOUR = time(10, 7)


class Life:
    """One case under a policy, led by a drawing of lots that is the same every time."""

    def __init__(self, policy: Policy, office: str, start: date, version: str | None = None) -> None:
        self.policy = policy
        self.lots = Random(f"{policy.id}/{office}/{start}")
        self.office: Office = OFFICES[office]
        self.day = start
        self.case: Case = fold([opening(policy.id, version or policy.version, start)])
        self.steps: list[Row] = []
        self.allowed: list[list[Act]] = []
        self.clocks: list[Row] = []
        self.head: Row = {"policy": policy.id, "version": self.case.version, "office": office, "start": point(start)}

    @property
    def now(self) -> datetime:
        """Ten in the morning, and some, of the day."""
        return datetime.combine(self.day, WORKING_HOUR, self.office.zone)

    def whole(self) -> Row:
        """The life as it stands in the file."""
        return {
            **self.head,
            "steps": self.steps,
            "allowed": self.allowed,
            "clocks": self.clocks,
            "case": case_row(self.case),
        }

    def run(self, steps: int = STEPS) -> Life:
        """Leads the case on, day by day, until some time after its end."""
        for number in range(steps):
            if has_ended(self.policy, self.case) and self.lots.random() < 0.3:
                break
            self.day += timedelta(days=self.lots.choice((0, 0, 1, 1, 2, 5, 11)))
            if self.lots.random() < 0.03:
                self.hear(Event(len(self.case.events), self.lots.choice(tuple(Act)), self.day, signed=False))
            else:
                self.take(self.something())
            if number in CHECKS:
                self.look()
        self.look()
        return self

    def follow(self, reporter: bool) -> Life:
        """Leads the case to its end by the path that the policy gives, and tries much that is wrong on the way."""
        path = path_to_end(self.policy, self.case, self.day, reporter) or ()
        for number, event in enumerate(one for one in path if one.act is not Act.SEALED):
            self.day += timedelta(days=self.lots.choice((0, 1, 3, 8)))
            ready = commands(self.policy, self.case, event.act, event.to, self.day)
            lapsed = ready[0].lapsed
            roles = frozenset({event.role} if event.role else ())
            command = Command(event.act, self.day, event.by, roles, event.to, event.codes, event.item, lapsed=lapsed)
            if self.lots.random() < 0.5:
                self.take(self.spoiled(command))
            self.timed(command)
            self.take(command)
            if self.lots.random() < 0.2:
                everything = frozenset(role.id for role in self.policy.rules.roles)
                self.take(replace(self.something(), by=command.by, roles=everything))
            if number == HALF_WAY or event.act is Act.NOTIFIED:
                self.look()
        self.look()
        return self

    def timed(self, command: Command) -> None:
        """The same at the wrong time, nowhere where the policy leaves a choice, and without the words that it wants."""
        stage = self.policy.rules.stage(self.case.stage)
        rules = [rule for rule in self.policy.rules.acts_in(stage) if rule.act is command.act] if stage else []
        if any(rule.within for rule in rules):
            self.take(replace(command, lapsed=frozenset(clock.id for clock in self.policy.rules.clocks)))
        if any(rule.after for rule in rules):
            self.take(replace(command, lapsed=frozenset()))
        if any(len(rule.to) > 1 for rule in rules):
            self.take(replace(command, to=None))
        if any(rule.written for rule in rules):
            self.take(replace(command, item=None))

    def hear(self, event: Event) -> None:
        """An event that nobody signed, as a stream may hold it."""
        self.steps.append({"heard": event_row(event)})
        self.case = apply_events(self.case, (event,))

    def take(self, command: Command) -> None:
        """Puts a command to the engine, and writes down what came of it."""
        found = decide(self.policy, self.case, command)
        if isinstance(found, Refusal):
            allowed = list(found.allowed)
            if allowed not in self.allowed:
                self.allowed.append(allowed)
            refused = [found.reason, list(found.names), self.allowed.index(allowed)]
            self.steps.append({**command_row(command), "refused": refused})
            return
        (event,) = found
        self.steps.append({**command_row(command), "gives": [event.act, event.role, event.to]})
        self.case = apply_events(self.case, found)

    def something(self) -> Command:
        """An act that the policy lists here, as it should be or with something wrong about it."""
        stage = self.policy.rules.stage(self.case.stage)
        rules = self.policy.rules.acts_in(stage) if stage else ()
        if not rules:
            return self.spoiled(Command(Act.NOTED, self.day, MemberId("li"), item=NO_ITEM))
        if self.case.frozen and self.lots.random() < 0.4:
            rules = [rule for rule in rules if rule.act is Act.HANDED_BACK] or rules
        command = self.of_rule(self.lots.choices(rules, [self.weight(rule) for rule in rules])[0])
        return self.spoiled(command) if self.lots.random() < 0.25 else command

    def weight(self, rule: ActRule) -> int:
        """Lots for what has conditions, few for what leads on or only repeats."""
        if rule.act in (Act.MIGRATED, Act.HANDED_OVER, Act.MERGED, Act.HELD) or TRAITS[rule.act].masked:
            return 1
        if rule.act is Act.RECUSED:
            return 2
        conditions = (rule.within, rule.after, rule.most, rule.unless, rule.apart, rule.every, rule.grades)
        fresh = rule.act not in self.case.counts
        return (4 if fresh else 1) + (8 if any(conditions) else 0) + (8 if rule.to else 0)

    def of_rule(self, rule: ActRule) -> Command:
        """The act by one who is let, or by anybody; sometimes at a minute of the day."""
        to = self.lots.choice(rule.to) if rule.to else None
        tried = commands(self.policy, self.case, rule.act, to, self.day)
        tried = [self.dated(one, rule) for one in tried]
        if self.lots.random() < 0.5:
            tried = [replace(one, lapsed=self.lapsed()) for one in tried]
        self.lots.shuffle(tried)
        ready = (one for one in tried if not isinstance(attempt(self.policy, self.case, one), Refusal))
        return next(ready, tried[0]) if self.lots.random() < 0.8 else tried[0]

    def dated(self, command: Command, rule: ActRule) -> Command:
        """With a minute where staff acts, and a day that an extension can tell."""
        codes = dict(command.codes)
        clocks = [clock.id for clock in self.policy.rules.clocks if clock.extension]
        if Attribute.CLOCK in codes and clocks:
            codes[Attribute.CLOCK] = self.lots.choice(clocks)
        if Attribute.MEMBER in codes:
            codes[Attribute.MEMBER] = member_of(self.lots.choice(self.policy.rules.roles).id, 1)
        if Attribute.UNTIL in codes:
            codes[Attribute.UNTIL] = (self.day + timedelta(days=self.lots.choice((1, 9, 25, 80)))).isoformat()
        minute = TRAITS[rule.act].party is Party.MEMBER and self.lots.random() < 0.5
        at = datetime.combine(self.day, time(9 + self.lots.randrange(8), 40), self.office.zone) if minute else self.day
        return replace(command, codes=codes, at=at)

    def ask_again(self) -> Life:
        """One asks twice for a deletion and another once, who agrees to any, to the own, then to the first."""
        first, second = (MemberId(f"asking-{number}") for number in (1, 2))
        everything = frozenset(role.id for role in self.policy.rules.roles)
        steps: tuple[tuple[MemberId, Act, dict[Attribute, str]], ...] = (
            (first, Act.DELETION_ASKED, {}),
            (first, Act.DELETION_ASKED, {}),
            (second, Act.DELETION_ASKED, {}),
            (second, Act.DELETION_APPROVED, {}),
            (second, Act.DELETION_APPROVED, {Attribute.ASKING: "two"}),
            (second, Act.DELETION_APPROVED, {Attribute.ASKING: "3"}),
            (second, Act.DELETION_APPROVED, {Attribute.ASKING: "1"}),
            (second, Act.DELETION_APPROVED, {Attribute.ASKING: "2"}),
        )
        for by, act, codes in steps:
            self.take(Command(act, self.day, by, everything, codes=codes, item=NO_ITEM))
        return self

    def hand_over_again(self) -> Life:
        """One hands the case over, another takes it back, and each tries to hand it over again."""
        first, second = (MemberId(f"asking-{number}") for number in (1, 2))
        everything = frozenset(role.id for role in self.policy.rules.roles)
        named = self.policy.rules.hand_over
        over = {Attribute.AUTHORITY: named.authorities[0] if named and named.authorities else "police"}
        steps: tuple[tuple[MemberId, Act], ...] = (
            (first, Act.HANDED_OVER),
            (second, Act.HANDED_BACK),
            (first, Act.HANDED_OVER),
            (second, Act.HANDED_OVER),
            (second, Act.HANDED_BACK),
            (second, Act.HANDED_OVER),
        )
        for by, act in steps:
            codes = over if act is Act.HANDED_OVER else dict[Attribute, str]()
            self.take(Command(act, self.day, by, everything, codes=codes, item=NO_ITEM))
        return self

    def lapsed(self) -> frozenset[ClockId]:
        """What has run out by the calendar."""
        return lapsed(self.policy, self.case, self.office, self.now)

    def spoiled(self, command: Command) -> Command:
        """The same with one thing wrong about it."""
        roles = self.policy.rules.roles
        bare = TRAITS[command.act].item is Item.NONE
        strange = dict.fromkeys(command.codes, "Nowhere!") or {Attribute.GRADE: "nowhere"}
        ways = (
            {"by": None},
            {"signed": False},
            {"roles": frozenset({RoleId("passer-by")})},
            {"by": member_of(roles[0].id, 1), "roles": frozenset(role.id for role in roles)},
            {"item": NO_ITEM if bare else None},
            {"codes": strange},
            {"codes": {}},
            {"to": None},
            {"to": StageId("nowhere")},
            {"lapsed": frozenset()},
            {"lapsed": frozenset(clock.id for clock in self.policy.rules.clocks)},
            {"act": self.lots.choice(tuple(Act))},
        )
        return replace(command, **self.lots.choice(ways))

    def look(self) -> None:
        """Where every clock stands now, and in the words of it."""
        rows: list[Row] = []
        for clock in clocks_of(self.policy, self.case):
            terms = terms_of(clock)
            state = clock_state(terms, happenings(self.case, clock), facts_of(self.case), self.office, self.now)
            rows.append(state_row(clock.id, terms, state))
        found = sorted(self.lapsed())
        look: Row = {"after": len(self.steps), "now": point(self.now), "states": rows, "lapsed": found}
        self.clocks.append(look | self.asked() | {"record": self.record()} | self.extensions())

    def extensions(self) -> Row:
        """For each clock that may be extended, from which day to which; nothing under a policy without such."""
        at = (self.office, self.now)
        clocks = [clock.id for clock in self.policy.rules.clocks if clock.extension]
        found = {one: extension_days(self.policy, self.case, one, at) for one in clocks}
        rows = {one: None if days is None else [point(day) for day in days] for one, days in found.items()}
        return {"extensions": rows} if rows else {}

    def record(self) -> list[list[object]]:
        """What the record takes of what the engine might let pass: extensions and recusals."""
        ruling = Ruling(self.policy, self.office, self.now, lambda _: None)
        rows: list[list[object]] = []
        for event in self.tries():
            found = check_record_rules(ruling, self.case, event)
            codes = {code.value: value for code, value in event.codes.items()}
            told = None if found is None else [found.reason, list(found.names)]
            rows.append([event.act, event.role, event.by, codes, told])
        return rows

    def tries(self) -> list[Event]:
        """Each clock that may be extended, to three days; at the first look also people sent away, by two roles."""
        roles, n = self.policy.rules.roles, len(self.case.events)
        first, last = member_of(roles[0].id, 1), member_of(roles[-1].id, 1)
        tried = [
            (
                roles[0],
                Act.EXTENDED,
                {Attribute.CLOCK: clock.id, Attribute.UNTIL: (self.day + timedelta(days=days)).isoformat()},
            )
            for clock in self.policy.rules.clocks
            for days in (-1, 12, 700)
            if clock.extension
        ]
        tried.append((roles[0], Act.HELD, {}))
        if not self.clocks:
            tried += [
                (role, Act.RECUSED, {Attribute.MEMBER: one}) for role in (roles[0], roles[-1]) for one in (first, last)
            ]
        return [Event(n, act, self.day, first, role.id, codes=codes, item=NO_ITEM) for role, act, codes in tried]

    def asked(self) -> Row:
        """What is open to the reporter now, and until when."""
        asks = asked_of_reporter(self.policy, self.case, self.office, self.now)
        last = last_day(self.policy, self.case, self.office, self.now)
        if last is None:
            return {"asks": list(asks), "last": None}
        counts = None if last.counts is None else [point(day) for day in last.counts]
        return {"asks": list(asks), "last": [point(last.day), last.provisional, last.limit.words.en, counts]}


def state_row(name: str, terms: ClockTerms, state: ClockState) -> Row:
    """A clock's state, and the sentence about it."""
    words = explain_state(terms, state)
    due = state.due
    row: Row = {
        "clock": name,
        "status": state.status,
        "started": point(state.started),
        "day": point(due.day) if due else None,
        "moment": point(due.moment) if due else None,
        "missing": list(due.missing) if due else [],
        "stopped": point(state.stopped),
        "paused_since": point(state.paused_since),
        "late": state.late,
        "held": len(state.extensions),
        "refused": [reason for _, reason in state.refused],
        "zh": words.zh,
        "en": words.en,
    }
    return {name: value for name, value in row.items() if value}
