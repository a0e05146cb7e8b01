"""The weekly run over an entity: the detector, the alerts that follow from it, and the drawing of reviews.

With each run the level, sentence, chart and odds of an alert are those of the day.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from crypto.framing import Rng
from retaliation_watch.detector.detector import Schedule, run_detector
from retaliation_watch.errors import NoAgreement, NobodyToWatch, NoHistory
from retaliation_watch.hr_formats.dates import day_number
from retaliation_watch.hr_ingest.feed_gaps import gaps_of
from retaliation_watch.review_sampling.randomization import RandomizationKey
from retaliation_watch.store import AGREEMENTS
from retaliation_watch.weekly_run.alert_decision import decide_alerts
from retaliation_watch.weekly_run.event_cache import CacheDir
from retaliation_watch.weekly_run.history import read_history, watched_people
from retaliation_watch.weekly_run.measure_review_sampling import draw_reviews

AMBER: Final = 0.10
"""False alarms per protected year of the amber level."""
EVERY: Final = 7
"""Days between two runs."""


@dataclass(frozen=True)
class RunSummary:
    """Counts for the log of the command: people watched, new alerts, and alerts that were notified again."""

    watched: int
    alerts: int
    again: int = 0


@dataclass(frozen=True)
class RunContext:
    """What a run depends on: random numbers, the key of the randomization, and the event cache."""

    rng: Rng
    randomization_key: RandomizationKey
    cache: CacheDir | None = None


def run_weekly(tx: Connection, entity: str, today: date, context: RunContext) -> RunSummary:
    """Draws reviews, inserts new alerts and updates existing ones; raises `NoAgreement`.

    Where nobody is watched or nothing is known, no alert is made; measures are drawn whether anybody is watched or not.
    """
    agreed = tx.execute(select(AGREEMENTS).where(AGREEMENTS.c.entity == entity)).first()
    if agreed is None:
        raise NoAgreement
    try:
        history = read_history(tx, entity, health=agreed.health, cache=context.cache)
        draw_reviews(tx, history, today, context.randomization_key)
        watched = watched_people(tx, history)
        first, last = int(watched.start.min()), day_number(today)
        if first > last:
            return RunSummary(len(watched.person), 0)
        # Gaps of the feed are queried meanwhile.
        with ThreadPoolExecutor(1) as executor:
            # The last week ends today, or the evidence would be as of a day before.
            schedule = Schedule(first + (last - first) % EVERY, last, EVERY, AMBER)
            running = executor.submit(run_detector, history.roster, history.events, watched, schedule)
            found = gaps_of(tx, entity, today)
            run = running.result()
    except (NobodyToWatch, NoHistory):
        return RunSummary(0, 0)
    gaps = [{"source": gap.source, "kind": gap.kind, "since": gap.since.isoformat()} for gap in found]
    more = {"entity": entity, "gaps": gaps, "rate": AMBER}
    return RunSummary(len(watched.person), *decide_alerts(tx, (run, history, more), today, context.rng))
