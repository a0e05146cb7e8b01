"""`yanlu office offline-page`: the page that makes a sealed file without any server, with the office inside."""

from __future__ import annotations

from pathlib import Path

import click

from crypto import ClockReading, CryptoError, verify_office
from portal.cli.errors import CommandError, Exit, office_refusal
from portal.cli.keepers.office_words import FILE, FOLDER, folder_of
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.clock import system_clock
from portal.languages import languages
from portal.office.files import write_published
from portal.release.offline_page import NAME, NotAnOfflinePage, fill_page, office_texts, shell_path
from portal.settings import settings_from_environment


@click.command("offline-page")
@click.argument("path", required=False, type=FOLDER)
@click.option("--out", type=FILE, default=NAME, show_default=True, help="Where the page goes.")
@click.option(
    "--language", type=click.Choice(list(languages())), help="The language of the page; else that of the command."
)
@pass_terminal
def offline_page(terminal: Terminal, path: Path | None, out: Path, language: str | None) -> None:
    """Write the page that seals a report into a file without any server; it is good as long as the directory."""
    folder, settings = folder_of(path), settings_from_environment()
    try:
        shown, now = folder.shown(), ClockReading(int(system_clock().timestamp()), today().isoformat())
        directory = verify_office(str(folder.anchor()), shown, now, offline=True)
    except CryptoError as error:
        raise office_refusal(error) from error
    form = settings.site / "intake" / shell_path(language or terminal.words.language)
    try:
        page = fill_page(form.read_bytes(), office_texts(folder, shown, demo=settings.demo))
    except (OSError, NotAnOfflinePage) as error:
        raise CommandError(Exit.FAILED, "{path} is not a whole build: run `yanlu build`.", path=form) from error
    write_published(out, page)
    terminal.result(
        {"page": str(out), "expires": directory.last_day},
        terminal.words("The page is in {path}; it seals until {day}.", path=out, day=directory.last_day),
        terminal.words("The person who gets it types the office code: give that over another channel."),
    )
