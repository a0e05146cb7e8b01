"""A policy file begun from a written text: what it seems to say stands there with its lines, the rest as supplied.

Each guess ends in `# CHECK`, and the file says so at its top. It reads and has no fault of the linter: who goes on
writing it changes one thing at a time and sees what breaks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.deadlines.limits import Unit
from casework.policy.promises import most_days
from casework.policy_check.lint import LETTERS
from casework.policy_check.text_numbers import numbers_in
from casework.words import DEFAULT

LONGEST_QUOTE: Final = 160
SAYS_ENOUGH: Final = re.compile(r"[\u4e00-\u9fff].{3}|(?:\S+\s+){3}")
"""A clause that is more than a heading: some signs of Chinese, or four words."""
MOST_LINES: Final = 4000
KEEPS: Final = re.compile(r"保存|保管|留存|kept|keep|retain|retention|stored", re.IGNORECASE)
SAYS: Final = {
    "handlers": r"受理|负责|responsible|receives?\b|handle[sd]? by|in charge",
    "leadership": r"领导|总经理|董事|management|board|executive|director",
    "protection": r"报复|保密|retaliat|reprisal|confidential",
    "acknowledge": r"确认|收到|登记|acknowledg|confirm",
    "first-answer": r"答复|回复|反馈|repl(?:y|ies)|answer|respond",
    "result": r"结果|处理决定|告知|通知|outcome|result|inform",
    "telephone": r"电话|热线|telephone|hotline|phone",
    "email": r"邮箱|电子邮件|e-?mail",
    "box": r"投诉箱|意见箱|举报箱|(?<!电子)信箱|complaints? box|suggestion box",
    "letter": r"来信|信函|书面|letter|in writing|post\b",
    "counter": r"当面|来访|面谈|in person|visit",
    "online": r"网站|网上|在线|online|website|web form",
    "heading": r"制度|办法|规定|细则|policy|procedure|code of|rules",
    "partly": r"部分属实|partly|partially|in part",
    "upholds": r"属实|成立|substantiated|upheld|justified|true",
    "measure": r"纠正|整改|处分|处罚|correct|measure|disciplin",
}
"""Words by which a line is taken to speak of a thing: a guess, which somebody looks at."""
BEST: Final = {
    "protection": r"打击报复|retaliat|reprisal",
    "result": r"处理结果|调查结果|处理决定|outcome|result|conclu",
}
"""Words that say it more surely: their line comes first."""
OTHER: Final = {
    "first-answer": re.compile(r"解释|interpret", re.IGNORECASE),
    "result": re.compile(r"确认收到|acknowledg", re.IGNORECASE),
}
"""What a line that has the words may be about instead."""

USUAL: Final = {"acknowledge": 7, "first-answer": 30, "result": 90}
"""Days of a promise of which the text gives no number."""
HEAD: Final = {
    "zh": (
        "由制度原文起草。每处写有 # CHECK 的都是推测：请逐条核对，再删去这两个字。",
        "source 要么写行号和原文，要么写 supplied 和理由。检查：yanlu policy lint 本文件 --text 原文",
    ),
    "en": (
        "Begun from a written text. Whatever ends in # CHECK is a guess: look at each, then take the mark away.",
        "A source is a line with its words, or `supplied` with the reason. Check: yanlu policy lint FILE --text TEXT",
    ),
}
LIMITS: Final = {
    "zh": "原文中的期限（行号：原文 = 期限）。每一项都写成 [[clocks]]：从哪一步起算，到哪一步为止。",
    "en": "The limits that the text names (line: words = limit). Each becomes a [[clocks]]: from which act, to which.",
}
SILENT: Final = '{ supplied = { zh = "原文未写，请核对", en = "The text does not say" } }  # CHECK'
NAMES: Final = {
    "title": ("投诉举报办法", "Complaints and reports"),
    "summary": ("可以在这里投诉、举报", "Complaints and reports are taken here"),
    "protection": ("不得打击报复", "Nobody is punished for a report"),
    "readers": ("受理部门", "The receiving department"),
    "acknowledge": ("告知您已收到", "You hear that it has arrived"),
    "first-answer": ("第一次答复", "A first answer"),
    "result": ("告知处理结果", "You hear the result"),
    "other": ("其他", "Other"),
    "handlers": ("受理部门", "The receiving department"),
    "leadership": ("公司领导", "The management"),
    "account": ("发生了什么？", "What happened?"),
    "account-hint": ("谁、什么时候、在哪里、做了什么", "Who did what, when and where"),
    "when": ("什么时候？", "When was it?"),
    "telephone": ("电话", "By telephone"),
    "email": ("电子邮件", "By e-mail"),
    "box": ("信箱", "Complaints box"),
    "letter": ("书面", "By letter"),
    "counter": ("当面", "In person"),
    "online": ("本网站", "Online"),
    "received": ("已收到", "Received"),
    "handling": ("处理", "Being dealt with"),
    "telling": ("告知结果", "Giving the result"),
    "archived": ("归档", "Archived"),
    "upheld": ("属实", "Substantiated"),
    "partly": ("部分属实", "Partly substantiated"),
    "not-upheld": ("不属实", "Unsubstantiated"),
    "corrective": ("予以纠正", "Corrective action"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number with a unit that stands in the text."""

    line: int
    words: str
    limit: str


def limits_in(lines: Sequence[str]) -> tuple[Limit, ...]:
    """Every limit that the text names, with the line in which it stands (from 1); years are terms of keeping."""
    return tuple(
        Limit(number, _cut(line, found.at), str(found.limit))
        for number, line in enumerate(lines, 1)
        for found in numbers_in(line)
        if found.limit.unit is not Unit.YEARS
    )


def _cut(line: str, at: int) -> str:
    """The words of a line around a place, as they are printed: from the last stop before it to the next one."""
    stops = [one.end() for one in re.finditer(r"(?:[，。；：,;:]|\.(?!\d))\s*", line) if one.end() <= at]
    begin = stops[-1] if stops else len(line) - len(line.lstrip())
    end = next(
        (one.start() for one in re.finditer(r"[，。；,;]|\.(?:\s|$)", line) if one.start() > at), len(line.rstrip())
    )
    words = line[begin:end].rstrip()
    if len(words) <= LONGEST_QUOTE:
        return words
    # At a blank, where there is one: half a word is no quotation that anybody finds again.
    short = words[:LONGEST_QUOTE]
    return (short.rpartition(" ")[0] or short).rstrip()


class Scaffold:
    """The file of one text, row by row."""

    def __init__(self, text: str, policy: str, language: str) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")[:MOST_LINES]
        self.policy, self.language = policy, language
        self.limits = limits_in(self.lines)
        self.heading = self._heading()

    def file(self) -> str:
        """The whole TOML file."""
        parts: tuple[Callable[[], Iterator[str]], ...] = (self._head, self._page, self._people, self._way, self._rules)
        return "\n".join(row for part in parts for row in part()) + "\n"

    def _heading(self) -> tuple[int, str]:
        """The first of the first lines that calls itself a policy: above it there is often a company's name."""
        found = [(number, line.strip()[:LONGEST_QUOTE]) for number, line in enumerate(self.lines, 1) if line.strip()]
        named = (row for row in found[:4] if re.search(SAYS["heading"], row[1], re.IGNORECASE))
        return next(named, found[0] if found else (0, ""))

    def _mentions(self, about: str) -> bool:
        return any(re.search(SAYS[about], line, re.IGNORECASE) for line in self.lines)

    def _says(self, name: str) -> str:
        """In one language or in both, as the pages need."""
        zh, en = NAMES[name]
        return f'{{ zh = "{zh}", en = "{en}" }}'

    def _source(self, about: str) -> str:
        """The line that speaks of a thing, with its words; else that the text does not say."""
        said = self.said(about)
        return _cited(*said) if said else f"source = {SILENT}"

    def said(self, about: str) -> tuple[int, str] | None:
        """The first line that speaks of a thing, from 1, with the clause that does; a mere heading only for want."""
        found = [*self._quotes(BEST.get(about, "")), *self._quotes(SAYS.get(about, ""))]
        other = OTHER.get(about)
        found = [one for one in found if other is None or not other.search(one[1])]
        return next((one for one in found if SAYS_ENOUGH.search(one[1])), found[0] if found else None)

    def days(self, promise: str, usual: int) -> int:
        """The calendar days of a promise: those of the sentence that it rests on, else what is usual."""
        said = self.said(promise)
        limits = [one.limit for one in numbers_in(said[1])] if said else []
        return most_days(limits[0]) if limits else usual

    def _quotes(self, pattern: str) -> Iterator[tuple[int, str]]:
        """Each line in which a pattern stands, with the clause around it."""
        for number, line in enumerate(self.lines, 1):
            found = re.search(pattern, line, re.IGNORECASE) if pattern else None
            if found and (quote := _cut(line, found.start())):
                yield number, quote

    def _first_line(self) -> str:
        number, words = self.heading
        return _cited(number, words) if words else f"source = {SILENT}"

    def _title(self) -> tuple[str, str]:
        """The text's own heading in its language."""
        zh, en = NAMES["title"]
        heading = self.heading[1] if LETTERS[self.language].search(self.heading[1]) else ""
        own = _quoted(heading or (zh if self.language == "zh" else en))
        return (
            (f"zh = {own}", f'en = "{en}"  # CHECK')
            if self.language == "zh"
            else (f'zh = "{zh}"  # CHECK', f"en = {own}")
        )

    def _head(self) -> Iterator[str]:
        yield from (f"# {row}" for row in HEAD[self.language])
        yield from (f'language = "{self.language}"', f'id = "{self.policy}"', 'version = "1"', 'state = "whole"', "")
        if self.limits:
            yield f"# {LIMITS[self.language]}"
        for one in self.limits:
            yield f"# {one.line}: {one.words} = {one.limit}"

    def _page(self) -> Iterator[str]:
        yield from ("", "[title]", *self._title(), self._first_line())
        for key, source in (("summary", self._first_line()), ("protection", self._source("protection"))):
            yield from ("", f"[{key}]", *_words(NAMES[key]), source)
        yield from (
            "",
            "[[readers]]",
            'role = "investigator"',
            f"text = {self._says('readers')}",
            self._source("handlers"),
        )
        for promise in ("acknowledge", "first-answer", "result"):
            yield from ("", "[[promises]]", f'id = "{promise}"', f"text = {self._says(promise)}", self._source(promise))
        yield from ("", "[[categories]]", 'id = "other"', f"name = {self._says('other')}", self._first_line())
        yield from (
            "", "[account]", f"label = {self._says('account')}", f"hint = {self._says('account-hint')}",
            self._first_line(),
            "", "[[questions]]", 'id = "when"', 'kind = "text"', f"label = {self._says('when')}", self._first_line(),
        )  # fmt: skip

    def _people(self) -> Iterator[str]:
        for role, kind in (("handlers", "department"), ("leadership", "leadership")):
            yield from (
                "",
                "[[roles]]",
                f'id = "{role}"',
                f"name = {self._says(role)}",
                f'kind = "{kind}"',
                self._source(role),
            )
        ways = [one for one in ("telephone", "email", "box", "letter", "counter") if self._mentions(one)]
        for way in (*ways, "online"):
            yield from (
                "", "[[channels]]", f'id = "{way}"', f'kind = "{way}"', f"name = {self._says(way)}",
                'to = ["handlers"]', self._source(way),
            )  # fmt: skip

    def _way(self) -> Iterator[str]:
        steps = (
            ("received", "handlers", (("accepted", "handling", ()),)),
            ("handling", "handlers", (("evidence-gathered", None, ()), ("decided", "telling", ()))),
            (
                "telling",
                "result",
                (("measure-set", None, ()), ("notified", None, ()), ("archived", "archived", ("notified",))),
            ),
        )
        for stage, about, acts in steps:
            yield from self._stage(stage, about, 'actors = ["handlers"]')
            for act, to, ever in acts:
                yield from ("[[stages.acts]]", f'act = "{act}"')
                yield from ([f'ever = ["{ever[0]}"]'] if ever else [])
                yield from ([f'to = ["{to}"]'] if to else [])
                yield self._source(about)
        yield from self._stage("archived", "", "end = true")

    def _stage(self, stage: str, about: str, row: str) -> tuple[str, ...]:
        return ("", "[[stages]]", f'id = "{stage}"', f"name = {self._says(stage)}", row, self._source(about))

    def _rules(self) -> Iterator[str]:
        found = [("upheld", "yes", "upholds"), ("not-upheld", "no", "")]
        if self._mentions("partly"):
            found.insert(1, ("partly", "partly", "partly"))
        for outcome, upholds, about in found:
            yield from (
                "", "[[outcomes]]", f'id = "{outcome}"', f"name = {self._says(outcome)}", f'upholds = "{upholds}"',
                'to = ["telling"]', self._source(about),
            )  # fmt: skip
        yield from (
            "", "[[measures]]", 'id = "corrective"', f"name = {self._says('corrective')}", 'on = "organisation"',
            self._source("measure"),
        )  # fmt: skip
        yield from self._clock()

    def _clock(self) -> Iterator[str]:
        """The limit for telling the result, where the text names it; the others stand at the top of the file."""
        about = re.compile(SAYS["result"], re.IGNORECASE)
        found = next((one for one in self.limits if about.search(one.words)), None)
        if found is not None:
            yield from (
                "", "[[clocks]]", 'id = "result"', f"name = {self._says('result')}", 'start = ["accepted"]',
                'stop = ["notified"]', 'who = "handlers"', f'limit = "{found.limit}"',
                _cited(found.line, found.words),
            )  # fmt: skip


def _quoted(words: str) -> str:
    """A text as TOML writes one: as JSON does, but for U+007F."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _cited(line: int, words: str) -> str:
    return f"source = {{ line = {line}, quote = {_quoted(words)} }}  # CHECK"


def _words(pair: tuple[str, str]) -> tuple[str, str]:
    return f'zh = "{pair[0]}"', f'en = "{pair[1]}"'


def _retention(text: str) -> int:
    """Months for which closed cases are kept, where the text says so; else three years, to be looked at."""
    for line in text.splitlines()[:MOST_LINES]:
        years = [one.limit.amount for one in numbers_in(line) if one.limit.unit is Unit.YEARS]
        if years and KEEPS.search(line):
            return 12 * years[0]
    return 36


def bindings_scaffold(text: str, policy: str, today: date) -> str:
    """What an office binds to such a file, to be filled in: first day, terms, days and holders."""
    read = Scaffold(text, policy, DEFAULT)
    days = (f"{one} = {read.days(one, usual)}  # CHECK" for one, usual in USUAL.items())
    rows = (
        f'policy = "{policy}"', 'version = "1"', f"effective = {today.isoformat()}  # CHECK",
        f"retention_months = {_retention(text)}  # CHECK", "", "[days]", *days,
        "", "[limits]", 'notice-waits = "30 days"  # CHECK',
        "", "[holders]", '# handlers = ["member-a", "member-b"]', '# leadership = ["member-c", "member-d"]',
    )  # fmt: skip
    return "\n".join(rows) + "\n"


def scaffold(text: str, policy: str, language: str) -> str:
    """A policy file in TOML for a written text; `policy` is its id, `language` the language of the text, zh or en."""
    return Scaffold(text, policy, language).file()
