"""Where a command speaks: results on stdout (words, or one JSON object), all else on stderr."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from crypto.sealing.file_names import UNSEEN
from portal.cli.errors import CommandError, Exit
from portal.cli.words import Catalogue
from portal.office.files import write_secret

Advance = Callable[[int], None]
NOBODY: Final = "Nobody is here to confirm: add --yes."
NOBODY_TYPES: Final = "{what}: give it as a file, there is nobody to ask."
NOBODY_TYPES_OPTION: Final = "{what}: there is nobody to ask; give it in a file with {option} FILE."


def today() -> date:
    """The day in UTC: what directories and events count in."""
    return datetime.now(UTC).date()


@dataclass
class Terminal:
    """One command's voice."""

    words: Catalogue
    as_json: bool

    def note(self, sentence: str, **values: object) -> None:
        """Something to know, on stderr."""
        click.echo(self.words(sentence, **values), err=True)

    def note_busy(self) -> None:
        """Why a call takes a moment longer."""
        self.note("The server is very busy: this device does a small calculation first. Nothing is lost.")

    def result(self, document: dict[str, object], *lines: str) -> None:
        """The outcome: one JSON object, or the lines."""
        if self.as_json:
            # Only strings hold these; escaped there they neither turn nor drive what a person looks at.
            click.echo(UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(document, ensure_ascii=False)))
            return
        for line in lines:
            # Some of it a server said: nothing drives the terminal, or turns what stands there.
            click.echo(UNSEEN.sub(lambda found: found[0] if found[0] in "\n\t" else f"\\u{ord(found[0]):04x}", line))

    @contextmanager
    def progress(self, sentence: str, total: int, counted: ProgressColumn | None = None) -> Generator[Advance]:
        """A bar on stderr, of bytes unless `counted` says otherwise; silent when nobody watches."""
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), counted or DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task(self.words(sentence), total=total)
            yield lambda count: bar.advance(task, count)

    def counting(self, sentence: str, total: int) -> AbstractContextManager[Advance]:
        """A bar of so many pieces of work."""
        return self.progress(sentence, total, MofNCompleteColumn())

    @property
    def interactive(self) -> bool:
        """Whether a person sits there."""
        return sys.stdin.isatty() and sys.stderr.isatty() and not self.as_json

    def confirm(self, question: str, *, yes: bool) -> None:
        """Asks the person there, and stops unless they agree; `yes` says so beforehand. Raises CommandError."""
        if yes:
            return
        if not self.interactive:
            raise CommandError(Exit.USAGE, NOBODY)
        click.confirm(self.words(question), abort=True, err=True)

    def secret(self, file: Path | None, prompt: str, option: str | None = None) -> str:
        """A secret from a file (its whole text), which `option` names, or typed without echo; never an argument."""
        if file is not None:
            return read_text(file).strip()
        if not sys.stdin.isatty():
            said = NOBODY_TYPES if option is None else NOBODY_TYPES_OPTION
            raise CommandError(Exit.USAGE, said, what=self.words(prompt), option=option)
        return getpass.getpass(f"{self.words(prompt)}: ", stream=sys.stderr)


def read_text(path: Path) -> str:
    """A text file, or stdin for `-`."""
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return content.decode("utf-8-sig")
    except PermissionError:
        # Told by its own name, with the user whom it concerns.
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read as text.", path=path) from error


def write_private(path: Path, text: str) -> None:
    """Write a secret for the person alone (0600)."""
    try:
        write_secret(path, text.encode())
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=path, reason=error.strerror
        ) from error


pass_terminal = click.make_pass_decorator(Terminal)
