"""What a policy says of itself and of everybody's part in it, as a person reads it: one line a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from casework.policy.policy import Policy
from casework.policy_check.policy_words import role_name
from casework.rules.clauses import Clause, DutyOf, Rhythm
from casework.rules.intake_form import Need
from casework.rules.rulebook import Rulebook
from casework.words import Words

Say = Callable[[Words], str]
HEADS: Final = {
    "basis": Words("依据", "Based on"),
    "interpretation": Words("解释", "Interpreted by"),
    "effective": Words("施行", "In force"),
    "supersedes": Words("效力", "What gives way"),
    "priority": Words("办理顺序", "Order of work"),
    "definition": Words("定义", "What counts"),
    "applies": Words("适用范围", "Where it holds"),
    "scope": Words("除外与管辖", "What lies outside"),
    "principles": Words("原则", "Principles"),
    "subjects": Words("谁可以提出", "Who may report"),
    "kinds": Words("类别与登记簿", "Kinds and registers"),
    "form": Words("提出方式", "How to report"),
    "channels": Words("渠道", "Channels"),
    "fields": Words("登记项", "What is written down"),
    "secrecy": Words("保密", "Secrecy"),
    "retaliation": Words("禁止打击报复", "No retaliation"),
    "duties": Words("义务", "Duties"),
    "liability": Words("责任", "Liability"),
    "oversight": Words("监督", "Oversight"),
    "recurring": Words("定期工作", "What comes again"),
}
DUTIES: Final = {
    DutyOf.REPORTER: Words("举报人", "reporter"),
    DutyOf.RESPONDENT: Words("被反映人", "person complained of"),
    DutyOf.HANDLER: Words("受理人员", "handlers"),
}
NEEDS: Final = {
    Need.REQUIRED: Words("登记", "written down"),
    Need.ASKED: Words("询问", "asked for"),
    Need.BEST_EFFORT: Words("尽量收集", "where it can be had"),
}
RHYTHMS: Final = {
    Rhythm.STATISTICS: Words("统计分析", "figures"),
    Rhythm.REPORT: Words("报告", "report"),
    Rhythm.EVALUATION: Words("评估", "evaluation"),
    Rhythm.REVISION: Words("修订", "revision"),
    Rhythm.ASSESSMENT: Words("考核", "assessment"),
    Rhythm.PUBLICATION: Words("公示", "publication"),
    Rhythm.IMPROVEMENT: Words("改进", "improvement"),
}
PUBLISHED: Final = Words("对外公示", "published")
WRITTEN: Final = {
    True: Words("须书面提出", "In writing; what is spoken has still to be written down"),
    False: Words("书面、口头均可", "In writing or by word of mouth"),
}
PAPER: Final = Words("所用表单", "Paper in use")
DAILY: Final = Words("每天收取", "emptied daily")


def describe_clauses(policy: Policy, say: Say) -> Iterator[str]:
    """Its basis, life and reach, who may report by which way, and everybody's duties, under heads."""
    rules = policy.rules
    blocks: dict[str, Iterable[str]] = {
        **_own_life(policy, say),
        "definition": _clauses(policy, rules.definition, say),
        "applies": _clauses(policy, rules.applies, say),
        "scope": _clauses(policy, rules.scope, say),
        "principles": _clauses(policy, rules.principles, say),
        "subjects": (say(one.name) for one in rules.subjects),
        "kinds": (f"{say(one.name)} [{one.register}]" for one in rules.kinds),
        "form": _form(rules, say),
        "channels": _channels(policy, say),
        "fields": (f"{say(one.name)} ({say(NEEDS[one.need])})" for one in rules.fields),
        "secrecy": (say(one.text) for one in rules.secrecy),
        "retaliation": _clauses(policy, rules.retaliation, say),
        "duties": (f"{say(DUTIES[one.of])}: {_with_role(policy, one.text, one.by, say)}" for one in rules.duties),
        "liability": _clauses(policy, rules.liability, say),
        "oversight": (_with_role(policy, one.text, one.body, say) for one in rules.oversight),
        "recurring": _recurring(policy, rules, say),
    }
    for head, lines in blocks.items():
        found = [f"  {line}" for line in lines]
        if found:
            yield f"\n{say(HEADS[head])}"
            yield from found


def _own_life(policy: Policy, say: Say) -> dict[str, Iterable[str]]:
    meta = policy.rules.metadata
    single = {
        "interpretation": meta.interpretation,
        "effective": meta.effective,
        "supersedes": meta.supersedes,
        "priority": meta.priority,
    }
    ones = {head: _clauses(policy, (clause,) if clause else (), say) for head, clause in single.items()}
    return {"basis": _clauses(policy, meta.basis, say), **ones}


def _clauses(policy: Policy, clauses: Iterable[Clause], say: Say) -> Iterator[str]:
    return (_with_role(policy, one.text, one.by, say) for one in clauses)


def _with_role(policy: Policy, text: Words, role: str | None, say: Say) -> str:
    return say(text) if role is None else f"{say(text)} ({role_name(policy, role, say)})"


def _form(rules: Rulebook, say: Say) -> Iterator[str]:
    if rules.form is not None:
        yield say(WRITTEN[rules.form.written])
        if rules.form.name is not None:
            yield f"{say(PAPER)}: {say(rules.form.name)}"


def _channels(policy: Policy, say: Say) -> Iterator[str]:
    for one in policy.rules.channels:
        marks = [say(mark) for mark, holds in ((PUBLISHED, one.published), (DAILY, one.daily)) if holds]
        to = ", ".join(role_name(policy, role, say) for role in one.to)
        yield f"{say(one.name)} → {to}" + (f" ({', '.join(marks)})" if marks else "")


def _recurring(policy: Policy, rules: Rulebook, say: Say) -> Iterator[str]:
    for one in rules.recurring:
        yield f"{say(RHYTHMS[one.what])}: {_with_role(policy, one.text, one.by, say)}"
