"""One case that members and a reporter live through their own clients before a served office."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import crypto
from casework.deadlines.calendar_document import calendars_document
from casework.deadlines.clock import clock_state
from casework.engine.case import Event
from casework.engine.engine import allowed
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, lapsed, terms_of
from casework.engine.refusal_words import refusal_words
from casework.engine.refusals import Refusal
from casework.event_store.history import ACT_READ, MESSAGE, StreamEntry
from casework.event_store.step_check import decide_read
from casework.ids import MemberId
from casework.policy.document import rules_document
from casework.rules.acts import TRAITS, Act, Attribute, Party
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from portal.cli.demo.demo_policies import DemoPolicy, bind_roles
from portal.cli.desk.acting import ActionRequest, attempt, names_of, read_names, seal_action
from portal.cli.desk.case_state import RuledCase, ruled_case
from portal.cli.desk.client import OpenedCase, StepLoad, write_step
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.server import ServerRefused
from tests.casework.policies import bound
from tests.casework.vector_rows import case_row
from tests.casework.written import SLUGS
from tests.journeys.case_lives import LIVES
from tests.journeys.colleague import Colleague, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.test_over_days import declare
from tests.support.browsers.typescript_tests import FOLDER, run_in_node
from tests.support.offices.role_bindings import run_policies

PATIENCE: Final = 60
Roles = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """A line of a life."""

    who: str
    act: str
    wrong: bool
    to: str | None
    outcomes: tuple[str, ...]
    measures: tuple[str, ...]
    codes: dict[str, str]
    said: str


def read_step(line: str) -> Step:
    """A line as `case_lives.py` describes it."""
    words = line.split()
    wrong = words[0] == "!"
    who, act, *rest = words[1:] if wrong else words
    marked = {sign: tuple(one[1:] for one in rest if one[0] == sign) for sign in ">=+"}
    codes = dict(one.split(":") for one in rest if ":" in one)
    said = next((one for one in rest if one[0] not in ">=+" and ":" not in one), "")
    return Step(who, act, wrong, next(iter(marked[">"]), None), marked["="], marked["+"], codes, said)


@dataclass
class LivedCase:
    """A case under one of the twenty: who holds its roles, and what every member was shown before each step."""

    demo: MovedDemo
    policy: str
    held: Roles
    folder: Path
    shown: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    refusals: list[str] = field(default_factory=list[str])
    receipt: str = ""
    case: str = ""
    stage: str = ""
    ended: bool = False
    _people: dict[str, Colleague] = field(default_factory=dict[str, Colleague])
    _stack: ExitStack = field(default_factory=ExitStack)

    def live(self) -> None:
        """From the report to the end of the script."""
        words = f"{self.policy} 的一件事"
        slug = SLUGS[int(self.policy[1:])]
        wish = ReportRequest("group", slug, "other", f"{words}，请查一查。", "zh")
        self.receipt = file_report(self.demo, wish, self.folder)
        with self._stack:
            first = next(iter(self.held.values()))[0]
            self.case = str(self._person(first).find(words, self.folder / first).row["case"])
            for line in LIVES[self.policy].strip().splitlines():
                self._take(read_step(line))
            ruled = self._ruled(first)[1]
            rule = ruled.policy.rules.stage(StageId(ruled.case.stage))
            self.stage, self.ended = ruled.case.stage, rule is not None and rule.end

    def _take(self, step: Step) -> None:
        if step.who == "wait":
            self._wait(step.act)
        elif step.who == "reporter":
            self._declare(step)
        elif step.wrong:
            self._send_wrong(step)
        else:
            self._act(step)

    # What is done.

    def _act(self, step: Step) -> None:
        """A step by the first holder of the role whom the policy lets: some steps want another than did one before."""
        refused: list[str] = []
        for member in self.held[step.who]:
            ruled = self._ruled(member)[1]
            event = self._attempt(ruled, member, step)
            if isinstance(event, Event):
                self._note(ruled, step, member)
                return self._sent(lambda member=member: self._write(member, step))
            refused.append(event.words.en)
        raise AssertionError((self.policy, step, refused))

    def _sent(self, send: Callable[[], None]) -> None:
        """Once more where the worker wrote into the case meanwhile, as the client asks a person to."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return send()
            except ServerRefused as refused:
                if not refused.is_conflict or time.monotonic() > until:
                    raise

    def _attempt(self, ruled: RuledCase, member: str, step: Step) -> Event | Refusal:
        return attempt(ruled, member, self._wish(step))

    def _wish(self, step: Step) -> ActionRequest:
        codes = {name: self.held[value][0] if name == "handler" else value for name, value in step.codes.items()}
        ahead = codes.pop("due", None)
        due = None if ahead is None else (self.demo.day + timedelta(days=int(ahead))).isoformat()
        act = Act(step.act)
        text = f"{self.policy}：{step.act}。"
        return ActionRequest(
            act, to=step.to, codes=codes, text=text, outcomes=step.outcomes, measures=step.measures, audience=None,
            due=due,
        )  # fmt: skip

    def _write(self, member: str, step: Step, forced: Event | None = None) -> None:
        """Seals what the step brings and sends it; the first words for the office alone bring its own key."""
        person, wish, day = self._people[member], self._wish(step), self.demo.day.isoformat()
        opened = person.open(self.case)
        if wish.readers == "office" and crypto.needs_office_key(opened.grant, opened.thread):
            where = (person.staff, person.session.directory, opened.grant, opened.thread)
            key = crypto.seal_office_key(*where, os.urandom)
            write_step(person.session, person.staff, opened, StepLoad("office-key", day, key))
        opened, ruled = self._ruled(member)
        event = forced or self._attempt(ruled, member, step)
        assert isinstance(event, Event), (self.policy, step, event)
        kind = "sealed" if TRAITS[wish.act].masked else wish.act.value
        where = (person.staff, person.session.directory, opened.grant, opened.thread)
        item = seal_action(where, ruled, wish, event, [])
        write_step(person.session, person.staff, opened, StepLoad(kind, day, item, names=names_of(event)))

    def _send_wrong(self, step: Step) -> None:
        """Somebody who holds this role and none that may: refused by their own client, and by the server all the same.

        The step is signed in the role that the sender has, as a client that judges nothing would sign it.
        """
        may = self._may(step)
        members = [one for one in self.held[step.who] if not any(one in self.held[role] for role in may)]
        assert members, (self.policy, step, may)
        member = members[0]
        ruled = self._ruled(member)[1]
        found = self._attempt(ruled, member, step)
        assert isinstance(found, Refusal), (self.policy, step)
        self._note(ruled, step, member, found)
        wish = self._wish(step)
        forced = Event(
            len(ruled.case.events), wish.act, ruled.ruling.office.day_of(ruled.ruling.now), MemberId(member),
            RoleId(step.who), StageId(step.to) if step.to else None,
            {Attribute(name): value for name, value in wish.codes.items()},
        )  # fmt: skip
        with pytest.raises(ServerRefused) as refused:
            self._sent(lambda: self._write(member, step, forced))
        assert refusal_words(ruled.policy, found).en in str(refused.value)
        self.refusals.append(refusal_words(ruled.policy, found).zh)
        assert self._ruled(member)[1].case.counts == ruled.case.counts

    def _may(self, step: Step) -> set[str]:
        """The roles to which the policy gives the step where the case stands."""
        policy, case = (ruled := self._ruled(self.held[step.who][0])[1]).policy, ruled.case
        stage = policy.rules.stage(StageId(case.stage))
        assert stage is not None
        rules = policy.rules.acts_in(stage, Act(step.act))
        return {str(role) for rule in rules for role in rule.by or stage.actors}

    def _declare(self, step: Step) -> None:
        """The reporter says it in the mailbox; the first member who can reads it and puts it on the record."""
        member = next(iter(self.held.values()))[0]
        before = max((one.event.n for one in self._messages(member)), default=-1)
        declare(self.demo, self.receipt, step.said)
        until = time.monotonic() + PATIENCE
        while True:
            # An older message may be a note of the program that nobody puts on the record.
            waiting = [one.event for one in self._messages(member) if one.event.n > before]
            if waiting:
                break
            assert time.monotonic() < until, f"{step} has not come"
            time.sleep(0.2)
        self._note(self._ruled(member)[1], step, member)
        self._sent(lambda: self._put_on_record(member, step, waiting[-1]))

    def _messages(self, member: str) -> list[StreamEntry]:
        return [one for one in self._ruled(member)[1].entries if one.event.kind == MESSAGE]

    def _put_on_record(self, member: str, step: Step, message: crypto.Event) -> None:
        opened, ruled = self._ruled(member)
        found = decide_read(ruled.ruling, ruled.case, Act(step.act), message, StageId(step.to) if step.to else None)
        assert isinstance(found, Event), (self.policy, step, found)
        item = crypto.b64decode(str(message.data["item"]), 32)
        load = StepLoad(ACT_READ, self.demo.day.isoformat(), names=read_names(found, item, message.n))
        write_step(self._people[member].session, self._people[member].staff, opened, load)

    def _wait(self, clock: str) -> None:
        """The day after the limit's last comes."""
        ruled = self._ruled(next(iter(self.held.values()))[0])[1]
        rule = next(one for one in clocks_of(ruled.policy, ruled.case) if one.id == clock)
        office, now = ruled.ruling.office, ruled.ruling.now
        state = clock_state(terms_of(rule), happenings(ruled.case, rule), facts_of(ruled.case), office, now)
        assert state.due is not None, (self.policy, clock)
        assert clock not in lapsed(ruled.policy, ruled.case, office, now)
        self._stack.close()
        self._people.clear()
        self.demo.moved.move_to(state.due.day + timedelta(days=1))

    # Who does it, and what they are shown.

    def _person(self, member: str) -> Colleague:
        """A member who is signed in, for the day."""
        if member not in self._people:
            self._people[member] = self._stack.enter_context(colleague(self.demo, member))
            (self.folder / member).mkdir(exist_ok=True)
            if self.case:
                self._people[member].claim_all(self.folder / member)
        return self._people[member]

    def _ruled(self, member: str) -> tuple[OpenedCase, RuledCase]:
        """The case as this member's client opens and judges it now."""
        person = self._person(member)
        opened = person.open(self.case)
        ruled = ruled_case(person.session, opened)
        return opened, replace(ruled, ruling=replace(ruled.ruling, now=self.demo.moved.now))

    @staticmethod
    def _clear(ruled: RuledCase, member: str) -> list[str]:
        """What the clear record lets a member do: what is decided under seal only some of them know."""
        acts = allowed(ruled.policy, ruled.case, ruled.command(member, Act.NOTED))
        return [act.value for act in acts if TRAITS[act].party is Party.MEMBER]

    def _note(self, ruled: RuledCase, step: Step, member: str, refusal: Refusal | None = None) -> None:
        """What each member is offered now, for the desk's own code to be held against."""
        everyone = sorted({one for members in self.held.values() for one in members})
        row: dict[str, Any] = {
            "policy": ruled.case.policy, "version": ruled.case.version,
            "rules": rules_document(ruled.policy).decode(),
            "office": calendars_document({"group": ruled.ruling.office}, ruled.ruling.now.year, "zh").decode(),
            "entries": [_entry_row(one) for one in ruled.entries],
            "now": ruled.ruling.now.isoformat(), "stage": ruled.case.stage, "counts": case_row(ruled.case)["counts"],
            "allowed": {one: self._clear(ruled, one) for one in everyone},
            "step": {"act": step.act, "by": member, "reporter": step.who == "reporter"},
        }  # fmt: skip
        if refusal is not None:
            row["refused"] = [refusal.reason, list(refusal.names)]
        self.shown.append(row)


def _entry_row(entry: Any) -> dict[str, Any]:
    event = entry.event
    return {
        "kind": event.kind, "day": event.day, "actor": event.actor, "data": dict(event.data), "signed": entry.signed
    }  # fmt: skip


def roles_of_lives() -> dict[str, Roles]:
    """Who holds the roles of each policy: two to a role, and nobody what the text keeps apart."""
    found = {policy: bind_roles(bound(SLUGS[int(policy[1:])])) for policy in LIVES}
    # The demo has readers of its own for this one, and investigator-c is none of them.
    return found | {"P04": {"company": ("investigator-a", "investigator-b"), "dedicated-person": ("registrar-a",)}}


@contextmanager
def office_of_lives(demo: Demo, folder: Path) -> Generator[MovedDemo]:
    """A copy of the demo's office that runs all twenty."""
    roles = roles_of_lives()
    with moved_demo(demo, folder, {}) as moved:
        known = moved.settings.office / "texts"
        known.mkdir(exist_ok=True)
        new = {SLUGS[int(policy[1:])]: held for policy, held in roles.items()}
        # The demo runs this one already, for readers of its own.
        there = DemoPolicy(SLUGS[4], "group", new.pop(SLUGS[4]))
        (known / f"{there.id}.bindings.toml").write_text(there.bindings(), "utf-8")
        run_policies(
            moved.settings, new, sorted({one for held in roles.values() for two in held.values() for one in two})
        )
        yield moved


def live_to_the_end(demo: MovedDemo, policy: str, folder: Path) -> LivedCase:
    """A case from the report to a stage that ends it, with all that the desk's own code has to agree to."""
    life = LivedCase(demo, policy, roles_of_lives()[policy], folder)
    life.live()
    assert life.ended, (policy, life.stage)
    assert life.refusals, policy
    (folder / "lives.json").write_text(json.dumps(life.shown), "utf-8")
    assert run_in_node(FOLDER / "desk" / "lives.ts", folder) == len(life.shown)
    return life
