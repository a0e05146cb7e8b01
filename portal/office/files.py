"""Writing files that must be whole or not there: secrets for the owner alone, published ones for all."""

from __future__ import annotations

import os
from pathlib import Path


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    # O_EXCL: whoever can write to the folder must not be able to lend us an open file.
    opened = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(mode)
    draft.replace(path)


def write_secret(path: Path, content: bytes) -> None:
    """Write for the owner alone (0600), whatever the umask."""
    _write(path, content, 0o600)


def write_published(path: Path, content: bytes) -> None:
    """Write for every reader (0644), replacing at once."""
    _write(path, content, 0o644)
