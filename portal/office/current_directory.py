"""The office's signed directory as it stands today, shared by both faces and the worker."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date

from crypto.errors import CryptoError
from crypto.office.directory import VerifiedDirectory
from portal.errors import OfficeNotReady
from portal.office import OfficeFolder
from portal.office.errors import OfficeMissing


@dataclass
class CurrentDirectory:
    """The office's directory, verified once per signing and day."""

    office: OfficeFolder
    _cached: tuple[tuple[int, int, int], date, VerifiedDirectory] | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def on(self, today: date) -> VerifiedDirectory:
        """The directory; raises `OfficeNotReady` while none is there, or none that serves today.

        One that has lapsed serves for thirty days the cases that are there, so that who waits for an answer still
        gets it; whatever takes something new in asks `in_force`.
        """
        mark = self.office.directory_mark()
        if mark is None:
            raise OfficeNotReady
        with self._lock:
            if self._cached is None or self._cached[:2] != (mark, today):
                self._cached = (mark, today, self._verified(today))
            return self._cached[2]

    def in_force(self, today: date) -> VerifiedDirectory:
        """As `on`, less a directory that has lapsed: nobody can seal to it either."""
        directory = self.on(today)
        if directory.lapsed:
            raise OfficeNotReady
        return directory

    def _verified(self, today: date) -> VerifiedDirectory:
        try:
            return self.office.verified(today, also_lapsed=True)
        except (OfficeMissing, CryptoError) as error:
            raise OfficeNotReady from error
