"""What the server's worker wrote into a record, reckoned once more on the member's own machine."""

from __future__ import annotations

from datetime import UTC, datetime

from casework.errors import BeyondCalendar, NotAHistory
from casework.event_store.history import history, verified_entries
from casework.event_store.worker_events import Difference, DifferenceKind, differences
from crypto.office.directory import VerifiedDirectory
from portal.cli.desk.client import OpenedCase
from portal.cli.desk.profile import Profile
from portal.cli.desk.rules import stored_rules
from portal.cli.errors import CommandError
from portal.cli.terminal import Terminal

SAID = {
    DifferenceKind.UNFOUNDED: "Entry {n} of the record ({kind}) does not follow from it: do not rely on it.",
    DifferenceKind.TWICE: "Entry {n} of the record ({kind}) stands there twice.",
    DifferenceKind.MISSING: (
        "The record lacks what the server should have written ({kind}, {clock}): look at the due times."
    ),
}


def stage_of(opened: OpenedCase) -> str:
    """The stage that the record leads to; where it has gaps, which is said beside it, the one that the desk names."""
    try:
        entries = verified_entries(opened.events)
        return history(opened.row["policy"], opened.row["version"], entries).stage
    except NotAHistory:
        return opened.row["stage"]


def worker_differences(profile: Profile, directory: VerifiedDirectory, opened: OpenedCase) -> tuple[Difference, ...]:
    """How the worker's events differ from what policy, calendar and signed acts give; none where no rules are kept."""
    try:
        rules = stored_rules(profile, directory)
        office = rules.offices[opened.row["entity"]]
        entries = verified_entries(opened.events)
        policy, version = str(opened.row["policy"]), str(opened.row["version"])
        return differences(
            policy, version, entries, lambda one, two: rules.policies.get((one, two)), office, datetime.now(UTC)
        )
    except (CommandError, KeyError, NotAHistory, BeyondCalendar):
        # A record with gaps is told as such; without rules nothing can be reckoned.
        return ()


def difference_lines(terminal: Terminal, found: tuple[Difference, ...]) -> list[str]:
    """One sentence for each."""
    return [terminal.words(SAID[one.how], n=one.n, kind=one.kind.value, clock=one.clock) for one in found]


def difference_documents(found: tuple[Difference, ...]) -> list[dict[str, object]]:
    """The same as JSON."""
    return [{"how": one.how.value, "kind": one.kind.value, "clock": one.clock, "n": one.n} for one in found]
