"""A new receipt from the command line: written down before it is sent, and proven before it is believed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from crypto import (
    CryptoError,
    Mailbox,
    MailboxCursor,
    Receipt,
    ReporterKeys,
    derive_reporter,
    draw_receipt,
    read_receipt,
    seal_receipt_change,
    write_post,
)
from portal.cli.errors import CommandError, Exit
from portal.cli.server import Server, as_json
from portal.cli.terminal import read_text, write_private


@dataclass(frozen=True, repr=False)
class OldReceipt:
    """The mailbox as read under the old receipt; `poll` fetches what lies under given keys now."""

    server: Server
    keys: ReporterKeys
    cursor: MailboxCursor
    poll: Callable[[ReporterKeys], Mailbox | None]


def replace_receipt(old: OldReceipt, file: Path) -> None:
    """Put a new receipt in the place of the old one; `file` holds it (0600) before anything is sent.

    A file that holds a receipt already is used, so that a change that broke off can be tried again.
    Raises CommandError: `REFUSED` when the old receipt is still the one that works, `UNREACHABLE`
    when nobody can say which one does.
    """
    fresh = derive_reporter(_receipt_in(file), old.keys.office)
    post, _ = seal_receipt_change(old.keys, fresh, old.cursor, os.urandom)
    try:
        old.server.call("POST", "/api/posts", **as_json(write_post(post)))
        # The answer is the same whether it fitted or not: only the new mailbox itself shows it.
        found = old.poll(fresh)
    except httpx.HTTPError as error:
        raise CommandError(
            Exit.UNREACHABLE,
            "The connection broke. Nothing is lost: try the new receipt in {path} first; "
            "if nothing is there, the old one still works.",
            path=file,
        ) from error
    if found is None or found.memo is None:
        raise CommandError(Exit.REFUSED, "The new receipt was not taken over; the old one still works. Try again.")


def _receipt_in(file: Path) -> Receipt:
    if file.exists():
        try:
            return read_receipt(read_text(file).strip())
        except CryptoError as error:
            raise CommandError(Exit.USAGE, "{path} is there already and holds no receipt.", path=file) from error
    receipt = draw_receipt(os.urandom)
    write_private(file, " ".join(receipt.groups()) + "\n")
    return receipt
