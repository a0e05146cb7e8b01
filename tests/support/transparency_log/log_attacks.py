"""What a hostile server with the log's key, and perhaps with former keepers, can show to a witness; gives the hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import crypto
from crypto.transparency_log.checkpoint import LogKey, read_checkpoint, sign_checkpoint
from portal.transparency_log.verifying import Fault
from tests.crypto.sample import Drawn, Office
from tests.support.transparency_log.log_views import ShownLog


def forked(log: ShownLog) -> datetime:
    """Another tree of that size and hour, signed with the log's key."""
    count = len(log.entries) // 64
    log.entries, log.hour, log.rng = [], log.hour - timedelta(hours=6 * count), Drawn("another")
    return [log.grow() for _ in range(count)][-1]


def forked_and_grown(log: ShownLog) -> datetime:
    """Another past behind a newer checkpoint."""
    forked(log)
    return log.grow()


def shorter(log: ShownLog) -> datetime:
    """The log before the checkpoint that was signed."""
    log.entries = log.entries[:64]
    log.found["checkpoint"] = log.found["first"]
    return log.hour


def other_hour(log: ShownLog) -> datetime:
    """The same tree, said to be of another hour."""
    whole = read_checkpoint(log.name, log.found["checkpoint"])
    later = replace(whole, hour=whole.hour + timedelta(hours=1))
    log.found["checkpoint"] = sign_checkpoint(log.name, log.key, later)
    return log.hour


def same_hour(log: ShownLog) -> datetime:
    """A larger tree of the same hour."""
    return log.grow(0)


def stands_still(log: ShownLog) -> datetime:
    """Nothing new for longer than a checkpoint takes."""
    return log.hour + timedelta(hours=7, minutes=1)


def ahead(log: ShownLog) -> datetime:
    """A checkpoint of hours to come."""
    return log.grow() - timedelta(hours=7, minutes=1)


def older_root(log: ShownLog) -> datetime:
    """Root 1 and its directory again, after root 2 was seen."""
    log.office.roots.pop()
    log.publish(sequence=9, root=1)
    return log.grow()


def other_root(log: ShownLog) -> datetime:
    """Former keepers sign another root 2: F3 with the log's key and the server."""
    log.office.roots.pop()
    log.office.roots.append(log.successor(language="en"))
    log.publish(sequence=9)
    return log.grow()


def not_handed_over(log: ShownLog) -> datetime:
    """Root 3 that one keeper alone has signed."""
    document = log.office.root_document(3)
    log.office.roots.append(crypto.sign_note(crypto.root_text(document), log.office.keepers[:1]))
    return log.grow(name=log.published)


def other_root_served(log: ShownLog) -> datetime:
    """One root 3 is named, another one is served, and both have the keepers' signatures."""
    log.office.roots.append(log.successor())
    log.publish(sequence=9)
    hour = log.grow()
    log.office.roots.pop()
    log.office.roots.append(log.successor(language="en"))
    log.serve()
    return hour


def older_directory(log: ShownLog) -> datetime:
    """Directory 7 after 8 was seen."""
    log.publish(sequence=7)
    return log.grow()


def other_directory(log: ShownLog) -> datetime:
    """A second directory 8."""
    log.publish(sequence=8, expires="2026-12-19")
    return log.grow()


def lapsed(log: ShownLog) -> datetime:
    """A directory that has ended by the witness's own clock."""
    log.publish(sequence=9, expires="2026-11-24")
    return log.grow()


def not_signed(log: ShownLog) -> datetime:
    """A directory that no keeper has signed."""
    document = log.office.directory_document(sequence=9)
    log.directory = crypto.sign_note(crypto.directory_text(document), log.office.keepers[:1])
    return log.grow()


def pending(log: ShownLog) -> datetime:
    """A directory that the log names, beside a newer one that is served."""
    log.publish(sequence=9)
    log.grow(1)
    log.publish(sequence=10)
    log.serve()
    return log.hour


def wrong_number(log: ShownLog) -> datetime:
    """The right hash under another sequence."""
    log.publish(sequence=9)
    return log.grow(name=replace(log.published, sequence=10))


def not_entered(log: ShownLog) -> datetime:
    """A directory that stands in no entry: nobody else would ever find it."""
    log.publish(sequence=9)
    return log.grow(enter=False)


def entry_served_alone(log: ShownLog) -> datetime:
    """The entry stands in the bundle that is served, and not in the tree that was signed."""
    hour = not_entered(log)
    other = log.fork()
    other.entries, other.rng, other.hour = other.entries[:-64], Drawn("other"), hour - timedelta(hours=6)
    other.grow()
    log.found |= {path: content for path, content in other.found.items() if path.startswith("tile/entries")}
    return hour


def no_tile(log: ShownLog) -> datetime:
    """A tile that the proof needs is not served."""
    hour = log.grow()
    log.found = {path: content for path, content in log.found.items() if not path.startswith("tile/0")}
    return hour


def short_tile(log: ShownLog) -> datetime:
    """A tile of another length than its path says."""
    hour = log.grow()
    log.found |= {path: content[:-1] for path, content in log.found.items() if path.startswith("tile/0")}
    return hour


def other_key(log: ShownLog) -> datetime:
    """The keepers name another key of the same log: nobody is followed there without being asked."""
    log.key = LogKey(Drawn("other")(32))
    return log.grow()


def other_office(log: ShownLog) -> datetime:
    """Another office's log, signed with the same key."""
    log.office = Office(Drawn("elsewhere"))
    log.publish(sequence=9)
    return log.grow()


ATTACKS: dict[Callable[[ShownLog], datetime], Fault] = {
    forked: Fault.SPLIT,
    forked_and_grown: Fault.SPLIT,
    shorter: Fault.SHORTER,
    other_hour: Fault.SPLIT,
    same_hour: Fault.BACK_DATED,
    stands_still: Fault.CLOCK,
    ahead: Fault.CLOCK,
    older_root: Fault.OLDER_ROOT,
    other_root: Fault.OTHER_ROOT,
    other_root_served: Fault.NOT_SERVED,
    not_handed_over: Fault.NOT_HANDED_OVER,
    older_directory: Fault.OLDER_DIRECTORY,
    other_directory: Fault.OTHER_DIRECTORY,
    lapsed: Fault.NO_DIRECTORY,
    not_signed: Fault.NO_DIRECTORY,
    pending: Fault.NOT_SERVED,
    wrong_number: Fault.OTHER_DIRECTORY,
    not_entered: Fault.NOT_ENTERED,
    entry_served_alone: Fault.NOT_ENTERED,
    no_tile: Fault.MISSING,
    short_tile: Fault.ALTERED,
    other_key: Fault.CHECKPOINT,
    other_office: Fault.CHECKPOINT,
}
"""Each attack, and as what it is refused."""
