"""A file that remembers the newest directory between runs; kept only where the reporter asks for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from crypto import CryptoError, Seen, b64decode, b64encode
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import write_private
from portal.cli.typed_code import same_office


def read_seen(file: Path | None, code: str) -> Seen | None:
    """What the file knows of the office of that code; None when it knows nothing yet."""
    if file is None or not file.is_file():
        return None
    try:
        found = cast("dict[str, Any]", json.loads(file.read_text("utf-8")))
        if not same_office(str(found["office_key"]), code):
            return None
        return Seen(int(found["sequence"]), b64decode(found["hash"], 32))
    except (OSError, ValueError, KeyError, TypeError, CryptoError) as error:
        raise CommandError(Exit.USAGE, "{path} is not a file of --seen-file.", path=file) from error


def store_seen(file: Path | None, code: str, seen: Seen) -> None:
    """Remember a directory that was verified."""
    if file is not None:
        document = {"v": 1, "office_key": code, "sequence": seen.sequence, "hash": b64encode(seen.hash)}
        write_private(file, json.dumps(document) + "\n")
