"""`yanlu log`: check the record that nobody can rewrite, copy it, name its key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.log_places import ADDRESS, CODE, files_at, telling
from portal.cli.office_commands import FILE, FOLDER, folder_of, read_keepers
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.witness_commands import WITNESS, cosigned, witness, witness_key, witnesses_of
from portal.clock import system_clock
from portal.ledger.files import FolderFiles, StoreFiles
from portal.ledger.unwritten import unwritten_events
from portal.ledger.verifying import Fault, LogFaulty, Verified, all_files, compare, verify_files
from portal.ledger.witnessing import require_witnessed
from portal.office import OfficeFolder
from portal.office.log_key import FILE_NAME, found_log
from portal.roles.rights import StoreRole
from portal.settings import StoreName
from portal.stores import open_store
from portal.wiring.shared import build_ledger, build_mailroom


@click.group()
def log() -> None:
    """The record that nobody can rewrite: check it, copy it, name its key."""


@log.command()
@click.option("--data", type=FOLDER, help="A folder that holds a copy of the log; else the stores of this machine.")
@click.option("--url", help=ADDRESS)
@click.option("--against", help="Another copy, a folder or an address: two views of one log are found.")
@click.option("--office-key", "code", required=True, help=CODE)
@WITNESS
@pass_terminal
def verify(
    terminal: Terminal, data: Path | None, url: str | None, against: str | None, code: str, lines: tuple[str, ...]
) -> None:
    """Check every file of the log; with the stores at hand also that nothing is missing in it."""
    if data is not None and url is not None:
        raise CommandError(Exit.USAGE, "Give --data or --url, not both.")
    witnesses = witnesses_of(lines)
    with telling():
        if data is None and url is None:
            found = _verify_stores(code)
        else:
            with files_at(str(data) if data is not None else str(url)) as files:
                found = verify_files(files, code, system_clock())
        if against is not None:
            with files_at(against) as other:
                compare(found, other)
        told = require_witnessed(found, witnesses)
    _tell(terminal, found, told)


def _tell(terminal: Terminal, found: Verified, witnessed: Mapping[str, int] = MappingProxyType({})) -> None:
    newest = found.checkpoints[-1]
    document: dict[str, object] = {
        "origin": found.log.origin,
        "entries": found.size,
        "checkpoints": len(found.checkpoints),
    }
    terminal.result(
        document | {"hour": newest.hour.isoformat(), "witnessed": dict(witnessed)},
        terminal.words(
            "The log holds: {entries} entries under {checkpoints} checkpoints, the newest of {hour}.",
            entries=found.size,
            checkpoints=len(found.checkpoints),
            hour=f"{newest.hour:%Y-%m-%d %H:%M} UTC",
        ),
        *(
            terminal.words("{name} has put its name to the checkpoint of {size} entries.", name=name, size=size)
            for name, size in witnessed.items()
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
    with telling(), files_at(url) as files:
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


log.add_command(witness_key)
log.add_command(witness)
log.add_command(cosigned)
