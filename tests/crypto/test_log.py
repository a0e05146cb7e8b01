"""The tree of the log: what holds for every size, held against another implementation of RFC 6962."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from crypto.errors import CryptoError, LogRefused, WrongShape
from crypto.framing import verify_key
from crypto.office.witnesses import Witness, cosign, cosigners, read_witness, write_witness
from crypto.transparency_log.checkpoint import read_checkpoint
from crypto.transparency_log.filing import Fact, case_log_key, log_entry, verify_filing
from crypto.transparency_log.tlog import (
    Tile,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    read_entries,
    read_tile_path,
    root_hash,
    tile_width,
    tiles_of,
    tree_hash,
    write_entries,
)
from tests.crypto.log_sample import SampleLog, entries_of, tiles_for
from tests.crypto.sample import Drawn

FEW = settings(max_examples=30)
SIZES = st.integers(1, 700)
ENTRIES = entries_of(700)
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
LOAD = tiles_for(ENTRIES)


def oracle(size: int) -> InmemoryTree:
    """The tree of the first `size` entries as pymerkle builds it."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES[:size]:
        tree.append_entry(entry)
    return tree


def theirs(proof: Any) -> list[str]:
    """The hashes of a proof of pymerkle's."""
    return list(proof.serialize()["path"])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 255, 256, 257, 300, 700])
def test_roots_are_those_of_another_implementation(size: int) -> None:
    """The root of a tree of so many entries is what pymerkle gives, from leaves and from tiles."""
    root = oracle(size).get_root()
    assert tree_hash(LEAVES[:size]) == root
    assert root_hash(LOAD, size) == root


@FEW
@given(SIZES, st.data())
def test_every_entry_is_proven_and_no_other(size: int, data: st.DataObject) -> None:
    """A path proves its entry at its index in its tree, and neither another entry, index, size nor root."""
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(LOAD, index, size), root_hash(LOAD, size)
    check_inclusion(LEAVES[index], index, size, path, root)
    other = data.draw(st.integers(0, size))
    wrong = [(LEAVES[index], other, path), (LEAVES[(index + 1) % 700], index, path), (LEAVES[index], index, path[:-1])]
    wrong += [(LEAVES[index], index, [*path[:at], bytes(32), *path[at + 1 :]]) for at in range(len(path))]
    for leaf, at, steps in wrong:
        if (leaf, at, steps) == (LEAVES[index], index, path):
            continue
        with pytest.raises(LogRefused):
            check_inclusion(leaf, at, size, steps, root)


@FEW
@given(SIZES, SIZES, st.data())
def test_a_newer_tree_proves_that_it_only_adds(one: int, two: int, data: st.DataObject) -> None:
    """A consistency proof holds for its two trees, and for none in which the past was changed."""
    old, new = sorted((one, two))
    path, roots = consistency_path(LOAD, old, new), (root_hash(LOAD, old), root_hash(LOAD, new))
    check_consistency(old, new, roots, path)
    at = data.draw(st.integers(0, old - 1))
    altered = tree_hash([*LEAVES[:at], bytes(32), *LEAVES[at + 1 : old]])
    with pytest.raises(LogRefused):
        check_consistency(old, new, (altered, roots[1]), path)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (3, 7), (256, 300), (299, 300)])
def test_paths_are_those_of_another_implementation(index: int, size: int) -> None:
    """The hashes of an inclusion proof are pymerkle's, from the leaf upward."""
    found = theirs(oracle(size).prove_inclusion(index + 1))
    assert found[0] == LEAVES[index].hex()
    assert sorted(found[1:]) == sorted(one.hex() for one in inclusion_path(LOAD, index, size))


@FEW
@given(st.integers(1, 699), st.integers(1, 40))
def test_a_tree_grown_in_steps_has_the_same_tiles(count: int, steps: int) -> None:
    """However many steps a tree grew in, its tiles are the same."""
    grown, at_once = tiles_for(ENTRIES[:count], steps), tiles_for(ENTRIES[:count])
    for tile in tiles_of(count):
        if tile.level is not None:
            assert grown(tile.level, tile.number) == at_once(tile.level, tile.number)
            assert len(at_once(tile.level, tile.number)) == 32 * tile.width


def test_tiles_of_the_example_in_the_specification() -> None:
    """A tree of 70,000 leaves has the tiles that C2SP tlog-tiles counts for it."""
    hashes = [tile for tile in tiles_of(70_000) if tile.level is not None]
    by_level = [[tile.width for tile in hashes if tile.level == level] for level in range(3)]
    assert (by_level[0].count(256), by_level[0][-1]) == (273, 112)
    assert by_level[1:] == [[256, 17], [1]]
    assert [tile_width(256, level, 0) for level in range(3)] == [256, 1, 0]


@given(st.none() | st.integers(0, 5), st.integers(0, 10**9), st.integers(1, 256))
def test_tile_paths_read_back(level: int | None, number: int, width: int) -> None:
    """Every tile has one path, and that path names it."""
    tile = Tile(level, number, width)
    assert read_tile_path(tile.path) == tile


@given(st.text(alphabet="tile/0123x.pn", max_size=24))
def test_other_paths_name_nothing(path: str) -> None:
    """Whatever reads as the path of a tile is the one way to write it."""
    with suppress(WrongShape):
        assert read_tile_path(path).path == path


@given(st.binary(max_size=140))
def test_bundles_read_back_or_are_refused(content: bytes) -> None:
    """Bytes are a bundle only where its entries write the same bytes again."""
    with suppress(WrongShape):
        assert write_entries(read_entries(content)) == content


def test_entries_say_nothing_without_their_key() -> None:
    """The same fact of two cases gives two entries, and two facts of one case share nothing."""
    one, two = (case_log_key(bytes([at]) * 32) for at in (1, 2))
    found = {log_entry(key, fact, bytes(32)) for key in (one, two) for fact in Fact}
    assert len(found) == 2 * len(Fact)


def test_a_witness_signs_the_whole_checkpoint() -> None:
    """A cosignature holds for its checkpoint, name and key alone, and leaves the log's own signature standing."""
    sample = SampleLog(ENTRIES[:7])
    seed, name = Drawn("witness")(32), "union.example/mirror"
    note = cosign(sample.checkpoint(), name, seed, 1795500000)
    assert read_checkpoint(sample.name, note).size == 7
    assert cosigners(note, {name: verify_key(seed)}) == {name: 1795500000}
    assert cosigners(note, {name: verify_key(bytes(32))}) == {}
    assert cosigners(note.replace(b"\n7\n", b"\n8\n"), {name: verify_key(seed)}) == {}
    with pytest.raises(WrongShape):
        cosign(note, "two words", seed, 0)


@given(st.text(alphabet="ab+=/A04f1.", max_size=80))
def test_whatever_reads_as_a_witness_is_the_one_way_to_write_it(text: str) -> None:
    """A witness's line reads back, and nothing else is one."""
    witness = Witness("union.example/log", verify_key(Drawn("witness")(32)))
    line = write_witness(witness)
    assert read_witness(line) == witness
    for other in (text, line[:-1], line + text, text + line, line.replace("+", "+0", 1)):
        if other != line:
            with suppress(WrongShape):
                assert write_witness(read_witness(other)) == other


@FEW
@given(st.data())
def test_a_proof_of_filing_that_was_touched_proves_nothing(data: st.DataObject) -> None:
    """One changed byte of a proof: it is refused, or it still says the very same."""
    sample = SampleLog()
    filing = sample.filing(bytes(32))
    proof = SampleLog([*ENTRIES[:5], filing.entry]).proof(filing)
    whole = verify_filing(sample.office.code, proof)
    at, change = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(1, 255))
    touched = bytearray(proof)
    touched[at] ^= change
    with suppress(CryptoError):
        assert verify_filing(sample.office.code, bytes(touched)) == whole
