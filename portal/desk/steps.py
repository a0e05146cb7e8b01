"""A member's step: checked, written in one transaction, then brought to the mailroom."""

from __future__ import annotations

from casework.record.stream import Actor, Step, Taken, take_step
from portal.desk.access import OwnCase
from portal.desk.desk import Desk
from portal.desk.shapes import StepBody
from portal.mailroom.uploads import require_whole
from portal.worker.delivery import deliver_loads, erasable, write_blobs


def record_step(desk: Desk, own: OwnCase, body: StepBody) -> Taken:
    """Writes the step; raises casework's refusals, and `PartsMissing` before anything is written."""
    require_whole(desk.mailroom, body.blobs)
    today = desk.today()
    wrap = erasable(desk.mailroom, own.case)
    step = Step(body.event.document(), body.item, write_blobs(body.blobs), body.grant, wrap, body.proposal)
    actor = Actor(own.member, today, desk.directory.on(today), own.invited, desk.shelf.rules_of(desk.clock()))
    with desk.cases.write() as connection:
        taken = take_step(connection, own.case, step, actor)
    deliver_loads(desk.cases, desk.mailroom, desk.clock(), own.case)
    return taken
