"""The minute's look for news: one answer of one length, whether there is any or not."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from casework.event_store.lists import change_marker
from casework.event_store.proposals import invited_cases
from crypto.framing import b64encode
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.desk.queue import entities_of_batch
from portal.mailroom.service import batch_ids


def news_document(desk: Desk) -> dict[str, object]:
    """Two hashes that are others once something is: of the batch, and of the member's cases and what they are asked."""
    member = signed_in_member(desk)
    holds = desk.holds(member)
    with desk.cases.read() as connection:
        cases = change_marker(connection, member)
        asked = [bytes(case) for case in invited_cases(connection, member, desk.today())]
    batch = batch_ids(desk.mailroom, entities_of_batch(desk), desk.today())
    shown = [packet_id for day in batch.values() for packet_id in day]
    return {"v": 1, "batch": _hash(shown), "cases": _hash([*cases, b"asked", *asked] if holds else [])}


def _hash(parts: Iterable[bytes]) -> str:
    whole = sha256()
    for part in parts:
        whole.update(len(part).to_bytes(4, "big") + part)
    return b64encode(whole.digest())
