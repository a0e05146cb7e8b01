"""Proves of a policy, before any case runs under it, that it can be followed and gives nothing away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, Final, cast

from casework.deadlines.terms import ClockKind
from casework.legal_sources import Source
from casework.policy.policy import Policy
from casework.policy.promises import clock_of, outlasts
from casework.policy.quotations import misquoted as misquoted_keys
from casework.policy.quotations import where_begins
from casework.policy_check.bound_roles import few_holders, joined_holders, one_hand
from casework.policy_check.bounds import over_page_limits, over_rules_limit
from casework.policy_check.due_by_grade import due_by_grade
from casework.policy_check.findings import Fault, Finding, Severity
from casework.policy_check.measures_due import due_measures, measures_due, unsaid_measures
from casework.policy_check.path_search import path_to_end, reachable_cases, rules_of
from casework.policy_check.promised_way import too_soon
from casework.policy_check.quoted_counts import quoted_counts
from casework.policy_check.quoted_limits import approvers, other_limits
from casework.policy_check.ways_back import ways_back
from casework.rules.acts import TRAITS, Act, Party
from casework.rules.flow import FIRST_STAGE, ActRule, Finality, OutcomeOf, Stage
from casework.rules.limits import ClockRule
from casework.rules.rulebook import Part
from casework.words import LocalizedText, Words

SOME_DAY = date(2026, 1, 5)
"""Any day: no rule of the linter depends on it."""

REPORTER = "reporter"
TELLS_RESULT: Final = frozenset({Act.NOTIFIED, Act.REFUSED, Act.JUDGED, Act.WITHDRAWN})
"""By one of these the reporter knows how it ended: told, refused, by their own verdict, or at their own wish."""
STRUCTURE = frozenset({Part.ROLES, Part.STAGES, Part.CLOCKS, Part.OUTCOMES})
Check = Callable[[Policy], Iterator[tuple[str, Fault, str]]]

LETTERS: Final = {"zh": re.compile("[\u4e00-\u9fff]"), "en": re.compile("[A-Za-z]")}
"""What a text of each language of the pages has somewhere."""


def lint(policy: Policy, file: str) -> tuple[Finding, ...]:
    """Every fault of a policy that reads, errors first; `file` is its name in the findings.

    A draft whose stages, roles or clocks are open names them and is proved once they are supplied; the
    paths are searched only where all names are known: else none leads on.
    """
    found = [Finding(file, f"supplies.{one.id}", Fault.UNBOUND) for one in policy.rules.open if one.part in STRUCTURE]
    if not found:
        found += _run(policy, file, NAMES)
    if not found:
        found += _run(policy, file, PROOFS)
    joined = (one for one in joined_holders(policy, file) if one.level is Severity.WARNING)
    return tuple(sorted([*found, *_run(policy, file, WORDING), *joined], key=lambda one: one.level is Severity.WARNING))


def misquoted(policy: Policy, file: str, text: str) -> tuple[Finding, ...]:
    """Each quotation that does not begin in its line of the written text, which it may leave for the next line."""
    lines, sources = text.replace("\r\n", "\n").split("\n"), dict(policy.sources)
    wrong = ((key, sources[key]) for key in misquoted_keys(policy, lines))
    return tuple(_misquoted(file, key, one, lines) for key, one in wrong if isinstance(one, Source))


def _misquoted(file: str, key: str, source: Source, lines: Sequence[str]) -> Finding:
    found = ", ".join(map(str, where_begins(source.quote, lines)))
    if not found:
        return Finding(file, key, Fault.MISQUOTED, str(source.line))
    return Finding(file, key, Fault.MISPLACED, f"{source.line}|{found}")


def hindrances(policy: Policy, file: str) -> tuple[Finding, ...]:
    """Why no case may be opened under a policy yet: errors, what is unbound, and roles held by fewer than two."""
    errors = tuple(one for one in lint(policy, file) if one.level is Severity.ERROR)
    known = {one.key for one in errors if one.fault is Fault.UNBOUND}
    unbound = tuple(Finding(file, key, Fault.UNBOUND) for key in policy.unbound() if key not in known)
    same = tuple(one for one in joined_holders(policy, file) if one.level is Severity.ERROR)
    return errors + unbound + few_holders(policy, file) + same


def _run(policy: Policy, file: str, checks: tuple[Check, ...]) -> Iterator[Finding]:
    for check in checks:
        for key, fault, name in check(policy):
            yield Finding(file, key, fault, name)


def _all_rules(policy: Policy) -> Iterator[tuple[str, ActRule]]:
    for stage in policy.rules.stages:
        for rule in stage.acts:
            yield f"stages[{stage.id}].acts[{rule.act}]", rule
    for rule in policy.rules.anywhere:
        yield f"anywhere[{rule.act}]", rule


def _names(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Every role, stage, clock and grade that is named is defined."""
    rules = policy.rules
    roles = {str(role.id) for role in rules.roles}
    stages = {str(stage.id) for stage in rules.stages}
    clocks = {str(clock.id) for clock in rules.clocks}
    grades = {str(grade.id) for grade in rules.grades}
    named: list[tuple[str, set[str], tuple[str | None, ...]]] = []
    for key, rule in _all_rules(policy):
        named += [(key, roles, rule.by), (key, stages, rule.to + rule.stages + rule.not_in)]
        named += [(key, clocks, (rule.within, rule.after)), (key, grades, rule.grades)]
    named += [(f"stages[{stage.id}].actors", roles, stage.actors) for stage in rules.stages]
    for clock in rules.clocks:
        of_tiers = tuple(chain.from_iterable(tier.grades for tier in clock.tiers))
        approver = clock.extension.approved_by if clock.extension else None
        key = f"clocks[{clock.id}]"
        named += [(key, roles | {REPORTER}, (clock.who, approver)), (key, grades, clock.grades + of_tiers)]
    named += [(f"grades[{one.id}]", roles, (one.handled_by, one.attended_by)) for one in rules.grades]
    named += [(f"outcomes[{one.id}].to", stages, one.to) for one in rules.outcomes]
    measures = {str(one.id) for one in rules.measures}
    due = [(one.id, key, measure) for one in rules.outcomes for key, measure in due_measures(one)]
    named += [(f"outcomes[{outcome}].{key}", measures, (measure,)) for outcome, key, measure in due]
    named += [(f"channels[{one.id}].to", roles, one.to) for one in rules.channels]
    in_words = {str(question.id) for question in policy.questions if not question.choices}
    named += [(f"fields[{one.id}].asked_as", in_words, one.asked_as) for one in rules.fields]
    for appeal in rules.appeals:
        key = f"appeals[{appeal.id}]"
        named += [(key, roles, (appeal.body,)), (key, clocks, (appeal.window, appeal.decision))]
    named += [(key, roles, (role,)) for key, role in _clause_roles(rules)]
    for key, known, names in named:
        yield from ((key, Fault.UNKNOWN_NAME, name) for name in names if name is not None and name not in known)


def _clause_roles(rules: object, key: str = "") -> Iterator[tuple[str, str]]:
    """The roles that clauses name, wherever they stand."""
    for field in fields(cast("Any", rules)):
        values = getattr(rules, field.name)
        for value in cast("tuple[object, ...]", values) if isinstance(values, tuple) else (values,):
            if field.name == "metadata":
                yield from _clause_roles(value, "metadata.")
            elif is_dataclass(value) and not isinstance(value, Words | Stage | ActRule | ClockRule):
                yield from _roles_of(value, f"{key}{field.name}")


def _roles_of(clause: object, key: str) -> Iterator[tuple[str, str]]:
    """A plain text under these names is a role; a word of an enumeration is not."""
    named = ((name, getattr(clause, name, None)) for name in ("by", "body", "approved_by", "reported_to", "to"))
    yield from ((f"{key}.{name}", role) for name, role in named if type(role) is str)


def _ends(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """A case begins where every case begins, and there is an end."""
    stages = policy.rules.stages
    if not stages or stages[0].id != FIRST_STAGE:
        yield "stages", Fault.FIRST_STAGE, ""
    if not any(stage.end for stage in stages):
        yield "stages", Fault.NO_END, ""


def _stages(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Every stage has an actor, is reached by some case, and lets each case out again."""
    reached = reachable_cases(policy, SOME_DAY)
    for stage in policy.rules.stages:
        key = f"stages[{stage.id}]"
        if not stage.end and not stage.actors:
            yield f"{key}.actors", Fault.NO_ACTOR, ""
        if stage.id not in reached:
            yield key, Fault.UNREACHABLE, ""
        elif path_to_end(policy, reached[stage.id], SOME_DAY) is None:
            yield key, Fault.TRAP, ""


def _clocks(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Every clock can start and stop, and says its limit once; one that may be extended can be."""
    extended = {rule.act for _, rule in _all_rules(policy)} >= {Act.EXTENDED}
    for clock in policy.rules.clocks:
        key = f"clocks[{clock.id}]"
        starts = clock.start if clock.otherwise is None else clock.start + clock.otherwise.start
        for fault, acts in ((Fault.NEVER_STARTS, starts), (Fault.NEVER_STOPS, clock.stop + clock.pauses)):
            yield from ((key, fault, act) for act in acts if not _can_occur(policy, act))
        if clock.tiers and clock.word is not None:
            yield key, Fault.TWO_NUMBERS, ""
        if clock.extension is not None and not extended:
            yield key, Fault.CANNOT_EXTEND, ""


def _promises(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Every promise of the page runs as a clock, and no clock of the text lets the office take longer."""
    clocks = {clock.id: clock for clock in policy.rules.clocks}
    ours = {clock_of(promise.id) for promise in policy.promises}
    for promise in policy.promises:
        if promise.days is not None and clock_of(promise.id) not in clocks:
            yield f"promises[{promise.id}]", Fault.NO_CLOCK, ""
        for clock in policy.rules.clocks:
            if clock.id not in ours and clock.kind is ClockKind.DEADLINE and outlasts(clock, promise):
                yield f"clocks[{clock.id}]", Fault.OUTLASTS, promise.id


def _parts(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """There is a way in, and something that a case can come to."""
    rules, left = policy.rules, {one.part for one in policy.rules.open}
    if not rules.outcomes and Part.OUTCOMES not in left:
        yield "outcomes", Fault.NO_OUTCOME, ""
    if not rules.channels and Part.CHANNELS not in left:
        yield "channels", Fault.NO_CHANNEL, ""


def _untold(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """An end that a case can reach while its reporter was told no result.

    The search tries one case for each stage: that it finds none is no proof that there is none.
    """
    silent = _without(policy, TELLS_RESULT)
    reached = reachable_cases(silent, SOME_DAY)
    yield from ((f"stages[{one.id}]", Fault.UNTOLD, "") for one in policy.rules.stages if one.end and one.id in reached)


def _without(policy: Policy, acts: frozenset[Act]) -> Policy:
    """The policy as if it did not know these acts."""
    stages = (
        replace(stage, acts=tuple(rule for rule in stage.acts if rule.act not in acts)) for stage in policy.rules.stages
    )
    anywhere = tuple(rule for rule in policy.rules.anywhere if rule.act not in acts)
    return replace(policy, rules=replace(policy.rules, stages=tuple(stages), anywhere=anywhere))


def _waits(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Nothing waits for a clock that has a word and no number."""
    endless = {clock.id for clock in policy.rules.clocks if clock.word is not None and clock.limit is None}
    for key, rule in _all_rules(policy):
        yield from (
            (key, Fault.NEVER_RUNS_OUT, clock) for clock in (rule.within, rule.after) if clock and clock in endless
        )


def _can_occur(policy: Policy, act: Act) -> bool:
    """Whether an event of this name can stand in a stream, and be seen there: a masked one cannot."""
    if TRAITS[act].party is Party.WORKER:
        return True
    return not TRAITS[act].masked and bool(rules_of(policy, act))


def _appeals(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """A rule of appeal has an end, a body that decides, and the window that it names."""
    filed = rules_of(policy, Act.APPEALED)
    deciders = {
        role
        for stage in policy.rules.stages
        for rule in stage.acts
        if rule.act is Act.APPEAL_DECIDED
        for role in rule.by or stage.actors
    }
    for appeal in policy.rules.appeals:
        key = f"appeals[{appeal.id}]"
        endless = appeal.most is None or (bool(filed) and all(rule.most is None for rule in filed))
        if endless and appeal.finality is not Finality.UNTIL_SATISFIED:
            yield key, Fault.ENDLESS_APPEAL, ""
        if appeal.body not in deciders:
            yield key, Fault.APPEAL_UNANSWERED, appeal.body
        if appeal.window is not None and appeal.window not in {rule.within for rule in filed}:
            yield key, Fault.WINDOW_OPEN, appeal.window


def _secrets(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """No stage and no way into one tells the verdict to somebody who cannot open it."""
    rules = policy.rules
    verdict_names = [
        (one.id, one.name) for one in (*rules.outcomes, *rules.measures) if getattr(one, "of", None) != "acceptance"
    ]
    for stage in rules.stages:
        for name, words in verdict_names:
            if name == stage.id or _says(stage.name, words):
                yield f"stages[{stage.id}]", Fault.STAGE_NAME_REVEALS_VERDICT, name
    final = [one for one in rules.outcomes if one.final and one.of is OutcomeOf.FACTS]
    for outcome in final[1:]:
        if set(outcome.to) != set(final[0].to):
            yield f"outcomes[{outcome.id}].to", Fault.ROUTE_REVEALS_VERDICT, outcome.id
    for key, rule in _all_rules(policy):
        conditions = (*rule.needs, *rule.ever, *rule.unless, *rule.apart)
        masked = [act for act in conditions if TRAITS[act].masked]
        if TRAITS[rule.act].masked and (rule.to or rule.grades or rule.most):
            masked.append(rule.act)
        yield from ((key, Fault.MASKED_ACT_HAS_EFFECT, act) for act in masked)


def _says(name: Words, words: Words) -> bool:
    """Whether a name holds a text, in some language that both are in."""
    names, texts = _by_language(name), _by_language(words)
    return any(text.lower() in names[tag].lower() for tag, text in texts.items() if tag in names)


def _by_language(words: Words) -> dict[str, str]:
    return words.document() if isinstance(words, LocalizedText) else words.both()


def _several(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Where each of several must do it, there are several."""
    for key, rule in _all_rules(policy):
        if rule.every and len(set(rule.by)) < 2:
            yield key, Fault.ALONE, ""


def _silent_offices(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """A stage in which none of the roles to which reports come can write to the reporter."""
    receive = {role for channel in policy.rules.channels for role in channel.to}
    for stage in policy.rules.stages:
        writers = {role for rule in policy.rules.acts_in(stage, Act.REPLIED) for role in rule.by or stage.actors}
        if not stage.end and receive and receive.isdisjoint(writers):
            yield f"stages[{stage.id}].actors", Fault.MUTE, ", ".join(sorted(receive))


def _languages(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """The Chinese text is Chinese and the English one is not; a page finds each text in its own language."""
    for key, words in _texts(policy, ""):
        texts = _by_language(words)
        for page, letters in LETTERS.items():
            own = {tag: text for tag, text in texts.items() if tag.partition("-")[0] == page}
            if not own:
                yield key, Fault.OTHER_LANGUAGE, page
            wrong = [(tag, text) for tag, text in own.items() if not letters.search(text)]
            yield from ((f"{key}.{tag}", Fault.WRONG_LANGUAGE, text) for tag, text in wrong)


def only_language(policy: Policy) -> str | None:
    """The language of the policy's page where it has texts in no other one; else None."""
    texts = (policy.title, policy.summary, policy.protection, policy.account.label, policy.account.hint)
    spoken = {tag.partition("-")[0] for one in texts for tag in _by_language(one)}
    return spoken.pop() if len(spoken) == 1 else None


def _texts(value: object, key: str) -> Iterator[tuple[str, Words]]:
    if isinstance(value, Words):
        yield key, value
    elif isinstance(value, tuple):
        for position, one in enumerate(cast("tuple[object, ...]", value)):
            name = getattr(one, "id", getattr(one, "act", position))
            yield from _texts(one, f"{key}[{name}]")
    elif is_dataclass(value):
        for field in fields(value):
            # The rules stand at the top of the file: their places are named as every other finding names them.
            inner = key if key == "" and field.name == "rules" else f"{key}.{field.name}".lstrip(".")
            yield from _texts(getattr(value, field.name), inner)


def _adopted(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Without adoption a policy carries no discipline, without a term nothing is deleted, and no duty comes unbound."""
    yield from (("adoption", Fault.NOT_ADOPTED, step) for step in policy.bound.adoption.missing())
    retention = policy.rules.retention
    if policy.bound.retention_months is None and (retention is None or retention.months is None):
        yield "retention", Fault.NO_RETENTION, ""
    unset = {one.what for one in policy.rules.recurring} - set(policy.bound.every)
    yield from ((f"every.{what}", Fault.NO_INTERVAL, "") for what in sorted(unset))


def _bounds(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """What the office publishes of it stays within what its pages read."""
    yield from (
        (key, Fault.TOO_LONG, str(most)) for key, most in (*over_page_limits(policy), *over_rules_limit(policy))
    )


NAMES: tuple[Check, ...] = (_names, _ends)
PROOFS: tuple[Check, ...] = (
    _stages,
    measures_due,
    unsaid_measures,
    _untold,
    _clocks,
    _promises,
    _waits,
    _appeals,
    _secrets,
    _several,
    approvers,
    too_soon,
    ways_back,
)
WORDING: tuple[Check, ...] = (
    _parts,
    _silent_offices,
    _languages,
    _adopted,
    _bounds,
    other_limits,
    quoted_counts,
    due_by_grade,
    one_hand,
)
