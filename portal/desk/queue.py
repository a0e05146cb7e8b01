"""The queue: grants as an opaque batch, claims in full blocks, and the cases that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date

from casework.event_store.claims import CaseRow, Claim, claim_cases, regranted_cases
from casework.event_store.lists import After, Page
from casework.event_store.store import CaseId
from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode
from portal.accounts.members import account_of
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk, entities_read
from portal.errors import Malformed
from portal.mailroom.batch import oldest_day
from portal.mailroom.grants import grant_in_force
from portal.mailroom.service import batch_entries, batch_ids

KEY_BYTES = 8
CASE_BYTES = 16
LATEST = 2**48
"""Beyond every due time and every day."""


def entities_of_batch(desk: Desk) -> list[str]:
    """The entities whose batch this member gets; none without a role that may hold cases."""
    member = signed_in_member(desk)
    if not desk.holds(member):
        return []
    return entities_read(desk.directory.on(desk.today()), member, account_of(desk.accounts, member).entity)


def days_of_batch(desk: Desk) -> list[dict[str, object]]:
    """The last thirty days that have packets, newest first, with the random ids of these, dummies included."""
    days = batch_ids(desk.mailroom, entities_of_batch(desk), desk.today())
    return [{"day": day.isoformat(), "ids": [b64encode(one) for one in days[day]]} for day in days]


def entries_of_day(desk: Desk, day: date, wanted: Collection[bytes] | None) -> list[dict[str, object]]:
    """The packets of a day, or those that are wanted of them; nothing for a day outside of the last thirty."""
    if not oldest_day(desk.today()) <= day <= desk.today():
        return []
    found = batch_entries(desk.mailroom, entities_of_batch(desk), day, wanted)
    return [{"id": b64encode(entry.packet_id), "packet": b64encode(entry.packet)} for entry in found]


def regrants_of_member(desk: Desk) -> list[dict[str, object]]:
    """The packets of cases that this member read in the epoch before: nobody who goes on reading waits for a slot.

    Anyone who was removed gets a packet that does not open, of a case that was theirs.
    """
    member = signed_in_member(desk)
    holds = desk.holds(member)
    with desk.cases.read() as connection:
        cases = regranted_cases(connection, member)
    found = [packet for case in cases if holds and (packet := grant_in_force(desk.mailroom, case)) is not None]
    return [{"id": b64encode(number), "packet": b64encode(packet)} for number, packet in found]


def claim_block(desk: Desk, claims: Sequence[Claim]) -> list[bool]:
    """Which of the eight claims are right; those cases are this member's from now on."""
    member = signed_in_member(desk)
    holds = desk.holds(member)
    with desk.cases.write() as connection:
        if holds:
            return claim_cases(connection, member, claims)
    return [False for _ in claims]


def case_document(row: CaseRow) -> dict[str, object]:
    """A case as lists show it."""
    return {
        "case": b64encode(row.case),
        "entity": row.entity,
        "policy": row.policy,
        "version": row.policy_version,
        "day": row.day.isoformat(),
        "stage": row.stage,
        "epoch": row.epoch,
        "urgent": row.urgent,
        "taken_by": list(row.self_assigned),
        "head": {"n": row.head_n, "hash": b64encode(row.head_hash)},
        "last": {"to_office": row.to_office, "to_reporter": row.to_reporter},
        "standing": asdict(row.status),
    }


def page_document(page: Page) -> dict[str, object]:
    """A page of a view; `next` is what `after` takes for the one behind it, null on the last."""
    after = None if page.after is None else b64encode(page.after.key.to_bytes(KEY_BYTES, "big") + page.after.case)
    return {"cases": [case_document(row) for row in page.rows], "next": after}


def after_of(text: str) -> After:
    """Where a page begins; raises `Malformed`."""
    try:
        content = b64decode(text, KEY_BYTES + CASE_BYTES)
        after = After(int.from_bytes(content[:KEY_BYTES], "big"), CaseId(content[KEY_BYTES:]))
    except CryptoError as error:
        raise Malformed from error
    if after.key > LATEST:
        raise Malformed
    return after
