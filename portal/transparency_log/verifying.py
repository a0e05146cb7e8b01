"""Checks a whole log, wherever its files lie, against nothing but an office code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from crypto.errors import CryptoError, WrongShape
from crypto.office.directory import verify_roots
from crypto.office.root_shape import Root
from crypto.shape import Fields, integer_of, text_of
from crypto.text import read_json, write_json
from crypto.transparency_log.checkpoint import Checkpoint, LogName, read_checkpoint, verify_log
from crypto.transparency_log.filing import ROOTS_LIMIT
from crypto.transparency_log.tlog import (
    SIZE_LIMIT,
    TILE_WIDTH,
    Tile,
    grow,
    leaf_hash,
    read_entries,
    root_hash,
    tile_width,
    tiles_of,
    write_entries,
)
from portal.transparency_log.files import LogFiles
from portal.transparency_log.ledger import SMALLEST_BATCH, batch_size
from portal.transparency_log.log_writer import HOURS

# Four a day for more than two hundred years.
_CHECKPOINTS: Final = 400_000
_JSON_LIMIT: Final = 16 * 1024 * 1024
_CLOCK_SKEW: Final = timedelta(hours=1)


class Fault(StrEnum):
    """What is wrong with a log."""

    NOT_NAMED = "not-named"
    NO_CHECKPOINT = "no-checkpoint"
    CHECKPOINT = "checkpoint"
    BACK_DATED = "back-dated"
    AHEAD = "ahead"
    MISSING = "missing"
    ALTERED = "altered"
    ROOT = "root"
    BATCH = "batch"
    SPLIT = "split"
    SHORTER = "shorter"
    UNWRITTEN = "unwritten"
    UNWITNESSED = "unwitnessed"
    REMOVED = "taken-away"
    SET_BACK = "set-back"
    MEMORY = "memory"
    NOT_SET_UP = "not-set-up"
    SET_UP = "set-up"
    CLOCK = "clock"
    OLDER_ROOT = "older-root"
    OTHER_ROOT = "other-root"
    NOT_HANDED_OVER = "not-handed-over"
    OLDER_DIRECTORY = "older-directory"
    OTHER_DIRECTORY = "other-directory"
    NO_DIRECTORY = "no-directory"
    NOT_SERVED = "not-served"
    NOT_ENTERED = "not-entered"
    SECOND_SUCCESSOR = "second-successor"
    NO_SUCCESSOR = "no-successor"


class LogFaulty(Exception):
    """A log that does not hold, and where it was noticed: a file, or a number of leaves."""

    def __init__(self, fault: Fault, place: object = "") -> None:
        super().__init__(f"{fault}: {place}")
        self.fault = fault
        self.place = place


@dataclass(frozen=True)
class VerifiedLog:
    """A log that holds: its name, all its checkpoints, and every file of it."""

    log: LogName
    checkpoints: list[Checkpoint]
    notes: list[bytes] = field(repr=False)
    entries: list[bytes] = field(repr=False)
    tiles: dict[tuple[int, int], bytes] = field(repr=False)
    # What names its key, as it was read: roots.json and log.note.
    named: tuple[bytes, bytes] = field(repr=False)

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self.checkpoints[-1].size

    def entered(self, entry: bytes) -> datetime | None:
        """The hour of the first checkpoint that has this entry; None where none has it."""
        if entry not in self.entries:
            return None
        place = self.entries.index(entry)
        return next(one.hour for one in self.checkpoints if one.size > place)

    def hashes(self, level: int, number: int) -> bytes:
        """The tile, checked."""
        return self.tiles[level, number]


def verify_files(
    files: LogFiles, code: str, now: datetime, advance: Callable[[int], object] = lambda _done: None
) -> VerifiedLog:
    """Checks every file of a log in the order of SPEC §12; raises `LogFaulty` at the first that does not hold.

    `advance` is told how many entries were looked at.
    """
    # 1. The keepers name the log's key.
    log, named = named_log(files, code)
    # 2. Every checkpoint is signed; sizes and hours rise, and none is of an hour to come.
    newest, sizes = required(files, "checkpoint"), _sizes(files)
    notes = [required(files, f"checkpoints/{size}") for size in sizes]
    checkpoints = [_checkpoint(log, size, note) for size, note in zip(sizes, notes, strict=True)]
    # One may have been written since it was asked for, or cosigned.
    if checkpoint_at(log, "checkpoint", newest) not in checkpoints[-2:]:
        raise LogFaulty(Fault.CHECKPOINT, "checkpoint")
    _check_hours(checkpoints, now)
    # 3. The entries hash to the tiles.
    entries, tiles = _tiles(files, sizes[-1], advance)
    found = VerifiedLog(log, checkpoints, notes, entries, tiles, named)
    # 4. The tiles hash to the root of every checkpoint, and each batch is as it must be.
    _check_roots(found)
    _check_batches(found)
    return found


def named_log(files: LogFiles, code: str) -> tuple[LogName, tuple[bytes, bytes]]:
    """The log that the office's keepers name in these files, and the two that do; raises `LogFaulty`."""
    try:
        chain = required(files, "roots.json")
        roots, note = roots_of(chain), required(files, "log.note")
        return verify_log(code, roots, note), (chain, note)
    except CryptoError as error:
        raise LogFaulty(Fault.NOT_NAMED, error.stage.value) from error


def shown_root(files: LogFiles, code: str) -> Root:
    """The last root that is shown, handed over from the one of this code; raises `LogFaulty`."""
    try:
        return verify_roots(code, roots_of(required(files, "roots.json")))
    except CryptoError as error:
        raise LogFaulty(Fault.NOT_NAMED, error.stage.value) from error


def roots_of(chain: bytes) -> list[bytes]:
    """The root notes in `roots.json`, nothing checked yet; raises `json` and `schema`."""
    fields = Fields(read_json(chain, _JSON_LIMIT), "roots")
    return [root.encode() for root in fields.list("roots", ROOTS_LIMIT, text_of)]


def required(files: LogFiles, path: str) -> bytes:
    """The content of a file; raises `LogFaulty` where there is none."""
    content = files.read(path)
    if content is None:
        raise LogFaulty(Fault.NO_CHECKPOINT if path == "checkpoint" else Fault.MISSING, path)
    return content


def _sizes(files: LogFiles) -> list[int]:
    try:
        fields = Fields(read_json(required(files, "checkpoints.json"), _JSON_LIMIT), "v", "sizes")
        fields.version()
        sizes = fields.list("sizes", _CHECKPOINTS, lambda value: integer_of(value, 1, SIZE_LIMIT))
    except CryptoError as error:
        raise LogFaulty(Fault.ALTERED, "checkpoints.json") from error
    if not sizes:
        raise LogFaulty(Fault.NO_CHECKPOINT)
    if any(later <= earlier for earlier, later in pairwise(sizes)):
        raise LogFaulty(Fault.ALTERED, "checkpoints.json")
    return sizes


def _checkpoint(log: LogName, size: int, note: bytes) -> Checkpoint:
    found = checkpoint_at(log, f"checkpoints/{size}", note)
    if found.size != size:
        raise LogFaulty(Fault.CHECKPOINT, f"checkpoints/{size}")
    return found


def checkpoint_at(log: LogName, place: str, note: bytes) -> Checkpoint:
    """The checkpoint of a file; raises `LogFaulty` where this log did not sign it."""
    try:
        return read_checkpoint(log, note)
    except CryptoError as error:
        raise LogFaulty(Fault.CHECKPOINT, place) from error


def _check_hours(checkpoints: Sequence[Checkpoint], now: datetime) -> None:
    for earlier, later in pairwise(checkpoints):
        if later.hour <= earlier.hour:
            raise LogFaulty(Fault.BACK_DATED, later.size)
    # Between the fixed hours one is written for a new directory alone: no hour is there because of a report.
    named = None
    for one in checkpoints:
        if one.hour.hour not in HOURS and named in (None, one.office):
            raise LogFaulty(Fault.BACK_DATED, one.size)
        named = one.office
    if checkpoints[-1].hour > now + _CLOCK_SKEW:
        raise LogFaulty(Fault.AHEAD, checkpoints[-1].size)


def _tiles(
    files: LogFiles, size: int, advance: Callable[[int], object]
) -> tuple[list[bytes], dict[tuple[int, int], bytes]]:
    entries: list[bytes] = []
    for tile in _of_entries(size):
        entries += _bundle(files, tile)
        advance(len(entries))
    tiles = grow(_nothing, 0, [leaf_hash(entry) for entry in entries])
    for tile in tiles_of(size):
        if tile.level is not None and required(files, tile.path) != tiles[tile.level, tile.number]:
            raise LogFaulty(Fault.ALTERED, tile.path)
    return entries, tiles


def _of_entries(size: int) -> Iterator[Tile]:
    # One at a time: a size is what somebody says, and may be one that no memory holds.
    return (Tile(None, at, tile_width(size, 0, at)) for at in range(-(-size // TILE_WIDTH)))


def _nothing(_level: int, _number: int) -> bytes:
    return b""


def _bundle(files: LogFiles, tile: Tile) -> list[bytes]:
    try:
        found = read_entries(required(files, tile.path))
    except WrongShape as error:
        raise LogFaulty(Fault.ALTERED, tile.path) from error
    if len(found) != tile.width:
        raise LogFaulty(Fault.ALTERED, tile.path)
    return found


def _check_roots(found: VerifiedLog) -> None:
    for one in found.checkpoints:
        if root_hash(found.hashes, one.size) != one.root:
            raise LogFaulty(Fault.ROOT, one.size)


def _check_batches(found: VerifiedLog) -> None:
    first = 0
    for one in found.checkpoints:
        batch = [leaf_hash(entry) for entry in found.entries[first : one.size]]
        regular = len(batch) >= SMALLEST_BATCH and batch_size(len(batch)) == len(batch)
        if not regular or batch != sorted(batch):
            raise LogFaulty(Fault.BATCH, one.size)
        first = one.size


def compare(found: VerifiedLog, other: LogFiles) -> int:
    """Holds another copy's checkpoints against a log that was verified; gives how many both have.

    Raises `LogFaulty`: `split` where one size has two roots or one hour two checkpoints.
    """
    mine = {one.size: one for one in found.checkpoints}
    theirs = [_checkpoint(found.log, size, required(other, f"checkpoints/{size}")) for size in _sizes(other)]
    for one in theirs:
        known = mine.get(one.size)
        if one.size <= found.size and (known is None or known != one):
            raise LogFaulty(Fault.SPLIT, one.size)
    if theirs[-1].size > found.size:
        raise LogFaulty(Fault.SHORTER, theirs[-1].size)
    return len(theirs)


def all_files(found: VerifiedLog) -> Iterator[tuple[str, bytes]]:
    """Every file of a log that was verified, the newest checkpoint last; nothing is asked for a second time.

    Anyone who gives the files could give others then: a copy with fewer checkpoints would miss the next second view.
    """
    yield from zip(("roots.json", "log.note"), found.named, strict=True)
    for tile in tiles_of(found.size):
        first = tile.number * TILE_WIDTH
        if tile.level is None:
            yield tile.path, write_entries(found.entries[first : first + tile.width])
        else:
            yield tile.path, found.tiles[tile.level, tile.number]
    for one, note in zip(found.checkpoints, found.notes, strict=True):
        yield f"checkpoints/{one.size}", note
    yield "checkpoints.json", write_json({"v": 1, "sizes": [one.size for one in found.checkpoints]})
    yield "checkpoint", found.notes[-1]
