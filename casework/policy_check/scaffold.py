"""A policy file begun from a written text: what it seems to say stands there with its lines, the rest as supplied.

Each guess ends in `# CHECK`, and the file says so at its top. It reads and has no fault of the linter: who goes on
writing it changes one thing at a time and sees what breaks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from casework.policy.promises import most_days
from casework.policy_check.lint import LETTERS
from casework.policy_check.text_numbers import numbers_in
from casework.policy_check.text_quotes import LONGEST_QUOTE, Limit, clauses_with, limits_in, retention_months_in
from casework.policy_check.text_topics import Body, bodies_in, topics_in
from casework.rules.roles import RoleKind
from casework.words import DEFAULT, Words

SAYS_ENOUGH: Final = re.compile(r"[\u4e00-\u9fff].{3}|(?:\S+\s+){3}")
"""A clause that is more than a heading: some signs of Chinese, or four words."""
MOST_LINES: Final = 4000
APPEAL: Final = r"申诉|复议|复核|不服|appeal"
EXTENSION: Final = r"延长|延期|延至|exten(?:d|sion)"
WHOLE: Final = r"延长?[到至]|extended to|in all|total"
APPROVED: Final = r"批准|同意|审批|approv|consent|permission"
MARK: Final = "  # CHECK"
GUESSED: Final = re.compile(
    r"(?:name|text|label|hint|kind|actors|act|to|by|ever|needs|within|after|most|upholds|on|start|stop|who|limit"
    r"|restarts|extension|against|body|finality|window) = "
)
"""What is written for a text that need not say it so: all but ids and what stands in the text's own heading."""
NOT_RULED: Final = {
    "zh": "原文还说到下列事项，本文件尚未写成规则（行号：原文 → 应写在哪个键）。",
    "en": "Of this the text speaks too, and it is not yet a rule here (line: words → the key that would rule it).",
}
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
    "appeal": APPEAL,
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
    "acknowledge": ("告知已收到", "You are told that it has arrived"),
    "first-answer": ("首次答复", "A first answer"),
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
    "review": ("复核", "Review"),
    "final": ("复核后告知", "Giving the result of the review"),
    "appeal": ("申诉", "Appeal"),
    "archived": ("归档", "Archived"),
    "upheld": ("属实", "Substantiated"),
    "partly": ("部分属实", "Partly substantiated"),
    "not-upheld": ("不属实", "Unsubstantiated"),
    "corrective": ("予以纠正", "Corrective action"),
}


class Scaffold:
    """The file of one text, row by row."""

    def __init__(self, text: str, policy: str, language: str) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")[:MOST_LINES]
        self.policy, self.language = policy, language
        self.limits = limits_in(self.lines)
        self.heading = self._heading()
        self.bodies = bodies_in(self.lines, language)
        self.appeal = self._numbered(APPEAL)
        self.extension = self._numbered(EXTENSION)
        self.result = self._limit_of_result()

    def file(self) -> str:
        """The whole TOML file, each value that is a guess marked as one."""
        parts: tuple[Callable[[], Iterator[str]], ...] = (self._head, self._page, self._people, self._way, self._rules)
        return "\n".join(_marked(row) for part in parts for row in part()) + "\n"

    def _numbered(self, pattern: str) -> Limit | None:
        """The first limit whose words speak of a thing."""
        about = re.compile(pattern, re.IGNORECASE)
        return next((one for one in self.limits if about.search(one.words)), None)

    def _limit_of_result(self) -> Limit | None:
        """The limit for the result; one for an appeal or an extension is another."""
        about, other = re.compile(SAYS["result"], re.IGNORECASE), re.compile(f"{APPEAL}|{EXTENSION}", re.IGNORECASE)
        return next((one for one in self.limits if about.search(one.words) and not other.search(one.words)), None)

    def _named(self) -> dict[str, Body]:
        """Whom the text names for the roles that every begun policy has."""
        said, own = self.said("handlers"), "zh" if self.language == "zh" else "en"
        handlers = (one for one in self.bodies if said and getattr(one.name, own) in said[1])
        leaders = (one for one in self.bodies if one.kind is RoleKind.LEADERSHIP)
        found = {"leadership": next(leaders, None)}
        found["handlers"] = next((one for one in handlers if one is not found["leadership"]), None)
        return {role: body for role, body in found.items() if body is not None}

    def roles(self) -> tuple[tuple[str, str, str, str], ...]:
        """Each role: its id, kind, name and source as the file writes them."""
        named = self._named()
        usual = (("handlers", "department"), ("leadership", "leadership"))
        others = (one for one in self.bodies if one not in named.values())
        return (
            *(
                (role, kind, _pair(named[role].name) if role in named else self._says(role), self._source(role))
                for role, kind in usual
            ),
            *((one.id, str(one.kind), _pair(one.name), _cited(one.line, one.words)) for one in others),
        )

    def _reviewers(self, appeal: Limit) -> str:
        """The role that the clause of the appeal names, else the management."""
        own = "zh" if self.language == "zh" else "en"
        named = {body.id: role for role, body in self._named().items()}
        found = (one.id for one in self.bodies if getattr(one.name, own) in appeal.words)
        return next((named.get(one, one) for one in found), "leadership")

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
        found = [row for words in (BEST, SAYS) for row in clauses_with(words.get(about, ""), self.lines)]
        other = OTHER.get(about)
        found = [one for one in found if other is None or not other.search(one[1])]
        return next((one for one in found if SAYS_ENOUGH.search(one[1])), found[0] if found else None)

    def days(self, promise: str, usual: int) -> int:
        """The calendar days of a promise: those of the sentence that it rests on, else what is usual."""
        said = self.said(promise)
        limits = [one.limit for one in numbers_in(said[1])] if said else []
        return most_days(limits[0]) if limits else usual

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
        ruled = {"[[appeals]]"} if self.appeal else set[str]()
        ruled |= {"clocks.extension"} if self.extension and self.result else set[str]()
        topics = [f"# {line}: {words} → {key}" for key, line, words in topics_in(self.lines, frozenset(ruled))]
        yield from ("", f"# {NOT_RULED[self.language]}", *topics) if topics else ()

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
        for role, kind, name, source in self.roles():
            yield from ("", "[[roles]]", f'id = "{role}"', f"name = {name}", f'kind = "{kind}"', source)
        ways = [one for one in ("telephone", "email", "box", "letter", "counter") if self._mentions(one)]
        for way in (*ways, "online"):
            yield from (
                "", "[[channels]]", f'id = "{way}"', f'kind = "{way}"', f"name = {self._says(way)}",
                'to = ["handlers"]', self._source(way),
            )  # fmt: skip

    def _way(self) -> Iterator[str]:
        received = (('act = "accepted"', 'to = ["handling"]'),)
        handling = (('act = "evidence-gathered"',), ('act = "decided"', 'to = ["telling"]'))
        yield from self._stage("received", "handlers", "handlers", received)
        yield from self._stage("handling", "handlers", "handlers", handling)
        ends = ('act = "archived"', 'ever = ["notified"]', 'to = ["archived"]')
        informing = (('act = "measure-set"',), ('act = "notified"',))
        if self.appeal is None:
            yield from self._stage("telling", "result", "handlers", (*informing, ends))
        else:
            appealed = (
                'act = "appealed"',
                'ever = ["notice-received"]',
                'within = "appeal"',
                "most = 1",
                'to = ["review"]',
            )
            waits = (*ends[:2], 'after = "appeal"', ends[2])
            yield from self._stage("telling", "result", "handlers", (*informing, appealed, waits))
            decided = (('act = "reinvestigated"',), ('act = "appeal-decided"', 'to = ["final"]'))
            yield from self._stage("review", "appeal", self._reviewers(self.appeal), decided)
            final = ('act = "archived"', 'needs = ["notified"]', 'to = ["archived"]')
            yield from self._stage("final", "appeal", "handlers", (*informing, final))
        yield from ("", "[[stages]]", 'id = "archived"', f"name = {self._says('archived')}", "end = true")
        yield self._source("")

    def _stage(self, stage: str, about: str, role: str, acts: Sequence[Sequence[str]]) -> Iterator[str]:
        source, actors = self._source(about), [role] if role == "handlers" else ["handlers", role]
        yield from (
            "",
            "[[stages]]",
            f'id = "{stage}"',
            f"name = {self._says(stage)}",
            f"actors = {json.dumps(actors)}",
        )
        yield source
        for act in acts:
            by = [f'by = ["{role}"]'] if role != "handlers" else []
            yield from ("[[stages.acts]]", *act, *by, source)

    def _rules(self) -> Iterator[str]:
        found = [("upheld", "yes", "upholds"), ("not-upheld", "no", "")]
        if self._mentions("partly"):
            found.insert(1, ("partly", "partly", "partly"))
        for outcome, upholds, about in found:
            yield from (
                "", "[[outcomes]]", f'id = "{outcome}"', f"name = {self._says(outcome)}", f'upholds = "{upholds}"',
                f"to = {json.dumps(['telling', *(['final'] if self.appeal else [])])}", self._source(about),
            )  # fmt: skip
        yield from (
            "", "[[measures]]", 'id = "corrective"', f"name = {self._says('corrective')}", 'on = "organisation"',
            self._source("measure"),
        )  # fmt: skip
        yield from self._clock()
        yield from self._appeals() if self.appeal else ()

    def _clock(self) -> Iterator[str]:
        """The limit for telling the result, where the text names it, with its extension; the others are at the top."""
        found, longer = self.result, self.extension
        if found is None:
            return
        yield from (
            "", "[[clocks]]", 'id = "result"', f"name = {self._says('result')}", 'start = ["accepted"]',
            'stop = ["notified"]', 'who = "handlers"', f'limit = "{found.limit}"',
        )  # fmt: skip
        if longer is None:
            yield _cited(found.line, found.words)
            return
        bound = "whole" if re.search(WHOLE, longer.words, re.IGNORECASE) else "cap"
        by = "leadership" if re.search(APPROVED, longer.words, re.IGNORECASE) else "handlers"
        source = _cited(longer.line, longer.words)
        rule = f'tell = true, times = 1, {bound} = "{longer.limit}", approved_by = "{by}", {source.removesuffix(MARK)}'
        yield from (f"extension = {{ {rule} }}", _cited(found.line, found.words))
        yield from ("", "[[anywhere]]", 'act = "extended"', f'by = ["{by}"]', source)

    def _appeals(self) -> Iterator[str]:
        """The appeal and the time that the text gives for it."""
        found = self.appeal
        if found is None:
            return
        source, name = _cited(found.line, found.words), f"name = {self._says('appeal')}"
        yield from (
            "", "[[clocks]]", 'id = "appeal"', name, 'start = ["notice-received", "notice-deemed"]',
            'stop = ["appealed"]', 'who = "reporter"', f'limit = "{found.limit}"', "restarts = true", source,
            "", "[[appeals]]", 'id = "appeal"', name, 'against = "notified"', f'body = "{self._reviewers(found)}"',
            'finality = "final"', 'window = "appeal"', "most = 1", source,
        )  # fmt: skip


def _marked(row: str) -> str:
    """A row of the file; one that sets a guessed value ends in the mark."""
    return row + MARK if GUESSED.match(row) and not row.endswith(MARK) else row


def _pair(words: Words) -> str:
    return f"{{ zh = {_quoted(words.zh)}, en = {_quoted(words.en)} }}"


def _quoted(words: str) -> str:
    """A text as TOML writes one: as JSON does, but for U+007F."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _cited(line: int, words: str) -> str:
    return f"source = {{ line = {line}, quote = {_quoted(words)} }}{MARK}"


def _words(pair: tuple[str, str]) -> tuple[str, str]:
    return f'zh = "{pair[0]}"{MARK}', f'en = "{pair[1]}"{MARK}'


def bindings_scaffold(text: str, policy: str, today: date, language: str = DEFAULT) -> str:
    """What an office binds to such a file, to be filled in: first day, terms, days and holders."""
    read = Scaffold(text, policy, language)
    days = (f"{one} = {read.days(one, usual)}  # CHECK" for one, usual in USUAL.items())
    rows = (
        f'policy = "{policy}"', 'version = "1"', f"effective = {today.isoformat()}  # CHECK",
        f"retention_months = {retention_months_in(read.lines)}  # CHECK", "", "[days]", *days,
        "", "[limits]", 'notice-waits = "30 days"  # CHECK',
        "", "[holders]", *(f'# {role} = ["member-a", "member-b"]  # {name}' for role, _, name, _ in read.roles()),
    )  # fmt: skip
    return "\n".join(rows) + "\n"


def scaffold(text: str, policy: str, language: str) -> str:
    """A policy file in TOML for a written text; `policy` is its id, `language` the language of the text, zh or en."""
    return Scaffold(text, policy, language).file()
