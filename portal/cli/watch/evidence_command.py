"""`yanlu watch evidence`: open a sealed evidence file, and hold it against the log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from casework.errors import FontMissing
from crypto import CryptoError, StaffKeys, VerifiedDirectory, b64decode, open_sealed
from crypto.custody.reasons import seal_to
from crypto.framing import sha256
from crypto.sealing.age import seal
from crypto.shape import Fields
from portal.cli.desk.desk_options import FILE, FOLDER, DeskOptions, with_desk_options
from portal.cli.desk.letter_command import NO_CHINESE_FONT
from portal.cli.desk.stored_case import offline
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.reading import read_figures
from portal.cli.responses.watch import Alert, check_evidence
from portal.cli.terminal import Terminal
from portal.cli.watch.evidence import evidence_page
from portal.cli.watch.evidence_pdf import evidence_pdf
from portal.cli.watch.unsealing import PLACE, verified_log
from portal.office.files import write_secret
from retaliation_watch.weekly_run.evidence_file import evidence_entry, evidence_file

STANZAS = 8
"""So many may open a file: how many really can is not to be seen."""


def write_evidence(
    terminal: Terminal, directory: VerifiedDirectory, readers: Sequence[str], alert: Alert, out: Path
) -> dict[str, str]:
    """JSON and PDF of one alert, each sealed to its readers; gives where they lie and the hash of the JSON."""
    file = evidence_file(b64decode(alert["alert"], 16), alert["evidence"])
    name = f"{alert['evidence']['day']}-{str(alert['alert'])[:8]}"
    try:
        paper = evidence_pdf(dict(alert), terminal.words, terminal.words.language)
    except FontMissing as error:
        raise CommandError(Exit.FAILED, NO_CHINESE_FONT) from error
    for ending, content in (("json", file), ("pdf", paper)):
        to = seal_to(directory, readers, STANZAS, os.urandom)
        write_secret(out / f"{name}.{ending}.age", seal(content, to, os.urandom))
    return {"file": str(out / f"{name}.json.age"), "paper": str(out / f"{name}.pdf.age"), "sha256": sha256(file).hex()}


def readers_of(staff: StaffKeys, directory: VerifiedDirectory, named: Sequence[str]) -> list[str]:
    """The officer and anyone who is named; raises CommandError for somebody who is not in the directory today."""
    for member in named:
        if directory.valid_member(member) is None:
            raise CommandError(Exit.USAGE, "{member} is not in the directory.", member=member)
    readers = list(dict.fromkeys([staff.member, *named]))
    if len(readers) > STANZAS:
        raise CommandError(Exit.USAGE, "At most {most} people can open a file.", most=STANZAS)
    return readers


@click.command()
@click.option("--file", "sealed", type=FILE, required=True, help="A file of `watch alerts --out`.")
@click.option("--out", type=FOLDER, required=True, help="Where the opened files go.")
@click.option("--log", "place", help=PLACE)
@with_desk_options
def evidence(terminal: Terminal, options: DeskOptions, sealed: Path, out: Path, place: str | None) -> None:
    """Open evidence that is sealed to you, and with --log check that its hash was entered, and when."""
    profile, staff, directory = offline(terminal, options)
    try:
        content = open_sealed(sealed.read_bytes(), staff.identity, STANZAS)
    except (OSError, CryptoError) as error:
        raise CommandError(Exit.WRONG_SECRET, "{path} does not open with your keys.", path=sealed) from error
    opened = out / sealed.stem
    document: dict[str, object] = {"file": str(opened)}
    lines = [terminal.words("Opened: {path}.", path=opened)]
    if sealed.suffixes[-2:] != [".pdf", ".age"]:
        page = _page(terminal, content, sealed)
        document |= {"sha256": sha256(content).hex(), "entered": None}
        if place is not None:
            hour = _entered(directory.office, content, str(profile.facts()["office_key"]), place)
            document["entered"] = hour
            lines.append(terminal.words("It was entered in the log by {hour}.", hour=hour))
        write_secret(opened.with_suffix(".html"), page)
    write_secret(opened, content)
    terminal.result(document, *lines)


def _page(terminal: Terminal, content: bytes, path: Path) -> bytes:
    """The page to read, from a file that is whole: whatever was written otherwise is no evidence."""
    try:
        fields = Fields(read_figures(content), "v", "alert", "evidence")
        found = check_evidence(fields["evidence"])
        whole = evidence_file(fields.bytes("alert", 16), found) == content
        page = evidence_page(found, terminal.words, terminal.words.language)
    except CryptoError as error:
        raise CommandError(Exit.NOT_VERIFIED, "{path} holds no evidence of an alert.", path=path) from error
    if not whole:
        raise CommandError(Exit.NOT_VERIFIED, "{path} holds no evidence of an alert.", path=path)
    return page.encode()


def _entered(office: bytes, content: bytes, code: str, place: str) -> str:
    hour = verified_log(place, None, code).entered(evidence_entry(office, content))
    if hour is None:
        raise CommandError(Exit.NOT_VERIFIED, "The log does not know this file: it was altered, or never entered.")
    return f"{hour:%Y-%m-%d %H:%M} UTC"
