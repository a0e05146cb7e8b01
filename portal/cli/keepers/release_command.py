"""`yanlu release`: who signs releases, sign what was built here, check it, publish the list with the pages."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from crypto.errors import CryptoError
from crypto.office.release import Release
from crypto.office.root_shape import FEWEST_SIGNERS
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.office_words import FILE, FOLDER, read_keepers
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.typed_code import TYPED_CODE
from portal.release.releases import (
    ReleaseFolder,
    ReleaseRefused,
    check_build,
    check_page,
    found_signers,
    publish_release,
    rotate_signers,
    sign_release,
)
from portal.settings import settings_from_environment

SITE = click.option("--site", type=FOLDER, help="The built pages; else those of this installation.")
MOST_SIGNERS = 9
CARRY = "Give each signer the key file that is theirs, and delete it here: {files}"


def _site(site: Path | None) -> Path:
    return site or settings_from_environment().site


@contextmanager
def _reporting_refusals() -> Generator[None]:
    try:
        yield
    except ReleaseRefused as error:
        raise CommandError(Exit.REFUSED, error.sentence, **error.values) from error
    except CryptoError as error:
        raise CommandError(
            Exit.NOT_VERIFIED,
            "This list is not signed by the signers whom the code names ({stage}).",
            stage=error.stage,
        ) from error


@click.group()
def release() -> None:
    """The signed list of a release's pages: sign it, check a build against it, publish it."""


@release.command()
@click.argument("path", type=FOLDER)
@click.option("--signer", "signers", multiple=True, required=True, help="A short name of who will sign; repeat it.")
@click.option(
    "--threshold",
    type=click.IntRange(FEWEST_SIGNERS, MOST_SIGNERS),
    default=2,
    show_default=True,
    help="How many have to sign.",
)
@pass_terminal
def found(terminal: Terminal, path: Path, signers: tuple[str, ...], threshold: int) -> None:
    """Make the keys of those who sign releases, and the code that names them."""
    _check_names(signers, threshold)
    with _reporting_refusals():
        folder = found_signers(path, signers, threshold, os.urandom)
    keys = [str(path / "keys" / f"{name}.key") for name in signers]
    terminal.result(
        {"code": folder.code(), "keys": keys},
        terminal.words("Release code: {code}", code=folder.code()),
        terminal.words(CARRY, files=", ".join(keys)),
        terminal.words(
            "Print the code where people look who check a site: it is no secret, and it must be the true one."
        ),
    )


@release.command()
@click.argument("path", type=FOLDER)
@click.option("--key", "files", type=FILE, multiple=True, required=True, help="A present signer's key file; repeat it.")
@click.option("--signer", "signers", multiple=True, required=True, help="A short name of who will sign; repeat it.")
@click.option(
    "--threshold",
    type=click.IntRange(FEWEST_SIGNERS, MOST_SIGNERS),
    default=2,
    show_default=True,
    help="How many have to sign.",
)
@pass_terminal
def rotate(terminal: Terminal, path: Path, files: tuple[Path, ...], signers: tuple[str, ...], threshold: int) -> None:
    """Hand over to other signers under the same code; signers who stay and are here keep their keys."""
    _check_names(signers, threshold)
    folder = ReleaseFolder(path)
    with _reporting_refusals():
        present = read_keepers(files, folder.root().office)
        made = [str(file) for file in rotate_signers(folder, present, signers, threshold, os.urandom)]
    terminal.result(
        {"code": folder.code(), "root": folder.root().number, "keys": made},
        terminal.words("The release code stays: {code}", code=folder.code()),
        *([terminal.words(CARRY, files=", ".join(made))] if made else []),
    )


def _check_names(signers: tuple[str, ...], threshold: int) -> None:
    if len(set(signers)) != len(signers) or not threshold < len(signers) <= MOST_SIGNERS:
        raise CommandError(Exit.USAGE, "Name each signer once, nine at most and more than have to sign.")


@release.command()
@click.argument("path", type=FOLDER)
@click.option("--key", "files", type=FILE, multiple=True, required=True, help="Your key file; may be repeated.")
@click.option("--version", required=True, help="The release's version, the same for all who sign it.")
@SITE
@pass_terminal
def sign(terminal: Terminal, path: Path, files: tuple[Path, ...], version: str, site: Path | None) -> None:
    """Sign the pages that you built here yourself; others add their signatures to the same release.note."""
    folder = ReleaseFolder(path)
    with _reporting_refusals():
        signers = read_keepers(files, folder.root().office)
        done = sign_release(folder, _site(site), version, signers)
    number, missing = done.release.number, done.missing
    terminal.result(
        {"number": number, "version": done.release.version, "missing": missing},
        terminal.words("Release {number} is signed by enough.", number=number)
        if not missing
        else terminal.words("Release {number}: signatures still missing: {count}.", number=number, count=missing),
    )


def _wrong_page(release: Release, page: Path) -> list[str]:
    """A file that anybody may have altered: all but the documents inside has to be the release's."""
    try:
        return [] if check_page(release, page.read_bytes()) else [str(page)]
    except OSError as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read: {reason}.", path=page, reason=error.strerror) from error


@release.command()
@click.argument("path", type=FOLDER)
@click.option(
    "--release-key", "code", type=TYPED_CODE, required=True, help="The release code, from a place that you trust."
)
@SITE
@click.option("--page", type=FILE, help="A yanlu-report.html: then this file alone is checked.")
@pass_terminal
def verify(terminal: Terminal, path: Path, code: str, site: Path | None, page: Path | None) -> None:
    """Check the signatures of release.note, and that the pages built here are the released ones."""
    with _reporting_refusals():
        found_release = ReleaseFolder(path).release(code)
        wrong = _wrong_page(found_release, page) if page else check_build(found_release, _site(site))
    for name in wrong:
        terminal.note("{path}: other bytes than released", path=name)
    if wrong:
        raise CommandError(Exit.REFUSED, "These pages are not release {number}.", number=found_release.number)
    terminal.result(
        {"number": found_release.number, "version": found_release.version, "signers": list(found_release.signers)},
        terminal.words(
            "These pages are release {number} ({version}), signed by {names}.",
            number=found_release.number,
            version=found_release.version,
            names=", ".join(found_release.signers),
        ),
    )


@release.command()
@click.argument("path", type=FOLDER)
@SITE
@pass_terminal
def publish(terminal: Terminal, path: Path, site: Path | None) -> None:
    """Put the signed list beside the pages, so that anybody can fetch and check it."""
    with _reporting_refusals():
        done = publish_release(ReleaseFolder(path), _site(site))
    terminal.result(
        {"number": done.number, "version": done.version},
        terminal.words("Release {number} is published with the pages of both faces.", number=done.number),
    )
