"""A log that was set back by a restore takes from a copy what was published since, and only then goes on."""

from __future__ import annotations

from dataclasses import dataclass

from casework.record.log_head import keep_log_head, log_head, release_log
from crypto.log.checkpoint import read_checkpoint
from crypto.log.tlog import TILE_WIDTH, write_entries
from portal.ledger.files import StoreFiles
from portal.ledger.ledger import Copied, Ledger
from portal.ledger.scribe import holds_head
from portal.ledger.tables import BUNDLES
from portal.ledger.verifying import Fault, LogFaulty, Verified, compare
from portal.office import OfficeFolder
from portal.stores.engines import Store


@dataclass(frozen=True)
class Mending:
    """The log of this site, and what casework remembers of it."""

    ledger: Ledger
    office: OfficeFolder
    cases: Store

    def take(self, found: Verified) -> int:
        """Takes over what a verified copy has beyond this log; gives the number of checkpoints.

        Raises `LogFaulty`: `split` where this log has gone on by itself, `shorter` where the copy has less.
        """
        if self.ledger.newest() is not None:
            compare(found, StoreFiles(self.ledger, self.office))
        bundles = {
            (BUNDLES, at // TILE_WIDTH): write_entries(found.entries[at : at + TILE_WIDTH])
            for at in range(0, found.size, TILE_WIDTH)
        }
        checkpoints = [
            (one.size, int(one.hour.timestamp()), note)
            for one, note in zip(found.checkpoints, found.notes, strict=True)
        ]
        return self.ledger.adopt(Copied(found.entries, {**found.tiles, **bundles}, checkpoints))

    def require_whole(self) -> None:
        """Raises `LogFaulty` where this log lacks a checkpoint that casework knows to be written."""
        with self.cases.read() as connection:
            head = log_head(connection)
        if not holds_head(self.ledger, self.office.log_name(), head):
            raise LogFaulty(Fault.SET_BACK, head.size)

    def require_free(self) -> None:
        """Raises `LogFaulty` also while nobody has said since a restore that this log is the newest."""
        self.require_whole()
        with self.cases.read() as connection:
            head = log_head(connection)
        if head.held:
            raise LogFaulty(Fault.SET_BACK, head.size)

    def release(self) -> int:
        """The worker goes on from here; gives the size. Raises as `require_whole`."""
        self.require_whole()
        newest = self.ledger.newest()
        with self.cases.write() as tx:
            release_log(tx)
            if newest is None:
                return 0
            checkpoint = read_checkpoint(self.office.log_name(), newest)
            keep_log_head(tx, checkpoint.size, checkpoint.root)
        return checkpoint.size
