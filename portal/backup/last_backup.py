"""On which day an archive of each store was last made here: `yanlu doctor` says when that is too long ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import cast

from crypto.errors import CryptoError
from crypto.shape import day_of
from crypto.text import read_json, write_json
from portal.office.files import write_secret
from portal.settings import StoreName

FILE = "made.json"
LIMIT = 4096


def note_backup_days(folder: Path, stores: Iterable[StoreName], day: date) -> None:
    """Remembers that whole archives of these stores were made."""
    days = last_backup_days(folder) | dict.fromkeys(stores, day)
    write_secret(folder / FILE, write_json({name.value: days[name].isoformat() for name in sorted(days)}))


def last_backup_days(folder: Path) -> dict[StoreName, date]:
    """The day of each store's newest archive; nothing where none was made, or the file cannot be read."""
    try:
        found = cast("dict[str, object]", read_json((folder / FILE).read_bytes(), LIMIT))
        return {StoreName(name): date.fromisoformat(day_of(value)) for name, value in found.items()}
    except (OSError, CryptoError, ValueError, AttributeError):
        return {}
