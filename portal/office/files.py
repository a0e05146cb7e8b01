"""Writing files that must be whole or not there: secrets for the owner alone, published ones for all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

SECRET: Final = 0o600


def _write(path: Path, content: bytes, mode: int, folder_mode: int) -> None:
    _make_folder(path.parent, folder_mode)
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    # O_EXCL: anyone who can write to the folder must not be able to lend us an open file.
    opened = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(mode)
    draft.replace(path)
    if mode == SECRET:
        # Its name too outlives a power cut: a witness must not forget what it signed.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _make_folder(folder: Path, mode: int) -> None:
    # Only what is made here: what was there has the rights that its owner gave it.
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    if any(one.name == ".." for one in missing):
        # Made on the way, a folder would turn a name that leads nowhere into one that leads out.
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        one.chmod(one.stat().st_mode & ~0o777 | mode)


def write_secret(path: Path, content: bytes) -> None:
    """Write for the owner alone (0600, in a folder of 0700), whatever the umask."""
    _write(path, content, SECRET, 0o700)


def write_published(path: Path, content: bytes) -> None:
    """Write for every reader (0644, in a folder of 0755), replacing at once: intake and desk are other users."""
    _write(path, content, 0o644, 0o755)
