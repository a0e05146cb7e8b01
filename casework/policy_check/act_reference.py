"""Every act: who may do it, what it puts on the record, what the reporter gets, what it asks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from casework.engine.dual_approval import ANSWERS, BY_TWO
from casework.policy.reader import common_rules
from casework.rules.acts import ACT_WORDS, REASONED, TRAITS, Act, Attribute, Item, Party
from casework.words import DEFAULT, SOURCE, Words

LISTED: Final = Words("制度中列有这一步的阶段：`by` 所列角色，不写则为本阶段的 actors",
                      "In stages that list it: the roles of `by`, else the actors of the stage")  # fmt: skip
ANYWHERE: Final = Words("通用规则，每个阶段：本阶段的 actors；制度可用 `without` 停用",
                        "A common rule, in every stage: its actors; `without` switches it off")  # fmt: skip
SECOND: Final = Words("任一角色的成员，但不得是提出的人", "A member in any role, but not the one who asked")
REPORTER: Final = Words("举报人本人；由经办成员记入案件（`yanlu desk act`）",
                        "The reporter; a member puts the declaration on the record (`yanlu desk act`)")  # fmt: skip
WORKER: Final = Words("系统，收到举报时", "Nobody: it is there once a report has arrived")
NOBODY: Final = Words("无人直接办理", "Nobody by this name")
GETS: Final[Mapping[Item, Words]] = {
    Item.TO_REPORTER: Words("收到一条加密通知：文字、所处阶段、此时可以作出的声明及截止日期",
                            "A sealed notice: your words, the stage, what may be declared now and until when"),
    Item.OPTIONAL: Words("默认没有；`--tell reporter` 时收到通知", "Nothing, unless you choose `--tell reporter`"),
    Item.OFFICE_ONLY: Words("没有", "Nothing"),
    Item.NONE: Words("没有", "Nothing"),
    Item.TO_OFFICE: Words("没有：由举报人作出", "Nothing: it comes from the reporter"),
}  # fmt: skip
LETTERS: Final[Mapping[Act, Words]] = {
    Act.ACCEPTED: Words("受理告知书", "Notice of acceptance"),
    Act.REFUSED: Words("不予受理告知书", "Notice that a report is not taken up"),
    Act.INFORMATION_ASKED: Words("补充材料告知书", "Request for more information"),
    Act.NOTIFIED: Words("办理结果告知书", "Result letter"),
}
"""The letter by which the desk's page does the act (`templates/desk/letters/letterstep.ts`)."""
CODES: Final[Mapping[Attribute, Words]] = {
    Attribute.KIND: Words("种类", "a kind of the policy"),
    Attribute.CLASSIFICATION: Words("分类；制度没有分类时用举报类别", "a classification, else a category"),
    Attribute.GRADE: Words("等级", "a grade of the policy"),
    Attribute.DEPARTMENTS: Words("部门代码，逗号分隔", "codes of departments, with commas"),
    Attribute.HANDLER: Words("成员编号", "id of a member"),
    Attribute.DEPUTY: Words("代理经办人编号", "id of a member who stands in"),
    Attribute.CLOCK: Words("时限编号", "id of a clock that may be extended"),
    Attribute.UNTIL: Words("新的日期", "the new day, YYYY-MM-DD"),
    Attribute.CASE: Words("另一案件的编号", "id of the other case"),
    Attribute.AUTHORITY: Words("机关代码", "code of the authority"),
    Attribute.MEMBER: Words("回避人的编号", "id of who steps back"),
    Attribute.POLICY: Words("制度编号", "id of a policy"),
    Attribute.VERSION: Words("已公布的版本", "a published version"),
    Attribute.DESTINATION: Words("去向", "where it goes"),
    Attribute.ASKING: Words("所答复的申请在记录中的条号", "number of the request in the record that it answers"),
}  # fmt: skip
OUTCOME: Final = Words("结论 `--outcome`（加密）", "`--outcome` (sealed)")
DECISION: Final[Mapping[Act, Words]] = {
    Act.DECIDED: OUTCOME,
    Act.APPEAL_DECIDED: OUTCOME,
    Act.NOTIFIED: Words("可写结论 `--outcome` 和措施 `--measure`", "`--outcome` and `--measure`, if told"),
    Act.MEASURE_SET: Words("措施 `--measure`（加密）；须先有结论", "`--measure` (sealed), after an outcome"),
    Act.REWARDED: Words("奖励 `--reward`（加密）；须先有结论", "`--reward` (sealed), after an outcome"),
}
REASON: Final = Words("理由", "a reason")
OFFICE_WORDS: Final = Words("给受理部门看的文字（加密）", "words for the office (sealed)")
REPORTER_WORDS: Final = Words("给举报人的文字（加密）；可写 `--next`、`--due`",
                              "words to the reporter (sealed), with `--next` and `--due` if you like")  # fmt: skip
ANY_WORDS: Final = Words("可写文字（加密）", "words, if you like (sealed)")
FIRST: Final = Words("须先有“{act}”", "first: {act}")
NOTHING: Final = Words("无", "nothing")


@dataclass(frozen=True, slots=True)
class ActEntry:
    """One act as the reference shows it."""

    act: Act
    name: Words
    what: Words
    who: Words
    reporter: Words
    asks: tuple[Words, ...]


def act_entries() -> tuple[ActEntry, ...]:
    """Every act, in the order in which a case meets them."""
    return tuple(map(act_entry, Act))


def act_entry(act: Act) -> ActEntry:
    """One act."""
    said = _purposes()[act]
    letter = LETTERS.get(act)
    gets = GETS[TRAITS[act].item]
    if letter is not None:
        zh, en = f"{gets.zh}；工作台可用《{letter.zh}》办理", f"{gets.en}; the desk's page writes it as “{letter.en}”"
        gets = Words(zh, en)
    what = Words(said[DEFAULT], said[SOURCE])
    return ActEntry(act, ACT_WORDS[act], what, _who(act), gets, tuple(_asks(act)) or (NOTHING,))


@cache
def _purposes() -> dict[str, dict[str, str]]:
    file = resources.files("casework").joinpath("policy_check").joinpath("act_purposes.toml")
    return tomllib.loads(file.read_text("utf-8"))


def _who(act: Act) -> Words:
    if act is Act.SEALED:
        return NOBODY
    match TRAITS[act].party:
        case Party.WORKER:
            return WORKER
        case Party.REPORTER:
            return REPORTER
        case Party.MEMBER if act in BY_TWO:
            return SECOND
        case Party.MEMBER:
            return ANYWHERE if act in {rule.act for rule in common_rules().anywhere} else LISTED


def _asks(act: Act) -> Iterator[Words]:
    trait = TRAITS[act]
    if trait.party is not Party.MEMBER or act is Act.SEALED:
        return
    for codes, zh, en in ((trait.codes, "", ""), (trait.may, "可写 ", ", if you like")):
        for code in codes:
            yield Words(f"{zh}`--code {code}=`{CODES[code].zh}", f"`--code {code}=` {CODES[code].en}{en}")
    if act in DECISION:
        yield DECISION[act]
    if act in REASONED:
        yield REASON
    elif trait.item is not Item.NONE:
        yield {Item.OFFICE_ONLY: OFFICE_WORDS, Item.TO_REPORTER: REPORTER_WORDS}.get(trait.item, ANY_WORDS)
    asked = ANSWERS.get(act)
    if asked is not None:
        yield Words(FIRST.zh.format(act=ACT_WORDS[asked].zh), FIRST.en.format(act=ACT_WORDS[asked].en))
