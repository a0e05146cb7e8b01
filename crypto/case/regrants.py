"""Who decided a re-grant, and what their signatures bind: the same checks for the reporter and every desk (SPEC §5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crypto.case.item_faults import ItemFault
from crypto.errors import CheckStage, ExcludedHolder, SignatureRefused, WrongSuccessor
from crypto.framing import b64encode, frame, sha256, u64
from crypto.keys.receipt import MacKeys
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import HOLDER_ROLES
from crypto.office.holders import is_within_reach, outside_ids
from crypto.sealing.recipients import Recipient
from crypto.shape import Fields

SIGNATURES = 8
DAYS_BEFORE = 31
"""A re-grant may be dated so many days before the report: the clock of the reporter's device may be ahead."""

# The stage at which each fault of a re-grant is refused.
STAGES = {
    ItemFault.REMOVED_SIGNER: CheckStage.SIGNATURE,
    ItemFault.FORGED: CheckStage.SIGNATURE,
    ItemFault.UNSIGNED: CheckStage.SIGNATURE,
    ItemFault.EXCLUDED: CheckStage.EXCLUDED,
    ItemFault.SUCCESSOR: CheckStage.SUCCESSOR,
}


@dataclass(frozen=True)
class RegrantSignature:
    """A former holder's signature under a re-grant."""

    member: str
    signature: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"member": self.member, "sig": b64encode(self.signature)}


@dataclass(frozen=True)
class RegrantProof:
    """Who signed a re-grant, dated by which day and directory, over which keys and holders (`binding`, 32 bytes)."""

    day: str
    sequence: int
    binding: bytes
    signatures: tuple[RegrantSignature, ...]

    @property
    def signers(self) -> set[str]:
        """The members who signed."""
        return {entry.member for entry in self.signatures}

    def document(self) -> dict[str, object]:
        """What an event or a step names: `{"day","sequence","binding","signatures"}`."""
        return {
            "day": self.day,
            "sequence": self.sequence,
            "binding": b64encode(self.binding),
            "signatures": signatures_document(self.signatures),
        }

    def with_signature(self, signature: RegrantSignature) -> "RegrantProof":
        """The same with one more signature."""
        return replace(self, signatures=(*self.signatures, signature))


DECIDING = frozenset({"regranted", "regrant-countersigned"})
"""The kinds of events that tell who decided a re-grant."""
PROOF_NAMES = ("day", "sequence", "binding", "signatures")


def signatures_document(signatures: Sequence[RegrantSignature]) -> list[dict[str, object]]:
    """The JSON of signatures."""
    return [one.document() for one in signatures]


def _signature(value: object) -> RegrantSignature:
    fields = Fields(value, "member", "sig")
    return RegrantSignature(fields.id("member"), fields.bytes("sig", 64))


def signatures_of(fields: Fields) -> tuple[RegrantSignature, ...]:
    """Read `signatures`, at most eight; raises WrongShape."""
    return tuple(fields.list("signatures", SIGNATURES, _signature))


def proof_of(fields: Fields) -> RegrantProof:
    """Read the four keys of a proof among others; raises WrongShape."""
    return RegrantProof(
        fields.day("day"), fields.integer("sequence", 1), fields.bytes("binding", 32), signatures_of(fields)
    )


def read_proof(value: object) -> RegrantProof:
    """Read `{"day","sequence","binding","signatures"}`; raises WrongShape."""
    return proof_of(Fields(value, *PROOF_NAMES))


def proof_in(data: Mapping[str, object]) -> RegrantProof:
    """The proof in the data of an event `regranted` or `regrant-countersigned`; raises WrongShape."""
    return read_proof({name: data.get(name) for name in PROOF_NAMES})


def binding_of(recipient: Recipient, macs: MacKeys, holders: Collection[str]) -> bytes:
    """What a re-grant moves: case recipient, MAC keys and holders of the new epoch, as 32 bytes."""
    return sha256(
        frame(
            "yanlu/v1/regrant-binding", recipient.text, macs.to_office, macs.to_reporter,
            u64(len(holders)), *sorted(holders, key=str.encode),
        )
    )  # fmt: skip


@dataclass(frozen=True)
class RegrantStatement:
    """From which grant to which a case moves: epoch and holders are the new ones."""

    office: bytes
    case: bytes
    epoch: int
    previous: bytes
    grant: bytes

    def frame(self, proof: RegrantProof) -> bytes:
        """What is signed."""
        return frame(
            "yanlu/v1/regrant", self.office, self.case, u64(self.epoch), self.previous, self.grant,
            proof.day, u64(proof.sequence), proof.binding,
        )  # fmt: skip


def sign_regrant(staff: StaffKeys, move: RegrantStatement, proof: RegrantProof) -> RegrantProof:
    """The proof with this member's signature too."""
    return proof.with_signature(RegrantSignature(staff.member, staff.sign(move.frame(proof))))


@dataclass(frozen=True)
class PreviousEpoch:
    """What is known of the epoch before: None where nothing is. `not_before` is the earliest day of a re-grant."""

    holders: Sequence[str] | None
    excluded: Collection[str]
    entity: str | None
    not_before: str | None = None


def first_day(epoch: int, day: str) -> str:
    """The earliest day of a re-grant after a grant of that epoch and day."""
    if epoch:
        return day
    begun = date.fromisoformat(day)
    return (begun - min(timedelta(days=DAYS_BEFORE), begun - date.min)).isoformat()


def may_sign(directory: VerifiedDirectory, former: PreviousEpoch, day: str) -> set[str] | None:
    """Who may sign a re-grant dated that day: holders of the epoch before; None where these are not known.

    Outside holders too where at most one of those is a member on that day or today.
    """
    if former.holders is None:
        return None
    living = [one for one in former.holders if any(directory.valid_on(one, at) for at in (day, directory.today))]
    stand_in = former.entity is not None and len(living) <= 1
    return {*former.holders, *(outside_ids(directory, former.entity or "") if stand_in else ())}


def fault_of(
    directory: VerifiedDirectory,
    move: RegrantStatement,
    holders: Sequence[str],
    proof: RegrantProof,
    former: PreviousEpoch,
    needed: int | None = None,
) -> ItemFault | None:
    """Steps 2 to 5 of SPEC §5: what is wrong with a re-grant to these holders; None for nothing.

    `needed` None as many signatures as the directory asks for on the day of the re-grant.
    """
    # 2. Not dated before the epoch before, nor after tomorrow.
    tomorrow = (date.fromisoformat(directory.today) + timedelta(days=1)).isoformat()
    if proof.day > tomorrow or (former.not_before is not None and proof.day < former.not_before):
        return ItemFault.SUCCESSOR
    # 3. Each signature counts; one that does not refuses all.
    allowed = may_sign(directory, former, proof.day)
    for entry in proof.signatures:
        wrong = _signer_fault(directory, entry, holders, proof, former, allowed)
        if wrong is not None:
            return wrong
        if not _holds(directory, entry, move, proof):
            return ItemFault.FORGED
    # 4. There are enough.
    least = directory.content.signers_needed(proof.day) if needed is None else needed
    if len(proof.signers) < least:
        return ItemFault.UNSIGNED
    # 5. The new holders.
    return _holders_fault(directory, holders, former)


def _signer_fault(
    directory: VerifiedDirectory,
    entry: RegrantSignature,
    holders: Sequence[str],
    proof: RegrantProof,
    former: PreviousEpoch,
    allowed: set[str] | None,
) -> ItemFault | None:
    if directory.was_valid(entry.member, proof.day, proof.sequence) is None:
        return ItemFault.REMOVED_SIGNER
    if entry.member in former.excluded:
        return ItemFault.EXCLUDED
    if entry.member not in holders or (allowed is not None and entry.member not in allowed):
        return ItemFault.SUCCESSOR
    return None


def _holds(directory: VerifiedDirectory, entry: RegrantSignature, move: RegrantStatement, proof: RegrantProof) -> bool:
    try:
        key_of(directory, entry, move, proof)
    except SignatureRefused:
        return False
    return True


def key_of(directory: VerifiedDirectory, entry: RegrantSignature, move: RegrantStatement, proof: RegrantProof) -> int:
    """Which key of the signer signed, the newest last; raises SignatureRefused."""
    member = directory.member(entry.member)
    if member is None:
        raise SignatureRefused("signed by nobody whom the directory names")
    return member.check_signed(move.frame(proof), entry.signature, proof.day, proof.sequence)


def _holders_fault(directory: VerifiedDirectory, holders: Sequence[str], former: PreviousEpoch) -> ItemFault | None:
    if set(holders) & set(former.excluded):
        return ItemFault.EXCLUDED
    for holder in set(holders) - set(former.holders or holders):
        member = directory.member(holder)
        placed = former.entity is None or is_within_reach(directory.content, holder, former.entity)
        if member is None or member.role not in HOLDER_ROLES or not placed:
            return ItemFault.SUCCESSOR
    return None


def check_regrant(
    directory: VerifiedDirectory,
    move: RegrantStatement,
    holders: Sequence[str],
    proof: RegrantProof,
    former: PreviousEpoch,
    needed: int | None = None,
) -> None:
    """The same, raised: SignatureRefused, ExcludedHolder or WrongSuccessor; `needed` None as the directory asks."""
    wrong = fault_of(directory, move, holders, proof, former, needed)
    if wrong is None:
        return
    if STAGES[wrong] is CheckStage.EXCLUDED:
        raise ExcludedHolder("somebody excluded signed or would become a holder")
    if STAGES[wrong] is CheckStage.SUCCESSOR:
        raise WrongSuccessor("not a re-grant by those who may, to those who may hold it")
    raise SignatureRefused(f"signatures under a re-grant: {wrong.value}")
