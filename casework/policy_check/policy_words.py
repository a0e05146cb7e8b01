"""A policy as a person reads it: one line a rule, in Chinese or English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from casework.deadlines.limits import IN_CHINESE, Unit
from casework.deadlines.terms import ClockKind
from casework.engine.policy_clocks import PROMPTLY
from casework.legal_sources import Ground, Source, Statute
from casework.policy.policy import Policy
from casework.rules.acts import ACT_WORDS, Act
from casework.rules.flow import ActRule, ClockId, Stage
from casework.rules.limits import ClockRule, Extension
from casework.words import Words

Say = Callable[[Words], str]
REPORTER = Words("举报人", "reporter")
KINDS = {
    ClockKind.DEADLINE: Words("不迟于", "within"),
    ClockKind.NOT_BEFORE: Words("不早于", "not before"),
    ClockKind.WARNING: Words("满后提示", "warning after"),
}
HEADS = {
    "stages": Words("阶段", "Stages"),
    "clocks": Words("时限", "Clocks"),
    "outcomes": Words("处理结论（加密）", "Outcomes (sealed)"),
    "measures": Words("处理措施（加密）", "Measures (sealed)"),
    "appeals": Words("申诉", "Appeals"),
    "unbound": Words("尚未确定", "Not bound yet"),
}


def in_chinese(words: Words) -> str:
    """The Chinese half."""
    return words.zh


def in_english(words: Words) -> str:
    """The English half."""
    return words.en


def say_act(act: Act, say: Say) -> str:
    """What an act is called."""
    return say(ACT_WORDS[act])


def say_ground(ground: Ground, say: Say) -> str:
    """What a rule rests on, short."""
    if isinstance(ground, Source):
        return f"L{ground.line}“{ground.quote}”"
    if isinstance(ground, Statute):
        return f"{ground.law} {ground.article} ({ground.verified})"
    return f"({say(ground.reason)})"


def describe(policy: Policy, say: Say) -> Iterator[str]:
    """The policy's way, clocks, outcomes and gaps; what the common rules allow everywhere is left out."""
    rules = policy.rules
    yield f"{say(policy.title)} — {policy.id} {policy.version} ({rules.state})"
    yield f"\n{say(HEADS['stages'])}"
    for number, stage in enumerate(rules.stages, start=1):
        yield from _stage(policy, number, stage, say)
    yield from _block("clocks", (_clock(policy, clock, say) for clock in rules.clocks), say)
    yield from _block("outcomes", (f"{say(one.name)} ({one.upholds})" for one in rules.outcomes), say)
    yield from _block("measures", (say(one.name) for one in rules.measures), say)
    appeals = (
        f"{say(one.name)}: {role_name(policy, one.body, say)}, {one.finality}, ×{one.most or '∞'}"
        for one in rules.appeals
    )
    yield from _block("appeals", appeals, say)
    yield from _block("unbound", policy.unbound(), say)


def _block(head: str, lines: Iterable[str], say: Say) -> Iterator[str]:
    found = [f"  {line}" for line in lines]
    if found:
        yield f"\n{say(HEADS[head])}"
        yield from found


def role_name(policy: Policy, role: str, say: Say) -> str:
    """The printed name of a role."""
    found = next((one.name for one in policy.rules.roles if one.id == role), None)
    return say(found or (REPORTER if role == "reporter" else Words(role, role)))


def _roles(policy: Policy, roles: Iterable[str], say: Say) -> str:
    return ", ".join(role_name(policy, role, say) for role in roles)


def _stage(policy: Policy, number: int, stage: Stage, say: Say) -> Iterator[str]:
    actors = _roles(policy, stage.actors, say)
    yield f"  {number}. {say(stage.name)} [{stage.id}]" + (f": {actors}" if actors else "")
    for rule in stage.acts:
        yield f"     · {say_rule(policy, rule, say)}"


def say_rule(policy: Policy, rule: ActRule, say: Say) -> str:
    """An act with who does it, where it leads and what it waits for."""
    parts = [say_act(rule.act, say)]
    if rule.by:
        parts.append(f"({_roles(policy, rule.by, say)})")
    if rule.to:
        parts.append("→ " + " / ".join(_stage_name(policy, to, say) for to in rule.to))
    waits = [say_act(act, say) for act in (*rule.needs, *rule.ever)]
    if waits:
        parts.append("⇐ " + ", ".join(waits))
    for sign, clock in (("≤", rule.within), ("≥", rule.after)):
        if clock is not None:
            parts.append(f"{sign} {_clock_name(policy, clock, say)}")
    return " ".join([*parts, *_terms(rule, say)])


TERMS = {
    "every": Words("每个角色各一次", "each role"),
    "written": Words("书面", "in writing"),
    "apart": Words("不得由办理过{names}的人办理", "not by who did {names}"),
    "unless": Words("未办过{names}", "unless {names}"),
    "grades": Words("限等级 {names}", "in grade {names}"),
    "most": Words("最多 {names} 次", "at most {names}"),
    "stages": Words("限阶段 {names}", "in {names}"),
    "not_in": Words("{names} 除外", "not in {names}"),
}
"""What else an act waits for, as words in brackets behind it."""


def _terms(rule: ActRule, say: Say) -> Iterator[str]:
    acts = {"apart": rule.apart, "unless": rule.unless}
    named = {key: ", ".join(say_act(act, say) for act in found) for key, found in acts.items()}
    named |= {"grades": ", ".join(rule.grades), "most": str(rule.most or "")}
    named |= {"stages": ", ".join(rule.stages), "not_in": ", ".join(rule.not_in)}
    flags = {"every": rule.every, "written": rule.written}
    yield from (f"[{say(TERMS[key])}]" for key, holds in flags.items() if holds)
    yield from (f"[{say(TERMS[key]).format(names=names)}]" for key, names in named.items() if names)


def _stage_name(policy: Policy, stage: str, say: Say) -> str:
    return next((say(one.name) for one in policy.rules.stages if one.id == stage), stage)


def _clock_name(policy: Policy, clock: ClockId, say: Say) -> str:
    found = policy.rules.clock(clock)
    return say(found.name) if found else clock


def say_length(clock: ClockRule, say: Say) -> str:
    """The limit of a clock with its tiers, its word, or a blank."""
    parts = [say(clock.limit.words)] if clock.limit else []
    parts += [say(tier.limit.words) for tier in clock.tiers]
    if not parts and clock.word:
        return say(Words(clock.word, PROMPTLY.get(clock.word, clock.word)))
    return " / ".join(parts) or (f"____ {say_unit(clock.unit, say)}" if clock.unit else "____")


def say_unit(unit: Unit, say: Say) -> str:
    """In what a limit counts."""
    return say(Words(IN_CHINESE[unit], unit.value.replace("-", " ")))


def _clock(policy: Policy, clock: ClockRule, say: Say) -> str:
    start = " | ".join(say_act(act, say) for act in clock.start)
    stop = (" | " if clock.any_stop else " + ").join(say_act(act, say) for act in clock.stop)
    who = role_name(policy, clock.who, say)
    limit = f"{say(KINDS[clock.kind])} {say_length(clock, say)}"
    return f"{say(clock.name)} [{clock.id}]: {start} → {stop}, {who}, {limit}" + "".join(_moves(policy, clock, say))


EXTENDS = Words("；可延期", "; may be extended")
BY_AT_MOST = Words("至多 {limit}", "by at most {limit}")
TO_AT_MOST = Words("连原时限至多 {limit}", "to {limit} in all")
TIMES = Words("{times} 次", "{times} times")
APPROVED = Words("由{role}批准", "approved by {role}")
STANDS = {
    "pauses": Words("；中止：{acts}", "; stands still at {acts}"),
    "resumes": Words("；恢复：{acts}", "; runs on at {acts}"),
}
AGAIN = Words("；每次重新起算", "; begins again each time")


def _moves(policy: Policy, clock: ClockRule, say: Say) -> Iterator[str]:
    """What makes a clock longer, stops it for a time or begins it again."""
    if clock.extension is not None:
        yield say(EXTENDS) + " " + ", ".join(_extension(policy, clock.extension, say))
    for key, acts in (("pauses", clock.pauses), ("resumes", clock.resumes)):
        if acts:
            yield say(STANDS[key]).format(acts=", ".join(say_act(act, say) for act in acts))
    if clock.restarts:
        yield say(AGAIN)


def _extension(policy: Policy, rule: Extension, say: Say) -> Iterator[str]:
    if rule.cap is not None:
        yield say(BY_AT_MOST).format(limit=say(rule.cap.words))
    if rule.whole is not None:
        yield say(TO_AT_MOST).format(limit=say(rule.whole.words))
    if rule.times is not None:
        yield say(TIMES).format(times=rule.times)
    if rule.approved_by is not None:
        yield say(APPROVED).format(role=role_name(policy, rule.approved_by, say))
