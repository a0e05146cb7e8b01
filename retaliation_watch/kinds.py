"""The kinds of HR events: codes, names, how grave, which form of retaliation of Directive (EU) 2019/1937 art. 19."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crypto.localized import Words


class Measure(StrEnum):
    """An adverse measure, as the watch counts it."""

    DISMISSAL = "dismissal"
    REDUNDANCY = "redundancy"
    CONTRACT_NOT_RENEWED = "contract_not_renewed"
    DISPATCH_RETURN = "dispatch_return"
    SUSPENSION = "suspension"
    DEMOTION = "demotion"
    PAY_CUT = "pay_cut"
    STANDBY = "standby"
    INSURANCE_STOPPED = "insurance_stopped"
    IMPROVEMENT_PLAN = "improvement_plan"
    WRITTEN_WARNING = "written_warning"
    BONUS_CUT = "bonus_cut"
    HOURS_REDUCED = "hours_reduced"
    PROMOTION_DENIED = "promotion_denied"
    RELOCATION = "relocation"
    MEDICAL_REFERRAL = "medical_referral"
    TRANSFER = "transfer"
    DUTIES_REMOVED = "duties_removed"
    RATING_LOWERED = "rating_drop"
    NO_RAISE = "no_raise"
    ACCESS_REVOKED = "access_revoked"
    VERBAL_WARNING = "verbal_warning"
    OVERTIME_WITHDRAWN = "overtime_withdrawn"
    SHIFT_CHANGE = "shift_change"
    LEAVE_DENIED = "leave_denied"
    TRAINING_DENIED = "training_denied"
    TELEWORK_REVOKED = "telework_revoked"
    DORMITORY_CHANGED = "dormitory_changed"


class Neutral(StrEnum):
    """An event that harms nobody by itself; ratings and pay reviews are what `rating_drop` and `no_raise` come from."""

    RATING = "rating"
    PAY_REVIEW = "pay_review"
    PROMOTION = "promotion"
    LEAVE_APPROVED = "leave_approved"
    TRAINING_APPROVED = "training_approved"
    ACCESS_GRANTED = "access_granted"
    COMMENDATION = "commendation"
    ADDRESS_CHANGE = "address_change"
    RESIGNATION = "resignation"


@dataclass(frozen=True, slots=True)
class Meaning(Words):
    """What a kind means: names, weight 1 to 8, letter of art. 19, whether it touches health."""

    severity: int
    letter: str
    health: bool = False


MEANINGS: Final[dict[Measure, Meaning]] = {
    Measure.DISMISSAL: Meaning("辞退", "dismissal", 8, "a"),
    Measure.REDUNDANCY: Meaning("裁员", "redundancy", 8, "a"),
    Measure.CONTRACT_NOT_RENEWED: Meaning("合同不续签", "contract not renewed", 7, "j"),
    Measure.DISPATCH_RETURN: Meaning("退回派遣", "returned to the dispatch agency", 7, "a"),
    Measure.SUSPENSION: Meaning("停职", "suspension", 6, "a"),
    Measure.DEMOTION: Meaning("降职", "demotion", 6, "b"),
    Measure.PAY_CUT: Meaning("降薪", "pay cut", 6, "c"),
    Measure.STANDBY: Meaning("待岗", "put on standby", 6, "a"),
    Measure.INSURANCE_STOPPED: Meaning("停缴社保", "social insurance stopped", 6, "k"),
    Measure.IMPROVEMENT_PLAN: Meaning("绩效改进计划", "improvement plan", 4, "e"),
    Measure.WRITTEN_WARNING: Meaning("书面警告", "written warning", 3, "f"),
    Measure.BONUS_CUT: Meaning("奖金扣减", "bonus cut", 3, "c"),
    Measure.HOURS_REDUCED: Meaning("减少工时", "hours reduced", 3, "c"),
    Measure.PROMOTION_DENIED: Meaning("晋升未通过", "promotion denied", 3, "b"),
    Measure.RELOCATION: Meaning("异地调动", "relocation", 3, "c"),
    Measure.MEDICAL_REFERRAL: Meaning("指定体检", "medical referral", 3, "o", health=True),
    Measure.TRANSFER: Meaning("调岗", "transfer", 2, "c"),
    Measure.DUTIES_REMOVED: Meaning("职责调整", "duties removed", 2, "c"),
    Measure.RATING_LOWERED: Meaning("绩效评级下降", "rating drop", 2, "e"),
    Measure.NO_RAISE: Meaning("未获调薪", "no raise", 2, "h"),
    Measure.ACCESS_REVOKED: Meaning("权限收回", "access revoked", 2, "h"),
    Measure.VERBAL_WARNING: Meaning("口头警告", "verbal warning", 2, "f"),
    Measure.OVERTIME_WITHDRAWN: Meaning("取消加班", "overtime withdrawn", 2, "c"),
    Measure.SHIFT_CHANGE: Meaning("班次调整", "shift change", 1, "c"),
    Measure.LEAVE_DENIED: Meaning("请假驳回", "leave denied", 1, "h"),
    Measure.TRAINING_DENIED: Meaning("培训驳回", "training denied", 1, "d"),
    Measure.TELEWORK_REVOKED: Meaning("取消远程办公", "telework revoked", 1, "c"),
    Measure.DORMITORY_CHANGED: Meaning("宿舍调整", "dormitory changed", 1, "h"),
}
"""In the order of their gravity; letters as in art. 19 of the directive."""

KINDS: Final[tuple[Measure, ...]] = tuple(MEANINGS)
INDEX: Final[dict[Measure, int]] = {kind: place for place, kind in enumerate(KINDS)}
HEALTH: Final[frozenset[Measure]] = frozenset(kind for kind, meaning in MEANINGS.items() if meaning.health)
DERIVED: Final[dict[Measure, Neutral]] = {Measure.RATING_LOWERED: Neutral.RATING, Measure.NO_RAISE: Neutral.PAY_REVIEW}
"""Kinds that a comparison of before and after yields, and the event in which they may come."""
