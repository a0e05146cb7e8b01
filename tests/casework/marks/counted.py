"""Many lives under one policy as statistics count them."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from openpyxl import load_workbook

from casework.statistics.figures import Block, Figures, Period, figures
from casework.statistics.lines import line_of
from casework.statistics.register import RegisterEntry, register
from casework.words import Words
from tests.casework.marks.life import OFFICE, Life, moment, policy_of

ENTITIES = {"works": Words("工厂", "Works")}
PERIOD = Period(moment("2026-03-01").date(), moment("2026-04-30").date())


PROMISED = ("promise-acknowledge", "promise-first-answer", "promise-result")
"""The clocks of what every page promises."""


def counted(policy: str, lives: Iterable[Life], now: str) -> Figures:
    """The figures of two months over these lives as they stand at a moment."""
    bound = policy_of(policy)
    lines = [line_of(str(n), "works", bound, one.case, OFFICE, moment(now)) for n, one in enumerate(lives)]
    return figures(lines, {bound.id: bound}, ENTITIES, PERIOD)


def block(policy: str, lives: Iterable[Life], now: str) -> Block:
    """As `counted`, of the policy alone."""
    found = counted(policy, lives, now).block(policy_of(policy).id)
    assert found is not None
    return found


def register_rows(policy: str, *categories: str) -> list[dict[str, object]]:
    """The rows of the register (xlsx) over cases of these categories, each under its heads in Chinese."""
    bound = policy_of(policy)
    now = moment("2026-04-01")
    entries = [
        RegisterEntry(line_of(str(n), "works", bound, Life(policy, "2026-03-02").case, OFFICE, now), category=one)
        for n, one in enumerate(categories)
    ]
    content = register(entries, {bound.id: bound}, ENTITIES, PERIOD, lambda words: words.zh)
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def untouched(policy: str) -> list[Life]:
    """Seven cases of March and thirteen of April that nobody has worked on."""
    march, april = (2, 3, 4, 5, 6, 9, 10), (2, 3, 7, 8, 9, 10, 13, 14, 15, 16, 17, 20, 21)
    days = [f"2026-03-{day:02d}" for day in march] + [f"2026-04-{day:02d}" for day in april]
    return [Life(policy, day) for day in days]
