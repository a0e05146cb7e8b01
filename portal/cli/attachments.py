"""Files from disk into sealed attachments and back, at constant memory."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Sequence
from pathlib import Path

from crypto import Attachment, Recipient, clean_file_name, seal_attachment, shown_file_name
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import read_text

LARGEST = 4 * 1024**3
WITH_TRACES = frozenset({".jpg", ".jpeg", ".png", ".heic", ".mp4", ".mov", ".pdf", ".docx", ".xlsx", ".pptx", ".doc"})


def check_files(files: Sequence[Path]) -> None:
    """Raise CommandError before anything is sealed when a file cannot travel."""
    for file in files:
        if not file.is_file():
            raise CommandError(Exit.USAGE, "{path} is not a file.", path=file)
        if not 0 < file.stat().st_size <= LARGEST:
            raise CommandError(Exit.USAGE, "{path} is empty or larger than 4 GiB.", path=file)


def words_of(text_file: Path, files: Sequence[Path]) -> str:
    """A message's words from a file, or from stdin for `-`; raises CommandError if one of its files cannot travel."""
    check_files(files)
    return read_text(text_file).strip()


def files_with_traces(files: Sequence[Path]) -> list[str]:
    """Names of files that may carry author, device or place; the command line cleans nothing."""
    return [shown_file_name(file.name) for file in files if file.suffix.lower() in WITH_TRACES]


def seal_files(files: Sequence[Path], recipients: Sequence[Recipient], folder: Path) -> list[tuple[Attachment, Path]]:
    """Seal each file into `folder`; gives what the item names and where the sealed bytes lie."""
    sealed: list[tuple[Attachment, Path]] = []
    for at, file in enumerate(files):
        path = folder / f"{at}.age"
        media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with file.open("rb") as source, path.open("wb") as sink:
            size = os.fstat(source.fileno()).st_size
            sealed.append((seal_attachment(source, size, file.name, media, list(recipients), sink, os.urandom), path))
    return sealed


def free_name(folder: Path, name: str) -> Path:
    """A path in `folder` that does not exist yet, for a file of this name that came; nothing in it deceives."""
    name = clean_file_name(name)
    path = folder / name
    count = 1
    while path.exists():
        count += 1
        path = folder / f"{Path(name).stem} ({count}){Path(name).suffix}"
    return path
