"""The reporter raises the level: gives a name, or seals it for the custodians, and takes it back (SPEC §6, §11)."""

from dataclasses import dataclass, replace

from crypto.case.items import read_item
from crypto.case.memo import OTHERS_LIMIT, Memo
from crypto.custody.names import About, IdentityText, Named, Seal, Withdrawn, read_identity_text
from crypto.custody.packets import draw_dummy_packets, dummy_identity, seal_identity
from crypto.errors import DirectoryRefused, ForeignOffice, WrongPadding, WrongShape
from crypto.framing import Rng, sha256
from crypto.keys.receipt import ReporterKeys
from crypto.office.directory import VerifiedDirectory
from crypto.reporter.mailbox import MailboxCursor, seal_reporter_item
from crypto.sealing.age import sealed_size
from crypto.sealing.recipients import Recipient
from crypto.text import TEXT_SIZES


@dataclass(frozen=True, repr=False)
class SealedName:
    """A packet for the custodians, and the seal that tells the office which one it is."""

    packet: bytes
    seal: Seal


def custodians_of(directory: VerifiedDirectory) -> list[Recipient]:
    """The custodians' recipients in the directory's order; raises DirectoryExpired, DirectoryRefused where none are."""
    directory.check_current()
    found = [directory.valid_member(member) for member in directory.content.custodians]
    if not found or any(member is None for member in found):
        raise DirectoryRefused("no custodians who could keep an identity")
    return [member.recipient for member in found if member]


def seal_name(
    directory: VerifiedDirectory, identity: IdentityText, rng: Rng, withdraws: bytes | None = None
) -> SealedName:
    """Seal a name for the custodians under a fresh handle; `withdraws` is the handle it takes the place of."""
    read_identity_text(identity.document())
    custodians, m, handle = custodians_of(directory), directory.content.custodians_needed, rng(16)
    packet = seal_identity(identity.document(), handle, custodians, m, rng, withdraws)
    return SealedName(packet, Seal(handle, sha256(packet), m, len(custodians)))


def _posted(
    keys: ReporterKeys, cursor: MailboxCursor, kind: str, payload: dict[str, object], packet: bytes | None, rng: Rng
) -> tuple[dict[str, object], MailboxCursor]:
    post, after = seal_reporter_item(keys, cursor, kind, payload, rng, draw_dummy_packets(rng, packet))
    # Every post must be as long as the finishing post, or its length would tell what it is.
    if len(read_item(post["item"]).body) != sealed_size(TEXT_SIZES[0], 1):
        raise WrongPadding("longer than the finishing post")
    return post, after


def seal_identity_post(
    directory: VerifiedDirectory,
    keys: ReporterKeys,
    cursor: MailboxCursor,
    identity: IdentityText,
    sealed: bool,
    text: str,
    rng: Rng,
) -> tuple[dict[str, object], MailboxCursor]:
    """The post that gives a name to the office, or (`sealed`) to the custodians; `text` the office reads.

    It may be the finishing post. A name that was sealed before is taken back by the one that takes its place.
    The memo remembers what can be taken back; WrongShape once it holds eight names of others.
    """
    if keys.office != directory.office:
        raise ForeignOffice("keys of another office")
    own, memo = identity.about is About.REPORTER, cursor.memo
    if not sealed:
        read_identity_text(identity.document())
        named = Named(identity.about, None, identity.name, identity.contact, text)
        updated = replace(memo, named=memo.named or own)
        return _posted(keys, replace(cursor, memo=updated), "identity", named.document(), None, rng)
    found = seal_name(directory, identity, rng, memo.identity_handle if own else None)
    updated = _remembered(memo, found.seal.handle, own=own)
    named = Named(identity.about, found.seal, "", "", text)
    return _posted(keys, replace(cursor, memo=updated), "identity", named.document(), found.packet, rng)


def _remembered(memo: Memo, handle: bytes, *, own: bool) -> Memo:
    if own:
        return replace(memo, identity_handle=handle)
    if len(memo.other_handles) >= OTHERS_LIMIT:
        raise WrongShape("too many names of others")
    return replace(memo, other_handles=[*memo.other_handles, handle])


def seal_withdrawal(
    keys: ReporterKeys, cursor: MailboxCursor, rng: Rng, other: bytes | None = None
) -> tuple[dict[str, object], MailboxCursor]:
    """Take back the reporter's own sealed name, or that of `other`; raises WrongShape where the memo has none."""
    memo = cursor.memo
    handle = memo.identity_handle if other is None else other
    if handle is None or (other is not None and other not in memo.other_handles):
        raise WrongShape("no identity is sealed")
    if other is None:
        left = replace(memo, identity_handle=None)
    else:
        left = replace(memo, other_handles=[one for one in memo.other_handles if one != other])
    packet = dummy_identity(rng, handle)
    return _posted(keys, replace(cursor, memo=left), "identity-withdrawn", Withdrawn(handle).document(), packet, rng)
