"""Shows members the cases that they were removed from, with what proves who decided it; oversight sees everybody's."""

from __future__ import annotations

from casework.event_store.removals import Placed, removals
from crypto.framing import b64encode
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk


def removals_document(desk: Desk) -> dict[str, object]:
    """The removals of this member, or everybody's for a member in oversight; none without a role that may hold cases.

    `more` says that there are others, of older cases. It names ids that the server knows: cases, who claimed them, who
    signed changes of their readers.
    """
    member = signed_in_member(desk)
    holds, oversees = desk.holds(member), member in desk.directory.on(desk.today()).content.oversight
    with desk.cases.read() as connection:
        found = removals(connection, None if oversees else member)
    rows = [
        {
            "case": b64encode(one.case),
            "entity": one.entity,
            "day": one.day.isoformat(),
            "member": one.member,
            "claim": _placed(one.claim),
            "changes": [_placed(change) for change in one.changes],
        }
        for one in found.shown
        if holds
    ]
    return {"removals": rows, "more": holds and found.more}


def _placed(placed: Placed) -> dict[str, object]:
    payload, signature = placed.event.payload, placed.event.signature
    event = {"payload": payload, "sig": None if signature is None else b64encode(signature)}
    return {"n": placed.n, "prev": b64encode(placed.prev), "event": event}
