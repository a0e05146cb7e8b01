"""Sending a sealed report so that it can't get lost: whatever happens on the way, it stays in a file."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import httpx

from portal.cli.attachments import free_name
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.reporting import ReadyReport, bundle_report, finish_report, send_report
from portal.cli.server import Server
from portal.cli.terminal import Terminal, write_private

UNSENT = "yanlu-unsent.yanlu"
RECEIPT_FILE = "yanlu-receipt.txt"


def send_or_keep(terminal: Terminal, origin: str, ready: ReadyReport, receipt_file: Path | None) -> bool:
    """Send a report; whatever stops it, the sealed report is kept in a file and the person is told which.

    Gives whether the finishing post was taken too.

    Raises CommandError with the file's place in it: `UNREACHABLE` for a broken connection, `REFUSED`
    for a refusal, `FAILED` for anything else of this machine or the server. An interruption by the
    person keeps the file too.
    """
    server = Server(origin, terminal.words.language, mention=terminal.note_busy)
    try:
        with terminal.progress("Uploading", ready.size) as advance:
            send_report(server, ready, advance)
    except KeyboardInterrupt:
        bundle, receipt = write_unsent(ready, receipt_file)
        said = "Interrupted. The sealed report is in {path}, its receipt in {receipt}."
        terminal.note(said, path=bundle, receipt=receipt)
        raise
    except Exception as error:
        raise _store_unsent(terminal, ready, receipt_file, error) from error
    else:
        return _finish(server, ready)
    finally:
        server.close()


def _finish(server: Server, ready: ReadyReport) -> bool:
    """The report is there: a finishing post that fails takes nothing away from it."""
    try:
        finish_report(server, ready)
    except (CommandError, httpx.HTTPError):
        return False
    return True


def _store_unsent(terminal: Terminal, ready: ReadyReport, receipt_file: Path | None, error: Exception) -> CommandError:
    """Keep bundle and receipt; gives what to raise. It may have arrived or not: twice does no harm."""
    bundle, receipt = write_unsent(ready, receipt_file)
    if isinstance(error, CommandError):
        return CommandError(
            Exit.REFUSED,
            "{why} Nothing is lost: the sealed report is in {path}, its receipt in {receipt}. "
            "Hand the file in later, or in another way; doing so twice does no harm.",
            why=error.text(terminal.words),
            path=bundle,
            receipt=receipt,
        )
    unreachable = isinstance(error, httpx.HTTPError)
    return CommandError(
        Exit.UNREACHABLE if unreachable else Exit.FAILED,
        "The connection broke. Nothing is lost: the sealed report is in {path}, its receipt in {receipt}. "
        "Hand the file in later, or in another way; doing so twice does no harm."
        if unreachable
        else "The server's answer was not understood. Nothing is lost: the sealed report is in {path}, its receipt in "
        "{receipt}. Hand the file in later, or in another way; doing so twice does no harm.",
        path=bundle,
        receipt=receipt,
    )


def write_receipt(groups: str) -> None:
    """Write a receipt that could not be told to a file of its own, where there is room."""
    for place in (Path.cwd(), Path.home(), Path(tempfile.gettempdir())):
        with suppress(OSError, CommandError):
            return write_private(free_name(place, RECEIPT_FILE), groups + "\n")
    return None


def write_unsent(ready: ReadyReport, receipt_file: Path | None) -> tuple[Path, Path]:
    """Write bundle and receipt where there is room: here, at home, or among the temporary files.

    Never over an earlier one. Raises CommandError when no place takes them.
    """
    places = (Path.cwd(), Path.home(), Path(tempfile.gettempdir()))
    for place in places:
        bundle = free_name(place, UNSENT)
        receipt = receipt_file or bundle.with_suffix(".receipt")
        with suppress(OSError, CommandError):
            # The receipt first: a bundle without one would be a report that nobody can come back to.
            write_private(receipt, " ".join(ready.receipt.groups()) + "\n")
            bundle_report(ready, bundle)
            return bundle.absolute(), receipt.absolute()
    raise CommandError(
        Exit.FAILED,
        "It was not sent, and no folder took the sealed report: {places}. Make room and report again.",
        places=", ".join(map(str, places)),
    )
