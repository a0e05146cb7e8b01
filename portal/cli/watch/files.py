"""Files of the watch at the command line: a refusal becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from portal.cli.errors import CommandError, Exit
from portal.office.files import write_secret
from retaliation_watch.errors import Fault, FileRefused

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])
REFUSALS: dict[Fault, str] = {
    Fault.EMPTY: "{path}: there are no rows.",
    Fault.NOT_TEXT: "{path} is no text file of separated values.",
    Fault.COLUMN_MISSING: "{path}: the column {about} is missing.",
    Fault.COLUMN_TWICE: "{path}: two columns are called {about}.",
    Fault.TOO_MANY_COLUMNS: "{path}: {about} columns are too many.",
    Fault.MALFORMED: "{path}: {about} of the rows are malformed; above 2 % the whole file is refused.",
    Fault.AMBIGUOUS_DATES: "{path}: day and month could be read in two ways ({about} of the rows). Set --dates.",
    Fault.TOO_MANY_ROWS: "{path}: more than {about} rows.",
}
Read = TypeVar("Read")


def read_feed(path: Path, read: Callable[[BinaryIO], Read]) -> Read:
    """Reads a file of the feed; a refusal becomes a sentence."""
    try:
        with path.open("rb") as file:
            return read(file)
    except FileRefused as error:
        raise CommandError(Exit.REFUSED, REFUSALS[error.fault], path=path, about=error.about) from error
    except OSError as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read.", path=path) from error


def write_file(path: Path, content: bytes) -> None:
    """Writes a file for the owner alone."""
    try:
        write_secret(path, content)
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=path, reason=error.strerror
        ) from error
