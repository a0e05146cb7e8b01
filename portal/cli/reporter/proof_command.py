"""`yanlu proof`: keep the proof that a report was filed, and check one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from crypto import CryptoError, b64encode, derive_reporter, read_receipt
from crypto.transparency_log.filing import Filing, open_filing, verify_filing, write_proof
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office, server_of
from portal.cli.reporter.filings import Answered, ask_filing
from portal.cli.reporter.inbox_command import poll_listing
from portal.cli.server import Server
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.typed_code import TYPED_CODE
from portal.office.files import write_secret

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def proof() -> None:
    """The proof that a report was filed: keep it, check it."""


@proof.command()
@click.option("--office", "place", required=True, help="The office's address.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help="The office code on the poster.")
@click.option("--receipt-file", type=FILE, help="The receipt in a file; else you are asked for it.")
@click.option("--out", type=FILE, required=True, help="Where the proof goes; ends in .tlog-proof as a rule.")
@pass_terminal
def keep(terminal: Terminal, place: str, code: str, receipt_file: Path | None, out: Path) -> None:
    """Write the proof of filing into a file. Anybody who finds the file learns that its owner has reported here."""
    terminal.note(
        "Anybody who finds this file on your device learns that you reported here. Keep it only where nobody looks."
    )
    digits = terminal.secret(receipt_file, "Receipt", "--receipt-file")
    try:
        receipt = read_receipt(digits)
    except CryptoError as error:
        raise CommandError(
            Exit.WRONG_SECRET, "This is no receipt: a digit is wrong or missing. It has 28 digits."
        ) from error
    office = load_office(place)
    keys = derive_reporter(receipt, office.verify(code, today(), also_lapsed=True).office)
    with closing(Server(server_of(place), terminal.words.language, mention=terminal.note_busy)) as server:
        # The mailbox is polled first, as by anyone who comes back: nobody sees that a proof is all that was wanted.
        poll_listing(server, keys)
        content = _proof(ask_filing(server, keys), code, office.roots(), keys.mailbox_token)
    # What would not convince others is not kept.
    verify_filing(code, content)
    write_secret(out, content)
    terminal.result({"path": str(out)}, terminal.words("The proof is in {path}.", path=out))


def _proof(answered: Answered, code: str, roots: list[bytes], token: bytes) -> bytes:
    opened = open_filing(token, answered.sealed)
    if opened is None:
        raise CommandError(
            Exit.NOTHING_THERE, "There is no proof yet: come back after the next checkpoint, in six hours at most."
        )
    (key, item, submission), placed = opened
    return write_proof(Filing(code, roots, answered.log, key, item, submission), placed)


@proof.command()
@click.argument("file", type=FILE)
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help="The office code on the poster.")
@pass_terminal
def verify(terminal: Terminal, file: Path, code: str) -> None:
    """Check a proof of filing; needs nothing but the file and the office code."""
    try:
        found = verify_filing(code, file.read_bytes())
    except CryptoError as error:
        raise CommandError(
            Exit.NOT_VERIFIED, "This file proves nothing for the office of this code ({stage}).", stage=error.stage
        ) from error
    hour = found.checkpoint.hour
    terminal.result(
        {"origin": found.log.origin, "hour": hour.isoformat(), "item": b64encode(found.item)},
        terminal.words(
            "The proof holds: by {hour} the office had the sealed report {item}.",
            hour=f"{hour:%Y-%m-%d %H:%M} UTC",
            item=b64encode(found.item),
        ),
    )
