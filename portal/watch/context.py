"""What both faces of the watch stand on; made by the composition root alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.framing import Rng
from portal.clock import Clock
from portal.office.current_directory import CurrentDirectory
from portal.stores.engines import Store
from portal.stores.rewriting import rewrite_tables
from portal.stores.scrubbing import scrub
from retaliation_watch.host_key import HostKey
from retaliation_watch.store import ENTRIES


@dataclass(frozen=True)
class WatchContext:
    """The store, the host's key, and who is who."""

    store: Store
    key: HostKey = field(repr=False)
    directory: CurrentDirectory
    clock: Clock
    rng: Rng


def forget_order(store: Store) -> None:
    """Entries lie in the order of their random ids, and nothing tells which came last."""
    if not store.embedded:
        rewrite_tables(store, [ENTRIES])
    scrub(store, ENTRIES.name)
