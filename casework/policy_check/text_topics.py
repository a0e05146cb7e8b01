"""Whom a written text names, and of what it speaks that a begun policy does not rule yet: guesses, to be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from casework.policy_check.text_quotes import clause_at, clauses_with
from casework.rules.roles import RoleKind
from casework.words import Words

MOST_BODIES: Final = 8
KNOWN: Final = tuple(
    Words(*one)
    for one in (
        ("人力资源部", "Human Resources"), ("监察部", "Inspection Department"), ("审计部", "Internal Audit"),
        ("法务部", "Legal Department"), ("合规部", "Compliance Department"), ("财务部", "Finance Department"),
        ("行政部", "Administration Department"), ("客服部", "Customer Service"), ("工会", "Works Council"),
        ("董事会", "Board of Directors"), ("监事会", "Supervisory Board"), ("审计委员会", "Audit Committee"),
    )
)  # fmt: skip
"""Names whose other language is plain; any other name is shown in the text's language until somebody writes it."""
KINDS: Final = (
    (
        RoleKind.OVERSIGHT,
        Words("监督机构", "Oversight body"),
        r"监察|审计|监事|纪检|纪委|监督|audit|inspect|oversight|super?vis",
    ),
    (RoleKind.LEADERSHIP, Words("领导", "Leadership"), r"董事会|总经理|board|directors|executive|management"),
    (RoleKind.PERSON, Words("负责人员", "Officer"), r"专员|经理|officer|manager|ombuds"),
    (RoleKind.DEPARTMENT, Words("部门", "Department"), ""),
)
OUTSIDE_OF_NAMES: Final = "由向经报交至和与及或给到在的可应将对以请是为从把被其送各该本等并须后前内有无不我所"
CHINESE_BODY: Final = re.compile(
    rf"(?P<name>(?:(?![{OUTSIDE_OF_NAMES}])[一-鿿]){{1,7}}?"
    r"(?:委员会|办公室|监事会|董事会|事业部|管理部|小组|中心|部(?![分长下属门位件]|署)|科(?![学技目室])|纪委))"
    r"|(?P<whole>工会|总经理|总裁)"
)
NO_BODY: Final = re.compile(
    r"(?:全|内|外|干|局|支|党|总|细|头|底|腹|背|西|东|南|北|中)部$|^.{0,1}部$|^[一二三四五六七八九十]"
)
LEADS_IN: Final = re.compile(rf"^.*[{OUTSIDE_OF_NAMES}]")
ENGLISH_BODY: Final = re.compile(
    r"\b(?P<name>(?:[A-Z][\w&'-]*\s+(?:(?:of|and|&|for)\s+)?){1,4}"
    r"(?:Office|Officer|Department|Committee|Council|Board|Team|Unit|Directors|Ombuds(?:man|person)?|Manager)"
    r"|Human Resources|Internal Audit"
    r"|(?i:compliance|ethics|audit|legal|personnel|works|human resources)\s+"
    r"(?i:officer|office|department|committee|council|team))\b"
)
ARTICLE: Final = re.compile(r"^(?:The|A|An|Any|Every|Our|Each|This)\s+")
TOPICS: Final = (
    ("[[appeals]]", r"申诉|复议|复核|不服|appeal|review of the (?:decision|result)"),
    ("clocks.extension", r"延长|延期|exten(?:d|sion)|longer than"),
    ("[[grades]]", r"分为.{1,40}[级类]|分级|轻重缓急|紧急|重大投诉|urgent|severity|grades?\b|priorit"),
    ("[emergency]", r"立即上报|立即报告|重大事件|immediately|at once"),
    ("[[publications]]", r"公示|公布|通报|publish|made public|published"),
    ("[[rewards]]", r"奖励|奖金|reward"),
    ("[malice]", r"诬告|诬陷|捏造|恶意|malicious|bad faith|knowingly false|vexatious"),
    ("[mediation]", r"调解|mediat"),
    ("[satisfaction]", r"满意|回访|satisf"),
    ("[identity]", r"匿名|实名|署名|anonym|give (?:their|his or her) name"),
    ("[hand_over]", r"司法机关|公安|移送|police|prosecut|authorit(?:y|ies)"),
    (
        "[[recurring]]",
        r"每(?:月|季度|年).{0,20}(?:统计|分析|报告|汇总)|annual report|every (?:month|quarter|year)|quarterly|yearly",
    ),
    ("stages.acts: recused", r"回避|利益冲突|conflict of interest|recus"),
    ("stages.acts: withdrawn", r"撤回|撤诉|withdraw"),
)
"""The key under which a thing would be ruled, and the words by which a line is taken to speak of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """A department, committee or officer that the text names: the id it may have, its name, and where it stands."""

    id: str
    name: Words
    kind: RoleKind
    line: int
    words: str


def bodies_in(lines: Sequence[str], language: str) -> tuple[Body, ...]:
    """Whom the text names, each once, in their order, at most eight."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines, 1):
        for name, at in _names(line, language):
            found.setdefault(name, (number, clause_at(line, at)))
    counts: dict[RoleKind, int] = {}
    rows: list[Body] = []
    for name, (number, words) in list(found.items())[:MOST_BODIES]:
        kind, generic = next((kind, said) for kind, said, words in KINDS if re.search(words, name, re.IGNORECASE))
        counts[kind] = counts.get(kind, 0) + 1
        rows.append(
            Body(f"{kind}-{counts[kind]}", _in_both(name, language, generic, counts[kind]), kind, number, words)
        )
    return tuple(rows)


def _names(line: str, language: str) -> Iterator[tuple[str, int]]:
    for found in (CHINESE_BODY if language == "zh" else ENGLISH_BODY).finditer(line):
        whole = re.sub(r"\s+", " ", found.group(0))
        name = ARTICLE.sub("", whole) if language == "en" else found["whole"] or LEADS_IN.sub("", whole)
        if len(name) > 1 and not NO_BODY.search(name):
            yield name, found.end() - 1


def _in_both(name: str, language: str, generic: Words, number: int) -> Words:
    """The name in its language, and in the other one its plain counterpart or what kind of body it is."""
    known = next((one for one in KNOWN if name.lower() in (one.zh, one.en.lower())), None)
    other = known or Words(f"{generic.zh}{number}", f"{generic.en} {number}")
    return Words(name, other.en) if language == "zh" else Words(other.zh, name)


def topics_in(lines: Sequence[str], ruled: frozenset[str] = frozenset()) -> Iterator[tuple[str, int, str]]:
    """Of what the text speaks, by the key that would rule it, with the first line that does; without those `ruled`."""
    for key, pattern in TOPICS:
        first = None if key in ruled else next(clauses_with(pattern, lines), None)
        if first is not None:
            yield (key, *first)
