"""`yanlu log witness…`: somebody outside the office puts a name to checkpoints, and the office serves it with them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import click

from crypto.errors import CryptoError, WrongShape
from crypto.log.checkpoint import read_checkpoint
from crypto.office.witnesses import Witness, read_witness, write_witness
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.office_commands import FILE, FOLDER
from portal.cli.ready import ready_settings
from portal.cli.record.log_places import CODE, files_at, telling
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.typed_code import TYPED_CODE
from portal.clock import system_clock
from portal.ledger.files import FolderFiles
from portal.ledger.verifying import Fault, LogFaulty, verify_files
from portal.ledger.witnessing import cosign_newest, draw_witness, read_witness_key, take_cosignatures
from portal.office import OfficeFolder
from portal.roles.rights import StoreRole
from portal.wiring.shared import build_ledger

WITNESS = click.option(
    "--witness", "lines", multiple=True, help="The line of a witness, as `yanlu log witness-key` gave it."
)


def witnesses_of(lines: Sequence[str]) -> list[Witness]:
    """Reads the lines; raises CommandError."""
    try:
        return [read_witness(line) for line in lines]
    except WrongShape as error:
        raise CommandError(Exit.USAGE, "This is not the line of a witness: name+hash+key.") from error


@click.command("witness-key")
@click.argument("name")
@click.option(
    "--key", "file", type=FILE, required=True, help="Where the key goes (0600); it never leaves this machine."
)
@pass_terminal
def witness_key(terminal: Terminal, name: str, file: Path) -> None:
    """Make the key of a witness, and give the line by which others know it."""
    if file.exists():
        raise CommandError(Exit.REFUSED, "{path} is there already.", path=file)
    line = write_witness(Witness(name, bytes(32)))
    witnesses_of([line])
    line = write_witness(draw_witness(file, name, os.urandom).witness)
    terminal.result({"witness": line, "key": str(file)}, line)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--key", "file", type=FILE, required=True, help="The witness's key file.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help=CODE)
@pass_terminal
def witness(terminal: Terminal, folder: Path, file: Path, code: str) -> None:
    """Check a copy of the log, hold it against what was signed before, and put this name to its newest checkpoint."""
    key, copy = read_witness_key(file), FolderFiles(folder)
    with telling():
        found = verify_files(copy, code, system_clock())
        note = cosign_newest(found, key, int(time.time()))
    copy.write([(f"checkpoints/{found.size}", note), ("checkpoint", note)])
    terminal.result(
        {"size": found.size, "witness": write_witness(key.witness)},
        terminal.words("{name} has put its name to the checkpoint of {size} entries.", name=key.name, size=found.size),
    )


@click.command()
@click.argument("place")
@WITNESS
@pass_terminal
def cosigned(terminal: Terminal, place: str, lines: tuple[str, ...]) -> None:
    """On the office's machine: serve what witnesses have put under the newest checkpoint of their copy."""
    settings = ready_settings(StoreRole.WORKER)
    with telling(), files_at(place) as files:
        note = files.read("checkpoint")
        if note is None:
            raise LogFaulty(Fault.NO_CHECKPOINT)
        try:
            checkpoint = read_checkpoint(OfficeFolder(settings.office).log_name(), note)
        except CryptoError as error:
            raise LogFaulty(Fault.CHECKPOINT, "checkpoint") from error
        taken = take_cosignatures(build_ledger(settings), checkpoint, note, witnesses_of(lines))
    said = "The checkpoint of {size} entries is served with them." if taken else "Nothing new for {size} entries."
    terminal.result({"size": checkpoint.size, "taken": taken}, terminal.words(said, size=checkpoint.size))
