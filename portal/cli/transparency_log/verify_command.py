"""`yanlu verify-site`: whether a running site gives everybody exactly the files of a release."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import httpx

from crypto.errors import CryptoError
from crypto.office.release import Release, verify_release
from crypto.text import read_json
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import LIMIT, TIMEOUT, read_roots
from portal.cli.responses.reading import whole
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.transparency_log.newest_release import check_newest, memory_file
from portal.cli.typed_code import TYPED_CODE
from portal.release.releases import NOTE, ROOTS
from portal.release.site_check import (
    AGENTS,
    LANGUAGES,
    RELEASE,
    Visitor,
    VisitorAnswer,
    check_site,
    listed_files,
    visitors,
)
from portal.settings import settings_from_environment
from portal.site_build.pages import FACES

MOST = len(AGENTS) * len(LANGUAGES)
WORDS = {
    "list": "another release list",
    "bytes": "other bytes than released",
    "unlisted": "is loaded and was never released",
    "other": "other bytes than another visitor got",
    "cookie": "came with a cookie",
    "elsewhere": "came with a header that leads a browser elsewhere",
}


@dataclass(frozen=True)
class _Browsers:
    """A client for each visitor, so that none brings what another was given."""

    url: str
    trust: ssl.SSLContext
    clients: dict[str, httpx.Client] = field(default_factory=dict[str, httpx.Client])

    def fetch(self, path: str, visitor: Visitor) -> VisitorAnswer:
        """Asks as that visitor."""
        who = str(visitor)
        if who not in self.clients:
            self.clients[who] = httpx.Client(
                base_url=self.url, timeout=TIMEOUT, headers=dict(visitor.headers), verify=self.trust
            )
        client = self.clients[who]
        if not visitor.keeps_cookies:
            client.cookies.clear()
        answer = whole(client, client.build_request("GET", path))
        return VisitorAnswer(answer.status_code, answer.content, frozenset(answer.headers))

    def close(self) -> None:
        """Gives back every line."""
        for client in self.clients.values():
            client.close()


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """The authorities that this machine believes, and one more: a company's own, or a certificate for itself."""
    context = httpx.create_ssl_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except ssl.SSLError as error:
            raise CommandError(Exit.USAGE, "{path} holds no certificate (PEM).", path=ca_file) from error
    return context


def _signed(browsers: _Browsers, code: str) -> Release:
    """The release whose list the site itself serves, believed for its signatures alone."""
    asking = visitors(1)[0]
    note, roots = browsers.fetch(f"/{NOTE}", asking), browsers.fetch(f"/{ROOTS}", asking)
    if (note.status, roots.status) != (200, 200):
        raise CommandError(Exit.NOT_VERIFIED, "This site publishes no signed release list. Do not report there.")
    try:
        chain = [root.encode() for root in read_roots(read_json(roots.body, LIMIT))]
        return verify_release(code, chain, note.body)
    except (CryptoError, UnicodeEncodeError) as error:
        raise CommandError(
            Exit.NOT_VERIFIED,
            "The list that this site publishes is not signed by the signers whom the code names. Do not report there.",
        ) from error


@click.command("verify-site")
@click.argument("url")
@click.option("--face", type=click.Choice(FACES), default=FACES[0], show_default=True, help="Which pages these are.")
@click.option(
    "--release",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A release.json that you trust; else that of this installation.",
)
@click.option(
    "--release-key",
    "code",
    type=TYPED_CODE,
    help="The release code: then the signed list that the site publishes is what counts.",
)
@click.option(
    "--visitors",
    "number",
    type=click.IntRange(1, MOST),
    default=MOST,
    show_default=True,
    help="As how many browsers to ask.",
)
@click.option(
    "--ca-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="An authority to believe too (PEM)."
)
@click.option("--no-trace", is_flag=True, help="Remember no release number on this computer.")
@pass_terminal
def verify_site(
    terminal: Terminal,
    url: str,
    face: str,
    release: Path | None,
    code: str | None,
    number: int,
    **how: Any,
) -> None:
    """Compare every file that URL serves with the release; exit code 6 when one byte differs."""
    if release is not None and code is not None:
        raise CommandError(Exit.USAGE, "Give --release or --release-key, not both.")
    browsers = _Browsers(url, _trust(how["ca_file"]))
    try:
        signed = _signed(browsers, code) if code is not None else None
        if signed is not None and code is not None and not how["no_trace"]:
            check_newest(memory_file(), code, signed)
        files: Mapping[str, str] = (
            signed.faces[face]
            if signed
            else listed_files((release or settings_from_environment().site / face / RELEASE).read_bytes())
        )
        found = list(check_site(browsers.fetch, files, visitors(number)))
    finally:
        browsers.close()
    for one in found:
        what = terminal.words(WORDS[one.what])
        terminal.note("{path}: {what} (visitor {number})", path=one.path, what=what, number=one.visitor)
    if found:
        raise CommandError(Exit.REFUSED, "{url} is not the site of this release. Do not report there.", url=url)
    _print_result(terminal, signed, number)


def _print_result(terminal: Terminal, signed: Release | None, number: int) -> None:
    document: dict[str, object] = {"ok": True, "visitors": number}
    lines = [terminal.words("Every file is as released, for {count} visitors.", count=number)]
    if signed is not None:
        document |= {"number": signed.number, "version": signed.version, "signers": list(signed.signers)}
        lines.append(
            terminal.words(
                "This is release {number} ({version}), signed by {names}. Compare the number with the newest one.",
                number=signed.number,
                version=signed.version,
                names=", ".join(signed.signers),
            )
        )
    terminal.result(document, *lines)
