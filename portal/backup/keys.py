"""A store's backup key: the machine that backs up has the public half alone, and can read no backup."""

from __future__ import annotations

from pathlib import Path

from crypto.errors import CryptoError
from crypto.sealing.recipients import Identity, Recipient
from portal.backup.errors import KeyRefused

LIMIT = 16384


def read_recipient(file: Path) -> Recipient:
    """The one `age1pq1…` of a file; raises `KeyRefused`, also for a file that holds a secret key."""
    line = _one_line(file)
    if line.upper().startswith("AGE-SECRET-KEY"):
        raise KeyRefused("{file} holds a secret key: a machine that backs up needs the public one only.", file=file)
    try:
        return Recipient.read(line)
    except CryptoError as error:
        raise KeyRefused("{file} holds no public key age1pq1….", file=file) from error


def read_identity(file: Path) -> Identity:
    """The one `AGE-SECRET-KEY-PQ-1…` of a file; raises `KeyRefused`."""
    try:
        return Identity.read(_one_line(file))
    except CryptoError as error:
        raise KeyRefused("{file} holds no secret key AGE-SECRET-KEY-PQ-1….", file=file) from error


def _one_line(file: Path) -> str:
    try:
        with file.open("rb") as source:
            text = source.read(LIMIT).decode("ascii")
    except PermissionError:
        raise
    except (OSError, ValueError) as error:
        raise KeyRefused("{file} cannot be read as a key.", file=file) from error
    # As age writes it: lines that begin with # are remarks.
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise KeyRefused("{file} has to hold exactly one key.", file=file)
    return lines[0]
