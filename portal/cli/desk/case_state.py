"""Where a case stands by its signed record and the rules of its policy: judged here, not believed of the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple, cast

from casework.deadlines.calendar_document import read_calendars
from casework.deadlines.calendars import Office
from casework.deadlines.clock import clock_state
from casework.deadlines.clock_words import explain_state
from casework.deadlines.terms import ClockStatus
from casework.engine.case import Case, Event, open_askings
from casework.engine.dual_approval import ANSWERS, BY_TWO
from casework.engine.engine import Command, allowed, decide
from casework.engine.holders import roles_of
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, lapsed, terms_of
from casework.engine.refusals import Refusal
from casework.engine.reporter_options import SPOKEN
from casework.engine.sealed_steps import SealedCase, SealedStep, check_end, check_sealed, fold_sealed, sealed_hurdle
from casework.errors import NotAHistory, RulesRefused, StartRefused
from casework.event_store.declining import declines
from casework.event_store.history import ACT_READ, MESSAGE, StreamEntry, history, verified_entries
from casework.event_store.step_check import Ruling
from casework.ids import MemberId
from casework.obligations.callback import against_verdict, rated_at
from casework.policy.document import read_rules
from casework.policy.policy import Policy
from casework.rules.acts import BY_VERDICT, TRAITS, Act, Attribute, Party
from casework.rules.clauses import RewardFor
from casework.rules.flow import MeasureId, OutcomeId, StageId
from casework.rules.roles import RoleId
from crypto import ActText, b64encode
from crypto import Event as SignedEvent
from crypto.case.step_payloads import Decision, Declaration
from crypto.framing import sha256
from crypto.text import read_json
from portal.cli.desk.client import DeskSession, OpenedCase
from portal.cli.desk.rules import UNSIGNED
from portal.cli.errors import CommandError, Exit
from portal.office.rules_repository import PolicyPageRules

NO_RULES = (
    "The policy of this case was published without rules: only reply, note, deletion-asked and deletion-approved "
    "are open."
)
ALTERED = "A text that the office publishes is missing or was altered."
LIMIT = 8 * 1024 * 1024
# Stands for the hash of an item that is not sealed yet.
PLACE: Final = bytes(32)
RUNS = frozenset({ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.MISSED, ClockStatus.OPEN})


class NoRules(CommandError):
    """The policy of a case was published without rules."""


Satisfied = Callable[[Case], bool | None]
"""What the reporter said of the handling of a case; None where nobody knows."""
BY_HOLD = frozenset({Act.HELD, Act.RELEASE_ASKED, Act.DELETION_ASKED, Act.DELETION_APPROVED})


class Waiting(NamedTuple):
    """A declaration of the reporter that is not on the record: number of its arrival, act, hash of its item."""

    n: int
    act: Act
    item: bytes


@dataclass(frozen=True)
class RuledCase:
    """A case under its rules: the ruling, the stream as history, the case, and what its sealed items say together."""

    ruling: Ruling
    entries: list[StreamEntry]
    case: Case
    sealed: SealedCase
    # What the reporter said of this round's handling, where that is on the record; and what they declared and nobody
    # has put there.
    satisfied: bool | None = None
    waiting: tuple[Waiting, ...] = ()

    @property
    def policy(self) -> Policy:
        """The rules that the case is pinned to."""
        return self.ruling.policy

    def command(self, member: str, act: Act) -> Command:
        """An act of a member in all the roles that the member has here."""
        found, now = MemberId(member), self.ruling.now
        run_out = lapsed(self.policy, self.case, self.ruling.office, now)
        roles = roles_of(self.policy, self.case, found)
        return Command(act, self.ruling.office.day_of(now), found, roles, lapsed=run_out)

    def allowed(self, member: str) -> tuple[Act, ...]:
        """What the member could do now."""
        acts = allowed(self.policy, self.case, self.command(member, Act.NOTED))
        mine = (
            act for act in acts if TRAITS[act].party.value == "member" and (act not in BY_HOLD or self._fits_hold(act))
        )
        return tuple(act for act in mine if not self._barred(member, act) and not self._waits(member, act))

    def _waits(self, member: str, act: Act) -> bool:
        """Whether this member has asked for it, and neither agreement nor a no has come since."""
        answer = next((one for one in BY_TWO if ANSWERS[one] is act), None)
        # Who asked for an export may have to name another recipient.
        if answer is None or act is Act.EXPORT_ASKED:
            return False
        waiting = open_askings(self.case.events, self.case.uncounted, answer)
        asking = next((one for one in waiting if one.by == member), None)
        if asking is None or self._may_be_past(asking, answer):
            return False
        return not declines(self.policy, self.case, self.entries, answer, asking)

    def _may_be_past(self, asking: Event, answer: Act) -> bool:
        """Whether somebody whom only the server may count asked or answered behind it."""
        behind = (one for one in self.case.events[asking.n + 1 :] if one.n in self.case.uncounted)
        return any(one.act in (asking.act, answer) for one in behind)

    def _fits_hold(self, act: Act) -> bool:
        """A hold is set once and ended where there is one; under it nobody asks or agrees to delete anything.

        It can be set once more where somebody signed its end and only the server may count that.
        """
        if act is Act.HELD and self._may_be_released():
            return True
        return self.case.held == (act is Act.RELEASE_ASKED)

    def _may_be_released(self) -> bool:
        about = (
            one
            for one in reversed(self.case.events)
            if one.act in (Act.HELD, Act.RELEASED) and (one.act is Act.RELEASED) == (one.n in self.case.uncounted)
        )
        return (last := next(about, None)) is not None and last.act is Act.RELEASED

    def _barred(self, member: str, act: Act) -> bool:
        """Whether what stands under seal bars a masked act whatever the member writes in it, or the end of the case.

        What the verdict of until now owes bars no new one, which may owe nothing.
        """
        if act in (Act.DECIDED, Act.APPEAL_DECIDED):
            return False
        found = decide(self.policy, self.case, replace(self.command(member, act), item=PLACE))
        if not TRAITS[act].masked:
            return not isinstance(found, Refusal) and check_end(self.policy, self.sealed, found[0].to) is not None
        if isinstance(found, Refusal):
            return True
        role = found[0].role or RoleId("")
        return sealed_hurdle(self.policy, self.sealed, act, MemberId(member), role) is not None

    def takes(self, event: SignedEvent, sealed: SealedCase, step: SealedStep) -> bool:
        """Whether a decision counts, by the rules of its time; `sealed` is what was decided before it."""
        if event.n in self.case.uncounted:
            return False
        to = event.data.get("to")
        return check_sealed(self._rules_at(event.n), sealed, step, None if to is None else StageId(str(to))) is None

    def ends_early(self, event: SignedEvent, sealed: SealedCase) -> bool:
        """Whether a member ended the case by this step before what must stand behind its verdict was recorded."""
        to = event.data.get("to")
        if to is None or event.n in self.case.uncounted or TRAITS[Act(event.kind)].party is not Party.MEMBER:
            return False
        return check_end(self._rules_at(event.n), sealed, StageId(str(to))) is not None

    def ends_against(self, event: SignedEvent, satisfied: Satisfied) -> bool:
        """Whether a member ended a round by this step against what the reporter had said, or before the agreed visit.

        `satisfied` gives what the reporter said of the round in which a case stands.
        """
        if event.n in self.case.uncounted or event.kind not in BY_VERDICT:
            return False
        before, to = self._before(event.n), event.data.get("to")
        stage = None if to is None else StageId(str(to))
        return against_verdict(self._rules_at(event.n), before, satisfied=satisfied(before), to=stage) is not None

    def _rules_at(self, n: int) -> Policy:
        """Those of now where the case was not moved since to another version, or no others are known."""
        moved = (one for one in self.case.events if one.act is Act.MIGRATED and one.n > n)
        if all(one.n in self.case.uncounted for one in moved):
            return self.policy
        version = self._before(n).version
        return self.policy if version == self.policy.version else self.ruling.version(version) or self.policy

    def _before(self, n: int) -> Case:
        """The case as the events before this number left it."""
        first = self.case.events[0].codes.get(Attribute.VERSION, self.case.version)
        return history(self.case.policy, first, self.entries[:n])

    def dues(self) -> list[dict[str, object]]:
        """Every limit that runs, with its last day and the sentence for it."""
        found: list[dict[str, object]] = []
        for clock in clocks_of(self.policy, self.case):
            terms = terms_of(clock)
            try:
                state = clock_state(
                    terms, happenings(self.case, clock), facts_of(self.case), self.ruling.office, self.ruling.now
                )
            except StartRefused:
                continue
            if state.status in RUNS:
                words = explain_state(terms, state)
                day = None if state.due is None else state.due.day.isoformat()
                row = {"clock": clock.id, "who": clock.who, "status": state.status, "day": day}
                provisional = state.due is not None and state.due.provisional
                found.append({**row, "provisional": provisional, **words.both()})
        return found


def ruled_case(session: DeskSession, opened: OpenedCase) -> RuledCase:
    """Fetches and verifies the rules, and folds the case; raises CommandError where nothing can be judged."""
    row, grant = opened.row, opened.grant.body
    try:
        entries = verified_entries(opened.events)
        case = history(grant.policy, str(row["version"]), entries)
        versions = Versions(session, grant.policy)
        policy = versions.rules(case.version)
        if policy is None:
            raise NoRules(Exit.REFUSED, NO_RULES)
        offices = _calendars(session)
    except (NotAHistory, RulesRefused) as error:
        raise CommandError(Exit.NOT_VERIFIED, ALTERED) from error
    office = _office(offices, grant.entity)
    ruling = Ruling(
        policy, office, datetime.now(UTC), versions.rules, lambda one: session.directory.valid_member(one) is not None
    )
    ruled = RuledCase(ruling, entries, case, SealedCase())
    return replace(
        ruled,
        sealed=fold_sealed(_steps(ruled, opened)),
        satisfied=satisfied_in(case, opened),
        waiting=tuple(_declarations(opened, entries)),
    )


def _declarations(opened: OpenedCase, entries: Sequence[StreamEntry]) -> Iterator[Waiting]:
    acts = {
        b64encode(entry.item.hash): (entry.inner.content.act, entry.item.hash)
        for entry in opened.thread.verified
        if entry.item and entry.inner and isinstance(entry.inner.content, ActText)
    }
    recorded = {one.event.data.get("n") for one in entries if one.event.kind == ACT_READ}
    for one in entries:
        known = acts.get(str(one.event.data.get("item")))
        if one.event.kind == MESSAGE and known is not None and one.event.n not in recorded:
            meant = next(act for act, words in SPOKEN.items() if known[0] in words)
            yield Waiting(one.event.n, meant, known[1])


def satisfied_in(case: Case, opened: OpenedCase) -> bool | None:
    """What the reporter said of this round's handling; None where that is not on the record or can't be opened."""
    n = rated_at(case)
    item = None if n is None else case.events[n].item
    said = (
        entry.inner.content.act
        for entry in opened.thread.verified
        if entry.item is not None and entry.inner is not None and isinstance(entry.inner.content, ActText)
        and entry.item.hash == item
    )  # fmt: skip
    return {Declaration.SATISFIED: True, Declaration.UNSATISFIED: False}.get(next(said, Declaration.SEEN))


def _calendars(session: DeskSession) -> dict[str, Office]:
    """The calendars that the verified directory names; raises CommandError, RulesRefused."""
    signed = session.directory.content.calendars
    if signed is None:
        raise CommandError(Exit.NOT_VERIFIED, UNSIGNED)
    return read_calendars(_named(session, "calendars", b64encode(signed)))


def _office(offices: dict[str, Office], entity: str) -> Office:
    if entity not in offices:
        raise CommandError(Exit.NOT_VERIFIED, ALTERED)
    return offices[entity]


class Versions:
    """The versions of a policy that the page names which the verified directory names.

    Raises CommandError, and RulesRefused for a document that is none.
    """

    def __init__(self, session: DeskSession, policy: str) -> None:
        self._session = session
        signed = next((one for one in session.directory.content.policies if one.id == policy), None)
        self._known = {} if signed is None else self._named_by(_named(session, "policies", b64encode(signed.hash)))

    @staticmethod
    def _named_by(content: bytes) -> dict[str, str]:
        page, document = PolicyPageRules.read(content), cast("dict[str, object]", read_json(content, LIMIT))
        return dict(page.earlier) | ({str(document["version"]): page.rules} if page.rules else {})

    def rules(self, version: str) -> Policy | None:
        """The rules of a version; None where the office published none."""
        name = self._known.get(version)
        return None if name is None else read_rules(_named(self._session, "rules", name))


def _named(session: DeskSession, kind: str, name: str) -> bytes:
    content = session.server.call("GET", f"/office/{kind}/{name}.json").content
    if b64encode(sha256(content)) != name:
        raise CommandError(Exit.NOT_VERIFIED, ALTERED)
    return content


def _steps(ruled: RuledCase, opened: OpenedCase) -> Iterable[SealedStep]:
    """The decisions that fit the policy and the record beside them, in their order."""
    decisions = {
        entry.item.hash: (entry.inner.content, entry.inner.signer)
        for entry in opened.thread.verified
        if entry.item is not None and entry.inner is not None and isinstance(entry.inner.content, Decision)
    }
    accepted: list[SealedStep] = []
    by_hash = {b64encode(digest): found for digest, found in decisions.items()}
    for read in opened.events:
        content, signer = by_hash.get(str(read.event.data.get("item")) if read.event else "", (None, None))
        if content is None or read.event is None or signer != read.event.actor or not fits_kind(read.event, content):
            continue
        step = sealed_step(content, read.event.actor, str(read.event.data.get("role", "")))
        if ruled.takes(read.event, fold_sealed(accepted), step):
            accepted.append(step)
    return accepted


def fits_kind(event: SignedEvent, decision: Decision) -> bool:
    """Whether the event is of the act that the decision beside it names, or hides it as masked acts do."""
    act = Act(decision.act.value)
    return event.kind == (Act.SEALED if TRAITS[act].masked else act).value


def sealed_step(decision: Decision, by: str, role: str) -> SealedStep:
    """A decision as the policy checks it."""
    return SealedStep(
        Act(decision.act.value),
        MemberId(by),
        RoleId(role),
        tuple(OutcomeId(one) for one in decision.outcomes),
        tuple(MeasureId(one) for one in decision.measures),
        decision.own_words,
        None if decision.reward is None else RewardFor(decision.reward),
    )
