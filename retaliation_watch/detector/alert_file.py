"""Alerts as a file: one row per person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from retaliation_watch.csv_export import csv_bytes
from retaliation_watch.detector.detector import Alert
from retaliation_watch.hr_formats.dates import day_of
from retaliation_watch.hr_formats.roster import Roster

COLUMNS: Final = ("employee_id", "alert_date", "level", "observed", "expected", "cohort", "placebos", "odds")


def alert_file(alerts: Sequence[Alert], roster: Roster) -> bytes:
    """UTF-8 rows in the order of their dates; `odds` n says that one control in n goes as far in a year."""
    rows = [
        (
            roster.ids[alert.person],
            day_of(alert.day).isoformat(),
            alert.level,
            alert.total,
            f"{alert.expected:.3f}",
            alert.cohort,
            alert.controls,
            alert.odds,
        )
        for alert in sorted(alerts, key=lambda one: (one.day, one.person))
    ]
    return csv_bytes(COLUMNS, rows)
