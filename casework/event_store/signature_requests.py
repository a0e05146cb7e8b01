"""Which of the proposals that wait in a case a member is asked to sign: one by one, and none that they declined."""

from __future__ import annotations

from collections.abc import Sequence

from casework.event_store.event_kinds import EventKind
from casework.event_store.proposals import RegrantProposal
from casework.event_store.store import MemberId
from crypto.case.events import Event
from crypto.framing import b64encode


def proposal_for(
    waiting: Sequence[RegrantProposal], events: Sequence[Event], member: MemberId, *, invited: bool
) -> RegrantProposal | None:
    """What this member is asked first: of what others propose what they have not declined, else what is their own.

    `events` are the events of the case. Somebody who is asked from outside sees nothing but what they are asked.
    """
    declined = {
        event.data.get("proposal") for event in events if (event.kind, event.actor) == (EventKind.DECLINED, member)
    }
    others = [
        one
        for one in waiting
        if one.actor != member and b64encode(one.grant_hash) not in declined and (not invited or one.invited == member)
    ]
    own = [one for one in waiting if one.actor == member]
    return next(iter(others + own), None)
