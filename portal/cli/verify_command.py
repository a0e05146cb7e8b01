"""`yanlu verify-site`: whether a running site gives everybody exactly the files of a release."""

from __future__ import annotations

from pathlib import Path

import click
import httpx

from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import TIMEOUT
from portal.cli.terminal import Terminal, pass_terminal
from portal.pages import FACES
from portal.settings import settings_from_environment
from portal.site_check import AGENTS, LANGUAGES, RELEASE, Profile, check_site, profiles

MOST = len(AGENTS) * len(LANGUAGES)
WORDS = {
    "list": "another release list",
    "bytes": "other bytes than released",
    "unlisted": "is loaded and was never released",
}


@click.command("verify-site")
@click.argument("url")
@click.option("--face", type=click.Choice(FACES), default=FACES[0], show_default=True, help="Which pages these are.")
@click.option(
    "--release",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A release.json that you trust; else that of this installation.",
)
@click.option(
    "--visitors", type=click.IntRange(1, MOST), default=MOST, show_default=True, help="As how many browsers to ask."
)
@pass_terminal
def verify_site(terminal: Terminal, url: str, face: str, release: Path | None, visitors: int) -> None:
    """Compare every file that URL serves with the release; exit code 6 when one byte differs."""
    trusted = (release or settings_from_environment().site / face / RELEASE).read_bytes()
    with httpx.Client(base_url=url, timeout=TIMEOUT) as client:

        def fetch(path: str, visitor: Profile) -> tuple[int, bytes]:
            answer = client.get(path, headers=dict(visitor))
            return answer.status_code, answer.content

        found = list(check_site(fetch, trusted, profiles(visitors)))
    for one in found:
        terminal.note(
            "{path}: {what} (visitor {number})", path=one.path, what=terminal.words(WORDS[one.what]), number=one.profile
        )
    if found:
        raise CommandError(Exit.REFUSED, "{url} is not the site of this release. Do not report there.", url=url)
    terminal.result(
        {"ok": True, "visitors": visitors},
        terminal.words("Every file is as released, for {count} visitors.", count=visitors),
    )
