"""The office's log with what a test has entered, as a folder that anybody copied."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from portal.office import OfficeFolder
from portal.office.log_key import FILE_NAME, found_log, read_log_key
from portal.settings import Settings, StoreName
from portal.stores.engines import open_store
from portal.transparency_log.files import FolderFiles, StoreFiles
from portal.transparency_log.ledger import DueCheckpoint, Ledger
from portal.transparency_log.published import office_state
from portal.transparency_log.verifying import all_files, verify_files
from tests.crypto.sample import Drawn, Office


@dataclass
class PublishedLog:
    """A log whose key the office's keepers named."""

    settings: Settings
    office: Office = field(repr=False)
    to: Path

    def __post_init__(self) -> None:
        self.folder = OfficeFolder(self.settings.office)
        self.name = found_log(self.folder, self.office.keepers, Drawn("log"))
        self.key = read_log_key(self.settings.office / FILE_NAME, self.name.office)

    def enter(self, hour: datetime, entries: Collection[bytes]) -> Path:
        """A checkpoint of that hour with these entries; gives the folder with the whole log as it is then."""
        store = open_store(self.settings, StoreName.LEDGER)
        ledger = Ledger(store)
        state = office_state(self.folder)
        assert state is not None
        ledger.append((self.name, self.key), DueCheckpoint(hour, state), entries, os.urandom)
        files = StoreFiles(ledger, self.folder)
        FolderFiles(self.to).write(all_files(verify_files(files, self.office.code, hour)))
        store.engine.dispose()
        return self.to
