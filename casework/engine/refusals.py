"""Why the engine refuses a command, as a code and as a sentence in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.errors import CaseworkError
from casework.rules.acts import Act
from casework.words import Words


class RefusalReason(StrEnum):
    """Why a command is refused."""

    ANOTHER_VERSION = "another-version"
    NO_SUCH_STAGE = "no-such-stage"
    NOT_IN_POLICY = "not-in-policy"
    NOT_HERE = "not-here"
    WORKER_ONLY = "worker-only"
    MEMBER_ONLY = "member-only"
    UNSIGNED = "unsigned"
    RECUSED = "recused"
    WRONG_ROLE = "wrong-role"
    SAME_PERSON = "same-person"
    SECOND_PERSON = "second-person"
    ALREADY = "already"
    FROZEN = "frozen"
    ANOTHER_GRADE = "another-grade"
    FIRST = "first"
    TOO_OFTEN = "too-often"
    TOO_LATE = "too-late"
    TOO_EARLY = "too-early"
    ITEM_MISSING = "item-missing"
    ITEM_TOO_MANY = "item-too-many"
    WRONG_CODE = "wrong-code"
    WHICH_STAGE = "which-stage"
    ANOTHER_STAGE = "another-stage"
    WHICH_VERSION = "which-version"
    # What only those can judge who open the sealed items.
    NO_SUCH_OUTCOME = "no-such-outcome"
    NO_SUCH_MEASURE = "no-such-measure"
    VERDICT_FIRST = "verdict-first"
    NOT_UPHELD = "not-upheld"
    NO_SUCH_REWARD = "no-such-reward"
    NO_MALICE_RULE = "no-malice-rule"


WORDS: Final[dict[RefusalReason, Words]] = {
    RefusalReason.ANOTHER_VERSION: Words(
        "本案按制度 {names} 办理，不按此版本", "The case runs under {names}, not under this version"
    ),
    RefusalReason.NO_SUCH_STAGE: Words("本制度没有阶段“{names}”", "This policy has no stage “{names}”"),
    RefusalReason.NOT_IN_POLICY: Words("本制度没有“{names}”这一步", "This policy knows no “{names}”"),
    RefusalReason.NOT_HERE: Words("本阶段不能做“{names}”", "“{names}” cannot be done in this stage"),
    RefusalReason.WORKER_ONLY: Words("只能由系统记录", "Only the worker writes this"),
    RefusalReason.MEMBER_ONLY: Words("须由受理人员办理", "A member of the office must do this"),
    RefusalReason.UNSIGNED: Words("没有本人签名，不算数", "Without the signature of anyone who acts it does not count"),
    RefusalReason.RECUSED: Words("{names} 已回避本案", "{names} has stepped back from this case"),
    RefusalReason.WRONG_ROLE: Words("只有 {names} 可以办理", "Only {names} may do this"),
    RefusalReason.SAME_PERSON: Words(
        "须由另一人办理，不能是做过“{names}”的人", "Somebody else must do this than who did “{names}”"
    ),
    RefusalReason.SECOND_PERSON: Words(
        "须由提出人以外的另一人同意，可以是：{names}", "Another than who asked must agree; these may: {names}"
    ),
    RefusalReason.ALREADY: Words("已经做过“{names}”", "“{names}” was done already"),
    RefusalReason.FROZEN: Words(
        "已移送有权机关，本单位暂停办理", "The matter is with an authority; the office's own work stands still"
    ),
    RefusalReason.ANOTHER_GRADE: Words("只适用于 {names} 级", "Only for the grade {names}"),
    RefusalReason.FIRST: Words("须先完成：{names}", "First: {names}"),
    RefusalReason.TOO_OFTEN: Words("最多 {names} 次", "At most {names} times"),
    RefusalReason.TOO_LATE: Words("已过期限：{names}", "The limit has passed: {names}"),
    RefusalReason.TOO_EARLY: Words("尚未到时间：{names}", "It is too early: {names}"),
    RefusalReason.ITEM_MISSING: Words("缺少加密内容：{names}", "The sealed item is missing: {names}"),
    RefusalReason.ITEM_TOO_MANY: Words("这一步不带内容", "This brings no item"),
    RefusalReason.WRONG_CODE: Words(
        "“{names}”缺失或不在制度之内", "“{names}” is missing or names nothing in the policy"
    ),
    RefusalReason.WHICH_STAGE: Words("请选择下一阶段：{names}", "Name the next stage: {names}"),
    RefusalReason.ANOTHER_STAGE: Words("只能进入：{names}", "This leads only to {names}"),
    RefusalReason.WHICH_VERSION: Words("须与新版制度一并提出", "Name it together with the new version of the policy"),
    RefusalReason.NO_SUCH_OUTCOME: Words("本制度没有这种处理结论：{names}", "This policy has no outcome {names}"),
    RefusalReason.NO_SUCH_MEASURE: Words("本制度没有这种处理措施：{names}", "This policy has no measure {names}"),
    RefusalReason.VERDICT_FIRST: Words("须先作出处理决定", "There must be a decision first"),
    RefusalReason.NOT_UPHELD: Words(
        "只有属实或部分属实时才可以", "Only where the report was borne out, wholly or in part"
    ),
    RefusalReason.NO_SUCH_REWARD: Words("本制度没有这种奖励：{names}", "This policy has no reward {names}"),
    RefusalReason.NO_MALICE_RULE: Words("本制度对诬告陷害没有规定", "This policy has no rule on malicious reports"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is refused, what it is about, and what would be allowed instead."""

    reason: RefusalReason
    names: tuple[str, ...] = ()
    allowed: tuple[Act, ...] = ()

    @property
    def words(self) -> Words:
        """The sentence, ids and acts under their codes."""
        sentence, zh, en = WORDS[self.reason], "、".join(self.names), ", ".join(self.names)
        return Words(zh=sentence.zh.format(names=zh), en=sentence.en.format(names=en))


class StepUnfit(CaseworkError):
    """The policy refuses a step: why, about what, what would be allowed instead, and all that in words."""

    def __init__(self, refusal: Refusal, words: Words) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        self.words = words
