"""`yanlu log`: check the record that nobody can rewrite, copy it, name its key."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import httpx

from portal.cli.errors import CommandError, Exit
from portal.cli.office_commands import FILE, FOLDER, folder_of, read_keepers
from portal.cli.office_source import TIMEOUT
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal
from portal.clock import system_clock
from portal.ledger.files import FolderFiles, LogFiles, StoreFiles
from portal.ledger.unwritten import unwritten_events
from portal.ledger.verifying import Fault, LogFaulty, Verified, all_files, compare, verify_files
from portal.office import OfficeFolder
from portal.office.log_key import FILE_NAME, found_log
from portal.roles.rights import StoreRole
from portal.settings import StoreName
from portal.stores import open_store
from portal.wiring.shared import build_ledger, build_mailroom

FAULTS: dict[Fault, str] = {
    Fault.NOT_NAMED: "No keepers of the office that this code names vouch for this log ({place}).",
    Fault.NO_CHECKPOINT: "There is no checkpoint yet: the worker writes one at the next fixed hour.",
    Fault.CHECKPOINT: "{place} is no checkpoint that this log signed.",
    Fault.BACK_DATED: "The checkpoint of {place} entries is not of a fixed hour after the one before: "
    "it was back-dated.",
    Fault.AHEAD: "The checkpoint of {place} entries is of an hour that has not come.",
    Fault.MISSING: "{place} is missing.",
    Fault.ALTERED: "{place} was altered.",
    Fault.ROOT: "The entries are not those that the checkpoint of {place} entries was signed over: some were removed, "
    "altered or put in.",
    Fault.BATCH: "What the checkpoint of {place} entries added is not ordered and filled up as it must be.",
    Fault.SPLIT: "Two views: the other copy has another checkpoint of {place} entries. Keep both, and ask the office.",
    Fault.SHORTER: "The other copy has {place} entries, more than this one: "
    "entries were taken away, or this one is old.",
    Fault.UNWRITTEN: "{place} facts in the stores do not stand in the log: they were altered, or kept from it.",
}
ADDRESS = "Address of intake or desk, or of a mirror."
CODE = "The office code on the poster."


@dataclass(frozen=True)
class UrlFiles:
    """The log's files as an address serves them."""

    client: httpx.Client

    def read(self, path: str) -> bytes | None:
        """See `LogFiles`."""
        answer = self.client.get(f"/log/{path}")
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.content


@click.group()
def log() -> None:
    """The record that nobody can rewrite: check it, copy it, name its key."""


@contextmanager
def _telling() -> Generator[None]:
    try:
        yield
    except LogFaulty as error:
        code = Exit.NOTHING_THERE if error.fault is Fault.NO_CHECKPOINT else Exit.NOT_VERIFIED
        raise CommandError(code, FAULTS[error.fault], place=error.place) from error


@contextmanager
def _files(place: str) -> Generator[LogFiles]:
    """A folder, or an address."""
    if not place.startswith(("http://", "https://")):
        yield FolderFiles(Path(place))
        return
    with httpx.Client(base_url=place, timeout=TIMEOUT) as client:
        yield UrlFiles(client)


@log.command()
@click.option("--data", type=FOLDER, help="A folder that holds a copy of the log; else the stores of this machine.")
@click.option("--url", help=ADDRESS)
@click.option("--against", help="Another copy, a folder or an address: two views of one log are found.")
@click.option("--office-key", "code", required=True, help=CODE)
@pass_terminal
def verify(terminal: Terminal, data: Path | None, url: str | None, against: str | None, code: str) -> None:
    """Check every file of the log; with the stores at hand also that nothing is missing in it."""
    if data is not None and url is not None:
        raise CommandError(Exit.USAGE, "Give --data or --url, not both.")
    with _telling():
        if data is None and url is None:
            found = _verify_stores(code)
        else:
            with _files(str(data) if data is not None else str(url)) as files:
                found = verify_files(files, code, system_clock())
        if against is not None:
            with _files(against) as other:
                compare(found, other)
    _tell(terminal, found)


def _tell(terminal: Terminal, found: Verified) -> None:
    newest = found.checkpoints[-1]
    document: dict[str, object] = {
        "origin": found.log.origin,
        "entries": found.size,
        "checkpoints": len(found.checkpoints),
    }
    terminal.result(
        document | {"hour": newest.hour.isoformat()},
        terminal.words(
            "The log holds: {entries} entries under {checkpoints} checkpoints, the newest of {hour}.",
            entries=found.size,
            checkpoints=len(found.checkpoints),
            hour=f"{newest.hour:%Y-%m-%d %H:%M} UTC",
        ),
    )


def _verify_stores(code: str) -> Verified:
    settings = ready_settings(StoreRole.WORKER)
    office = OfficeFolder(settings.office)
    found = verify_files(StoreFiles(build_ledger(settings), office), code, system_clock())
    missing = unwritten_events(
        build_mailroom(settings), open_store(settings, StoreName.CASES), frozenset(found.entries)
    )
    if missing:
        raise LogFaulty(Fault.UNWRITTEN, missing)
    return found


@log.command()
@click.option("--url", required=True, help=ADDRESS)
@click.option("--to", "folder", type=FOLDER, required=True, help="Where the copy lies, or is to lie.")
@click.option("--office-key", "code", required=True, help=CODE)
@pass_terminal
def mirror(terminal: Terminal, url: str, folder: Path, code: str) -> None:
    """Copy the log, after all of it was checked and held against the copy that is there already."""
    copy = FolderFiles(folder)
    with _telling(), _files(url) as files:
        found = verify_files(files, code, system_clock())
        if copy.read("checkpoint") is not None:
            compare(found, copy)
        copy.write(all_files(found, files))
    _tell(terminal, found)


@log.command()
@click.argument("path", required=False, type=FOLDER)
@click.option("--keeper", "files", type=FILE, multiple=True, help="A keeper's key file; up to the threshold.")
@pass_terminal
def found(terminal: Terminal, path: Path | None, files: tuple[Path, ...]) -> None:
    """For an office without a log: make its key and have the keepers name it."""
    folder = folder_of(path)
    name = found_log(folder, read_keepers(files, folder.root().office), os.urandom)
    key = str(folder.path / FILE_NAME)
    terminal.result(
        {"origin": name.origin, "key": key},
        terminal.words("The keepers have named the log. Take {file} to where the worker runs.", file=key),
    )
