"""The periodic report to the leadership and the public bulletin, as sections that any page can show.

The bulletin is part of the report: it tells how many, of which kinds, and how the limits were kept,
and nothing that the report of the same period does not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.policy.policy import Policy
from casework.rules.clauses import Recurring, Rhythm
from casework.statistics.figures import Block, Figures
from casework.statistics.shares import Share, Usual
from casework.statistics.suppression import SMALL
from casework.statistics.tables import REST, Table
from casework.statistics.weak_points import Evaluation, Weakness, WeakPoint, evaluate
from casework.words import Words, code_language

Say = Callable[[Words], str]
WITHHELD: Final = "–"


class ReportAudience(StrEnum):
    """Whom it is for."""

    LEADERSHIP = "leadership"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; None where its number is only known together with others."""

    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, and a table with its chart where numbers can be drawn. All in one language."""

    title: str
    level: int
    sentences: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    chart: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report or bulletin in one language."""

    language: str
    title: str
    sections: tuple[Section, ...]


TITLES: Final = {
    ReportAudience.LEADERSHIP: Words(zh="投诉举报办理情况报告", en="Report on the handling of complaints and reports"),
    ReportAudience.PUBLIC: Words(zh="投诉举报办理情况通报", en="Bulletin on the handling of complaints and reports"),
}
WEAK: Final = {
    Weakness.LATE: Words(zh="“{name}”：至少 {n}% 超期", en="{name}: missed in {n} percent of cases at least"),
    Weakness.SLOW: Words(
        zh="“{name}”：半数案件停留超过 {n} 天", en="{name}: half of the cases stay for more than {n} days"
    ),
    Weakness.RISING: Words(
        zh="“{name}”：至少 {n}% 出现在后半期，呈上升趋势", en="{name}: {n} percent or more came in the second half"
    ),
}
SATISFIED: Final = Words(zh="已表态的举报人、投诉人中表示满意", en="Satisfied, of those who said how they found it")
APPEALED: Final = Words(zh="提出申诉的案件", en="Cases in which an appeal was made")
RHYTHMS: Final = frozenset({Rhythm.STATISTICS, Rhythm.REPORT, Rhythm.EVALUATION, Rhythm.IMPROVEMENT})


def report_duties(policy: Policy) -> tuple[Recurring, ...]:
    """What the policy itself says about statistics, reports to the leadership and evaluation."""
    return tuple(rule for rule in policy.rules.recurring if rule.what in RHYTHMS)


def report(
    found: Figures, policies: Mapping[str, Policy], office: Words, reader: ReportAudience, language: str
) -> Report:
    """The report or bulletin of a period, in the language of the code that serves somebody who reads `language`."""
    language = code_language(language)

    def say(words: Words) -> str:
        return words.text_in(language)

    first, last = found.period.first.isoformat(), found.period.last.isoformat()
    span = say(Words(zh=f"{first} 至 {last}", en=f"{first} to {last}"))
    opening = Section(say(Words(zh="总体情况", en="Overview")), 1, _opening(found, say))
    sections = [opening]
    if reader is ReportAudience.LEADERSHIP and found.overview.total is not None:
        sections.append(_grid(found.overview, say, 2))
    for block in found.blocks:
        sections += _of_policy(block, policies.get(block.policy), reader, say)
    sections.append(Section(say(Words(zh="说明", en="Notes")), 1, (say(NOTES),)))
    return Report(language, f"{say(office)} · {say(TITLES[reader])} · {span}", tuple(sections))


NOTES: Final = Words(
    zh=f"不足 {SMALL} 件的数目（含 0 件）不公布，能由相减得出它们的数目一并隐去，以“{WITHHELD}”表示。"
    "比例只给出区间。案件按收件日期计入统计期。",
    en=f"Numbers under {SMALL}, none included, are not shown, nor is what would give them away by subtraction: "
    f"“{WITHHELD}” stands in their place. Shares are given in steps. A case counts in the period of its receipt.",
)


def _opening(found: Figures, say: Say) -> tuple[str, ...]:
    total = found.overview.total
    if total is None:
        words = Words(zh=f"本期收到的案件不足 {SMALL} 件，不予公布。", en=f"Fewer than {SMALL} cases came in.")
    else:
        words = Words(zh=f"本期共收到 {total} 件。", en=f"{total} cases came in.")
    return (say(words),)


def _of_policy(block: Block, policy: Policy | None, reader: ReportAudience, say: Say) -> Iterator[Section]:
    total = Words(zh=f"共 {block.total} 件。", en=f"{block.total} cases.")
    yield Section(say(block.title), 1, (say(total), *_duties(policy, reader, say)))
    kinds = block.table("trend")
    if kinds is not None and kinds.total is not None:
        yield _kinds(kinds, say)
    found = evaluate(block)
    yield from _months(found, say)
    if found.in_time:
        yield _shares(Words(zh="时限遵守：按期的比例", en="Limits kept in time"), found.in_time, say)
    if reader is ReportAudience.PUBLIC:
        return
    if block.stays:
        yield _usual(block.stays, say)
    yield from (_grid(table, say, 2) for table in block.tables if table.total is not None)
    views = tuple(
        Share(one.id, words, one.low, one.high)
        for one, words in ((found.satisfied, SATISFIED), (found.appealed, APPEALED))
        if one is not None
    )
    if views:
        yield _shares(Words(zh="满意度与申诉", en="Satisfaction and appeals"), views, say)
    yield _weak(found.weak_points, say)


def _duties(policy: Policy | None, reader: ReportAudience, say: Say) -> tuple[str, ...]:
    """The policy's own words on statistics and reports, for those who must see that they were followed."""
    if policy is None or reader is ReportAudience.PUBLIC:
        return ()
    return tuple(say(rule.text) for rule in report_duties(policy))


def _kinds(table: Table, say: Say) -> Section:
    bars = tuple(Bar(say(row.name), n) for row, n in zip(table.rows, table.row_totals, strict=True))
    names = {row.id: "、".join(say(one) for one in row.joined) for row in table.rows if row.id == REST}
    joined = tuple(say(Words(zh=f"其余各项：{one}。", en=f"The others: {one}.")) for one in names.values())
    return _bars(Words(zh="各类数量", en="By classification"), bars, say, joined)


def _months(found: Evaluation, say: Say) -> Iterator[Section]:
    bars = tuple(Bar(month, number) for month, number in found.trend)
    if len(bars) > 1:
        yield _bars(Words(zh="各月数量", en="By month"), bars, say)


def _bars(title: Words, bars: tuple[Bar, ...], say: Say, sentences: tuple[str, ...] = ()) -> Section:
    rows = tuple((bar.name, WITHHELD if bar.number is None else str(bar.number)) for bar in bars)
    header = ("", say(Words(zh="件数", en="cases")))
    return Section(say(title), 2, sentences, header, rows, bars)


def _shares(title: Words, shares: tuple[Share, ...], say: Say) -> Section:
    rows = tuple((say(one.name), f"{one.low}–{one.high}%") for one in shares)
    return Section(say(title), 2, (), ("", say(Words(zh="比例区间", en="share"))), rows)


def _usual(stays: tuple[Usual, ...], say: Say) -> Section:
    def days(one: Usual) -> str:
        known = Words(zh=f"{one.days} 天以内", en=f"up to {one.days} days")
        return say(known if one.days is not None else Words(zh="一年以上", en="more than a year"))

    header = ("", say(Words(zh="半数案件的停留时间", en="half of the cases stay")))
    rows = tuple((say(one.name), days(one)) for one in stays)
    return Section(say(Words(zh="各环节用时", en="Time in each stage")), 2, (), header, rows)


def _grid(table: Table, say: Say, level: int) -> Section:
    def shown(number: int | None) -> str:
        return WITHHELD if number is None else str(number)

    total = say(Words(zh="合计", en="Total"))
    if not table.cells:
        listed = zip(table.rows, table.row_totals, strict=True)
        rows = tuple((say(row.name), str(number)) for row, number in listed)
        return Section(say(table.title), level, (), ("", say(table.of)), (*rows, (total, shown(table.total))))
    header = ("", *(say(column.name) for column in table.columns), total)
    body = zip(table.rows, table.cells, table.row_totals, strict=True)
    rows = tuple((say(row.name), *map(shown, cells), str(number)) for row, cells, number in body)
    last = (total, *map(str, table.column_totals), shown(table.total))
    return Section(say(table.title), level, (), header, (*rows, last))


def _weak(points: tuple[WeakPoint, ...], say: Say) -> Section:
    found = tuple(say(WEAK[one.weakness]).format(name=say(one.name), n=one.at_least) for one in points)
    nothing = say(Words(zh="从已公布的数字看，没有薄弱环节。", en="What is shown has no weak point."))
    return Section(say(Words(zh="薄弱环节", en="Weak points")), 2, found or (nothing,))
