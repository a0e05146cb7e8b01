"""The picture of the method: one person's score, beside matched controls, and the control limit.

`python -m retaliation_watch.simulation.picture` draws `retaliation_watch/picture.en.svg` and `picture.zh.svg` again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from retaliation_watch.arrays import Floats
from retaliation_watch.detector.detector import Alert, DetectorRun, Schedule, run_detector
from retaliation_watch.hr_formats.dates import day_of
from retaliation_watch.kinds import KINDS, MEANINGS
from retaliation_watch.simulation.companies import read_company
from retaliation_watch.simulation.manufacturer import make_manufacturer
from retaliation_watch.simulation.synthetic import Shape

FOLDER: Final = Path(__file__).resolve().parents[1]
SEED: Final = 1001
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 860, 420, 52, 60, 16, 46
CONTROLS: Final = 60
AFTER: Final = 20
"""Weeks that are drawn after the alert."""
WORDS: Final = {
    "en": (
        "Score of one protected person, beside 60 of {placebos:,} colleagues followed in the same way",
        "the line: {rate} false alarms a year",
        "alert {day}",
        "weeks of looking",
        "score",
    ),
    "zh": (
        "一名受保护人员的评分，旁为以同样方式跟踪的 {placebos:,} 名同事中的 60 名",
        "界线：每年误报 {rate} 次",
        "{day} 提示",
        "查看周数",
        "评分",
    ),
}


@dataclass(frozen=True)
class Frame:
    """Turns weeks and scores into places on the picture."""

    weeks: int
    highest: float

    def x(self, week: float) -> float:
        """How far right a week stands."""
        return LEFT + (WIDTH - LEFT - RIGHT) * week / self.weeks

    def y(self, score: float) -> float:
        """How far down a score stands."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * score / self.highest

    def path(self, values: Floats) -> str:
        """A line through one score per week; what is infinite is left out."""
        places = [(self.x(week), self.y(float(score))) for week, score in enumerate(values) if np.isfinite(score)]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def picture(language: str) -> str:
    """Draws a made-up company's most telling alert; the same every time."""
    made = make_manufacturer(SEED, Shape(size=6000, watched=90))
    schedule = Schedule(made.first_run, made.last_run, max_controls=2000)
    run = run_detector(*read_company(made), schedule)
    harmed = {truth.person for truth in made.truths if len(truth.entries) > 2}
    alert = max((one for one in run.alerts if one.person in harmed), key=lambda one: (one.total, -one.day))
    return _drawn(run, alert, schedule.rate, language)


def _drawn(run: DetectorRun, alert: Alert, rate: float, language: str) -> str:
    calendar, first = run.calendar, run.calendar.first_run_week
    episode = int(np.flatnonzero((run.episodes.person == alert.person) & ~run.episodes.is_control)[0])
    week = int(run.crossings.week[episode])
    last = min(week + AFTER, calendar.count - 1)
    score = run.scores.score[:, first : last + 1]
    executor = np.flatnonzero(run.episodes.is_control)[:: max(1, int(run.episodes.is_control.sum()) // CONTROLS)][
        :CONTROLS
    ]
    line = run.crossings.control_limit[first : last + 1]
    frame = Frame(last - first + 1, float(max(score[episode].max(), line[np.isfinite(line)].max()) * 1.12))
    words = WORDS[language]
    marks = _marks(run, episode, frame, language)
    crossed = (frame.x(week - first), frame.y(float(run.scores.score[episode, week])))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 24, words[0].format(placebos=alert.controls), size=16),
        *(f'<path d="{frame.path(score[one])}" fill="none" stroke="#b9c0c8" stroke-width="1"/>' for one in executor),
        f'<path d="{frame.path(line)}" fill="none" stroke="#333" stroke-width="1.5" stroke-dasharray="6 4"/>',
        _text(LEFT + 8, frame.y(float(line[-1])) - 8, words[1].format(rate=rate)),
        f'<path d="{frame.path(score[episode])}" fill="none" stroke="#b3261e" stroke-width="2.5"/>',
        *marks,
        f'<circle cx="{crossed[0]:.1f}" cy="{crossed[1]:.1f}" r="6" fill="#b3261e"/>',
        _text(crossed[0] - 10, crossed[1] - 10, words[2].format(day=day_of(alert.day)), anchor="end"),
        *_axes(frame, words),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _marks(run: DetectorRun, episode: int, frame: Frame, language: str) -> list[str]:
    """A mark and a name for each measure of the person, names of one week above each other."""
    events, first = run.scores.events, run.calendar.first_run_week
    found: list[str] = []
    used: dict[int, int] = {}
    for place in np.flatnonzero(events.episode == episode).tolist():
        week = int(events.week[place])
        if not 0 <= week - first < frame.weeks:
            continue
        meaning = MEANINGS[KINDS[int(events.kind[place])]]
        x, y = frame.x(week - first), frame.y(float(run.scores.score[episode, week]))
        slot = used[week // 4] = used.get(week // 4, -1) + 1
        found.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#fff" stroke="#b3261e" stroke-width="1.5"/>')
        found.append(_text(x + 7, y + 14 + 14 * slot, meaning.text_in(language), color="#7a1712"))
    return found


def _axes(frame: Frame, words: tuple[str, ...]) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    ticks = [
        _text(frame.x(week), bottom + 18, str(week), anchor="middle")
        for week in range(0, frame.weeks + 1, 13 if frame.weeks > 26 else 4)
    ]
    return [
        f'<path d="M{LEFT} {TOP - 18}V{bottom}H{right}" fill="none" stroke="#333"/>',
        *ticks,
        _text((LEFT + right) / 2, HEIGHT - 8, words[3], anchor="middle"),
        _text(LEFT - 8, TOP - 8, words[4], anchor="end"),
    ]


def _text(x: float, y: float, words: str, *, size: int = 13, anchor: str = "start", color: str = "#222") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{color}">{escape(words)}</text>'
    )


def main() -> None:
    """Writes both pictures."""
    for language in WORDS:
        (FOLDER / f"picture.{language}.svg").write_text(picture(language), encoding="utf-8")


if __name__ == "__main__":
    main()
