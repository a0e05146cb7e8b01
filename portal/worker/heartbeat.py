"""The worker's heartbeat: a small file with the time of its last round, to ten minutes, and the steps that failed.

It is written whether or not there was work, so that it reveals nothing about reports.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crypto.errors import CryptoError
from crypto.shape import Fields, id_of, integer_of, list_of
from crypto.text import read_json, write_json
from portal.clock import Clock
from portal.logs import log
from portal.office.files import write_secret

SLOT_SECONDS: Final = 600
FILE: Final = "sign.json"
LIMIT: Final = 4096
MOST_STEPS: Final = 64


@dataclass(frozen=True)
class LastRound:
    """The last round: the start of the ten minutes in which it ended, and the steps that failed."""

    at: datetime
    failing: tuple[str, ...]


@dataclass
class Heartbeat:
    """Writes the heartbeat into a folder, once in ten minutes; several workers share one folder."""

    folder: Path
    clock: Clock
    _left: int = field(default=-1, repr=False)
    _failed: bool = field(default=False, repr=False)

    def write(self, failing: Sequence[str]) -> None:
        """To be called at the end of a round; a folder that can't be written does not stop the worker."""
        slot = int(self.clock().timestamp()) // SLOT_SECONDS
        if slot == self._left:
            return
        self._left, at = slot, slot * SLOT_SECONDS
        try:
            write_secret(self.folder / FILE, write_json({"v": 1, "at": at, "failing": sorted(failing)}))
            os.utime(self.folder / FILE, (at, at))
        except OSError as error:
            if not self._failed:
                log.error("sign not left", error=type(error).__qualname__)
            self._failed = True
        else:
            self._failed = False


def read_heartbeat(folder: Path) -> LastRound | None:
    """The heartbeat in a folder; None where there is none or the file is invalid. Raises `OSError`."""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return None
    try:
        fields = Fields(read_json(content, LIMIT), "v", "at", "failing")
        fields.version()
        at = datetime.fromtimestamp(integer_of(fields["at"]), UTC)
        return LastRound(at, tuple(list_of(fields["failing"], MOST_STEPS, id_of)))
    except (CryptoError, ValueError, OverflowError):
        return None
