"""The dummy case that a new member opens before any real one (enrolment)."""

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.case.grant import open_body, read_packet, seal_body, write_packet
from crypto.case.grant_body import EpochKeys, GrantBody
from crypto.case.items import Author, Place, check_item_mac, open_item, read_item, seal_item
from crypto.case.payloads import Direction, Message
from crypto.errors import WrongShape
from crypto.framing import ZERO_HASH, Rng
from crypto.keys.receipt import MacKeys
from crypto.keys.staff import StaffKeys
from crypto.office.holders import BUCKETS
from crypto.sealing.recipients import Identity, Recipient

TRIAL = "trial"
TRIAL_DAY = "2000-01-01"
"""A dummy case is of no day."""


@dataclass(frozen=True, repr=False)
class Trial:
    """A grant packet for one member and a message item that holds a word."""

    packet: bytes
    items: list[dict[str, object]]


def seal_trial(office: bytes, member: str, recipient: str, word: str, rng: Rng) -> Trial:
    """A dummy case for the set-up wizard, made by the server: nothing in it is secret.

    `recipient` comes from the enrolment, after its proof of keys has verified; entity and policy
    are `trial`, the directory is number 0, the day is none, so that it is never taken for a report.
    """
    identity, reporter = Identity.draw(rng), Identity.draw(rng)
    macs = MacKeys(rng(32), rng(32))
    body = GrantBody(
        office=office, case=rng(16), epoch=0, keys=EpochKeys(identity, None, macs), history=None,
        reporter=reporter.recipient, receipt_change=0, act=rng(32), holders=[member], excluded=[],
        access=rng(32), directory_hash=ZERO_HASH, directory_sequence=0, release=None, entity=TRIAL, policy=TRIAL,
        previous=None, previous_holders=[], day=TRIAL_DAY,
    )  # fmt: skip
    bucket = BUCKETS[0]
    sealed = seal_body(body, [Recipient.read(recipient)], bucket, rng)
    place = Place(body.case, 0, Direction.TO_OFFICE, 1, ZERO_HASH, 0)
    text = Message(word).document()
    item = seal_item(place, "message", text, Author(), macs.to_office, [identity.recipient], rng)
    return Trial(write_packet(sealed, bucket), [item.document()])


def open_trial(staff: StaffKeys, packet: bytes, items: Sequence[object]) -> str:
    """The word of a dummy case; raises any CryptoError, WrongShape for a case that is none."""
    parts = read_packet(packet)
    body = open_body(parts.sealed, parts.bucket, staff.identity)
    if (body.entity, body.policy, body.directory_sequence) != (TRIAL, TRIAL, 0) or len(items) != 1:
        raise WrongShape("not a trial")
    if body.office != staff.office or body.holders != [staff.member]:
        raise WrongShape("not this member's trial")
    item = read_item(items[0])
    check_item_mac(item, body.keys.macs.to_office)
    content = open_item(item, body.case_identity).content
    if not isinstance(content, Message) or item.place.case != body.case:
        raise WrongShape("not a trial")
    return content.text
