"""Repairs a log that a restore set back: adopts from a copy what was published since, then releases the log."""

from __future__ import annotations

from dataclasses import dataclass

from casework.event_store.log_head import log_head, release_log, store_log_head
from crypto.transparency_log.checkpoint import read_checkpoint
from crypto.transparency_log.tlog import TILE_WIDTH, write_entries
from portal.office import OfficeFolder
from portal.stores.engines import Store
from portal.transparency_log.files import StoreFiles
from portal.transparency_log.ledger import Copied, Ledger
from portal.transparency_log.log_writer import holds_head
from portal.transparency_log.tables import BUNDLES
from portal.transparency_log.verifying import Fault, LogFaulty, VerifiedLog, compare


@dataclass(frozen=True)
class LogRepair:
    """The log of this site, and the newest log head that casework recorded."""

    ledger: Ledger
    office: OfficeFolder
    cases: Store

    def adopt(self, found: VerifiedLog) -> int:
        """Adopts what a verified copy has beyond this log; returns the number of checkpoints.

        Raises `LogFaulty`: `split` where this log has diverged from the copy, `shorter` where the copy has less.
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

    def require_complete(self) -> None:
        """Raises `LogFaulty` where this log lacks a checkpoint that casework recorded."""
        with self.cases.read() as connection:
            head = log_head(connection)
        if not holds_head(self.ledger, self.office.log_name(), head):
            raise LogFaulty(Fault.SET_BACK, head.size)

    def require_released(self) -> None:
        """Raises `LogFaulty` also while the log has not been released since a restore."""
        self.require_complete()
        with self.cases.read() as connection:
            head = log_head(connection)
        if head.held:
            raise LogFaulty(Fault.SET_BACK, head.size)

    def release(self) -> int:
        """Lets the worker continue; returns the log's size. Raises as `require_complete`."""
        self.require_complete()
        newest = self.ledger.newest()
        with self.cases.write() as tx:
            release_log(tx)
            if newest is None:
                return 0
            checkpoint = read_checkpoint(self.office.log_name(), newest)
            store_log_head(tx, checkpoint.size, checkpoint.root)
        return checkpoint.size
