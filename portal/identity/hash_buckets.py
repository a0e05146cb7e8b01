"""Packets by the drawer: anyone who looks for one gets all that share the first bits of its hash, mostly dummies.

The server learns a drawer of at least 64 packets and never which one was meant. A store with fewer has one drawer.
What still waits for its batch comes with a drawer only for those who name it by its hash: how many wait, and since
when, would tell every member that a reporter wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from crypto.framing import sha256
from portal.identity.errors import RequestUnknown
from portal.identity.store import MARKS, PACKETS
from portal.stores.engines import Store

LARGEST = 128
"""About so many packets lie in a drawer on average, and at least half of that."""
BITS = 16


def bucket_bits(store: Store) -> int:
    """How many of the first bits of a packet's hash name its drawer."""
    with store.read() as connection:
        count = connection.scalar(select(func.count()).select_from(PACKETS)) or 0
    return min(BITS, max(0, (count // LARGEST).bit_length() - 1))


def packets_in(store: Store, bits: int, drawer: int, waiting: Iterable[bytes] = ()) -> Iterator[bytes]:
    """The packets of a drawer and those `waiting`, by hash, each once; the bits must be those of today."""
    if bits != bucket_bits(store) or not 0 <= drawer < 1 << bits:
        raise RequestUnknown
    hashes = select(PACKETS.c.packet)
    low, high = (((drawer + more) << (256 - bits)) for more in (0, 1))
    hashes = hashes.where(PACKETS.c.packet_hash >= low.to_bytes(32, "big"))
    if high < 1 << 256:
        hashes = hashes.where(PACKETS.c.packet_hash < high.to_bytes(32, "big"))
    with store.read() as connection:
        found = {bytes(row.packet) for row in connection.execute(hashes)}
    return iter(sorted(found.union(waiting), key=sha256))


def withdrawal_hashes(store: Store, waiting: Iterable[bytes] = ()) -> bytes:
    """The marks of all packets and those `waiting`, 32 bytes each, in their own order.

    A custodian's own machine looks into them: what was taken back a moment ago is not opened.
    """
    with store.read() as connection:
        found = {bytes(row.withdrawal) for row in connection.execute(select(MARKS))}
    return b"".join(sorted(found.union(waiting)))
