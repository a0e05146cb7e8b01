"""The tree of the log (RFC 6962) and the tiles it is published in (C2SP tlog-tiles): SPEC §12."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crypto.errors import LogRefused, WrongShape
from crypto.framing import sha256

TILE_HEIGHT = 8
TILE_WIDTH = 256
HASH_SIZE = 32
ENTRY_SIZE = 32
# More leaves than any office writes, and few enough for every reader's integers.
SIZE_LIMIT = 2**40
EMPTY_ROOT = sha256()
_ENTRY_HEAD = ENTRY_SIZE.to_bytes(2, "big")
_PATH = re.compile(r"tile/(entries|[0-5])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

LoadTile = Callable[[int, int], bytes]
"""Gives the hashes of tile (level, number), 32 bytes each; at least as many as the tree that is asked about has."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00", entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return sha256(b"\x01", left, right)


def _split(width: int) -> int:
    """The largest power of two below `width`: where a tree of so many leaves divides."""
    return 1 << (width - 1).bit_length() - 1


def tree_hash(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, or over the roots of subtrees of one size."""
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        paired = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        # The odd one rises as it is: that is how RFC 6962 divides.
        row = paired + row[len(row) & ~1 :]
    return row[0]


@dataclass(frozen=True)
class Tile:
    """One published file: hashes at `level`, or the entries themselves where `level` is None."""

    level: int | None
    number: int
    width: int

    @property
    def path(self) -> str:
        """Its name below the log's address."""
        parts = [self.number % 1000]
        rest = self.number // 1000
        while rest:
            parts.append(rest % 1000)
            rest //= 1000
        *upper, last = reversed([f"{part:03}" for part in parts])
        name = "/".join([*(f"x{part}" for part in upper), last])
        partial = f".p/{self.width}" if self.width < TILE_WIDTH else ""
        return f"tile/{'entries' if self.level is None else self.level}/{name}{partial}"


def read_tile_path(path: str) -> Tile:
    """The tile that a path names; raises WrongShape for every other way to write it."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise WrongShape("not the path of a tile")
    level, name, width = found.groups()
    number = int(name.replace("x", "").replace("/", ""))
    tile = Tile(None if level == "entries" else int(level), number, int(width or TILE_WIDTH))
    if tile.path != path:
        raise WrongShape("not the path of a tile")
    return tile


def tile_width(size: int, level: int, number: int) -> int:
    """How many hashes tile (level, number) has in a tree of `size` leaves; 0 where there is none."""
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - number * TILE_WIDTH))


def tiles_of(size: int) -> list[Tile]:
    """Every tile of a tree, entries first, then the levels upward."""
    found = [Tile(None, at, tile_width(size, 0, at)) for at in range(-(-size // TILE_WIDTH))]
    level = 0
    while (count := size >> TILE_HEIGHT * level) > 0:
        found += [Tile(level, at, tile_width(size, level, at)) for at in range(-(-count // TILE_WIDTH))]
        level += 1
    return found


def write_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its 2-byte length."""
    return b"".join(_ENTRY_HEAD + entry for entry in entries)


def read_entries(content: bytes) -> list[bytes]:
    """The entries of a bundle, 32 bytes each; raises WrongShape."""
    step = ENTRY_SIZE + 2
    heads = (content[at : at + 2] for at in range(0, len(content), step))
    if len(content) % step or any(head != _ENTRY_HEAD for head in heads):
        raise WrongShape("not a bundle of entries")
    return [content[at + 2 : at + step] for at in range(0, len(content), step)]


def _node(load: LoadTile, height: int, number: int) -> bytes:
    """The hash of a complete subtree of 2^height leaves."""
    level, rest = divmod(height, TILE_HEIGHT)
    tile, first = divmod(number << rest, TILE_WIDTH)
    content = load(level, tile)
    start, end = first * HASH_SIZE, (first + (1 << rest)) * HASH_SIZE
    if len(content) < end or len(content) % HASH_SIZE:
        raise LogRefused("a tile is too short for its tree")
    return tree_hash([content[at : at + HASH_SIZE] for at in range(start, end, HASH_SIZE)])


def _range_hash(load: LoadTile, low: int, high: int) -> bytes:
    """The hash over leaves low to high, a subtree of some tree's division."""
    width = high - low
    if width & (width - 1) == 0:
        return _node(load, width.bit_length() - 1, low // width)
    middle = low + _split(width)
    return node_hash(_range_hash(load, low, middle), _range_hash(load, middle, high))


def root_hash(load: LoadTile, size: int) -> bytes:
    """The root of the tree of the first `size` leaves; raises LogRefused when tiles are too short."""
    return _range_hash(load, 0, size) if size else EMPTY_ROOT


def inclusion_path(load: LoadTile, index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` stands in the tree of `size` leaves (RFC 6962 §2.1.1), from the leaf upward."""
    low, high, path = 0, size, list[bytes]()
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_hash(load, middle, high))
            high = middle
        else:
            path.append(_range_hash(load, low, middle))
            low = middle
    return path[::-1]


def consistency_path(load: LoadTile, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` leaves only adds to that of `old` (RFC 6962 §2.1.2); 0 < old <= new."""
    low, high, whole, path = 0, new, True, list[bytes]()
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range_hash(load, middle, high))
            high = middle
        else:
            path.append(_range_hash(load, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_range_hash(load, low, high))
    return path[::-1]


def _climb(number: int, last: int) -> tuple[int, int]:
    """Up to the level at which `number` is a right child, or stands alone."""
    while number and not number & 1:
        number, last = number >> 1, last >> 1
    return number, last


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise LogRefused unless the path leads from the leaf's hash to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise LogRefused("an index beyond the tree")
    number, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise LogRefused("a proof that is too long")
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            number, last = _climb(number, last)
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    if last or found != root:
        raise LogRefused("the entry does not stand in this tree")


def check_consistency(old: int, new: int, roots: tuple[bytes, bytes], path: Sequence[bytes]) -> None:
    """Raise LogRefused unless the newer tree only adds to the older one (RFC 9162 §2.1.4.2).

    `roots` are those of the older and of the newer tree. Every tree adds to the empty one.
    """
    if not 0 <= old <= new:
        raise LogRefused("a log that became shorter")
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else roots[1]
        if path or roots[0] != expected:
            raise LogRefused("two trees of one size and different content")
        return
    given = [roots[0], *path] if old & (old - 1) == 0 else list(path)
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    if not path or not given:
        raise LogRefused("a proof that is too short")
    before = after = given[0]
    for sibling in given[1:]:
        if last == 0:
            raise LogRefused("a proof that is too long")
        if number & 1 or number == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            number, last = _climb(number, last)
        else:
            after = node_hash(after, sibling)
        number, last = number >> 1, last >> 1
    if last or (before, after) != roots:
        raise LogRefused("the older tree is no part of the newer one")


def grow(load: LoadTile, size: int, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles (level, number) that change when leaf hashes are added to a tree of `size` leaves, each whole."""
    changed: dict[tuple[int, int], bytes] = {}
    level, before, added = 0, size, list(leaves)
    while added:
        rising: list[bytes] = []
        for number in range(before // TILE_WIDTH, -(-(before + len(added)) // TILE_WIDTH)):
            first = number * TILE_WIDTH
            unchanged = load(level, number)[: (before - first) * HASH_SIZE] if first < before else b""
            new = added[max(0, first - before) : first + TILE_WIDTH - before]
            content = changed[level, number] = unchanged + b"".join(new)
            if len(content) == TILE_WIDTH * HASH_SIZE:
                rising.append(tree_hash([content[at : at + HASH_SIZE] for at in range(0, len(content), HASH_SIZE)]))
        level, before, added = level + 1, before >> TILE_HEIGHT, rising
    return changed
