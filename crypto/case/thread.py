"""Reading a thread: every item verified, and each failure shown as what it is (SPEC §6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from crypto.case.item_faults import Alarm, ItemFault
from crypto.case.items import (
    REPORTER,
    Inner,
    Item,
    Position,
    check_item_mac,
    open_item,
    read_item,
    signed_frame,
)
from crypto.case.payloads import (
    REPORTER_SIGNED,
    Direction,
    EpochNotice,
    OfficeKey,
    ReceiptChange,
    staff_signs,
)
from crypto.case.regrants import STAGES, PreviousEpoch, RegrantStatement, fault_of, key_of
from crypto.case.thread_keys import ThreadKeys
from crypto.errors import CheckStage, CryptoError, MacRefused, SignatureRefused
from crypto.framing import check_signature, frame, u64
from crypto.keys.former import KeyOrder
from crypto.office.directory import VerifiedDirectory
from crypto.sealing.recipients import Identity


@dataclass(frozen=True)
class ThreadEntry:
    """One line of a thread. `mark` None is the only value that says "verified".

    `follows`: its MAC is right and the chain goes on from it.

    A `missing` entry has no item; `direction` and `seq` say where the gap begins.
    """

    direction: Direction | None
    seq: int | None
    item: Item | None
    inner: Inner | None
    mark: ItemFault | None
    stage: CheckStage | None = None
    former_member: bool = False
    follows: bool = False


@dataclass(frozen=True)
class Thread:
    """A thread as read: entries in the order delivered, positions, and what follows from it.

    `office_key` is the office key of epoch 0, for a reader whose grant is of that epoch.
    """

    entries: list[ThreadEntry]
    last: dict[Direction, Position]
    seen: dict[Direction, int]
    alarms: list[Alarm]
    epoch: EpochNotice | None
    change: ReceiptChange | None
    change_seq: int
    office_key: Identity | None = None

    @property
    def verified(self) -> list[ThreadEntry]:
        """The entries without a mark."""
        return [entry for entry in self.entries if entry.mark is None]


class _Reading:
    """The state of one pass over the items of a thread."""

    def __init__(self, directory: VerifiedDirectory, keys: ThreadKeys) -> None:
        self.directory = directory
        self.keys = keys
        self.entries: list[ThreadEntry] = []
        self.last = dict.fromkeys(Direction, Position())
        self.last[Direction.TO_REPORTER] = keys.start
        # The lowest epoch that an item may still use; not by what the reporter has seen of notices: one that is garbled
        # for them alone is passed over, and they go on.
        self.lowest = dict.fromkeys(Direction, 0)
        self.lowest[Direction.TO_REPORTER] = keys.first_epoch
        self.hashes: set[bytes] = set()
        self.seen = dict.fromkeys(Direction, 0)
        self.epoch: EpochNotice | None = None
        self.change: ReceiptChange | None = None
        self.change_seq = 0
        self.office_key: Identity | None = None
        self.order = KeyOrder()

    def note(
        self,
        item: Item,
        inner: Inner | None,
        mark: ItemFault | None,
        stage: CheckStage | None,
        follows: bool = False,
    ) -> None:
        """Keep one entry."""
        place = item.place
        former = bool(
            inner and inner.signer and staff_signs(place.direction)
            and self.directory.valid_member(inner.signer) is None
        )  # fmt: skip
        self.entries.append(ThreadEntry(place.direction, place.seq, item, inner, mark, stage, former, follows))

    def advance(self, item: Item) -> None:
        """The item is authentic: the next one must follow it."""
        self.hashes.add(item.hash)
        self.last[item.place.direction] = item.position


def _read_one(reading: _Reading, value: object) -> None:
    # 1. Shape.
    try:
        item = read_item(value)
    except CryptoError as error:
        reading.entries.append(ThreadEntry(None, None, None, None, ItemFault.UNREADABLE, error.stage))
        return
    # 2. The epoch is known, the MAC verifies, the case is this one.
    doubt = _check_key(reading, item)
    if doubt is not None:
        reading.note(item, None, *doubt)
        _occupy(reading, item)
        return
    # 3. Sequence and chain.
    place, last = item.place, reading.last[item.place.direction]
    if item.hash in reading.hashes:
        reading.note(item, None, ItemFault.REPLAYED, CheckStage.SEQUENCE)
        return
    if place.seq <= last.seq:
        reading.note(item, *_opened(reading, item, ItemFault.OUT_OF_ORDER, CheckStage.SEQUENCE))
        return
    if place.epoch < reading.lowest[place.direction]:
        reading.note(item, *_opened(reading, item, ItemFault.FORMER_KEY, CheckStage.EPOCH))
        _occupy(reading, item)
        return
    if place.seq == last.seq + 1 and place.prev != last.hash:
        reading.note(item, *_opened(reading, item, ItemFault.OUT_OF_ORDER, CheckStage.CHAIN))
        return
    if place.seq > last.seq + 1:
        reading.entries.append(
            ThreadEntry(place.direction, last.seq + 1, None, None, ItemFault.MISSING, CheckStage.SEQUENCE)
        )
    # 4. It opens; 5. inner shape; 6. signature. An office key says nothing to anyone who has it from the history.
    is_known = place.is_office_key and reading.keys.holder is None
    inner, mark, stage = (None, None, None) if is_known else _opened(reading, item, None, None)
    reading.note(item, inner, mark, stage, follows=True)
    reading.advance(item)
    if mark is None and inner is not None:
        _follow(reading, item, inner)


def _check_key(reading: _Reading, item: Item) -> tuple[ItemFault, CheckStage] | None:
    try:
        if item.place.case != reading.keys.case:
            raise MacRefused("an item of another case")
        if item.place.epoch in reading.keys.lost:
            # Nobody can say that it is forged.
            return ItemFault.UNREADABLE, CheckStage.EPOCH
        check_item_mac(item, reading.keys.mac_key(item.place))
    except CryptoError as error:
        return ItemFault.FORGED, error.stage
    return None


def _occupy(reading: _Reading, item: Item) -> None:
    """What a member put on the record has its place, whatever its MAC or key: no server can check it, or open it."""
    place, last = item.place, reading.last[item.place.direction]
    ours = place.case == reading.keys.case and staff_signs(place.direction) and item.hash in reading.keys.named
    if ours and (place.seq, place.prev) == (last.seq + 1, last.hash):
        reading.last[place.direction] = item.position


def _opened(
    reading: _Reading, item: Item, mark: ItemFault | None, stage: CheckStage | None
) -> tuple[Inner | None, ItemFault | None, CheckStage | None]:
    """Open an item; an earlier mark stays, else the mark of what fails here."""
    inner: Inner | None = None
    failure = CheckStage.NO_MATCH
    # Behind the reporter's stanza stands the case's.
    from_last = reading.keys.reader is None and item.place.direction is Direction.TO_REPORTER
    for identity in reading.keys.openers(item.place):
        try:
            inner = open_item(item, identity, from_last=from_last)
            break
        except CryptoError as error:
            failure = error.stage
            if failure is not CheckStage.NO_MATCH:
                break
    if mark is not None:
        return inner, mark, stage
    if inner is None:
        return None, ItemFault.UNREADABLE, failure
    return inner, *_check_author(reading, item, inner)


def _check_author(reading: _Reading, item: Item, inner: Inner) -> tuple[ItemFault | None, CheckStage | None]:
    if staff_signs(item.place.direction):
        return _check_member(reading, item, inner)
    if inner.type in REPORTER_SIGNED:
        return _check_reporter(reading, item, inner)
    if inner.signer is not None:
        return ItemFault.UNREADABLE, CheckStage.SCHEMA
    return None, None


def _check_member(reading: _Reading, item: Item, inner: Inner) -> tuple[ItemFault | None, CheckStage | None]:
    if isinstance(inner.content, EpochNotice):
        return _check_epoch(reading, item, inner, inner.content)
    if inner.signer is None or inner.sig is None:
        return ItemFault.UNSIGNED, CheckStage.SIGNATURE
    member = reading.directory.member(inner.signer)
    if member is None:
        return ItemFault.REMOVED_SIGNER, CheckStage.SIGNATURE
    try:
        message = signed_frame(reading.directory.office, item.place, inner.type, inner.payload)
        key = member.check_signed(message, inner.sig)
        reading.order.check(inner.signer, item.place.direction, item.place.epoch, key)
    except SignatureRefused:
        return ItemFault.FORGED, CheckStage.SIGNATURE
    holders = reading.keys.holders.get(item.place.epoch)
    if holders is not None and inner.signer not in holders:
        return ItemFault.REMOVED_SIGNER, CheckStage.SIGNATURE
    reading.order.follow(inner.signer, item.place.direction, key)
    return None, None


def change_frame(office: bytes, case: bytes, epoch: int, change: ReceiptChange) -> bytes:
    """What the new act key signs in a change of receipt."""
    return frame(
        "yanlu/v1/receipt-change", office, case, u64(epoch), change.reporter.text, change.act,
        change.mailbox,
    )  # fmt: skip


def _check_reporter(reading: _Reading, item: Item, inner: Inner) -> tuple[ItemFault | None, CheckStage | None]:
    if inner.signer != REPORTER or inner.sig is None:
        return ItemFault.UNSIGNED, CheckStage.SIGNATURE
    try:
        message = signed_frame(reading.directory.office, item.place, inner.type, inner.payload)
        check_signature(reading.keys.act or b"", message, inner.sig)
        change = inner.content
        if isinstance(change, ReceiptChange):
            proven = change_frame(reading.directory.office, item.place.case, item.place.epoch, change)
            check_signature(change.act, proven, change.proof)
    except SignatureRefused:
        return ItemFault.FORGED, CheckStage.SIGNATURE
    return None, None


def _check_epoch(
    reading: _Reading, item: Item, inner: Inner, notice: EpochNotice
) -> tuple[ItemFault | None, CheckStage | None]:
    """The order of SPEC §5: what the reporter and every desk ask of a change of keys."""
    if inner.signer is not None:
        return ItemFault.UNREADABLE, CheckStage.SCHEMA
    keys, directory = reading.keys, reading.directory
    # 1. It stands before its epoch, after the grant that is known.
    if notice.epoch != item.place.epoch + 1 or keys.grants.get(notice.epoch - 1, notice.previous) != notice.previous:
        return ItemFault.SUCCESSOR, CheckStage.SUCCESSOR
    # 2 to 5. Day, signatures, holders.
    before = notice.epoch - 1
    former = PreviousEpoch(keys.holders.get(before), keys.excluded, keys.entity, keys.days.get(before))
    move = RegrantStatement(directory.office, keys.case, notice.epoch, notice.previous, notice.grant)
    wrong = fault_of(directory, move, notice.holders, notice.proof, former)
    if wrong is not None:
        return wrong, STAGES[wrong]
    # 6. It says what is known of that epoch already: by the grant, or by what was taken over before.
    if not keys.agrees(notice):
        return ItemFault.SUCCESSOR, CheckStage.SUCCESSOR
    for entry in notice.signatures:
        reading.order.announce(entry.member, key_of(directory, entry, move, notice.proof), notice.epoch)
    return None, None


def _follow(reading: _Reading, item: Item, inner: Inner) -> None:
    """What a verified item changes for those after it."""
    place, keys = item.place, reading.keys
    reading.seen[place.direction] = max(reading.seen[place.direction], place.seen)
    reading.lowest[place.direction] = max(reading.lowest[place.direction], place.epoch)
    match inner.content:
        case EpochNotice() as notice:
            keys.macs.setdefault(notice.epoch, notice.macs)
            keys.holders.setdefault(notice.epoch, notice.holders)
            keys.grants[notice.epoch] = notice.grant
            keys.days[notice.epoch] = notice.day
            reading.lowest[Direction.TO_REPORTER] = notice.epoch
            reading.epoch = notice
        case ReceiptChange() as change:
            keys.act = change.act
            reading.change = change
            reading.change_seq = place.seq
        case OfficeKey() as made:
            keys.office_seeds[place.epoch] = reading.office_key = made.seed
        case _:
            pass


_ORDER = (Direction.TO_REPORTER, Direction.TO_OFFICE, Direction.OFFICE_ONLY)


def _rank(value: object) -> int:
    """To-reporter items are read first: they announce the epochs that the others use."""
    found: object = cast("dict[str, object]", value).get("dir") if isinstance(value, dict) else None
    return next((at for at, known in enumerate(_ORDER) if known == found), len(_ORDER))


def read_thread(directory: VerifiedDirectory, keys: ThreadKeys, items: Sequence[object]) -> Thread:
    """Read items (JSON documents, each direction in the order served); never raises for an item.

    Entries come out by direction: to-reporter, to-office, office-only, then what has no shape.
    """
    reading = _Reading(directory, keys)
    for value in sorted(items, key=_rank):
        _read_one(reading, value)
    return Thread(
        reading.entries,
        reading.last,
        reading.seen,
        _alarms(reading),
        reading.epoch,
        reading.change,
        reading.change_seq,
        reading.office_key,
    )


def _alarms(reading: _Reading) -> list[Alarm]:
    """An answer to something that was never delivered shows that it was withheld."""
    pairs = (
        (Direction.TO_OFFICE, Direction.TO_REPORTER),
        (Direction.TO_REPORTER, Direction.TO_OFFICE),
    )
    both = reading.keys.act is not None
    withheld = both and any(reading.seen[one] > reading.last[other].seq for one, other in pairs)
    lost = [Alarm.HISTORY] if reading.keys.lost else []
    return [Alarm.WITHHELD, *lost] if withheld else lost
