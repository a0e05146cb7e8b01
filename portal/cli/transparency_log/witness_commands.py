"""`yanlu log witness…`: somebody outside the office looks at its log each hour and signs; the office serves that."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click
import httpx

from crypto.errors import CryptoError, WrongShape
from crypto.office.signed_notes import join_notes, read_note
from crypto.office.witnesses import Witness, cosigners, read_witness, witness_name_of, write_witness
from crypto.transparency_log.checkpoint import LogName
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.office_commands import FILE, FOLDER
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.transparency_log.log_places import ADDRESS, CODE, fault_in_words, faults_in_words, files_at
from portal.cli.transparency_log.witness_words import (
    AT_SET_UP,
    AT_WITNESSING,
    LAST_REFUSED,
    has_other_key,
    root_of,
    unnamed_lines,
)
from portal.cli.typed_code import TYPED_CODE
from portal.clock import system_clock
from portal.db_roles.privileges import StoreRole
from portal.office import OfficeFolder
from portal.office.files import write_published
from portal.transparency_log.cosignatures import store_cosignatures
from portal.transparency_log.files import FolderFiles
from portal.transparency_log.ledger import Ledger
from portal.transparency_log.verifying import Fault, LogFaulty, checkpoint_at, shown_root
from portal.transparency_log.witness_file import WitnessFolder, WitnessState
from portal.transparency_log.witnessing import create_witness, pinned_of, set_up, sign_successor, witness_newest
from portal.wiring.shared import build_ledger

WITNESS = click.option(
    "--witness", "lines", multiple=True, help="The line of a witness, as `yanlu log witness-status` gives it."
)
SILENT: Final = timedelta(hours=3)
"""It looks each hour; one look may find the office's server away."""
SAYS_NOTHING: Final = "It has signed nothing for three hours. Run `yanlu log witness {folder}` and read what it says."
SAYS_NOTHING_YET: Final = (
    "It has signed nothing yet. A log has its first checkpoint within six hours after the office began; then run "
    "`yanlu log witness {folder}` and read what it says."
)
SIGNED_LAST: Final = (
    "It last signed on {time}: a checkpoint of {size} entries, with root {root} and directory {sequence}."
)


def witnesses_of(lines: Sequence[str]) -> list[Witness]:
    """Reads the lines; raises CommandError."""
    return [_witness_of(line) for line in lines]


def _witness_of(line: str) -> Witness:
    try:
        return read_witness(line)
    except WrongShape as error:
        sentence = "{line}: this is not the line of a witness: name+hash+key."
        raise CommandError(Exit.USAGE, sentence, line=line) from error


@click.command("witness-key")
@click.argument("folder", type=FOLDER)
@click.option("--name", required=True, help="By which the office's documents name this witness: union.example/log.")
@pass_terminal
def witness_key(terminal: Terminal, folder: Path, name: str) -> None:
    """Make the key of a witness, and give the line that the office's keepers need; the key never leaves the folder."""
    try:
        witness_name_of(name)
    except WrongShape as error:
        raise CommandError(Exit.USAGE, "A witness's name has neither spaces nor plus signs.") from error
    with faults_in_words():
        line = write_witness(create_witness(WitnessFolder(folder), name, os.urandom).witness)
    terminal.note("Give this line to the keepers: they write it into office.toml, before they sign their next root.")
    terminal.result({"witness": line, "folder": str(folder)}, line)


@click.command("witness-setup")
@click.argument("folder", type=FOLDER)
@click.option("--office", "address", required=True, help=ADDRESS)
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help=CODE)
@pass_terminal
def witness_setup(terminal: Terminal, folder: Path, address: str, code: str) -> None:
    """Tell a witness its office, by the code on the poster: from then on it knows that office's log and no other."""
    with faults_in_words(AT_SET_UP), files_at(address) as files:
        known, root = set_up(WitnessFolder(folder), code, address, files), shown_root(files, code)
    for line in unnamed_lines(terminal, known, root):
        terminal.note("{line}", line=line)
    said = terminal.words("{name} is a witness of the office with the code {code}.", name=known.name, code=code)
    terminal.result({"witness": write_witness(known.witness), "code": code, "address": address}, said)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--to", "public", type=FOLDER, help="A folder that a web server serves, for the office to fetch from.")
@pass_terminal
def witness(terminal: Terminal, folder: Path, public: Path | None) -> None:
    """Look at the office's log once, and sign its newest checkpoint if all of it holds; to be run each hour."""
    place = WitnessFolder(folder)
    with faults_in_words(AT_WITNESSING):
        known = place.read()
        with files_at(pinned_of(place, known).address) as files:
            found = witness_newest(place, files, system_clock())
    for line in unnamed_lines(terminal, known, root_of(place.read())):
        terminal.note("{line}", line=line)
    if public is not None:
        FolderFiles(public / "log").write([("checkpoint", place.cosigned() or b"")])
    terminal.result(
        {"size": found.size, "root": found.office.root, "directory": found.office.sequence, "witness": known.name},
        terminal.words(
            "{name} has put its name to the checkpoint of {size} entries.", name=known.name, size=found.size
        ),
    )


@click.command("witness-status")
@click.argument("folder", type=FOLDER)
@pass_terminal
def witness_status(terminal: Terminal, folder: Path) -> None:
    """Say what this witness signed last, and when; exit code 1 where that is three hours ago, 3 after a refusal."""
    place = WitnessFolder(folder)
    with faults_in_words():
        known, refusal = place.read(), place.refusal()
        pinned = pinned_of(place, known)
    last, line = _last_signed(place, known), write_witness(known.witness)
    document: dict[str, object] = {"witness": line, "address": pinned.address, "signed": None}
    document |= {"refused": None if refusal is None else refusal.fault.value}
    said = [
        terminal.words("{name} is a witness of the office with the code {code}.", name=known.name, code=pinned.code),
        terminal.words("Its line for the keepers: {line}", line=line),
    ]
    if known.seen is not None and last is not None:
        office = known.seen.office
        document |= {"signed": last.isoformat(), "size": known.seen.size, "root": office.root}
        document |= {"directory": office.sequence}
        when = f"{last:%Y-%m-%d %H:%M} UTC"
        named = {"size": known.seen.size, "root": office.root, "sequence": office.sequence}
        said.append(terminal.words(SIGNED_LAST, time=when, **named))
    root = root_of(known)
    terminal.result(document, *said, *unnamed_lines(terminal, known, root))
    if refusal is not None:
        terminal.note(LAST_REFUSED, time=f"{datetime.fromtimestamp(refusal.at, UTC):%Y-%m-%d %H:%M} UTC")
        raise fault_in_words(LogFaulty(refusal.fault, refusal.place), AT_WITNESSING)
    if has_other_key(known, root):
        raise CommandError(Exit.FAILED, "The office's root has another key under the name {name}.", name=known.name)
    if known.seen is None:
        raise CommandError(Exit.FAILED, SAYS_NOTHING_YET, folder=folder)
    if last is None or system_clock() - last > SILENT:
        raise CommandError(Exit.FAILED, SAYS_NOTHING, folder=folder)


def _last_signed(place: WitnessFolder, known: WitnessState) -> datetime | None:
    """When the checkpoint that lies there was signed; None where none lies there that is this witness's."""
    try:
        found = cosigners(place.cosigned() or b"", {known.name: known.witness.key})
        return datetime.fromtimestamp(found[known.name], UTC)
    except (CryptoError, KeyError, ValueError, OverflowError, OSError):
        return None


@click.command("witness-root")
@click.argument("folder", type=FOLDER)
@click.argument("notes", type=FILE, nargs=-1, required=True)
@click.option("--out", type=FILE, required=True, help="Where the root goes with this witness's signature under it.")
@pass_terminal
def witness_root(terminal: Terminal, folder: Path, notes: tuple[Path, ...], out: Path) -> None:
    """Sign the root with which the keepers hand over; a witness signs one root of each number, ever."""
    place = WitnessFolder(folder)
    if out.exists():
        raise CommandError(Exit.REFUSED, "{path} is there already.", path=out)
    content = _joined([note.read_bytes() for note in notes])
    with faults_in_words():
        signed, root = sign_successor(place, content, system_clock())
    write_published(out, signed)
    keepers = ", ".join(keeper.id for keeper in root.keepers)
    terminal.result(
        {"root": root.number, "keepers": [keeper.id for keeper in root.keepers], "out": str(out)},
        terminal.words(
            "Root {root} is signed; its keepers are {keepers}. No other root {root} will ever be signed here.",
            root=root.number,
            keepers=keepers,
        ),
    )


def _joined(notes: Sequence[bytes]) -> bytes:
    """One note with the signatures of all of them; raises CommandError for what is none, or of another text."""
    try:
        return join_notes(read_note(notes[0]).text, notes)
    except WrongShape as error:
        raise CommandError(Exit.USAGE, "These are not signed notes of one root.") from error


@click.command()
@click.argument("places", nargs=-1, required=True)
@WITNESS
@pass_terminal
def cosigned(terminal: Terminal, places: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """On the office's machine: serve what witnesses have put under the newest checkpoint of their copies."""
    settings = ready_settings(StoreRole.WORKER)
    office, witnesses = OfficeFolder(settings.office), witnesses_of(lines)
    witnesses += [Witness(name, key) for name, key in office.root().witnesses.keys.items()]
    ledger, failed, adopted = build_ledger(settings), list[CommandError](), list[bool]()
    for place in places:
        # One witness who is away keeps nobody from taking what another has signed.
        try:
            adopted.append(_adopt(place, ledger, office.log_name(), witnesses))
        except CommandError as error:
            failed.append(error)
        except httpx.HTTPError:
            failed.append(CommandError(Exit.UNREACHABLE, "{place} cannot be reached.", place=place))
    for error in failed[1:]:
        terminal.note(error.sentence, **error.values)
    if adopted:
        said = "The newest checkpoint is served with what they signed." if any(adopted) else "Nothing new was signed."
        terminal.result({"taken": sum(adopted), "failed": len(failed)}, terminal.words(said))
    if failed:
        raise failed[0]


def _adopt(place: str, ledger: Ledger, log: LogName, witnesses: Sequence[Witness]) -> bool:
    with faults_in_words(), files_at(place) as files:
        note = files.read("checkpoint")
        if note is None:
            raise LogFaulty(Fault.MISSING, "checkpoint")
        return store_cosignatures(ledger, checkpoint_at(log, "checkpoint", note), note, witnesses, system_clock())
