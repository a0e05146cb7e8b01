"""The watch on companies whose making it knows nothing of, from their files to the rows that it writes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from retaliation_watch.detector.detector import DetectorRun, Schedule, run_detector
from retaliation_watch.hr_formats.dates import EPOCH
from retaliation_watch.hr_formats.events import read_events
from retaliation_watch.hr_formats.roster import Roster, read_roster
from retaliation_watch.hr_formats.watchlist import read_watchlist
from tests.retaliation_watch.foreign import Foreign, public_office, shops, strict_superiors


def looked_at(made: Foreign, folder: Path, rate: float = 0.05) -> tuple[DetectorRun, Roster]:
    """What the watch finds in the company's files."""
    made.write(folder)
    with (folder / "employees.csv").open("rb") as file:
        roster = read_roster(file)
    with (folder / "hr_events.csv").open("rb") as file:
        events = read_events(file, roster)
    with (folder / "watchlist.csv").open("rb") as file:
        watchlist = read_watchlist(file, roster)
    return run_detector(roster, events, watchlist, Schedule(made.first, made.last, rate=rate)), roster


def rows(run: DetectorRun, roster: Roster) -> dict[str, int]:
    """The day of each alert by employee."""
    return {str(roster.ids[alert.person]): alert.day for alert in run.alerts}


@pytest.mark.parametrize("made", [shops(9000, 1500, 50), strict_superiors(9000, 1500, 60)], ids=["shops", "strict"])
def test_rows_lie_within_protection_one_for_each_person(made: Foreign, tmp_path: Path) -> None:
    """Every row is of a protected person, within protection and on the day of a look; controls cross as requested."""
    run, roster = looked_at(made, tmp_path, 0.2)
    found = rows(run, roster)
    protection = {one.person: one for one in made.truths}
    assert len(found) == len(run.alerts) > 5
    for person, day in found.items():
        assert protection[person].start <= day <= min(protection[person].end, made.last)
        assert (day - made.first) % 7 == 0, EPOCH + timedelta(day)
    ends = zip(run.episodes.end.tolist(), run.episodes.end_day.tolist(), strict=True)
    assert all(run.calendar.end(week) <= day for week, day in ends)
    assert run.control_alarm_rate == pytest.approx(0.2, abs=0.03)


def test_where_hardly_anything_happens_retaliation_stands_out(tmp_path: Path) -> None:
    """In a public office with one measure for fifty people in a year most retaliation is found."""
    made = public_office(9001, 1500, 50)
    found = rows(*looked_at(made, tmp_path))
    harmed = [one for one in made.truths if one.entries]
    assert len(harmed) >= 8
    assert sum(found.get(one.person, -1) >= one.entries[0] for one in harmed) >= 0.8 * len(harmed)
