"""A witness outside the office: what it looks at, in the order of SPEC §12, before it signs a checkpoint or a root."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from crypto.errors import CryptoError, LogRefused, WrongShape
from crypto.framing import Rng, sha256
from crypto.office.directory import Seen, check_successor, verify_directory, verify_roots
from crypto.office.root_shape import Root
from crypto.office.signed_notes import read_note
from crypto.office.witnesses import cosign
from crypto.transparency_log.checkpoint import Checkpoint, OfficeState, own_part
from crypto.transparency_log.filing import Fact, log_entry, office_log_key
from crypto.transparency_log.tlog import (
    HASH_SIZE,
    TILE_WIDTH,
    LoadTile,
    Tile,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    read_entries,
    tile_width,
)
from portal.transparency_log.files import LogFiles
from portal.transparency_log.verifying import Fault, LogFaulty, checkpoint_at, named_log, required, roots_of
from portal.transparency_log.witness_file import Pinned, WitnessFolder, WitnessRefusal, WitnessState

CLOCK_SKEW: Final = timedelta(hours=7)
"""A checkpoint is due every six hours."""
PROOFS: Final = frozenset({
    Fault.SPLIT, Fault.SHORTER, Fault.BACK_DATED, Fault.OLDER_ROOT, Fault.OTHER_ROOT, Fault.OLDER_DIRECTORY,
    Fault.OTHER_DIRECTORY, Fault.SECOND_SUCCESSOR,
})  # fmt: skip
"""What a checkpoint proves beside the one that was signed before."""
# The last two million entries: what was not signed before was entered lately, and a server must not have a witness read
# for good.
_BUNDLES: Final = 8192


def create_witness(folder: WitnessFolder, name: str, rng: Rng) -> WitnessState:
    """Draws a witness's key; raises `LogFaulty` (`set-up`) where there is one."""
    if folder.exists():
        raise LogFaulty(Fault.SET_UP, folder.path)
    known = WitnessState(name, rng(HASH_SIZE))
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.remember(known)
    return known


def set_up(folder: WitnessFolder, code: str, address: str, files: LogFiles) -> WitnessState:
    """Pins the log that the keepers of the office behind this code name: once, and for good; the address may change.

    Raises `LogFaulty`: `not-named`, and `set-up` where another office or log was pinned before.
    """
    log, _ = named_log(files, code)
    with folder.turn():
        known, pinned = folder.read(), Pinned(code, address, log)
        if known.pinned is not None and replace(known.pinned, address=address) != pinned:
            raise LogFaulty(Fault.SET_UP, folder.path)
        known = replace(known, pinned=pinned)
        folder.remember(known)
    return known


def pinned_of(folder: WitnessFolder, known: WitnessState) -> Pinned:
    """The office of a witness; raises `LogFaulty` while it has none."""
    if known.pinned is None:
        raise LogFaulty(Fault.NOT_SET_UP, folder.path)
    return known.pinned


def witness_newest(folder: WitnessFolder, files: LogFiles, now: datetime) -> Checkpoint:
    """One round: checks the newest checkpoint, remembers it, then signs it and leaves it for the office.

    The newest one is signed again each time, since readers ask when a witness last saw it. Raises `LogFaulty` at the
    first thing that does not hold; then nothing was signed and nothing remembered.
    """
    with folder.turn():
        known = folder.read()
        pinned = pinned_of(folder, known)
        try:
            newest, bare, root = _witness(folder, files, (known, pinned), now)
        except LogFaulty as error:
            if error.fault is not Fault.NO_CHECKPOINT:
                folder.record_refusal(WitnessRefusal(error.fault, str(error.place), int(now.timestamp())))
            raise
        folder.remember(replace(known, signed=bare, root=root))
        folder.publish(cosign(bare, known.name, known.seed, int(now.timestamp())))
        folder.forget_refusal()
    return newest


def _witness(
    folder: WitnessFolder, files: LogFiles, witness: tuple[WitnessState, Pinned], now: datetime
) -> tuple[Checkpoint, bytes, bytes | None]:
    """The newest checkpoint, its text as this log alone signed it, and the note of the root that it names."""
    log, note = witness[1].log, required(files, "checkpoint")
    # 1. This office's log, signed with the key that was pinned.
    newest, bare = checkpoint_at(log, "checkpoint", note), own_part(log, note)
    try:
        return newest, bare, _check(files, witness, newest, now)
    except LogFaulty as error:
        if error.fault in PROOFS:
            # The log's own key signed it: what was shown here can be shown to others.
            folder.store_refused(error.fault.value, bare)
        raise


def _check(files: LogFiles, witness: tuple[WitnessState, Pinned], newest: Checkpoint, now: datetime) -> bytes | None:
    # 2. It goes on from what was signed.
    _check_goes_on(files, witness[0].seen, newest)
    # 3. It is of these hours.
    if abs(newest.hour - now) > CLOCK_SKEW:
        raise LogFaulty(Fault.CLOCK, f"{newest.hour:%Y-%m-%d %H:%M} UTC")
    # 4, 5, 6. What it names is no step back, was handed over, and stands in it.
    return _check_office(files, witness, newest, now)


def _check_goes_on(files: LogFiles, seen: Checkpoint | None, newest: Checkpoint) -> None:
    if newest.size == 0:
        raise LogFaulty(Fault.CHECKPOINT, "checkpoint")
    if seen is None or newest == seen:
        return
    if newest.size < seen.size or newest.hour < seen.hour:
        raise LogFaulty(Fault.SHORTER, seen.size)
    if newest.size == seen.size:
        raise LogFaulty(Fault.SPLIT, seen.size)
    if newest.hour == seen.hour:
        raise LogFaulty(Fault.BACK_DATED, newest.size)
    try:
        path = consistency_path(_loader(files, newest.size), seen.size, newest.size)
        check_consistency(seen.size, newest.size, (seen.root, newest.root), path)
    except LogRefused as error:
        raise LogFaulty(Fault.SPLIT, seen.size) from error


def _loader(files: LogFiles, size: int) -> LoadTile:
    def load(level: int, number: int) -> bytes:
        tile = Tile(level, number, tile_width(size, level, number))
        content = required(files, tile.path)
        if len(content) != tile.width * HASH_SIZE:
            raise LogFaulty(Fault.ALTERED, tile.path)
        return content

    return load


def _check_office(
    files: LogFiles, witness: tuple[WitnessState, Pinned], newest: Checkpoint, now: datetime
) -> bytes | None:
    """Gives the note of the root that is named."""
    known, pinned = witness
    named, seen = newest.office, known.seen
    before = None if seen is None else seen.office
    if named == before:
        return known.root
    if before is not None:
        _check_no_step_back(before, named)
    # 4. Each step from root 1 to the one that is named holds, and leads over the one that was signed.
    roots = _verified_roots(files, pinned.code, named, before)
    for number, digest in known.successors.items():
        if number <= named.root and sha256(read_note(roots[number - 1]).text) != digest:
            raise LogFaulty(Fault.SECOND_SUCCESSOR, number)
    # 5. The directory is the next one, by this machine's clock.
    _check_directory(files, pinned.code, roots, named, before, now)
    # 6. Both stand in this very tree: anyone who asks can find them. A root that was signed before stood in a tree that
    # this one goes on, and may be older than the entries that are searched.
    entered = [(Fact.DIRECTORY, named.directory_hash)]
    if before is None or named.root != before.root:
        entered.append((Fact.ROOT, named.root_hash))
    for fact, digest in entered:
        _check_entered(files, newest, log_entry(office_log_key(pinned.log.office), fact, digest), fact)
    return roots[-1]


def _check_no_step_back(before: OfficeState, named: OfficeState) -> None:
    if named.root < before.root:
        raise LogFaulty(Fault.OLDER_ROOT, named.root)
    if named.root == before.root and named.root_hash != before.root_hash:
        raise LogFaulty(Fault.OTHER_ROOT, named.root)
    if named.sequence < before.sequence:
        raise LogFaulty(Fault.OLDER_DIRECTORY, named.sequence)
    if named.sequence == before.sequence and named.directory_hash != before.directory_hash:
        raise LogFaulty(Fault.OTHER_DIRECTORY, named.sequence)


def _verified_roots(files: LogFiles, code: str, named: OfficeState, before: OfficeState | None) -> list[bytes]:
    try:
        # What was published since is not what the checkpoint names.
        roots = roots_of(required(files, "roots.json"))[: named.root]
        if len(roots) < named.root:
            raise LogFaulty(Fault.NOT_SERVED, named.root)
        hashes = [sha256(read_note(root).text) for root in roots]
        if hashes[-1] != named.root_hash:
            raise LogFaulty(Fault.NOT_SERVED, named.root)
        if before is not None and hashes[before.root - 1] != before.root_hash:
            raise LogFaulty(Fault.OTHER_ROOT, before.root)
        verify_roots(code, roots)
    except CryptoError as error:
        raise LogFaulty(Fault.NOT_HANDED_OVER, named.root) from error
    return roots


def _check_directory(
    files: LogFiles, code: str, roots: list[bytes], named: OfficeState, before: OfficeState | None, now: datetime
) -> None:
    note = required(files, "directory.note")
    seen = None if before is None else Seen(before.sequence, before.directory_hash)
    try:
        if sha256(read_note(note).text) != named.directory_hash:
            raise LogFaulty(Fault.NOT_SERVED, named.sequence)
        found = verify_directory(code, roots, note, now.astimezone(UTC).date().isoformat(), seen)
        if found.sequence != named.sequence:
            raise LogFaulty(Fault.OTHER_DIRECTORY, named.sequence)
    except CryptoError as error:
        raise LogFaulty(Fault.NO_DIRECTORY, error.stage.value) from error


def _check_entered(files: LogFiles, newest: Checkpoint, entry: bytes, fact: Fact) -> None:
    last = (newest.size - 1) // TILE_WIDTH
    for number in range(last, max(-1, last - _BUNDLES), -1):
        tile = Tile(None, number, tile_width(newest.size, 0, number))
        try:
            entries = read_entries(required(files, tile.path))
        except WrongShape as error:
            raise LogFaulty(Fault.ALTERED, tile.path) from error
        if entry in entries:
            index = number * TILE_WIDTH + entries.index(entry)
            break
    else:
        raise LogFaulty(Fault.NOT_ENTERED, fact.value)
    try:
        path = inclusion_path(_loader(files, newest.size), index, newest.size)
        check_inclusion(leaf_hash(entry), index, newest.size, path, newest.root)
    except LogRefused as error:
        raise LogFaulty(Fault.NOT_ENTERED, fact.value) from error


def sign_successor(folder: WitnessFolder, note: bytes, now: datetime) -> tuple[bytes, Root]:
    """The root after the one that this witness knows, with its cosignature; one of each number, ever.

    It asks no server. Raises `LogFaulty`: `no-successor` where it is not the next root that the keepers before and
    after have signed, or the root before does not name this witness; `second-successor` where another one was signed.
    """
    with folder.turn():
        known = folder.read()
        if known.root is None:
            raise LogFaulty(Fault.NO_CHECKPOINT)
        try:
            before, after = check_successor(known.root, note)
        except CryptoError as error:
            raise LogFaulty(Fault.NO_SUCCESSOR, error.stage.value) from error
        if before.witnesses.keys.get(known.name) != known.witness.key:
            raise LogFaulty(Fault.NO_SUCCESSOR, known.name)
        digest = sha256(read_note(note).text)
        if known.successors.get(after.number, digest) != digest:
            raise LogFaulty(Fault.SECOND_SUCCESSOR, after.number)
        # Ascending: the number after the newest root that was seen is the highest.
        folder.remember(replace(known, successors={**known.successors, after.number: digest}))
        return cosign(note, known.name, known.seed, int(now.timestamp())), after
