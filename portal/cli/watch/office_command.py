"""`yanlu watch office`: the office's documents on the watch's host, fetched and verified as every reader does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import click

from crypto import ClockReading, CryptoError, Seen, VerifiedDirectory, read_office, verify_office
from crypto.framing import b64encode, sha256
from crypto.office.directory import DIRECTORY_LABEL, note_parts
from crypto.office.signed_notes import read_note
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments, is_address, load_office
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.typed_code import TYPED_CODE, same_office
from portal.clock import system_clock
from portal.office import OfficeFolder
from portal.office.files import write_published
from portal.office.published import PublishedText
from portal.settings import settings_from_environment

NOT_BELIEVED: Final = (
    "What {url} gives can't be believed ({stage}). Nothing was taken over: wait an hour; if it lasts a day, telephone "
    "a keeper."
)
ANOTHER_ROOT: Final = (
    "{url} gives another root {number} than the one that is here. Nothing was taken over: telephone a keeper."
)
NO_CODE: Final = "This folder knows no office yet: give --office-key, from the poster or a keeper's sheet."


@click.command("office")
@click.argument("address")
@click.option("--office-key", "code", type=TYPED_CODE, help="The office code on the poster; the first time alone.")
@pass_terminal
def office(terminal: Terminal, address: str, code: str | None) -> None:
    """Fetch roots, directory and the witnesses' word from the DESK's address into the office folder; each hour."""
    if not is_address(address):
        raise CommandError(Exit.USAGE, "{place}: an address begins with https:// or http://.", place=address)
    folder = OfficeFolder(settings_from_environment().office)
    found = load_office(address)
    directory = _verified(found, address, _code(folder, code), _seen(folder))
    roots = read_office(found.content).roots
    _require_same_roots(folder, roots, address)
    lacking = [one for one in _named(directory) if not _is_here(folder, *one)]
    # Whatever the directory names is here before the directory is.
    for kind, text in [(kind, found.bytes_of(digest, kind)) for kind, digest in lacking]:
        folder.publish(kind, PublishedText(text))
    _accept(folder, roots, found.content)
    confirmed = directory.confirmed
    when = None if confirmed is None else datetime.fromtimestamp(confirmed.at, UTC)
    lines = [terminal.words("Directory {number} of {day}.", number=directory.sequence, day=directory.content.issued)]
    if when is not None:
        said = "A witness outside the office confirmed it on {time}."
        lines.append(terminal.words(said, time=f"{when:%Y-%m-%d %H:%M} UTC"))
    result: dict[str, object] = {"root": len(roots), "sequence": directory.sequence}
    terminal.result(result | {"confirmed": None if when is None else when.isoformat()}, *lines)


def _code(folder: OfficeFolder, given: str | None) -> str:
    if not folder.exists():
        if given is None:
            raise CommandError(Exit.USAGE, NO_CODE)
        return given
    known = str(folder.anchor())
    if given is not None and not same_office(given, known):
        raise CommandError(Exit.REFUSED, "The folder {path} is of another office.", path=folder.path)
    return known


def _seen(folder: OfficeFolder) -> Seen | None:
    note = folder.directory()
    if note is None:
        return None
    read = read_note(note.encode())
    return Seen(note_parts(read, DIRECTORY_LABEL)[1], sha256(read.text))


def _verified(found: OfficeDocuments, address: str, code: str, seen: Seen | None) -> VerifiedDirectory:
    now = ClockReading(int(system_clock().timestamp()), today().isoformat())
    try:
        # Those who answer here go on for thirty days after its end; what takes something new in asks by itself.
        return verify_office(code, found.content, now, seen, also_lapsed=True)
    except CryptoError as error:
        raise CommandError(Exit.NOT_VERIFIED, NOT_BELIEVED, url=address, stage=error.stage.value) from error


def _require_same_roots(folder: OfficeFolder, roots: Sequence[bytes], address: str) -> None:
    """Former keepers could sign another list of keepers; this host remembers the one that it has."""
    known = folder.roots() if folder.exists() else []
    for number, (here, there) in enumerate(zip(known, roots, strict=False), start=1):
        if read_note(here.encode()).text != read_note(there).text:
            raise CommandError(Exit.NOT_VERIFIED, ANOTHER_ROOT, url=address, number=number)


def _named(directory: VerifiedDirectory) -> Iterator[tuple[str, bytes]]:
    content = directory.content
    yield from (("policies", policy.hash) for policy in content.policies)
    yield "jurisdictions", content.jurisdictions
    if content.calendars is not None:
        yield "calendars", content.calendars


def _is_here(folder: OfficeFolder, kind: str, digest: bytes) -> bool:
    return (folder.path / "published" / kind / f"{b64encode(digest)}.json").is_file()


def _accept(folder: OfficeFolder, roots: Sequence[bytes], content: bytes) -> None:
    for number, root in enumerate(roots, start=1):
        if not folder.exists() or number > len(folder.roots()):
            folder.write_root(number, root)
    note = read_office(content).directory
    if (folder.directory() or "").encode() != note:
        folder.write_directory(note)
    write_published(folder.path / "office.json", content)
