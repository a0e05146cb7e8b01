"""The register (台账) of a month or longer as a spreadsheet: one row a case, for anyone who opened the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from casework.engine.case import SEPARATOR
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.statistics.figures import Period
from casework.statistics.lines import LimitStatus, Line
from casework.statistics.report import Say
from casework.statistics.spreadsheet import Cells, Sheet, spreadsheet
from casework.words import Words

"""How a text begins that some program would take for a formula."""
"""Characters of a cell; a spreadsheet holds 32,767."""
TITLE: Final = Words(zh="投诉举报台账", en="Register of complaints and reports")
COLUMNS: Final = (
    (Words(zh="序号", en="No."), 6),
    (Words(zh="案件编号", en="Case"), 26),
    (Words(zh="单位", en="Entity"), 20),
    (Words(zh="适用制度", en="Policy"), 28),
    (Words(zh="版本", en="Version"), 9),
    (Words(zh="种类", en="Kind"), 14),
    (Words(zh="收件日期", en="Received"), 12),
    (Words(zh="类别", en="Classification"), 18),
    (Words(zh="等级", en="Grade"), 12),
    (Words(zh="承办部门", en="Departments"), 20),
    (Words(zh="经办人", en="Handler"), 18),
    (Words(zh="当前环节", en="Stage"), 16),
    (Words(zh="办结日期", en="Ended"), 12),
    (Words(zh="按期时限数", en="Limits kept"), 11),
    (Words(zh="超期时限数", en="Limits missed"), 11),
    (Words(zh="最长超期（天）", en="Most days late"), 13),
    (Words(zh="办理结论", en="Verdict"), 24),
    (Words(zh="处理措施", en="Measures"), 30),
    (Words(zh="申诉", en="Appeals"), 8),
    (Words(zh="是否满意", en="Satisfied"), 10),
    (Words(zh="事由摘要", en="Summary"), 48),
)
YES, NO = Words(zh="是", en="yes"), Words(zh="否", en="no")


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A case in the register; `summary` is what the member chose to write beside it, `category` that of the report."""

    line: Line
    summary: str = ""
    category: str = ""


def register(
    entries: Sequence[RegisterEntry],
    policies: Mapping[str, Policy],
    entities: Mapping[str, Words],
    period: Period,
    say: Say,
) -> bytes:
    """The register as an xlsx file; the cases received in the period, the earliest first. Holds names: keep it safe.

    No text becomes a formula: each is stored as text and marked as such, and one that a program might take for a
    formula once it is saved in another form begins with an apostrophe. The same register gives the same bytes.
    """
    within = [one for one in entries if period.first <= one.line.received <= period.last]
    earliest = sorted(within, key=lambda one: (one.line.received, one.line.name))
    rows = [(row, *_values(entry, policies, entities, say)) for row, entry in enumerate(earliest, 1)]
    return spreadsheet(Sheet(say(TITLE), [(say(name), width) for name, width in COLUMNS], "C2", filtered=True), rows)


def _values(entry: RegisterEntry, policies: Mapping[str, Policy], entities: Mapping[str, Words], say: Say) -> Cells:
    line = entry.line
    policy = policies[line.policy]
    late = [limit for limit in line.limits if limit.status in (LimitStatus.LATE, LimitStatus.OVERDUE)]
    stage, sealed = policy.rules.stage(line.stage), line.opened.sealed if line.opened else None
    names = {str(one.id): one.name for one in (*policy.rules.outcomes, *policy.rules.measures)}
    return (
        line.name,
        say(entities[line.entity]),
        say(policy.title),
        line.version,
        _kind(policy, entry, say),
        line.received,
        _coded(policy, line.codes.get(Attribute.CLASSIFICATION), say),
        _coded(policy, line.codes.get(Attribute.GRADE), say),
        "、".join(filter(None, line.codes.get(Attribute.DEPARTMENTS, "").split(SEPARATOR))),
        line.handler,
        line.stage if stage is None else say(stage.name),
        line.ended,
        sum(limit.status is LimitStatus.SATISFIED for limit in line.limits),
        len(late),
        max((limit.late for limit in late), default=None),
        _listed((str(one) for one in sealed.outcomes), names, say) if sealed else None,
        _listed((str(one) for one in sealed.measures), names, say) if sealed else None,
        line.counts.get(Act.APPEALED, 0),
        None if line.opened is None or line.opened.satisfied is None else say(YES if line.opened.satisfied else NO),
        entry.summary,
    )


def _kind(policy: Policy, entry: RegisterEntry, say: Say) -> str | None:
    """As a member set it, else by the category of the report: a policy may ask for a register of each kind."""
    category = next((one for one in policy.categories if one.id == entry.category), None)
    kind = entry.line.codes.get(Attribute.KIND) or (category.kind if category is not None else None)
    return kind if kind is None else next((say(one.name) for one in policy.rules.kinds if one.id == kind), kind)


def _coded(policy: Policy, code: str | None, say: Say) -> str | None:
    rows = (*policy.rules.classifications, *policy.categories, *policy.rules.grades)
    return code if code is None else next((say(one.name) for one in rows if one.id == code), code)


def _listed(codes: Iterable[str], names: Mapping[str, Words], say: Say) -> str:
    return "、".join(say(names[one]) if one in names else one for one in codes)
