"""What a linter of policies finds: file, key, how bad, and the reason in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.policy.reasons import reason_in_both
from casework.words import Words


class Severity(StrEnum):
    """An error keeps a policy from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Fault(StrEnum):
    """What is wrong with a policy that reads."""

    FIRST_STAGE = "first-stage"
    NO_END = "no-end"
    UNREACHABLE = "unreachable"
    NO_ACTOR = "no-actor"
    TRAP = "trap"
    UNKNOWN_NAME = "unknown-name"
    NEVER_STARTS = "never-starts"
    NEVER_STOPS = "never-stops"
    TWO_NUMBERS = "two-numbers"
    NEVER_RUNS_OUT = "never-runs-out"
    ENDLESS_APPEAL = "endless-appeal"
    APPEAL_UNANSWERED = "appeal-unanswered"
    WINDOW_OPEN = "window-open"
    STAGE_NAME_REVEALS_VERDICT = "stage-tells"
    ROUTE_REVEALS_VERDICT = "road-tells"
    MASKED_ACT_HAS_EFFECT = "veil-lifted"
    ALONE = "alone"
    CANNOT_EXTEND = "cannot-extend"
    WRONG_LANGUAGE = "wrong-language"
    NOT_ADOPTED = "not-adopted"
    NO_RETENTION = "no-retention"
    NO_INTERVAL = "no-interval"
    TOO_LONG = "too-long"
    UNBOUND = "unbound"
    ONE_HOLDER = "one-holder"
    SAME_PERSON = "same-person"
    JOINED = "joined"
    HURRIED = "hurried"
    MUTE = "mute"
    NO_CLOCK = "no-clock"
    OUTLASTS = "outlasts"
    OTHER_LANGUAGE = "other-language"
    NO_OUTCOME = "no-outcome"
    NO_CHANNEL = "no-channel"
    UNTOLD = "untold"
    MISQUOTED = "misquoted"
    MISPLACED = "misplaced"
    UNREADABLE = "unreadable"
    DUE_NOWHERE = "due-nowhere"
    NO_MAJOR_GRADE = "no-major-grade"
    OTHER_LIMIT = "other-limit"
    NONE_OF_LIMITS = "none-of-limits"
    NOT_APPROVER = "not-approver"
    OTHER_IN_LINE = "other-in-line"
    OTHER_COUNT = "other-count"
    TOO_SOON = "too-soon"
    ONE_HAND = "one-hand"
    MEASURE_NOWHERE = "measure-nowhere"
    MEASURES_UNSAID = "measures-unsaid"
    RESERVED = "reserved"
    NO_WAY_BACK = "no-way-back"


WORDS: Final[dict[Fault, Words]] = {
    Fault.FIRST_STAGE: Words("第一个阶段必须是 received", "the first stage must be received"),
    Fault.NO_END: Words("没有任何阶段标明 end = true", "no stage says end = true"),
    Fault.UNREACHABLE: Words("案件永远到不了这个阶段", "no case ever comes into this stage"),
    Fault.NO_ACTOR: Words("没有人负责这个阶段", "nobody acts in this stage"),
    Fault.TRAP: Words(
        "案件到了这里，举报人不回应就无法办结", "a case that stands here cannot be ended when the reporter is silent"
    ),
    Fault.UNKNOWN_NAME: Words("“{name}”在本制度中没有定义", "“{name}” is not defined in this policy"),
    Fault.NEVER_STARTS: Words("起算事件“{name}”不会发生", "its start “{name}” can never occur"),
    Fault.NEVER_STOPS: Words("停止事件“{name}”不会发生", "its stop “{name}” can never occur"),
    Fault.TWO_NUMBERS: Words("分级期限不能再用定性用语", "a clock with tiers has a number and no word"),
    Fault.NEVER_RUNS_OUT: Words(
        "时限“{name}”没有数字，永远不会届满", "the clock “{name}” has no number, so it never runs out"
    ),
    Fault.ENDLESS_APPEAL: Words(
        "申诉次数没有上限；只有“直至满意”的制度可以这样",
        "the appeal has no end; only a policy that goes on until satisfied may have none",
    ),
    Fault.APPEAL_UNANSWERED: Words("“{name}”不作复核决定", "“{name}” never decides an appeal"),
    Fault.WINDOW_OPEN: Words("申诉没有受期限“{name}”限制", "no appeal is bound to the clock “{name}”"),
    Fault.STAGE_NAME_REVEALS_VERDICT: Words("阶段名称泄露了结论“{name}”", "the name of the stage tells “{name}”"),
    Fault.MEASURE_NOWHERE: Words(
        "这一结论要求“{name}”，却没有办法记录，案件无法办结",
        "owes “{name}”, which cannot be recorded after it: the case could never end",
    ),
    Fault.MEASURES_UNSAID: Words(
        "进入“{name}”后，案件可能走到再也无法记录处理措施或无需采取措施的阶段；别的结论须有处理措施，这一结论的案件就无法办结",
        "leads to “{name}”, from where a case can come to a stage after which neither measures nor that none is needed "
        "can be recorded: since another verdict owes a measure, a case with this one could never end",
    ),
    Fault.RESERVED: Words(
        "“{name}”是保留的标识：命令中它表示无需采取措施",
        "the id “{name}” is reserved: in commands it says that no measure is needed",
    ),
    Fault.NO_WAY_BACK: Words(
        "停用了“{name}”，靠它才能办理或解除的步骤就永远办不了，也解除不了",
        "switches “{name}” off: what rests on it or is ended by it could never be done or ended",
    ),
    Fault.ROUTE_REVEALS_VERDICT: Words(
        "最终结论不同而去向不同，外人由阶段即可推知结论（“{name}”）",
        "final outcomes lead to different stages, so the stage tells the verdict (“{name}”)",
    ),
    Fault.MASKED_ACT_HAS_EFFECT: Words(
        "“{name}”须加密记录，不能改变阶段，也不能作为条件",
        "“{name}” is recorded sealed: it can neither lead to a stage nor be a condition",
    ),
    Fault.ALONE: Words("须两个以上角色分别办理，才有“every”", "every asks for two roles or more"),
    Fault.CANNOT_EXTEND: Words("可以延期，却没有任何阶段允许延期", "may be extended, but no stage allows it"),
    Fault.WRONG_LANGUAGE: Words("“{name}”不是这种语言的文字", "“{name}” is not written in its language"),
    Fault.NOT_ADOPTED: Words(
        "没有“{name}”的证明：依劳动合同法第四条，不能据以处分员工",
        "no proof of “{name}”: no safe ground for discipline (劳动合同法 art. 4)",
    ),
    Fault.NO_RETENTION: Words("没有规定保存期限", "nobody said how long closed cases are kept"),
    Fault.NO_INTERVAL: Words(
        "没有规定这项定期工作多久一次，到期不会提醒",
        "nobody said how often this recurring duty comes, so it never falls due",
    ),
    Fault.TOO_LONG: Words(
        "超过办公室所公布文件的上限（{name}），不能公布",
        "is beyond what a document of the office may hold ({name}), so it cannot be published",
    ),
    Fault.UNBOUND: Words("尚未确定", "is not bound yet"),
    Fault.NO_CLOCK: Words(
        "对举报人的这项承诺没有期限可计：没有任何步骤能兑现它",
        "this promise to the reporter has no clock: no act of this policy keeps it",
    ),
    Fault.OUTLASTS: Words("比对举报人的承诺“{name}”更长", "is longer than what the reporter is promised (“{name}”)"),
    Fault.OTHER_LANGUAGE: Words(
        "没有页面所用语言“{name}”的文字，页面将以其他语言显示",
        "has no text in “{name}”, a language of the pages, which show it in another one",
    ),
    Fault.NO_OUTCOME: Words(
        "没有处理结论：请写 [[outcomes]]，至少有属实和不属实两种",
        "there is no outcome: add [[outcomes]], one that upholds a report and one that does not",
    ),
    Fault.NO_CHANNEL: Words(
        "没有受理渠道：请写 [[channels]]，说明从哪里提交、由谁受理",
        "there is no channel: add [[channels]], which say how a report comes in and to whom",
    ),
    Fault.UNTOLD: Words(
        '案件可以到此结束，而举报人没有得到任何结果：请让通往这里的步骤写 ever = ["notified"]',
        "a case can end here while the reporter was told no result: let the step that leads here wait for"
        ' ever = ["notified"]',
    ),
    Fault.MISQUOTED: Words(
        "制度原文中，这段文字不从第 {name} 行开始，也不从其他任何一行开始",
        "in the text these words do not begin in line {name}, nor in any other line",
    ),
    Fault.MISPLACED: Words(
        "制度原文中，这段文字从第 {parts[1]} 行开始，不是第 {parts[0]} 行",
        "in the text these words begin in line {parts[1]}, not in line {parts[0]}",
    ),
    Fault.UNREADABLE: Words("{name}", "{name}"),
    Fault.DUE_NOWHERE: Words(
        "这一等级须办理“{name}”，却没有任何阶段允许有关角色办理",
        "this grade owes “{name}”, and no stage allows it to the role in question",
    ),
    Fault.NO_MAJOR_GRADE: Words(
        "没有任何等级适用：请在重大等级上写 emergency = true",
        "concerns no grade: give the major one emergency = true",
    ),
    Fault.OTHER_LIMIT: Words(
        "期限写作 {parts[1]}，所引原文却是 {parts[3]}：请改其一；期限另有依据的，source 写 supplied 和理由",
        "is {parts[0]}, and its quotation says {parts[2]}: correct one of them; a limit with a ground of its own has "
        "`supplied` with the reason as its source",
    ),
    Fault.NONE_OF_LIMITS: Words(
        "期限写作 {parts[1]}，所引原文中的数字（{parts[3]}）都不是它",
        "is {parts[0]}, which is none of the numbers in its quotation ({parts[2]})",
    ),
    Fault.OTHER_IN_LINE: Words(
        "期限写作 {parts[1]}，所引的话没有数字，原文第 {parts[4]} 行写的却是 {parts[3]}：请连数字一起引用",
        "is {parts[0]}; its quotation stops before the number, and in line {parts[4]} the text says {parts[2]}: quote "
        "the number too",
    ),
    Fault.OTHER_COUNT: Words(
        "写作 {parts[1]}，原文却是 {parts[3]}：请改其一",
        "is {parts[0]}, and the text says {parts[2]}: correct one of them",
    ),
    Fault.TOO_SOON: Words(
        "承诺 {parts[0]} 个日历日，原文到告知结果为止的各项时限依次相加却约为 {parts[1]} 个日历日：{parts[3]}",
        "the {parts[0]} calendar days that are promised are over before the text's own limits on the way to the "
        "result, together about {parts[1]} calendar days: {parts[2]}",
    ),
    Fault.NOT_APPROVER: Words(
        "“{name}”批准延期，却不在 extended 步骤的 by 之内，系统只认后者",
        "“{name}” approves the extension, yet isn't in `by` of the act `extended`, which is what is judged",
    ),
    Fault.ONE_HOLDER: Words("须由两人以上担任，现有 {name} 人", "must be held by two members or more, not {name}"),
    Fault.SAME_PERSON: Words(
        "须由未办理“{parts[0]}”的人办理，而{roles.zh}只由 {people.zh} 担任",
        "must be done by somebody who did not do “{parts[0]}”, and {people.en} alone {holds} {roles.en}",
    ),
    Fault.JOINED: Words(
        "{people.zh} 同时担任制度要求分开的{roles.zh}；同一案件中，一人只能按其中一个角色办理",
        "{people.en} {holds} both {roles.en}, which the text keeps apart: in one case nobody can act in both",
    ),
    Fault.ONE_HAND: Words(
        "两次签字可由同一人完成：{people.zh} 同时担任{roles.zh}，制度未写须分开",
        "one person can give both signatures: {people.en} {holds} both {roles.en}, and no `apart` keeps them apart",
    ),
    Fault.HURRIED: Words(
        "承诺的 {parts[0]} 个日历日，可能早于时限“{parts[1]}”的 {parts[3]}届满：遇节假日最长 {parts[4]} 天"
        "（日历 {parts[5]}，如 {parts[6]} 起算）",
        "the {parts[0]} calendar days that are promised can be over before the {parts[2]} of “{parts[1]}”: across "
        "holidays these take up to {parts[4]} calendar days ({parts[5]}, from {parts[6]})",
    ),
    Fault.MUTE: Words(
        "受理举报的角色（{name}）在本阶段不能给举报人写信：须继续联系的，请写进 actors，本阶段的步骤用 by 限定",
        "the roles that receive reports ({name}) can't write to the reporter in this stage: name one among `actors` if "
        "it is to keep contact, and restrict the stage's acts by `by`",
    ),
}
# A text may say that only complaints that need an answer get one (P03 does): those who sign it must see that.
WARNINGS: Final = frozenset(
    {
        Fault.NOT_ADOPTED,
        Fault.NO_RETENTION,
        Fault.NO_INTERVAL,
        Fault.TOO_LONG,
        Fault.OTHER_LANGUAGE,
        Fault.UNTOLD,
        Fault.JOINED,
        Fault.HURRIED,
        Fault.MUTE,
        Fault.NONE_OF_LIMITS,
        Fault.OTHER_IN_LINE,
        Fault.OTHER_COUNT,
        Fault.TOO_SOON,
        Fault.ONE_HAND,
        Fault.DUE_NOWHERE,
        Fault.NO_MAJOR_GRADE,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a policy file: the key at which it stands, and what it is about (`a|b|c` where that is several)."""

    file: str
    key: str
    fault: Fault
    name: str = ""

    @property
    def level(self) -> Severity:
        """Whether it keeps the policy from being used."""
        return Severity.WARNING if self.fault in WARNINGS else Severity.ERROR

    @property
    def reason(self) -> Words:
        """The sentence."""
        if self.fault is Fault.UNREADABLE:
            return reason_in_both(self.name)
        words = WORDS[self.fault]
        parts = self.name.split("|")
        said: dict[str, object] = {"name": self.name, "parts": parts}
        if self.fault in (Fault.SAME_PERSON, Fault.JOINED, Fault.ONE_HAND):
            people, roles = (part.split(",") for part in parts[1:])
            said |= {
                "people": _listed(people),
                "roles": _listed(roles),
                "holds": "holds" if len(people) == 1 else "hold",
            }
        return Words(zh=words.zh.format(**said), en=words.en.format(**said))


def _listed(ids: Sequence[str]) -> Words:
    """Ids one after the other, as a sentence of each language joins them."""
    *first, last = ids
    return Words(zh="、".join(ids), en=f"{', '.join(first)} and {last}" if first else last)
