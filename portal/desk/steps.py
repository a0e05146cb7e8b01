"""A member's step: checked, written in one transaction, then brought to the mailroom."""

from __future__ import annotations

from casework.errors import EventRefused
from casework.event_store.appending import Actor, AppendResult, Step, append_step
from casework.event_store.regrants import DeliveredPacket
from crypto.case.grant import PACKET_SIZES, read_packet
from crypto.case.items import Item
from crypto.case.payloads import Direction
from crypto.office.holders import bucket_of
from portal.desk.access import OwnCase
from portal.desk.desk import Desk
from portal.desk.shapes import StepBody
from portal.mailroom.casework_outbox_delivery import deliver_pending, erasure_wrapper, write_blobs
from portal.mailroom.errors import PartsMissing
from portal.mailroom.grants import current_grant
from portal.mailroom.threads import claim_uploads, item_hash_at
from portal.mailroom.uploads import require_complete


def record_step(desk: Desk, own: OwnCase, body: StepBody) -> AppendResult:
    """Writes the step; raises casework's refusals, and `PartsMissing`, before anything is written.

    A step is taken only with all that it brings: what could never be delivered would stand before every later step of
    the case, and anyone who wrote it could so take the case from the others.
    """
    require_complete(desk.mailroom, body.blobs)
    _check_bucket(desk, own, body)
    if body.item is None and body.blobs:
        raise PartsMissing
    today = desk.today()
    wrap = erasure_wrapper(desk.mailroom, own.case)
    blobs, delivered = write_blobs(body.blobs), _delivered_packet(desk, own, body)
    step = Step(body.event.document(), body.item, blobs, body.grant, wrap, body.proposal, delivered)
    actor = Actor(own.member, today, desk.directory.on(today), own.invited, desk.rules.rules_of(desk.clock()))
    if body.item is not None:
        _check_follows(desk, own, body.item)
    with desk.cases.write() as connection:
        result = append_step(connection, own.case, step, actor)
        if body.item is not None and result.fresh:
            # Last, so that a step that is refused takes no upload; and before it is durable.
            direction = body.item.place.direction
            claim_uploads(desk.mailroom, own.case, direction, body.blobs, today)
    deliver_pending(desk.cases, desk.mailroom, desk.clock(), own.case)
    return result


def _delivered_packet(desk: Desk, own: OwnCase, body: StepBody) -> DeliveredPacket | None:
    """What a re-grant follows and a claim names, of what the mailroom has; None for every other step."""
    claims = body.claims
    if body.grant is None and body.proposal is None and not claims:
        return None
    there = current_grant(desk.mailroom, own.case)
    report = item_hash_at(desk.mailroom, own.case, Direction.TO_OFFICE, 1) if claims else None
    return DeliveredPacket(there.epoch, read_packet(there.packet).hash, report)


def _check_bucket(desk: Desk, own: OwnCase, body: StepBody) -> None:
    """Raises `EventRefused` for a re-grant of another size than all others of its entity: it would stand out."""
    bucket = bucket_of(desk.directory.on(desk.today()), own.row.entity)
    for brought in (body.grant, None if body.proposal is None else body.proposal.made):
        if brought is not None and len(brought.packet) != PACKET_SIZES[bucket]:
            raise EventRefused("bucket")


def _check_follows(desk: Desk, own: OwnCase, item: Item) -> None:
    """Raises `EventRefused` for an item that names another before it than is there, or has seen one that never came.

    No reader would count the first, and every right one after it would stand at a place that is taken; the second
    would look to every reader as if the server withheld something.
    """
    place = item.place
    if place.seen and item_hash_at(desk.mailroom, own.case, Direction.TO_OFFICE, place.seen) is None:
        raise EventRefused("item")
    before = item_hash_at(desk.mailroom, own.case, place.direction, place.seq - 1) if place.seq > 1 else bytes(32)
    if before is not None and place.prev != before:
        raise EventRefused("item")
