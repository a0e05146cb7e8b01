"""What binds beside the rules of a text: roles and who holds them, categories, retention, how often, how adopted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from casework.policy.policy import Policy
from casework.policy_check.policy_words import Say
from casework.words import Words

HEADS: Final = {
    "bound": Words("补定", "Bound by the office"),
    "roles": Words("角色与担任人", "Roles and who holds them"),
    "departments": Words("部门与经办人", "Departments and who acts for them"),
    "categories": Words("举报类别", "Categories"),
    "questions": Words("页面的问题", "Questions of the page"),
    "promises": Words("对举报人的承诺", "Promises to the reporter"),
    "retention": Words("保存", "How long files are kept"),
    "every": Words("定期工作多久一次", "How often duties come again"),
}
NOBODY: Final = Words("未写明：凡能查看举报的人", "nobody named: all who hold the reports")
FROM: Final = Words("自 {day} 起施行", "in force from {day}")
ENTITIES: Final = Words("适用单位：{names}", "for: {names}")
DAYS: Final = Words("{days} 天", "{days} days")
OPEN: Final = Words("未定", "not bound")
MONTHS: Final = Words("{months} 个月", "{months} months")
ADOPTED: Final = Words("通过程序：{step}，{day}，{proof}", "adopted: {step}, {day}, {proof}")


def describe_bindings(policy: Policy, say: Say) -> Iterator[str]:
    """Everything of the page and of the bindings that a change could alter, under heads."""
    blocks: dict[str, Iterable[str]] = {
        "bound": _bound(policy, say),
        "roles": _roles(policy, say),
        "departments": (
            f"{say(one.name)} [{one.id}]: {', '.join(one.members)}" for one in policy.bound.own_departments
        ),
        "categories": (f"{say(one.name)} [{one.id}]" for one in policy.categories),
        "questions": (f"{say(one.label)} [{one.id}: {one.kind}]" for one in policy.questions),
        "promises": (
            f"{say(one.text)} [{one.id}]: {say(OPEN) if one.days is None else say(DAYS).format(days=one.days)}"
            for one in policy.promises
        ),
        "retention": _retention(policy, say),
        "every": (f"{what}: {say(limit.words)}" for what, limit in sorted(policy.bound.every.items())),
    }
    for head, lines in blocks.items():
        found = [f"  {line}" for line in lines]
        if found:
            yield f"\n{say(HEADS[head])}"
            yield from found


def _bound(policy: Policy, say: Say) -> Iterator[str]:
    bound = policy.bound
    if bound.effective is not None:
        yield say(FROM).format(day=bound.effective.isoformat())
    if bound.entities:
        yield say(ENTITIES).format(names=", ".join(bound.entities))
    for step in ("discussed", "union_heard", "published"):
        proof = getattr(bound.adoption, step)
        if proof is not None:
            yield say(ADOPTED).format(step=step, day=proof.day.isoformat(), proof=proof.proof)


def _roles(policy: Policy, say: Say) -> Iterator[str]:
    for role in policy.rules.roles:
        held = ", ".join(policy.bound.holders.get(role.id, ())) or say(NOBODY)
        yield f"{say(role.name)} [{role.id}, {role.kind}]: {held}"


def _retention(policy: Policy, say: Say) -> Iterator[str]:
    rule = policy.rules.retention
    own = None if rule is None else rule.months
    months = policy.bound.retention_months if own is None else own
    if rule is not None:
        yield say(rule.text)
    yield say(OPEN) if months is None else say(MONTHS).format(months=months)
