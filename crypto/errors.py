"""The one error family of the wire format: every refusal names the stage that failed (SPEC §1)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar


class CheckStage(StrEnum):
    """Where a check failed; negative vectors name one of these."""

    RECEIPT = "receipt"
    JSON = "json"
    SCHEMA = "schema"
    HEADER = "header"
    STANZAS = "stanzas"
    NO_MATCH = "no-match"
    HPKE = "hpke"
    HEADER_MAC = "header-mac"
    PAYLOAD = "payload"
    PADDING = "padding"
    MAC = "mac"
    SIGNATURE = "signature"
    SEQUENCE = "sequence"
    CHAIN = "chain"
    EPOCH = "epoch"
    SUCCESSOR = "successor"
    EXCLUDED = "excluded"
    ROOT = "root"
    DIRECTORY = "directory"
    EXPIRED = "expired"
    OLDER = "older"
    FOREIGN = "foreign"
    BUNDLE = "bundle"
    WRAPPED_KEY = "wrapped-key"
    SLOT = "slot"
    EVENT = "event"
    WORK = "work"
    WITHDRAWN = "withdrawn"
    LOG = "log"


class CryptoError(Exception):
    """A refusal. `stage` says which check failed; the message never holds a secret."""

    stage: ClassVar[CheckStage]


class WrongReceipt(CryptoError):
    """Not 28 digits, or the check digit does not fit."""

    stage = CheckStage.RECEIPT


class MalformedJson(CryptoError):
    """Not the strict JSON of SPEC §1."""

    stage = CheckStage.JSON


class WrongShape(CryptoError):
    """JSON that parses but is not the document that was expected."""

    stage = CheckStage.SCHEMA


class MalformedHeader(CryptoError):
    """Not an age v1 header of ours."""

    stage = CheckStage.HEADER


class UnexpectedStanzas(CryptoError):
    """A stanza of another type, or not as many as the context expects."""

    stage = CheckStage.STANZAS


class NotAddressed(CryptoError):
    """No stanza opens with this key."""

    stage = CheckStage.NO_MATCH


class ShareDamaged(CryptoError):
    """An HPKE ciphertext outside of an age file does not open."""

    stage = CheckStage.HPKE


class HeaderAltered(CryptoError):
    """The header's MAC does not verify."""

    stage = CheckStage.HEADER_MAC


class PayloadDamaged(CryptoError):
    """The sealed payload was altered, cut or extended."""

    stage = CheckStage.PAYLOAD


class PacketFaulty(PayloadDamaged):
    """An identity packet whose shares are all what its maker committed to, and which does not open: its maker lied."""


class WrongPadding(CryptoError):
    """A padded size that is not one of ours, or a text too long to be padded."""

    stage = CheckStage.PADDING


class MacRefused(CryptoError):
    """A MAC does not verify."""

    stage = CheckStage.MAC


class SignatureRefused(CryptoError):
    """A signature is missing, does not verify, or is by someone who may not sign."""

    stage = CheckStage.SIGNATURE


class WrongSequence(CryptoError):
    """Not the next sequence number."""

    stage = CheckStage.SEQUENCE


class BrokenChain(CryptoError):
    """`prev` is not the hash of the item before."""

    stage = CheckStage.CHAIN


class WrongEpoch(CryptoError):
    """An epoch lower than the pinned one, or one that is not known."""

    stage = CheckStage.EPOCH


class EpochsUsedUp(WrongEpoch):
    """A case that has had as many keys as a grant holds: its readers stay as they are."""


class WrongSuccessor(CryptoError):
    """A second successor of a grant, or one that does not continue the pinned grant."""

    stage = CheckStage.SUCCESSOR


class ExcludedHolder(CryptoError):
    """Somebody excluded would get access, or nobody is left to read the report."""

    stage = CheckStage.EXCLUDED


class ExclusionMissing(ExcludedHolder):
    """A grant that forgets whom the report leaves out: the re-grant of a careless or hostile colleague.

    `excluded` are the ids that the report leaves out.
    """

    def __init__(self, excluded: Sequence[str]) -> None:
        super().__init__("the grant forgets whom the report excludes")
        self.excluded = tuple(excluded)


class RootRefused(CryptoError):
    """A root document without the keepers' thresholds, or out of order."""

    stage = CheckStage.ROOT


class DirectoryRefused(CryptoError):
    """A directory without the keepers' threshold, or under another root."""

    stage = CheckStage.DIRECTORY


class DirectoryExpired(CryptoError):
    """A directory that is no longer, or not yet, valid."""

    stage = CheckStage.EXPIRED


class DirectoryOlder(CryptoError):
    """A directory older than one already seen, or another one of the same number."""

    stage = CheckStage.OLDER


class ForeignOffice(CryptoError):
    """A document of another office than the code names."""

    stage = CheckStage.FOREIGN


class BundleDamaged(CryptoError):
    """A sealed bundle whose lengths do not fit."""

    stage = CheckStage.BUNDLE


class WrappedKeyRefused(CryptoError):
    """Passphrase, device secret or wrapped key do not belong together."""

    stage = CheckStage.WRAPPED_KEY


class SlotDamaged(CryptoError):
    """A poll answer whose slots contradict each other."""

    stage = CheckStage.SLOT


class EventRefused(CryptoError):
    """An event that does not continue its stream, or is not signed as it must be."""

    stage = CheckStage.EVENT


class WorkRefused(CryptoError):
    """A proof of work that is none, or is one of another request."""

    stage = CheckStage.WORK


class IdentityWithdrawn(CryptoError):
    """The reporter took back the identity that a request asks for."""

    stage = CheckStage.WITHDRAWN


class LogRefused(CryptoError):
    """A log that was altered, cut, split or signed by somebody else, or a proof that does not hold in it."""

    stage = CheckStage.LOG
