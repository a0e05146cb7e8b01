"""Whatever is removed, altered, put in or back-dated in a log is found, and so are two views of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.text import write_json
from crypto.transparency_log.checkpoint import Checkpoint, sign_checkpoint
from crypto.transparency_log.filing import Fact, log_entry, office_log_key
from crypto.transparency_log.tlog import grow, leaf_hash, root_hash, tiles_of, write_entries
from portal.transparency_log.files import FolderFiles
from portal.transparency_log.verifying import Fault, LogFaulty, all_files, compare, verify_files
from tests.crypto.log_sample import SampleLog
from tests.crypto.sample import Drawn

FIRST = datetime(2026, 11, 24, tzinfo=UTC)
NOW = FIRST + timedelta(days=3)


@dataclass
class Files:
    """A log in memory."""

    found: dict[str, bytes] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """One file."""
        return self.found.get(path)


def log_of(
    batches: list[int],
    name: str = "log",
    hours: list[datetime] | None = None,
    *,
    ordered: bool = True,
    given: list[list[bytes]] | None = None,
    sequences: tuple[int, ...] = (),
) -> Files:
    """The files of a log with so many entries in each checkpoint."""
    sample, rng, files = SampleLog(), Drawn(name), Files()
    entries: list[bytes] = []
    sizes: list[int] = []
    for at, count in enumerate(batches):
        batch = given[at] if given else [rng(32) for _ in range(count)]
        entries += sorted(batch, key=leaf_hash, reverse=not ordered)
        tiles = grow(lambda _level, _number: b"", 0, [leaf_hash(entry) for entry in entries])

        def load(level: int, number: int, held: dict[tuple[int, int], bytes] = tiles) -> bytes:
            return held[level, number]

        hour = hours[at] if hours else FIRST + timedelta(hours=6 * at)
        office = replace(sample.published, sequence=sequences[at]) if sequences else sample.published
        newest = Checkpoint(len(entries), root_hash(load, len(entries)), hour, office)
        note = sign_checkpoint(sample.name, sample.key, newest)
        sizes.append(len(entries))
        files.found |= {f"checkpoints/{len(entries)}": note, "checkpoint": note}
        for tile in tiles_of(len(entries)):
            first = tile.number * 256
            content = write_entries(entries[first : first + tile.width])
            files.found[tile.path] = content if tile.level is None else tiles[tile.level, tile.number]
    files.found["checkpoints.json"] = write_json({"v": 1, "sizes": sizes})
    files.found["roots.json"] = write_json({"roots": [root.decode() for root in sample.office.roots]})
    files.found["log.note"] = sample.note
    return files


CODE = SampleLog().office.code
WHOLE = log_of([64, 256, 64])
LAST = [tile.path for tile in tiles_of(384)]


def fault_of(files: Files, now: datetime = NOW) -> Fault:
    """What is found wrong with a log."""
    with pytest.raises(LogFaulty) as refused:
        verify_files(files, CODE, now)
    return refused.value.fault


def changed(path: str, change: Callable[[bytes], bytes]) -> Files:
    """The whole log with one file changed."""
    return Files(WHOLE.found | {path: change(WHOLE.found[path])})


def test_a_whole_log_holds() -> None:
    """Every file of a log that grew over three checkpoints verifies, and says how many entries it has."""
    found = verify_files(WHOLE, CODE, NOW)
    assert (found.size, [one.size for one in found.checkpoints]) == (384, [64, 320, 384])
    assert len(found.entries) == len(set(found.entries)) == 384


@settings(max_examples=60)
@given(st.sampled_from([*LAST, "checkpoint", "checkpoints/64", "checkpoints/320", "log.note", "roots.json"]), st.data())
def test_one_changed_byte_anywhere_is_found(path: str, data: st.DataObject) -> None:
    """One changed, missing or added byte of any file that a log is made of."""
    content = WHOLE.found[path]
    at = data.draw(st.integers(0, len(content) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
    for altered in (flipped, content[:-1], content + b"x", content[:at] + content[at + 1 :]):
        if altered != content:
            fault_of(Files(WHOLE.found | {path: altered}))


@pytest.mark.parametrize("path", [*LAST, "checkpoint", "checkpoints.json", "checkpoints/64", "log.note", "roots.json"])
def test_a_missing_file_is_found(path: str) -> None:
    """No file of the log can be left out."""
    fault_of(Files({name: content for name, content in WHOLE.found.items() if name != path}))


def test_another_log_signed_by_the_same_key_is_found_beside_this_one() -> None:
    """The log's own key signs a second view: each holds by itself, and beside each other they are caught."""
    other = log_of([64, 256, 64], name="another")
    verify_files(other, CODE, NOW)
    with pytest.raises(LogFaulty) as refused:
        compare(verify_files(WHOLE, CODE, NOW), other)
    assert refused.value.fault is Fault.SPLIT


def test_views_that_part_later_are_found(tmp_path: Path) -> None:
    """Two copies share their first checkpoint and no other; an older copy of the same log is no split."""
    found = verify_files(WHOLE, CODE, NOW)
    younger = verify_files(log_of([64, 256]), CODE, NOW)
    assert compare(found, log_of([64, 256])) == 2
    with pytest.raises(LogFaulty) as refused:
        compare(younger, WHOLE)
    assert refused.value.fault is Fault.SHORTER
    parted = log_of([64, 64, 64])
    with pytest.raises(LogFaulty) as refused:
        compare(found, parted)
    assert refused.value.fault is Fault.SPLIT
    copy = FolderFiles(tmp_path)
    assert copy.write(all_files(found)) == copy.write(all_files(found)) + len(list(all_files(found)))
    assert verify_files(copy, CODE, NOW) == found


@dataclass
class Turncoat(Files):
    """A log that gives each file rightly once, and then as another view has it."""

    other: Files = field(default_factory=Files)

    def read(self, path: str) -> bytes | None:
        """One file."""
        return self.found.pop(path, None) or self.other.read(path)


def test_a_copy_holds_what_was_checked_and_nothing_that_was_given_afterwards(tmp_path: Path) -> None:
    """Whatever a server gives when asked again, the copy is the log that was verified, and finds the second view."""
    shorter, copy = log_of([64]), FolderFiles(tmp_path)
    found = verify_files(Turncoat(dict(WHOLE.found), other=shorter), CODE, NOW)
    copy.write(all_files(found))
    assert verify_files(copy, CODE, NOW) == found
    with pytest.raises(LogFaulty) as split:
        compare(verify_files(log_of([64, 256, 64], given=forked()), CODE, NOW), copy)
    assert split.value.fault is Fault.SPLIT


def forked() -> list[list[bytes]]:
    """The whole log's entries but for the last checkpoint's."""
    entries = verify_files(WHOLE, CODE, NOW).entries
    return [entries[:64], entries[64:320], [bytes([n]) * 32 for n in range(64)]]


def at_hours(*hours: int) -> list[datetime]:
    """Hours of the first day."""
    return [FIRST + timedelta(hours=one) for one in hours]


def test_a_new_directory_alone_has_a_checkpoint_between_the_fixed_hours() -> None:
    """At any full hour one that names another directory is regular; one that names the same again is not."""
    new = log_of([64, 64, 64], hours=at_hours(0, 5, 6), sequences=(7, 8, 8))
    assert [one.office.sequence for one in verify_files(new, CODE, NOW).checkpoints] == [7, 8, 8]
    again = log_of([64, 64, 64], hours=at_hours(0, 5, 7), sequences=(7, 8, 8))
    assert fault_of(again) is Fault.BACK_DATED


def test_two_copies_that_name_two_directories_are_two_views() -> None:
    """The same tree at the same hour, signed with another directory, is caught beside the first."""
    found = verify_files(log_of([64, 64], sequences=(7, 8)), CODE, NOW)
    with pytest.raises(LogFaulty) as split:
        compare(found, log_of([64, 64], sequences=(7, 9)))
    assert split.value.fault is Fault.SPLIT


def test_a_size_that_no_memory_holds_is_found_at_its_first_missing_file() -> None:
    """A log that says it has 2^40 entries takes no more of a reader than one that has none."""
    sample = SampleLog()
    note = sign_checkpoint(sample.name, sample.key, Checkpoint(2**40, bytes(32), FIRST, sample.published))
    said = {"checkpoint": note, f"checkpoints/{2**40}": note}
    said["checkpoints.json"] = write_json({"v": 1, "sizes": [2**40]})
    named = {path: WHOLE.found[path] for path in ("roots.json", "log.note")}
    assert fault_of(Files(named | said)) is Fault.MISSING


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (log_of([64, 64], hours=[FIRST + timedelta(hours=6), FIRST]), Fault.BACK_DATED),
        (log_of([64, 64], hours=[FIRST, FIRST]), Fault.BACK_DATED),
        (log_of([64], hours=[FIRST + timedelta(hours=5)]), Fault.BACK_DATED),
        (log_of([64], hours=[NOW + timedelta(hours=6)]), Fault.AHEAD),
        (log_of([64, 63]), Fault.BATCH),
        (log_of([64, 128]), Fault.BATCH),
        (log_of([64], ordered=False), Fault.BATCH),
        (Files(), Fault.NOT_NAMED),
    ],
    ids=[
        "hour before",
        "same hour",
        "no fixed hour",
        "to come",
        "too few",
        "no size that exists",
        "unordered",
        "nothing",
    ],
)
def test_what_its_own_key_signed_wrongly_is_found(files: Files, fault: Fault) -> None:
    """Back-dated, irregular or unordered checkpoints are refused although the log's key signed them."""
    if "log.note" not in files.found:
        files.found["roots.json"] = b"{}"
    assert fault_of(files) is fault


def test_entries_that_were_removed_with_all_their_tiles_are_found() -> None:
    """A log made again without one entry, its tiles fitting, has another root than was signed."""
    forged = log_of([64, 256, 64], name="log")
    rebuilt = log_of([64, 256, 64], name="other")
    tiles = {path: content for path, content in rebuilt.found.items() if path.startswith("tile/")}
    assert fault_of(Files(forged.found | tiles)) is Fault.ROOT


def with_entries(batches: list[list[bytes]]) -> Files:
    """The log whose checkpoints were signed over other entries: these, with all tiles made to fit."""
    entries = [entry for batch in batches for entry in sorted(batch, key=leaf_hash)]
    tiles, files = grow(lambda _level, _number: b"", 0, [leaf_hash(entry) for entry in entries]), dict(KINDS[0].found)
    for tile in tiles_of(len(entries)):
        content = write_entries(entries[tile.number * 256 : tile.number * 256 + tile.width])
        files[tile.path] = content if tile.level is None else tiles[tile.level, tile.number]
    return Files(files)


def kinds_log() -> tuple[Files, list[list[bytes]]]:
    """A log in whose second checkpoint one fact of each kind stands, and its batches."""
    sample, rng = SampleLog(), Drawn("kinds")
    facts = [log_entry(office_log_key(sample.office.office), fact, bytes(32)) for fact in Fact]
    batches = [[rng(32) for _ in range(64)], [*facts, *(rng(32) for _ in range(64 - len(facts)))]]
    batches.append([rng(32) for _ in range(64)])
    return log_of([64, 64, 64], given=batches), batches


KINDS = kinds_log()


@pytest.mark.parametrize("fact", Fact)
@pytest.mark.parametrize("done", ["removed", "altered", "back-dated"])
def test_an_entry_of_each_kind_stays_as_it_was_written(fact: Fact, done: str) -> None:
    """An entry taken out, altered or moved to an earlier checkpoint, all tiles made to fit, is not what was signed."""
    files, batches = KINDS
    verify_files(files, CODE, NOW)
    entry = log_entry(office_log_key(SampleLog().office.office), fact, bytes(32))
    changed_batches = [list(batch) for batch in batches]
    at = changed_batches[1].index(entry)
    match done:
        case "removed":
            changed_batches[1][at] = Drawn("another")(32)
        case "altered":
            changed_batches[1][at] = bytes([entry[0] ^ 1]) + entry[1:]
        case _:
            changed_batches[0][0], changed_batches[1][at] = entry, changed_batches[0][0]
    assert fault_of(with_entries(changed_batches)) is Fault.ROOT


def test_a_log_of_another_office_is_refused() -> None:
    """Anyone who asks for the office of another code gets no log that holds."""
    with pytest.raises(LogFaulty) as refused:
        verify_files(WHOLE, "0000-0000-0000-0000-0000", NOW)
    assert refused.value.fault is Fault.NOT_NAMED
