"""What a member wanted to write into a case, where the desk did not take it: which files hold it still."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.cli.errors import CommandError
from portal.cli.server import ServerRefused

STDIN = "-"
STILL_IN_FILES = (
    "The server refused: {detail} Nothing was written into the case. What you wanted to send is still in {files}."
)
TYPED = (
    "The server refused: {detail} Nothing was written into the case, and what you typed is kept nowhere: put it into "
    "a file and send that."
)


@contextmanager
def reporting_unsent_text(text_file: Path | None, files: Sequence[Path] = ()) -> Generator[None]:
    """Says of a step that was refused (409) in which files its words and attachments are, or that typed words are gone.

    Nothing of it is in the case then: a step is taken with all that it brings, or not at all.
    """
    try:
        yield
    except ServerRefused as error:
        if not error.is_conflict or (text_file is None and not files):
            raise
        detail, typed = error.values["detail"], text_file is not None and str(text_file) == STDIN
        if typed:
            raise CommandError(error.code, TYPED, detail=detail) from error
        names = ", ".join(str(one) for one in (text_file, *files) if one is not None)
        raise CommandError(error.code, STILL_IN_FILES, detail=detail, files=names) from error
