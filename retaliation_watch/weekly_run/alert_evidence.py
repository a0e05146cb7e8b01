"""The evidence of alerts as of the day of a run: counts, comparison, measures, lines of the chart."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.detector.baseline import BACKDATED
from retaliation_watch.detector.detector import DetectorRun
from retaliation_watch.detector.renotification import AlertStatus
from retaliation_watch.detector.summary import summarize
from retaliation_watch.hr_formats.dates import day_of
from retaliation_watch.kinds import KINDS, MEANINGS
from retaliation_watch.weekly_run.history import History

WEEKS_DRAWN: Final = 52
VERSION: Final = 2


class AlertEvidence:
    """Makes the evidence of some people of a run, at least one, as of one day; what they share is read once."""

    def __init__(self, run: DetectorRun, history: History, persons: Ints, day: int) -> None:
        self._run, self._history, self._day = run, history, day
        self._place = {int(person): at for at, person in enumerate(persons.tolist())}
        events = history.events
        # Events stand in the order of their recording.
        self._year = slice(*np.searchsorted(events.recorded, [day - 7 * WEEKS_DRAWN + 1, day + 1]))
        person = events.person[self._year]
        self._mine = np.flatnonzero(np.isin(person, persons)) + (self._year.start or 0)
        self._colleague_measures, self._colleagues_at_work = self._colleagues(persons)

    def evidence(self, status: AlertStatus, watch: int) -> dict[str, Any]:
        """The part of the document that follows from the run."""
        alert, sentence = status.alert, summarize(status.alert)
        return {
            "v": VERSION,
            "level": alert.level.value,
            "day": day_of(status.day).isoformat(),
            "until": day_of(alert.day).isoformat(),
            "from": day_of(int(self._run.episodes.start_day[watch])).isoformat(),
            "stands": status.is_above_limit,
            "observed": {kind.value: count for kind, count in alert.observed.items()},
            "expected": round(alert.expected, 4),
            "whole": {"observed": status.observed, "expected": round(status.expected, 4)},
            "cohort": alert.cohort,
            "placebos": alert.controls,
            "odds": alert.odds,
            "sentence": sentence.both(),
            "measures": self._measures(alert.person),
            "weeks": self._weeks(alert.person),
        }

    def _measures(self, person: int) -> list[dict[str, Any]]:
        """The person's adverse measures of a year, each with its letter of art. 19 and whether it was backdated."""
        events, rows = self._history.events, list[dict[str, Any]]()
        for place in self._of(person).tolist():
            kind = KINDS[int(events.kind[place])]
            recorded, effective = (int(events.recorded[place]), int(events.effective[place]))
            rows.append(
                {
                    "kind": kind.value,
                    **MEANINGS[kind].both(),
                    "letter": MEANINGS[kind].letter,
                    "recorded": day_of(recorded).isoformat(),
                    "effective": day_of(effective).isoformat(),
                    "backdated": recorded - effective > BACKDATED,
                }
            )
        return rows

    def _of(self, person: int) -> Ints:
        return self._mine[self._history.events.person[self._mine] == person]

    def _weeks(self, person: int) -> list[dict[str, Any]]:
        """Each week of a year: the person's measures, how many colleagues worked there, and their measures per head."""
        at, since = self._place[person], self._day - 7 * WEEKS_DRAWN
        week = (self._history.events.recorded[self._of(person)] - since - 1) // 7
        mine = np.bincount(week, minlength=WEEKS_DRAWN)
        at_work, measures = self._colleagues_at_work[at], self._colleague_measures[at]
        return [
            {
                "end": day_of(since + 7 * (one + 1)).isoformat(),
                "person": int(mine[one]),
                "colleagues": int(at_work[one]),
                "cohort": round(float(measures[one]) / max(int(at_work[one]), 1), 4),
            }
            for one in range(WEEKS_DRAWN)
        ]

    def _colleagues(self, persons: Ints) -> tuple[Floats, Floats]:
        """Of unprotected people of each one's unit and grade band: their measures, and how many were at work.

        Both of shape (persons, weeks).
        """
        people, roster, events = self._run.baseline.population, self._history.roster, self._history.events
        group = people.groups["unit"].astype(np.int64) * people.levels("band") + people.groups["band"]
        wanted, slot = np.unique(group[persons], return_inverse=True)
        place = np.searchsorted(wanted, group).clip(max=len(wanted) - 1)
        place = np.where(~people.protected & (wanted[place] == group), place, len(wanted))
        since, size = self._day - 7 * WEEKS_DRAWN, (len(wanted) + 1, WEEKS_DRAWN)
        week = (events.recorded[self._year] - since - 1) // 7
        measures = np.bincount(place[events.person[self._year]] * WEEKS_DRAWN + week, minlength=size[0] * size[1])
        at_work = np.zeros(size)
        for one in range(WEEKS_DRAWN):
            here = (roster.hired <= since + 7 * (one + 1)) & (roster.left > since + 7 * one)
            at_work[:, one] = np.bincount(place[here], minlength=size[0])
        return measures.reshape(size)[slot].astype(np.float64), at_work[slot]
