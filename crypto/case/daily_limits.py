"""How much a case takes on one day, and how much of one member: nobody uses up its epochs or its record (SPEC §5)."""

from collections.abc import Collection, Iterable

from crypto.case.events import Event
from crypto.case.regrants import DECIDING, proof_in
from crypto.errors import WrongShape

DAILY = 4
DAILY_OF_ONE = 2
WRITTEN = 100
"""Events of one member: all who read a case are given all of its record, with the words that it names."""
PROPOSED = "regrant-proposed"


def too_often(events: Iterable[Event], day: str, signers: Collection[str]) -> bool:
    """Whether the events of a case have as many re-grants of a day as it takes, or as many of one of these signers."""
    there = [signers_of(event) for event in events if event.kind in DECIDING and event.day == day]
    return len(there) >= DAILY or any(sum(one in them for them in there) >= DAILY_OF_ONE for one in signers)


def proposed_too_often(events: Iterable[Event], day: str, member: str) -> bool:
    """Whether the events of a case have as many proposals of a member and a day as it takes: each asks all others."""
    return sum((one.kind, one.actor, one.day) == (PROPOSED, member, day) for one in events) >= DAILY


def wrote_too_often(events: Iterable[Event], day: str, member: str) -> bool:
    """Whether the events of a case have as many of a member and a day as it takes, of whatever kind."""
    return sum((one.actor, one.day) == (member, day) for one in events) >= WRITTEN


def signers_of(event: Event) -> set[str]:
    """Who signed a change of readers; nobody where its event does not say it."""
    try:
        return proof_in(event.data).signers
    except WrongShape:
        return set()
