"""Founding by files: keepers fix their nonces before anybody knows the text of root 1 (SPEC §4, founding)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from crypto.errors import CryptoError
from crypto.framing import SUITE, b64encode, check_signature, frame, sha256, sign, verify_key
from crypto.localized import LocalizedText, localized_of
from crypto.office.directory import root_text
from crypto.office.root_shape import FEWEST_SIGNERS, NO_WITNESSES, Witnesses, read_witnesses, witnesses_document
from crypto.office.signed_notes import KeeperKey
from crypto.shape import OrderedFields
from crypto.text import read_canonical, write_canonical
from portal.office.config import OfficeConfig
from portal.office.draft import Document
from portal.office.errors import CeremonyRefused

NONCE_LABEL: Final = "yanlu/v1/founding-nonce"
COMMIT_LABEL: Final = "yanlu/v1/founding-commit"
MOST_KEEPERS: Final = 9


@dataclass(frozen=True)
class CeremonyPlan:
    """What is decided before any key exists: the office, its seats, and how many of them sign."""

    content: bytes
    language: str
    # In no root: so that keepers see what is being founded.
    name: LocalizedText
    office: bytes
    threshold: int
    seats: Mapping[str, Document]
    witnesses: Witnesses

    @property
    def hash(self) -> bytes:
        """What every commitment names."""
        return sha256(self.content)


@dataclass(frozen=True)
class Commit:
    """One keeper's public key, and the hash of the nonce that this keeper will show later."""

    id: str
    key: bytes
    commit: bytes
    sig: bytes

    def document(self) -> Document:
        """As it stands in files."""
        return {
            "v": 1,
            "id": self.id,
            "key": b64encode(self.key),
            "commit": b64encode(self.commit),
            "sig": b64encode(self.sig),
        }


def plan_content(office: bytes, config: OfficeConfig) -> bytes:
    """The plan's file, from what `office.toml` decides."""
    return write_canonical(
        {
            "v": 1,
            "language": config.language,
            "name": config.name.document(),
            "office": b64encode(office),
            "suite": SUITE,
            "threshold": config.threshold,
            "seats": [{"id": one.id, "seat": one.seat.document()} for one in config.keepers],
            **witnesses_document(config.named_witnesses()),
        }
    )


def read_plan(content: bytes) -> CeremonyPlan:
    """Read a plan's file; raises CeremonyRefused."""
    try:
        fields = OrderedFields(
            read_canonical(content), "v", "language", "name", "office", "suite", "threshold", "seats", "witnesses",
            witnesses=NO_WITNESSES,
        )  # fmt: skip
        fields.version()
        fields.word("suite", SUITE)
        language = fields.text("language", 64)
        seats = fields.list("seats", MOST_KEEPERS, lambda one: _seat(one, language))
        plan = CeremonyPlan(content, language, localized_of(fields["name"], language), fields.bytes("office", 16),
                    fields.integer("threshold", FEWEST_SIGNERS, 9), dict(seats),
                    read_witnesses(fields["witnesses"]))  # fmt: skip
    except CryptoError as error:
        raise CeremonyRefused("This is no plan of an office.") from error
    if len(plan.seats) != len(seats) or plan.threshold >= len(seats):
        raise CeremonyRefused("This is no plan of an office.")
    return plan


def _seat(value: object, language: str) -> tuple[str, Document]:
    fields = OrderedFields(value, "id", "seat")
    return fields.id("id"), cast("Document", localized_of(fields["seat"], language).document())


def _committed(plan: CeremonyPlan, keeper: str, key: bytes, nonce: bytes) -> bytes:
    return sha256(frame(NONCE_LABEL, plan.hash, keeper, key, nonce))


def _signed(plan: CeremonyPlan, keeper: str, key: bytes, commit: bytes) -> bytes:
    return frame(COMMIT_LABEL, plan.hash, keeper, key, commit)


def commit_to(plan: CeremonyPlan, keeper: KeeperKey) -> bytes:
    """A keeper's commitment to the nonce beside the key; raises CeremonyRefused for who has no seat."""
    if keeper.id not in plan.seats:
        raise CeremonyRefused("The plan has no seat {keeper}.", keeper=keeper.id)
    commit = _committed(plan, keeper.id, keeper.key, keeper.nonce)
    sig = sign(keeper.seed, _signed(plan, keeper.id, keeper.key, commit))
    return write_canonical(Commit(keeper.id, keeper.key, commit, sig).document())


def _commit(value: object) -> Commit:
    fields = OrderedFields(value, "v", "id", "key", "commit", "sig")
    fields.version()
    return Commit(fields.id("id"), fields.bytes("key", 32), fields.bytes("commit", 32), fields.bytes("sig", 64))


def gather_commits(plan: CeremonyPlan, files: Sequence[bytes]) -> bytes:
    """All commitments in the plan's order, for every keeper; raises CeremonyRefused."""
    try:
        found = {one.id: one for one in (_commit(read_canonical(file)) for file in files)}
    except CryptoError as error:
        raise CeremonyRefused("A file is no keeper's commitment.") from error
    lacking = [seat for seat in plan.seats if seat not in found]
    if lacking:
        raise CeremonyRefused("These keepers have not committed yet: {ids}.", ids=", ".join(lacking))
    content = write_canonical({"v": 1, "commits": [found[seat].document() for seat in plan.seats]})
    read_commits(plan, content)
    return content


def read_commits(plan: CeremonyPlan, content: bytes) -> list[Commit]:
    """The commitments of all seats; raises CeremonyRefused where one lacks, fails or shares its key with another."""
    try:
        fields = OrderedFields(read_canonical(content), "v", "commits")
        fields.version()
        found = fields.list("commits", MOST_KEEPERS, _commit)
        for one in found:
            check_signature(one.key, _signed(plan, one.id, one.key, one.commit), one.sig)
    except CryptoError as error:
        raise CeremonyRefused("This is no list of commitments to this plan.") from error
    if [one.id for one in found] != list(plan.seats):
        raise CeremonyRefused("The list does not have every seat of the plan once, in its order.")
    if len({one.key for one in found}) != len(found):
        raise CeremonyRefused("Two keepers have one key.")
    return found


def check_own(plan: CeremonyPlan, commits: bytes, keeper: KeeperKey) -> None:
    """A keeper's own look at the list before the nonce is shown; raises CeremonyRefused."""
    own = next((one for one in read_commits(plan, commits) if one.id == keeper.id), None)
    if own is None or own.key != keeper.key or own.commit != _committed(plan, keeper.id, keeper.key, keeper.nonce):
        raise CeremonyRefused("Your own commitment is missing or was changed: show nothing, and ask the founder.")


def shown_nonce(keeper: KeeperKey) -> bytes:
    """The file that shows a keeper's nonce."""
    return write_canonical({"v": 1, "id": keeper.id, "nonce": b64encode(keeper.nonce)})


def _nonce(content: bytes) -> tuple[str, bytes]:
    fields = OrderedFields(read_canonical(content), "v", "id", "nonce")
    fields.version()
    return fields.id("id"), fields.bytes("nonce", 32)


def founding_text(plan: CeremonyPlan, commits: bytes, files: Sequence[bytes]) -> bytes:
    """The text of root 1, which follows from plan, commitments and nonces alone; raises CeremonyRefused."""
    try:
        nonces = dict(_nonce(file) for file in files)
    except CryptoError as error:
        raise CeremonyRefused("A file shows no keeper's nonce.") from error
    keepers: list[Document] = []
    for one in read_commits(plan, commits):
        nonce = nonces.get(one.id)
        if nonce is None or _committed(plan, one.id, one.key, nonce) != one.commit:
            raise CeremonyRefused("{keeper} has not shown the nonce that was committed to.", keeper=one.id)
        keepers.append({
            "id": one.id, "key": b64encode(one.key), "nonce": b64encode(nonce), "seat": plan.seats[one.id],
        })  # fmt: skip
    return root_text({
        "v": 1, "language": plan.language, "office": b64encode(plan.office), "number": 1, "suite": SUITE,
        "keepers": keepers, "threshold": plan.threshold, **witnesses_document(plan.witnesses),
    })  # fmt: skip


def check_founding(plan: CeremonyPlan, commits: bytes, files: Sequence[bytes], text: bytes, keeper: KeeperKey) -> None:
    """What a keeper sees before signing root 1: that nobody could choose its text. Raises CeremonyRefused."""
    check_own(plan, commits, keeper)
    if founding_text(plan, commits, files) != text:
        raise CeremonyRefused("This root 1 is not the one that plan, commitments and nonces give: do not sign it.")


def own_nonce_in(document: Document, keeper: KeeperKey) -> bool:
    """Whether a root names this keeper with this key and nonce."""
    wanted = {"id": keeper.id, "key": b64encode(verify_key(keeper.seed)), "nonce": b64encode(keeper.nonce)}
    keepers = cast("list[Document]", document["keepers"])
    return any({key: one[key] for key in wanted} == wanted for one in keepers)
