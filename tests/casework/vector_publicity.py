"""The vectors of publicity: names in texts, what points to somebody, and what each policy shows of a case to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final, cast

from casework.engine.case import Case, Event
from casework.ids import MemberId
from casework.policy.document import rules_document
from casework.policy.policy import Policy
from casework.protection.blanking import pointing, without_names
from casework.protection.publicity import Account, Withheld, public_text, publication_in, published_case, recorded_as
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Published
from casework.rules.rulebook import Rulebook
from tests.casework.vector_rows import Row, without_grounds

NAMED: Final = 400
OF_A_CASE: Final = (Published.RESULT, Published.CASES)
DAY: Final = date(2026, 3, 2)
NAMES: Final = (
    "An", "Li", "Li Si", "Wang Wu", "wang  wu", "王芳", "李四", "张伟·李", "José Müller", "ＬＩ", "O'Neil", "İpek",
    "Straße", "Σίσυφος", "한지민", "ガブリエル", "a.b*c", "𠮷田", "欧阳 娜", " ",
)  # fmt: skip
PIECES: Final = (
    "An", "Ann", "AN ", "Ｌｉ", "Li\u00ad Si", "LI-SI", "Wang\nWu", "WANG  WU", "王 芳", "王\u200b芳", "王\u3000芳说",
    "李李四", "李Li Si说", "张伟 李", "張偉", "jose\u0301 muller", "JOSÉ MÜLLER", "o’neil", "O'NEIL", "ipek", "İPEK",
    "ıpek", "STRASSE", "strasse", "ΣΊΣΥΦΟΣ", "σίσυφοσ", "한 지민", "ｶﾞﾌﾞﾘｴﾙ", "A.B*C", "axbbc", "𠮷田", "欧阳娜", "×Li×",
    " ", "，", "\n", "2Li2", "the list", "ſi", "138-0000-0000", "１３９００００１１１１", "a.b@c.example", "a＠b.cn",
    "11010519491231002X", "Mary Jones", "陈经理", "刘某", "5 天", "部门", "×××",
)  # fmt: skip
SPELLINGS: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("×××来了", ("王小明",), "王\u200e小明来了"),
    ("×××来了", ("王小明",), "王\ufe00小\U000e0101明\u2061来了"),
    ("×××、×××", ("王小明",), "王、小明、王\u3164小\u034f明"),
    ("见×××", ("王小明",), "见\u202e明小王"),
    ("see ×××", ("Anna Müller",), "see \u202erellüM annA"),
    ("××× ××× ××× ×××", ("迪丽热巴·买买提",), "迪丽热巴•买买提 迪丽热巴・买买提 迪丽热巴买买提 迪丽热巴 ‧ 买买提"),
    ("×××, ×××, ×××", ("O’Brien",), "O'Brien, O’Brien, OBrien"),
    ("×××, ×××", ("O'Brien",), "O’BRIEN, O Brien"),
    ("×××; ×××; ×××", ("Zhang Wei",), "Zhang.Wei; Zhang_Wei; WEI, ZHANG"),
    ("×××, ×××; Müller", ("Anna Müller",), "Müller, Anna, Anna-Müller; Müller"),
    ("MÜLLER; ×××s Bericht", ("Anna Müller",), "MÜLLER; Anna Müllers Bericht"),
    ("×××s Bericht, Mülleri", ("Müller",), "Müllers Bericht, Mülleri"),
    ("Anns list, Lis", ("Ann", "Li"), "Anns list, Lis"),
    ("×××; ×××; Jean", ("Jean-Pierre Dupont",), "Jean Pierre Dupont; Jean‑Pierre Dupont; Jean"),
    ("×××, ×××", ("Jean-Pierre",), "Jean Pierre, JEAN‑PIERRE"),
    ("bei×××", ("Müller",), "bei\u200bMüller"),
    ("bei×××", ("Müller",), "bei\u200bMü\u200bller"),
    ("beiMüller", ("Müller",), "bei\u200dMüller"),
    ("قال ×××", ("محمد",), "قال مُحَمَّد"),
    ("×××.", ("Li Wei", "Wei Zhang"), "Li Wei Zhang."),
    ("××××××", ("王芳", "李四"), "王芳李四"),
    ("王说，李 明", ("王小明", "李明明"), "王说，李 明"),
    ("水平高，明天", ("高明",), "水平高，明天"),
    ("小明和芳在", ("王小明", "王芳"), "小明和芳在"),
    ("Write to ×××.", ("wang",), "Write to wang88@qq.com."),
    ("问×××核实；又见×××", ("王芳", "Wang"), "问WANG.2＠qq.com核实；又见王芳88@qq.com"),
    ("×××, <×××>, a@b.example", ("Li Si",), "lisi@mail.example, <x@li-si.example>, a@b.example"),
    ("×××说", ("王芳",), "王芳@qq.com说"),
    ("×××; ×××; ×××", ("Anna Müller", "王芳"), "Anna—Müller; Müller/Anna; 王|芳"),
    ("Élise Özer, Ömer Ünal, été Île", (), "Élise Özer, Ömer Ünal, été Île"),
    ("plain", (), "pla\u2066in\u2069"),
)
"""What is shown, of these names, in this text."""
PARTS: Final = {
    "measures": "补发工资\r\n并道歉 ",
    "matter": "　李四被扣工资",
    "finding": " \n",
    "result": "Done.",
    "who": "王五",
}


def _named(number: int) -> Row:
    lots = Random(f"publicity {number}")
    names = lots.sample(NAMES, lots.randint(0, len(NAMES)))
    text = "".join(lots.choice(PIECES) + lots.choice(("", " ", "，")) for _ in range(lots.randint(1, 7)))
    return {"names": names, "text": text, "shown": without_names(text, names), "pointing": list(pointing(text, names))}


def _spelled(shown: str, names: tuple[str, ...], text: str) -> Row:
    """One writing of a name; raises AssertionError where Python itself says otherwise."""
    assert without_names(text, names) == shown, (text, names, without_names(text, names))
    return {"names": list(names), "text": text, "shown": shown, "pointing": list(pointing(shown, names))}


def _rules(policy: Policy) -> str:
    """The rules document with the tables that publicity is read from."""
    kept = ("roles", "stages", "anywhere", "without", "publications")
    rules = Rulebook(**{name: getattr(policy.rules, name) for name in kept})
    bare = replace(policy, rules=rules, questions=(), readers=(), promises=(), summary=None)
    return rules_document(cast("Policy", without_grounds(bare))).decode()


def _cases(policy: Policy) -> Iterator[Case]:
    """In each stage of the policy cases whose reporter heard nothing, the decision, or not the last one."""
    told = [(), (Act.NOTIFIED,), (Act.DECIDED, Act.NOTIFIED), (Act.DECIDED, Act.NOTIFIED, Act.REOPENED)]
    for stage, acts in product(policy.rules.stages, told):
        events = (Event(0, Act.RECEIVED, DAY), *(Event(n, act, DAY, MemberId("li")) for n, act in enumerate(acts, 1)))
        case = Case(policy.id, policy.version, stage.id, events=events)
        yield case
        yield replace(case, frozen=True)
        yield replace(case, uncounted=frozenset({2}))


def _case_row(policy: Policy, case: Case) -> Row:
    shown = [_shown(policy, case, what, audience) for what, audience in product(OF_A_CASE, Audience)]
    return {
        "stage": case.stage, "frozen": case.frozen, "uncounted": sorted(case.uncounted),
        "acts": [one.act.value for one in case.events], "shown": shown,
        "recorded": [recorded_as(policy, case, audience).value for audience in Audience],
    }  # fmt: skip


def _shown(policy: Policy, case: Case, what: Published, audience: Audience) -> str:
    found = published_case(policy, case, what, audience, Account(PARTS, ("李四",)))
    return found.value if isinstance(found, Withheld) else ""


def _text(what: Published, audience: Audience, language: str) -> Row:
    """The text itself, and what it is recognised as."""
    text = public_text(what, audience, PARTS, language)
    kind = publication_in(text)
    return {
        "what": what.value, "audience": audience.value, "language": language, "parts": PARTS, "text": text,
        "kind": kind and [kind[0].value, kind[1].value], "other": publication_in(f" {text}"),
    }  # fmt: skip


def publicity(policies: Callable[[], list[Policy]]) -> list[Row]:
    """Names by lot, the texts, and every policy that publishes more than figures."""
    texts = [_text(what, audience, tag) for what, audience, tag in product(OF_A_CASE, Audience, ("zh", "en"))]
    publishing = [
        policy for policy in policies() if any(one.what is not Published.FIGURES for one in policy.rules.publications)
    ]
    cases: list[Row] = [
        {"policy": policy.id, "rules": _rules(policy), "cases": [_case_row(policy, one) for one in _cases(policy)]}
        for policy in publishing
    ]
    spelled = [_spelled(*one) for one in SPELLINGS]
    return [*map(_named, range(NAMED)), *spelled, *texts, *cases]
