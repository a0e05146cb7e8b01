"""What staff may send: strict, bounded shapes; nothing of them is ever printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from casework.event_store.claims import BLOCK, Claim
from casework.event_store.proposals import NewRegrantProposal
from casework.event_store.regrants import NewGrant
from casework.event_store.store import CaseId, MemberId
from crypto.case.events import CLAIMED, SignedEvent, read_event, read_signed_event
from crypto.case.grant import read_packet
from crypto.case.grant_body import EPOCH_LIMIT
from crypto.case.history import SEALED_SIZES, check_history_size
from crypto.case.items import Item, read_item
from crypto.case.regrants import PROOF_NAMES, proof_of
from crypto.errors import WrongShape
from crypto.framing import b64decode
from crypto.keys.former import read_next_keys
from crypto.reporter.submission import read_blobs
from crypto.sealing.attachments import BlobListing
from crypto.shape import Fields, id_of
from portal.accounts.assertions import Assertion, Attestation
from portal.accounts.enrolment import NewKeys
from portal.accounts.passkeys import NewPasskey, PasskeySignIn, StandIn
from portal.accounts.rotation import Rewrapped
from portal.accounts.secrets import NewSecrets
from portal.accounts.sessions import SignIn
from portal.mailroom.shapes import check_item, require_storable

STEP_LIMIT = 1024 * 1024
SMALL_LIMIT = 8192
KEYS_LIMIT = 65536
CODE_LIMIT = 64
RECIPIENT_LIMIT = 4096
PACKET_LIMIT = 65536
HISTORY_LIMIT = SEALED_SIZES[-1]
NAME_LIMIT = 64
CREDENTIAL_LEAST = 16
CREDENTIAL_LIMIT = 1023
_SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class StepBody:
    """A step: the member's signed event and what it brings."""

    event: SignedEvent
    item: Item | None = field(repr=False)
    blobs: list[BlobListing] = field(repr=False)
    grant: NewGrant | None = field(repr=False)
    proposal: NewRegrantProposal | None = field(default=None, repr=False)

    @property
    def claims(self) -> bool:
        """Whether it tells that its member has opened the case."""
        return read_event(self.event.payload).kind == CLAIMED


def _six_digits(fields: Fields) -> str:
    digits = fields.text("totp", 6)
    if _SIX_DIGITS.fullmatch(digits) is None:
        raise WrongShape("not six digits")
    return digits


def sign_in_of(value: object) -> SignIn:
    """`{"member","secret","totp"}`; any name that is short enough, so that no name is told apart."""
    fields = Fields(value, "member", "secret", "totp")
    return SignIn(require_storable(fields.text("member", CODE_LIMIT)), fields.bytes("secret", 32), _six_digits(fields))


def _credential(fields: Fields) -> bytes:
    credential = fields.bytes("credential", limit=CREDENTIAL_LIMIT)
    if len(credential) < CREDENTIAL_LEAST:
        raise WrongShape("too short to be a passkey's id")
    return credential


def passkey_sign_in_of(value: object) -> PasskeySignIn:
    """`{"member","secret","stands_in","challenge","credential","client_data","authenticator_data","signature"}`."""
    names = ("challenge", "credential", "client_data", "authenticator_data", "signature")
    fields = Fields(value, "member", "secret", "stands_in", *names)
    assertion = Assertion(
        credential=_credential(fields),
        challenge=fields.bytes("challenge", 32),
        client_data=fields.bytes("client_data", limit=1024),
        authenticator_data=fields.bytes("authenticator_data", limit=1024),
        signature=fields.bytes("signature", limit=1024),
    )
    member = require_storable(fields.text("member", CODE_LIMIT))
    return PasskeySignIn(member, fields.bytes("secret", 32), fields.flag("stands_in"), assertion)


def _stand_in(value: object) -> StandIn:
    fields = Fields(value, "signin_secret", "wrapped_key")
    return StandIn(fields.bytes("signin_secret", 32), fields["wrapped_key"])


def new_passkey_of(value: object) -> NewPasskey:
    """`{"secret","name","challenge","credential","client_data","attestation","stand_in"}`."""
    fields = Fields(value, "secret", "name", "challenge", "credential", "client_data", "attestation", "stand_in")
    name = require_storable(fields.text("name", NAME_LIMIT)).strip()
    if not name:
        raise WrongShape("a passkey has a name")
    attestation = Attestation(
        credential=_credential(fields),
        challenge=fields.bytes("challenge", 32),
        client_data=fields.bytes("client_data", limit=1024),
        attestation=fields.bytes("attestation", limit=4096),
    )
    return NewPasskey(fields.bytes("secret", 32), name, attestation, fields.maybe("stand_in", _stand_in))


def new_secrets_of(value: object) -> NewSecrets:
    """`{"secret","signin_secret","wrapped_key"}`: the secret as it was, and what takes its place."""
    fields = Fields(value, "secret", "signin_secret", "wrapped_key")
    return NewSecrets(fields.bytes("secret", 32), fields.bytes("signin_secret", 32), fields["wrapped_key"])


def proposed_keys_of(value: object) -> Rewrapped:
    """`{"secret","keys":{"recipient","signing","by_former","by_new"},"wrapped_key"}`."""
    fields = Fields(value, "secret", "keys", "wrapped_key")
    return Rewrapped(fields.bytes("secret", 32), fields["wrapped_key"], read_next_keys(fields["keys"]))


def activated_keys_of(value: object) -> Rewrapped:
    """`{"secret","wrapped_key"}`."""
    fields = Fields(value, "secret", "wrapped_key")
    return Rewrapped(fields.bytes("secret", 32), fields["wrapped_key"])


def invite_of(value: object) -> str:
    """`{"code"}`."""
    return Fields(value, "code").text("code", CODE_LIMIT)


def invite_keys_of(value: object) -> tuple[str, NewKeys]:
    """The code and the keys of a new member."""
    fields = Fields(value, "code", "recipient", "signing", "proof", "wrapped_key", "signin_secret", "totp")
    keys = NewKeys(
        recipient=fields.text("recipient", RECIPIENT_LIMIT),
        signing=fields.bytes("signing", 32),
        proof=fields.bytes("proof", 64),
        wrapped_key=fields["wrapped_key"],
        signin_secret=fields.bytes("signin_secret", 32),
        totp=_six_digits(fields),
    )
    return fields.text("code", CODE_LIMIT), keys


def invite_word_of(value: object) -> tuple[str, str]:
    """The code and the word of the dummy case."""
    fields = Fields(value, "code", "word")
    return fields.text("code", CODE_LIMIT), fields.text("word", CODE_LIMIT)


def _claim(value: object) -> Claim:
    fields = Fields(value, "case", "access")
    return Claim(CaseId(fields.bytes("case", 16)), fields.bytes("access", 32))


def claims_of(value: object) -> list[Claim]:
    """A block of exactly eight claims."""
    claims = Fields(value, "claims").list("claims", BLOCK, _claim)
    if len(claims) != BLOCK:
        raise WrongShape("a block of claims is always full")
    return claims


def _staff_item(value: object) -> Item:
    item = read_item(value)
    check_item(item)
    return item


_GRANT_NAMES = ("packet", "history", "access", "epoch", *PROOF_NAMES)


def _grant_in(fields: Fields) -> NewGrant:
    packet = b64decode(fields.text("packet", PACKET_LIMIT * 4 // 3 + 4))
    digest = read_packet(packet).hash
    history = check_history_size(fields.bytes("history", limit=HISTORY_LIMIT))
    epoch = fields.integer("epoch", 1, EPOCH_LIMIT)
    return NewGrant(packet, history, digest, fields.bytes("access", 32), epoch, proof_of(fields))


def _grant(value: object) -> NewGrant:
    return _grant_in(Fields(value, *_GRANT_NAMES))


def proposal_of(value: object) -> StepBody:
    """A half-signed re-grant: `{"event","packet","history","access","epoch",…,"invited"}`, a proof's keys between."""
    fields = Fields(value, "event", *_GRANT_NAMES, "invited")
    event = read_signed_event(fields["event"])
    if event.sig is None:
        raise WrongShape("a member signs")
    invited = fields.maybe("invited", id_of)
    proposal = NewRegrantProposal(_grant_in(fields), None if invited is None else MemberId(invited))
    return StepBody(event, None, [], None, proposal)


def step_of(value: object) -> StepBody:
    """`{"event","item","blobs","grant"}`."""
    fields = Fields(value, "event", "item", "blobs", "grant")
    event = read_signed_event(fields["event"])
    if event.sig is None:
        raise WrongShape("a member signs")
    return StepBody(
        event,
        fields.maybe("item", _staff_item),
        read_blobs(fields["blobs"]),
        fields.maybe("grant", _grant),
    )
