"""The evidence of an alert in one sentence, in both languages; never a probability of retaliation."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.localized import Words
from retaliation_watch.detector.baseline import BACKDATED
from retaliation_watch.detector.calendar import WINDOW_DAYS
from retaliation_watch.detector.detector import Alert
from retaliation_watch.hr_formats.dates import day_of
from retaliation_watch.kinds import KINDS, MEANINGS


@dataclass(frozen=True, slots=True)
class AlertSummary(Words):
    """One sentence in both languages."""


def summarize(alert: Alert) -> AlertSummary:
    """Observed and expected numbers, kinds and controls of one alert.

    The expected number is that of this person, from the company's rates and the rate ratios; it is no count of the
    colleagues of the cohort, and the controls are again other people.
    """
    kinds = [kind for kind in KINDS if kind in alert.observed]
    zh = "、".join(f"{MEANINGS[kind].zh} {alert.observed[kind]} 次" for kind in kinds)
    en = ", ".join(f"{MEANINGS[kind].en} ×{alert.observed[kind]}" for kind in kinds)
    measures = "measure" if alert.total == 1 else "measures"
    expected, until = f"{alert.expected:.2f}", day_of(alert.day).isoformat()
    late_zh = f"其中 {alert.backdated} 项为事后补录（生效后逾 {BACKDATED} 天才录入）；" if alert.backdated else ""
    late_en = f"{alert.backdated} of them recorded more than {BACKDATED} days late; " if alert.backdated else ""
    return AlertSummary(
        f"截至 {until} 的 {WINDOW_DAYS} 天内出现 {alert.total} 项不利处理（{zh}）；"
        f"按本公司同部门、同职级段、同类岗位与合同、同一上级的实际发生率并计入既往记录，预期为 {expected} 项；{late_zh}"
        f"以同样方式跟踪的 {alert.controls:,} 名同事中，一年内每 {alert.odds:,} 人有 1 人达到这一程度。",
        f"{alert.total} adverse {measures} in the {WINDOW_DAYS} days to {until} ({en}), where {expected} were to be "
        "expected at the company's own rates for this unit, grade band, job, contract, superior and earlier record; "
        f"{late_en}of {alert.controls:,} colleagues followed in the same way, 1 in {alert.odds:,} went this far in a "
        "year.",
    )
