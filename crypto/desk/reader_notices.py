"""Which changes of readers the reporter knows of, and the notices that are sent once more (SPEC §5, §6)."""

from crypto.case.grant import Grant
from crypto.case.item_faults import ItemFault
from crypto.case.items import Author, Item, Place, seal_item
from crypto.case.payloads import Direction, EpochNotice
from crypto.case.regrants import RegrantProof
from crypto.case.thread import Thread
from crypto.desk.answering import announce_regrant, reporter_recipient
from crypto.desk.regrant import before_regrant
from crypto.errors import WrongEpoch
from crypto.framing import Rng


def resend_notice(grant: Grant, thread: Thread, proof: RegrantProof, rng: Rng, epoch: int | None = None) -> Item:
    """The `epoch` item of a re-grant once more, as the next item under the key before it; by default of the last one.

    For a reporter who could not read the first one. `proof` is what the case's event of the last re-grant tells; an
    earlier one is told as its own notice tells it. Raises WrongEpoch for a first grant, and where no such notice is.
    """
    if grant.epoch == 0:
        raise WrongEpoch("the keys of this case never changed")
    if epoch is None or epoch == grant.epoch:
        return announce_regrant(before_regrant(grant), thread, grant, proof, rng)
    notices, keys = _notices_by_epoch(grant, thread).get(epoch), grant.keys.get(epoch - 1)
    if not notices or keys is None:
        raise WrongEpoch("no notice of this change is there to be sent again")
    _, notice = notices[0]
    last, seen = thread.last[Direction.TO_REPORTER], thread.last[Direction.TO_OFFICE].seq
    place = Place(grant.case, epoch - 1, Direction.TO_REPORTER, last.seq + 1, last.hash, seen)
    to = [reporter_recipient(grant, thread), notice.recipient]
    return seal_item(place, "epoch", notice.document(), Author(), keys.macs.to_reporter, to, rng)


def is_followed(grant: Grant, thread: Thread) -> bool:
    """Whether the reporter has written under the key in force, and so knows of the last re-grant."""
    return any(place.epoch >= grant.epoch for place in _written(thread))


def is_notice_missing(grant: Grant, thread: Thread) -> bool:
    """Whether a change of readers has to be told again: see `unannounced_epochs`."""
    return bool(unannounced_epochs(grant, thread))


def unannounced_epochs(grant: Grant, thread: Thread) -> list[int]:
    """Which changes of readers are to be told again, in order: from the first of which no notice reaches the reporter.

    One from before a change of receipt does not: it is in a mailbox that the reporter has left. Nor does one that they
    have seen and not followed: it is garbled for them. Of any other the desk cannot tell: see `is_followed`. No later
    notice can be read without the one before it.
    """
    by_epoch, passed = _notices_by_epoch(grant, thread), max((place.seen for place in _written(thread)), default=0)

    def reaches(place: Place) -> bool:
        return place.seen >= thread.change_seq and place.seq > passed

    lost = [epoch for epoch, notices in by_epoch.items() if not any(reaches(place) for place, _ in notices)]
    later = [epoch for epoch in sorted(by_epoch) if lost and epoch >= min(lost)]
    return [epoch for epoch in later if by_epoch[epoch] or epoch == grant.epoch]


def _written(thread: Thread) -> list[Place]:
    """Where what the reporter wrote stands."""
    places = [entry.item.place for entry in thread.verified if entry.item is not None]
    return [place for place in places if place.direction is Direction.TO_OFFICE]


def _notices_by_epoch(grant: Grant, thread: Thread) -> dict[int, list[tuple[Place, EpochNotice]]]:
    """The notices of each change since the reporter last wrote, the last one first, as far back as one leads to it."""
    found: dict[int, list[tuple[Place, EpochNotice]]] = {}
    digest, reached = grant.hash, max((place.epoch for place in _written(thread)), default=0)
    for epoch in range(grant.epoch, reached, -1):
        found[epoch] = _notices(grant, thread, epoch, digest)
        before = [notice.previous for _, notice in found[epoch]]
        previous = grant.body.previous if epoch == grant.epoch else next(iter(before), None)
        if previous is None:
            break
        digest = previous
    return found


def _notices(grant: Grant, thread: Thread, epoch: int, digest: bytes) -> list[tuple[Place, EpochNotice]]:
    """Those that tell the keys of that grant; what verified before what was sent again."""
    found: list[tuple[Place, EpochNotice]] = []
    keys = grant.keys.get(epoch)
    for mark in (None, ItemFault.FORMER_KEY):
        for entry in thread.entries:
            notice = None if entry.inner is None else entry.inner.content
            if entry.mark is not mark or entry.item is None or not isinstance(notice, EpochNotice) or keys is None:
                continue
            announced = (notice.epoch, notice.grant, notice.recipient, notice.macs)
            if announced == (epoch, digest, keys.seed.recipient, keys.macs):
                found.append((entry.item.place, notice))
    return found
