"""The one table of `make bench`: each measuring test adds its rows, the end of the run shows them all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

ROOT = Path(__file__).resolve().parents[3]


class Words(NamedTuple):
    """The same in English and Chinese."""

    en: str
    zh: str


NOTHING: Final = Words("", "")


class Part(StrEnum):
    """The parts of the table, in their order."""

    MACHINE = "machine"
    SUBMISSIONS = "submissions"
    ATTACHMENTS = "attachments"
    MAILBOX = "mailbox"
    SIEGE = "siege"
    PAGES = "pages"
    BROWSERS = "browsers"
    COMMANDS = "commands"
    ORDER = "order"
    CASES = "cases"
    DESK = "desk"
    WATCH = "watch"


TITLES: Final = {
    Part.MACHINE: Words("The machine", "机器"),
    Part.SUBMISSIONS: Words("Reports coming in", "提交举报"),
    Part.ATTACHMENTS: Words("Attachments coming in", "上传附件"),
    Part.MAILBOX: Words("Mailbox and desk", "信箱与工作台"),
    Part.SIEGE: Words("Under attack", "遭受攻击时"),
    Part.PAGES: Words("Pages over the wire", "网页流量"),
    Part.BROWSERS: Words("In the browser", "浏览器内"),
    Part.COMMANDS: Words("Command line", "命令行"),
    Part.ORDER: Words("The turn of the day", "换日整理"),
    Part.CASES: Words("Very many cases", "大量案件"),
    Part.DESK: Words("A desk with many cases", "案件很多的工作台"),
    Part.WATCH: Words("The watch", "举报人保护监测"),
}
HEADS: Final = {
    "en": "| what | figure | aim | met | beside it |\n|---|---|---|---|---|",
    "zh": "| 项目 | 结果 | 目标 | 达到 | 对照 |\n|---|---|---|---|---|",
}
DOCS: Final = {"en": ROOT / "docs/bench.md", "zh": ROOT / "docs/bench.zh-CN.md"}
_MET: Final = {"en": {True: "yes", False: "**no**", None: ""}, "zh": {True: "是", False: "**否**", None: ""}}


@dataclass(frozen=True)
class Row:
    """One row; `figure` and `aim` are numbers with units, the same in both languages."""

    part: Part
    what: Words
    figure: str
    aim: str = ""
    met: bool | None = None
    # What a peer tool did in the same run, or what the figure cannot be better than.
    beside: Words = NOTHING

    def line(self, language: str) -> str:
        """The row in Markdown."""
        cells = (getattr(self.what, language), self.figure, self.aim, _MET[language][self.met])
        return f"| {' | '.join((*cells, getattr(self.beside, language)))} |"


@dataclass
class Figures:
    """All rows of a run, in the order in which they were added."""

    rows: list[Row] = field(default_factory=list[Row])

    def add(self, row: Row) -> None:
        """Adds one row."""
        self.rows.append(row)

    def at_least(self, part: Part, what: Words, value: float, aim: float, unit: str, beside: Words = NOTHING) -> None:
        """A row for a number that should not be smaller than its aim."""
        self.add(Row(part, what, f"{number(value)} {unit}", f"≥ {number(aim)} {unit}", value >= aim, beside))

    def at_most(self, part: Part, what: Words, value: float, aim: float, unit: str, beside: Words = NOTHING) -> None:
        """A row for a number that should not be larger than its aim."""
        self.add(Row(part, what, f"{number(value)} {unit}", f"≤ {number(aim)} {unit}", value <= aim, beside))

    def parts(self) -> list[Part]:
        """The parts that have rows."""
        return [part for part in Part if any(row.part is part for row in self.rows)]

    def table(self, part: Part, language: str) -> str:
        """One part in Markdown."""
        return "\n".join([HEADS[language], *(row.line(language) for row in self.rows if row.part is part)])

    def text(self, language: str) -> str:
        """The whole table."""
        return "\n\n".join(f"{getattr(TITLES[part], language)}\n{self.table(part, language)}" for part in self.parts())


def number(value: float) -> str:
    """Three digits, thousands apart; a whole number as it is."""
    if isinstance(value, int):
        return f"{value:,}"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def quoted(page: str, part: Part, table: str) -> str:
    """A page with a part's table in the place that is kept for it; raises ValueError where there is none."""
    place = re.compile(rf"(<!-- figures: {part} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not place.search(page):
        raise ValueError(f"no place for {part}")
    return place.sub(lambda found: f"{found[1]}{table}\n{found[2]}", page)


def write_pages(figures: Figures) -> None:
    """Puts the parts that were measured into docs/bench.md and its Chinese twin; leaves the others as they are."""
    for language, file in DOCS.items():
        page = file.read_text("utf-8")
        for part in figures.parts():
            page = quoted(page, part, figures.table(part, language))
        file.write_text(page, "utf-8")
