"""The poll's fixed answer: 8 slots of 16 KiB, full or random (SPEC §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from crypto.errors import SlotDamaged
from crypto.framing import Rng

SLOT = 16384
POLL_SLOTS = 8
POLL_SIZE = SLOT * POLL_SLOTS
HEAD = 19
DATA = SLOT - HEAD
MAGIC = b"YLS1"


class EntryKind(IntEnum):
    """What a slot carries."""

    MEMO = 0
    DRAFT = 1
    ITEM = 2


@dataclass(frozen=True)
class ListingEntry:
    """A memo, draft or item as JSON bytes."""

    kind: EntryKind
    content: bytes


@dataclass(frozen=True)
class Listing:
    """What the polls so far have brought. `complete` is false while `next_from` is to be polled."""

    entries: list[ListingEntry]
    total: int
    next_from: int

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be polled."""
        return self.next_from >= self.total


@dataclass(frozen=True)
class _Slot:
    kind: EntryKind
    ordinal: int
    chunk: int
    chunks: int
    total: int
    content: bytes


def _cut(entries: Sequence[ListingEntry]) -> list[tuple[EntryKind, int, int, int, bytes]]:
    """Kind, ordinal, chunk, chunks and bytes of every slot of a listing."""
    slots: list[tuple[EntryKind, int, int, int, bytes]] = []
    for ordinal, entry in enumerate(entries):
        chunks = max(1, -(-len(entry.content) // DATA))
        for chunk in range(chunks):
            part = entry.content[chunk * DATA : (chunk + 1) * DATA]
            slots.append((entry.kind, ordinal, chunk, chunks, part))
    return slots


def _empty(rng: Rng) -> bytes:
    while (slot := rng(SLOT)).startswith(MAGIC):
        pass
    return slot


def fill_slots(entries: Sequence[ListingEntry], start: int, rng: Rng) -> bytes:
    """The poll's answer from slot `start` on: always 131,072 bytes, nothing to be seen from its size.

    `entries` is the whole listing: memo, draft, then to-reporter items by seq; [] for nobody's.
    """
    slots = _cut(entries)
    written: list[bytes] = []
    for kind, ordinal, chunk, chunks, part in slots[start : start + POLL_SLOTS]:
        head = MAGIC + bytes([kind]) + ordinal.to_bytes(4, "big")
        head += chunk.to_bytes(2, "big") + chunks.to_bytes(2, "big")
        head += len(slots).to_bytes(4, "big") + len(part).to_bytes(2, "big")
        written.append(head + part + rng(DATA - len(part)))
    while len(written) < POLL_SLOTS:
        written.append(_empty(rng))
    return b"".join(written)


def _read_slot(slot: bytes) -> _Slot | None:
    if not slot.startswith(MAGIC):
        return None
    number = [int.from_bytes(slot[a:b], "big") for a, b in ((5, 9), (9, 11), (11, 13), (13, 17), (17, 19))]
    ordinal, chunk, chunks, total, length = number
    if slot[4] not in set(EntryKind) or length > DATA or chunk >= chunks:
        raise SlotDamaged("not a slot")
    return _Slot(EntryKind(slot[4]), ordinal, chunk, chunks, total, slot[HEAD : HEAD + length])


def _join(slots: Sequence[_Slot]) -> list[ListingEntry]:
    """Whole entries, in order; an entry whose last chunks are still to come is left out."""
    entries: list[ListingEntry] = []
    parts: list[bytes] = []
    for slot in slots:
        if slot.ordinal != len(entries) or slot.chunk != len(parts):
            raise SlotDamaged("slots out of order")
        parts.append(slot.content)
        if slot.chunk + 1 == slot.chunks:
            entries.append(ListingEntry(slot.kind, b"".join(parts)))
            parts = []
    if parts and len(slots) >= slots[-1].total:
        raise SlotDamaged("the last entry is cut")
    return entries


def read_slots(polls: Sequence[bytes]) -> Listing:
    """Read consecutive answers, polled from 0, 8, 16, …; raises SlotDamaged.

    Slots of one listing agree on its total; kinds do not go backwards.
    """
    slots: list[_Slot] = []
    for poll in polls:
        if len(poll) != POLL_SIZE:
            raise SlotDamaged("not the size of a poll")
        read = [_read_slot(poll[at : at + SLOT]) for at in range(0, POLL_SIZE, SLOT)]
        full = [slot for slot in read if slot is not None]
        if read[: len(full)] != full:
            raise SlotDamaged("an empty slot between full ones")
        slots += full
    total = slots[0].total if slots else 0
    kinds = [slot.kind for slot in slots]
    if any(slot.total != total for slot in slots) or kinds != sorted(kinds):
        raise SlotDamaged("slots that contradict each other")
    if len(slots) != min(total, len(polls) * POLL_SLOTS):
        raise SlotDamaged("slots are missing")
    return Listing(_join(slots), total, len(slots))
