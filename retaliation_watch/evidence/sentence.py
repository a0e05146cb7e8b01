"""The evidence in one sentence, in both languages; never a probability of retaliation."""

from __future__ import annotations

from dataclasses import dataclass

from retaliation_watch.evidence.calendar import WINDOW_DAYS
from retaliation_watch.evidence.expectation import BACKDATED
from retaliation_watch.evidence.watching import Alert
from retaliation_watch.kinds import KINDS, MEANINGS


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    zh: str
    en: str


def sentence(alert: Alert) -> Sentence:
    """Observed, expected, kinds, group size and placebos of one alert."""
    kinds = [kind for kind in KINDS if kind in alert.observed]
    zh = "、".join(f"{MEANINGS[kind].zh} {alert.observed[kind]} 次" for kind in kinds)
    en = ", ".join(f"{MEANINGS[kind].en} ×{alert.observed[kind]}" for kind in kinds)
    measures = "measure" if alert.total == 1 else "measures"
    expected = f"{alert.expected:.2f}"
    late_zh = f"其中 {alert.backdated} 项为事后补录（生效后逾 {BACKDATED} 天才录入）；" if alert.backdated else ""
    late_en = f"{alert.backdated} of them recorded more than {BACKDATED} days late; " if alert.backdated else ""
    return Sentence(
        f"{WINDOW_DAYS} 天内出现 {alert.total} 项不利处理（{zh}），{alert.cohort} 名可比同事的预期值为 {expected} 项；"
        f"{late_zh}共设 {alert.placebos:,} 个对照样本，一年内每 {alert.odds:,} 个中有 1 个达到这一程度。",
        f"{alert.total} adverse {measures} in {WINDOW_DAYS} days ({en}) against {expected} expected for "
        f"{alert.cohort} comparable colleagues; {late_en}of {alert.placebos:,} placebo watches, 1 in {alert.odds:,} "
        "went this far in a year.",
    )
