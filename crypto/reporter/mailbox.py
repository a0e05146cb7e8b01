"""The reporter's side of a case: reading the mailbox and posting into it (SPEC §6, §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from crypto.case.item_faults import Alarm
from crypto.case.items import REPORTER, Author, Item, Place, seal_item
from crypto.case.memo import Memo, ThreadStart, open_draft, open_memo, seal_memo
from crypto.case.payloads import REPORTER_SIGNED, Direction, Message, ReceiptChange, ReceiptConfirmed
from crypto.case.regrants import first_day
from crypto.case.step_payloads import ActText, Declaration
from crypto.case.thread import Thread, change_frame, read_thread
from crypto.case.thread_keys import ThreadKeys
from crypto.custody.packets import draw_dummy_packets
from crypto.errors import CryptoError, DirectoryOlder, MalformedJson, SlotDamaged, WrongShape
from crypto.framing import Rng, b64encode
from crypto.keys.receipt import MacKeys, ReporterKeys
from crypto.office.directory import VerifiedDirectory
from crypto.reporter.poll_slots import EntryKind, Listing, ListingEntry
from crypto.reporter.submission import blobs_document
from crypto.sealing.attachment_shape import Attachment
from crypto.sealing.attachments import blob_listing
from crypto.text import read_json


@dataclass(frozen=True, repr=False)
class Mailbox:
    """What lies in a mailbox, opened; `memo` is None while there is only a draft."""

    memo: Memo | None
    memo_seq: int
    draft: object | None
    draft_seq: int
    items: list[object] = field(default_factory=list[object])


@dataclass(frozen=True, repr=False)
class MailboxCursor:
    """Where the reporter stands: the memo to write next, and the seq of the last one written."""

    memo: Memo
    memo_seq: int


@dataclass(frozen=True, repr=False)
class ReadMailbox:
    """A mailbox as read: thread, alarms, and the cursor that the next post starts from."""

    thread: Thread
    alarms: list[Alarm]
    cursor: MailboxCursor


def open_mailbox(keys: ReporterKeys, listed: Listing) -> Mailbox | None:
    """Open what the polls brought; None for a mailbox that is not there.

    Raises `mac` for a memo that this receipt did not write, `slot` for an incomplete listing. A draft
    that does not open is left out, an item that is no JSON is passed over: neither hides the thread.
    """
    if not listed.complete:
        raise SlotDamaged("poll on before opening")
    if not listed.entries:
        return None
    found: dict[EntryKind, list[object]] = {kind: [] for kind in EntryKind}
    for entry in listed.entries:
        found[entry.kind].append(_json_of(entry))
    memos, drafts = found[EntryKind.MEMO], found[EntryKind.DRAFT]
    if len(memos) > 1 or len(drafts) > 1:
        raise SlotDamaged("two memos or drafts")
    memo_seq, memo = open_memo(keys, memos[0]) if memos else (0, None)
    draft_seq, draft = _draft_of(keys, drafts)
    return Mailbox(memo, memo_seq, draft, draft_seq, found[EntryKind.ITEM])


def _json_of(entry: ListingEntry) -> object:
    """The document of an entry; None, which is no document of ours, for what is no strict JSON."""
    try:
        return read_json(entry.content, len(entry.content))
    except MalformedJson:
        return None


def _draft_of(keys: ReporterKeys, drafts: Sequence[object]) -> tuple[int, object | None]:
    try:
        return open_draft(keys, drafts[0]) if drafts else (0, None)
    except CryptoError:
        return 0, None


def _macs(keys: ReporterKeys, memo: Memo) -> MacKeys:
    return memo.macs or keys.macs


def _thread_keys(keys: ReporterKeys, memo: Memo) -> ThreadKeys:
    macs = {memo.epoch: _macs(keys, memo)}
    if memo.start is None:
        macs[0] = keys.macs
    else:
        macs[memo.start.epoch] = memo.start.macs
    found = ThreadKeys(
        case=memo.case,
        macs=macs,
        reader=keys.identity,
        excluded=memo.excluded,
        holders={memo.epoch: memo.holders},
        grants={memo.epoch: memo.grant},
        entity=memo.entity,
    )
    # What a device took for the day when the report was sent; later days stand in the epoch items.
    found.days[0 if memo.start is None else memo.start.epoch] = first_day(0, memo.started)
    if memo.start is not None:
        found.start, found.first_epoch = memo.start.position, memo.start.epoch
    return found


def read_mailbox(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox) -> ReadMailbox:
    """Read the thread and say what is wrong; raises DirectoryOlder, or WrongShape without a memo."""
    memo = mailbox.memo
    if memo is None:
        raise WrongShape("a mailbox with nothing but a draft")
    seen = (memo.directory_sequence, memo.directory_hash)
    if directory.sequence < seen[0] or (directory.sequence == seen[0] and directory.hash != seen[1]):
        raise DirectoryOlder("the directory is older than the one that this mailbox knows")
    items = [item for item in mailbox.items if _is_to_reporter(item)]
    thread = read_thread(directory, _thread_keys(keys, memo), items)
    last = thread.last[Direction.TO_REPORTER]
    alarms: list[Alarm] = []
    hashes = {e.item.place.seq: e.item.hash for e in thread.entries if e.item and e.follows}
    hashes.setdefault(0, memo.to_reporter.hash)
    if memo.start is not None:
        hashes.setdefault(memo.start.position.seq, memo.start.position.hash)
    if hashes.get(memo.to_reporter.seq) != memo.to_reporter.hash:
        alarms.append(Alarm.WITHHELD)
        last = max(last, memo.to_reporter, key=lambda position: position.seq)
    if thread.seen[Direction.TO_REPORTER] > memo.to_office.seq:
        alarms.append(Alarm.MEMO_ROLLED_BACK)
    after = replace(
        memo,
        to_reporter=last,
        directory_hash=directory.hash,
        directory_sequence=directory.sequence,
    )
    return ReadMailbox(thread, alarms, MailboxCursor(_follow_epoch(after, thread), mailbox.memo_seq))


def _is_to_reporter(item: object) -> bool:
    return isinstance(item, dict) and cast("dict[str, object]", item).get("dir") == "to-reporter"


def _follow_epoch(memo: Memo, thread: Thread) -> Memo:
    notice = thread.epoch
    if notice is None or notice.epoch <= memo.epoch:
        return memo
    return replace(
        memo,
        epoch=notice.epoch,
        recipient=notice.recipient,
        macs=notice.macs,
        holders=notice.holders,
        grant=notice.grant,
    )


def _seal(keys: ReporterKeys, cursor: MailboxCursor, kind: str, payload: dict[str, object], rng: Rng) -> Item:
    memo = cursor.memo
    last, seen = memo.to_office, memo.to_reporter.seq
    place = Place(memo.case, memo.epoch, Direction.TO_OFFICE, last.seq + 1, last.hash, seen)
    author = Author(REPORTER, keys.sign_message, keys.office) if kind in REPORTER_SIGNED else Author()
    return seal_item(place, kind, payload, author, _macs(keys, memo).to_office, [memo.recipient], rng)


def _after(cursor: MailboxCursor, item: Item | None) -> MailboxCursor:
    if item is None:
        return replace(cursor, memo_seq=cursor.memo_seq + 1)
    position = item.position
    return MailboxCursor(replace(cursor.memo, to_office=position), cursor.memo_seq + 1)


def _post(
    keys: ReporterKeys,
    cursor: MailboxCursor,
    item: Item | None,
    rng: Rng,
    packets: Mapping[str, str] | None,
    attachments: Sequence[Attachment] = (),
    hint: Declaration | None = None,
) -> tuple[dict[str, object], MailboxCursor]:
    after = _after(cursor, item)
    post: dict[str, object] = {
        "v": 1,
        "token": b64encode(keys.mailbox_token),
        "item": None if item is None else item.document(),
        "memo": seal_memo(keys, after.memo_seq, after.memo, rng),
        "blobs": blobs_document([blob_listing(attachment) for attachment in attachments]),
        "packets": dict(packets or draw_dummy_packets(rng)),
        "hint": None if hint is None else hint.value,
        "moved": None,
    }
    return post, after


def seal_reporter_item(
    keys: ReporterKeys,
    cursor: MailboxCursor,
    kind: str,
    payload: dict[str, object],
    rng: Rng,
    packets: Mapping[str, str],
) -> tuple[dict[str, object], MailboxCursor]:
    """A post of one to-office item of that type, with these packets; signed where the type asks for it."""
    return _post(keys, cursor, _seal(keys, cursor, kind, payload, rng), rng, packets)


def seal_memo_post(
    keys: ReporterKeys,
    cursor: MailboxCursor,
    rng: Rng,
    packets: Mapping[str, str] | None = None,
    checkins: Sequence[str] | None = None,
) -> tuple[dict[str, object], MailboxCursor]:
    """A post without an item: only the memo moves on; on a day of check-ins it holds `checkins` from then on."""
    if checkins is not None:
        cursor = replace(cursor, memo=replace(cursor.memo, checkins=list(checkins)))
    return _post(keys, cursor, None, rng, packets)


def seal_message(
    keys: ReporterKeys,
    cursor: MailboxCursor,
    message: Message,
    rng: Rng,
    packets: Mapping[str, str] | None = None,
) -> tuple[dict[str, object], MailboxCursor]:
    """A message to the office; attachments were sealed to `cursor.memo.recipient` before."""
    item = _seal(keys, cursor, "message", message.document(), rng)
    return _post(keys, cursor, item, rng, packets, message.attachments)


def seal_receipt_confirmed(
    keys: ReporterKeys, cursor: MailboxCursor, rng: Rng, packets: Mapping[str, str] | None = None
) -> tuple[dict[str, object], MailboxCursor]:
    """The finishing post, after the receipt was typed again."""
    item = _seal(keys, cursor, "receipt-kept", ReceiptConfirmed().document(), rng)
    return _post(keys, cursor, item, rng, packets)


def seal_act(
    keys: ReporterKeys,
    cursor: MailboxCursor,
    act: ActText,
    rng: Rng,
    packets: Mapping[str, str] | None = None,
) -> tuple[dict[str, object], MailboxCursor]:
    """A declaration signed with the act key, and its clear hint."""
    item = _seal(keys, cursor, "act", act.document(), rng)
    return _post(keys, cursor, item, rng, packets, hint=act.act)


def seal_receipt_change(
    keys: ReporterKeys,
    new: ReporterKeys,
    cursor: MailboxCursor,
    rng: Rng,
    packets: Mapping[str, str] | None = None,
) -> tuple[dict[str, object], MailboxCursor]:
    """Announce a new receipt under the old one; the cursor given back belongs to `new`."""
    memo = cursor.memo
    change = ReceiptChange(new.identity.recipient, new.act_key, bytes(64), new.mailbox_id)
    proof = new.sign_message(change_frame(keys.office, memo.case, memo.epoch, change))
    payload = replace(change, proof=proof).document()
    item = _seal(keys, cursor, "receipt-change", payload, rng)
    post, after = _post(keys, cursor, item, rng, packets)
    macs = _macs(keys, memo)
    start = ThreadStart(memo.epoch, macs, memo.to_reporter)
    moved = MailboxCursor(replace(after.memo, macs=macs, start=start), 1)
    post["moved"] = {
        "mailbox": b64encode(new.mailbox_id),
        "memo": seal_memo(new, 1, moved.memo, rng),
    }
    return post, moved
