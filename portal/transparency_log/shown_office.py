"""The office document as a face serves it: what the keepers signed last, and what its witnesses confirmed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from crypto.errors import CryptoError
from crypto.office.directory import verify_roots
from crypto.office.signed_notes import read_note
from crypto.office.witnesses import SIGNATURE_SIZES
from crypto.transparency_log.checkpoint import read_checkpoint_text
from crypto.transparency_log.office_document import OfficeDocument, confirmed_at, state_of, write_office
from portal.office import OfficeFolder
from portal.transparency_log.ledger import Ledger

# No witness's word holds for longer than thirty days, and a day has four checkpoints and one more for each signing.
MOST_CHECKPOINTS: Final = 160
# A witness signs the newest checkpoint, or the one before where another was written meanwhile.
LATEST: Final = 2

_Mark = tuple[int, int, int] | None


@dataclass
class ShownOffice:
    """Built once for each signing, checkpoint and cosignature."""

    office: OfficeFolder
    ledger: Ledger
    _signed: tuple[_Mark, bytes, bool] | None = field(default=None, repr=False)
    _cached: tuple[tuple[_Mark, tuple[bytes, ...]], bytes | None] | None = field(default=None, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def content(self) -> bytes:
        """The file; raises OfficeMissing before the first signing."""
        with self._turn:
            mark = self.office.directory_mark()
            if self._signed is None or self._signed[0] != mark:
                self._signed = mark, *self._as_signed()
            _, signed, witnessed = self._signed
            notes = tuple(self._notes(LATEST)) if witnessed else ()
            if self._cached is None or self._cached[0] != (mark, notes):
                self._cached = (mark, notes), self._confirmed_of_late() if witnessed else None
            return self._cached[1] or signed

    def _as_signed(self) -> tuple[bytes, bool]:
        """The document of what was signed last, and whether it waits for witnesses: else no store is ever asked."""
        document = self.office.signed()
        try:
            witnessed = verify_roots(self.office.code(), document.roots).witnesses.k > 0
        except CryptoError:
            # Nobody believes such an office; what lies here is served as it is, and refused by who reads it.
            witnessed = False
        return write_office(document), witnessed

    def _notes(self, most: int) -> Iterator[bytes]:
        """The newest checkpoints, the newest first."""
        for size in self.ledger.sizes()[: -most - 1 : -1]:
            note = self.ledger.checkpoint(size)
            if note is not None:
                yield note

    def _confirmed_of_late(self) -> bytes | None:
        confirmed = (self._confirmed(note) for note in self._notes(MOST_CHECKPOINTS))
        return next((write_office(one) for one in confirmed if one is not None), None)

    def _confirmed(self, checkpoint: bytes) -> OfficeDocument | None:
        """What a checkpoint names, if it lies here and its own witnesses have confirmed it, or it has none."""
        state = read_checkpoint_text(read_note(checkpoint, SIGNATURE_SIZES).text)[1].office
        found = self.office.as_signed(state.sequence)
        if found is None or state_of(found.roots, found.directory) != state:
            return None
        root = verify_roots(self.office.code(), found.roots)
        if root.witnesses.k == 0:
            return found
        try:
            confirmed_at(checkpoint, root)
        except CryptoError:
            return None
        return replace(found, checkpoint=checkpoint)
