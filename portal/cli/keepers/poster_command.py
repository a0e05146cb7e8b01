"""`yanlu office poster`: the poster with its QR code, as a page to print."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.office_words import FILE, FOLDER, folder_of
from portal.cli.terminal import Terminal, pass_terminal
from portal.office.files import write_published
from portal.office.poster import link_of, poster_page

ADDRESS_LIMIT: Final = 500


@click.command("poster")
@click.argument("path", required=False, type=FOLDER)
@click.option("--address", required=True, help="The intake page's address, as people type it.")
@click.option("--out", type=FILE, default="poster.html", show_default=True, help="Where the page goes.")
@pass_terminal
def poster(terminal: Terminal, path: Path | None, address: str, out: Path) -> None:
    """Write the poster: address, office code and a QR code that carries the whole hash of the first root."""
    folder = folder_of(path)
    _require_address(address)
    config, anchor = folder.config(), folder.anchor()
    page = poster_page(config.name.said(config.language), anchor, address)
    write_published(out, page.encode())
    terminal.result(
        {"poster": str(out), "link": link_of(anchor, address), "code": anchor.code},
        terminal.words("The poster is in {path}: print it from any browser.", path=out),
        terminal.words("Office code: {code}", code=anchor.code),
        terminal.words("Compare it with the sheets of your keepers before it hangs on a wall."),
    )


def _require_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    else:
        known = known and parts.username is None and not parts.query and not parts.fragment
    if not known or len(address) > ADDRESS_LIMIT or not address.isprintable() or " " in address:
        raise CommandError(Exit.USAGE, "Give the address of the intake page, such as https://report.example.org")
