"""The watch once a week: `python -m tests.bench.weekly FOLDER` reads all that is known, then times one more week.

Prints processor seconds of reading the week's file and of making every look anew.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from retaliation_watch.evidence.watching import Plan, run_watch
from retaliation_watch.feed.dates import day_number, read_date
from retaliation_watch.feed.events import read_events
from retaliation_watch.feed.roster import read_roster
from retaliation_watch.feed.watchlist import read_watchlist


def main(folder: Path) -> None:
    """Times one week."""
    days = [read_date(text) for text in ("2022-01-04", "2024-01-04")]
    first, last = (day_number(one) for one in days)  # type: ignore[arg-type]
    with (folder / "employees.csv").open("rb") as file:
        roster = read_roster(file)
    with (folder / "hr_events.csv").open("rb") as file:
        events = read_events(file, roster)
    with (folder / "watchlist.csv").open("rb") as file:
        watchlist = read_watchlist(file, roster)
    began = time.process_time()
    with (folder / "week.csv").open("rb") as file:
        week = read_events(file, roster)
    run = run_watch(roster, events, watchlist, Plan(first, last))
    used = time.process_time() - began
    print(json.dumps({"cpu": used, "rows": week.receipt.read, "alerts": len(run.alerts)}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
