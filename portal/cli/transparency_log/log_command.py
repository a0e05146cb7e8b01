"""`yanlu log`: check the record that nobody can rewrite, copy it, name its key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.office_commands import FILE, FOLDER, folder_of, read_keepers
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.transparency_log.log_places import ADDRESS, CODE, faults_in_words, files_at
from portal.cli.transparency_log.witness_commands import (
    WITNESS,
    cosigned,
    witness,
    witness_key,
    witness_root,
    witness_setup,
    witness_status,
    witnesses_of,
)
from portal.cli.typed_code import TYPED_CODE
from portal.cli.words import one_or_more
from portal.clock import system_clock
from portal.db_roles.privileges import StoreRole
from portal.deletion.deletion_list import DeletionList
from portal.office import OfficeFolder
from portal.office.log_key import FILE_NAME, found_log
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.transparency_log.cosignatures import require_witnessed
from portal.transparency_log.files import FolderFiles, StoreFiles
from portal.transparency_log.pending import Sources, check_sources
from portal.transparency_log.repair import LogRepair
from portal.transparency_log.verifying import VerifiedLog, all_files, compare, verify_files
from portal.wiring.shared import build_ledger, build_mailroom

ONE_WAITS, WAIT = "{n} fact waits for the next checkpoint.", "{n} facts wait for the next checkpoint."
LATE = timedelta(hours=12)
"""A checkpoint is due every six hours: one may be late, not two."""
STALE = (
    "The newest checkpoint is of {hour}, and one is due every six hours: the log stands still, newer ones are kept "
    "from you, or this copy is old."
)


@click.group()
def log() -> None:
    """The record that nobody can rewrite: check it, copy it, name its key."""


@log.command()
@click.option("--data", type=FOLDER, help="A folder that holds a copy of the log; else the stores of this machine.")
@click.option("--url", help=ADDRESS)
@click.option("--against", help="Another copy, a folder or an address: two views of one log are found.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help=CODE)
@WITNESS
@pass_terminal
def verify(
    terminal: Terminal, data: Path | None, url: str | None, against: str | None, code: str, lines: tuple[str, ...]
) -> None:
    """Check every file of the log; with the stores at hand also that nothing is missing in it."""
    if data is not None and url is not None:
        raise CommandError(Exit.USAGE, "Give --data or --url, not both.")
    witnesses, waiting = witnesses_of(lines), None
    with faults_in_words():
        if data is None and url is None:
            found, waiting = _verify_stores(code)
        else:
            with files_at(str(data) if data is not None else str(url)) as files:
                found = verify_files(files, code, system_clock())
        if against is not None:
            with files_at(against) as other:
                compare(found, other)
        witnessed = require_witnessed(found, witnesses)
    _print_result(terminal, found, witnessed, waiting)


def _print_result(
    terminal: Terminal,
    found: VerifiedLog,
    witnessed: Mapping[str, int] = MappingProxyType({}),
    waiting: int | None = None,
) -> None:
    newest = found.checkpoints[-1]
    hour = f"{newest.hour:%Y-%m-%d %H:%M} UTC"
    if system_clock() - newest.hour > LATE:
        # Anyone who gives files can go on giving the same ones: all that they say holds, and nothing new is told.
        terminal.note(STALE, hour=hour)
    document: dict[str, object] = {
        "origin": found.log.origin,
        "entries": found.size,
        "checkpoints": len(found.checkpoints),
    }
    terminal.result(
        document | {"hour": newest.hour.isoformat(), "witnessed": dict(witnessed), "waiting": waiting},
        terminal.words(
            "The log holds: {entries} entries under {checkpoints} checkpoints, the newest of {hour}.",
            entries=found.size,
            checkpoints=len(found.checkpoints),
            hour=hour,
        ),
        *(
            terminal.words("{name} has put its name to the checkpoint of {size} entries.", name=name, size=size)
            for name, size in witnessed.items()
        ),
        *([] if waiting is None else [terminal.words(one_or_more(waiting, ONE_WAITS, WAIT), n=waiting)]),
    )


def _verify_stores(code: str) -> tuple[VerifiedLog, int]:
    settings = ready_settings(StoreRole.WORKER)
    office = OfficeFolder(settings.office)
    ledger = build_ledger(settings)
    found = verify_files(StoreFiles(ledger, office), code, system_clock())
    cases = open_store(settings, StoreName.CASES)
    LogRepair(ledger, office, cases).require_released()
    deleted, identity = (
        DeletionList(open_store(settings, StoreName.DELETIONS)),
        open_store(settings, StoreName.IDENTITY),
    )
    watch = open_store(settings, StoreName.WATCH)
    return found, check_sources(found, Sources(build_mailroom(settings), cases, identity, watch, deleted, office))


@log.command()
@click.option("--url", required=True, help=ADDRESS)
@click.option("--to", "folder", type=FOLDER, required=True, help="Where the copy is, or is to be.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help=CODE)
@pass_terminal
def mirror(terminal: Terminal, url: str, folder: Path, code: str) -> None:
    """Copy the log, after all of it was checked and held against the copy that is there already."""
    copy = FolderFiles(folder)
    with faults_in_words(), files_at(url) as files:
        found = verify_files(files, code, system_clock())
        if copy.read("checkpoint") is not None:
            compare(found, copy)
        copy.write(all_files(found))
    _print_result(terminal, found)


@log.command()
@click.option("--from", "place", help="A copy of the log, a folder or an address, that has all that was published.")
@click.option("--nothing-later", is_flag=True, help="Say that no later checkpoint than the newest here was published.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help=CODE)
@pass_terminal
def mend(terminal: Terminal, place: str | None, code: str, *, nothing_later: bool) -> None:
    """After a restore: take from a copy what was published since; the log goes on from there, never twice."""
    if (place is None) is not nothing_later:
        raise CommandError(Exit.USAGE, "Give --from, or say --nothing-later.")
    settings = ready_settings(StoreRole.WORKER)
    repair = LogRepair(build_ledger(settings), OfficeFolder(settings.office), open_store(settings, StoreName.CASES))
    adopted = 0
    with faults_in_words():
        if place is not None:
            with files_at(place) as files:
                adopted = repair.adopt(verify_files(files, code, system_clock()))
        size = repair.release()
    terminal.result(
        {"size": size, "taken": adopted},
        terminal.words(
            "{taken} checkpoints taken over. The log goes on from {size} entries.", taken=adopted, size=size
        ),
    )


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


for one in (witness_key, witness_setup, witness, witness_status, witness_root, cosigned):
    log.add_command(one)
