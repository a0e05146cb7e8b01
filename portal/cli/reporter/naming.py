"""A reporter's name on the command line: from a file, never from an option, given or sealed for the custodians."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import click

from crypto import (
    About,
    CryptoError,
    Ground,
    IdentityText,
    MailboxCursor,
    ReporterKeys,
    Unsealing,
    UnsealingNotice,
    VerifiedDirectory,
    custodians_of,
    read_identity_text,
    seal_identity_post,
    seal_withdrawal,
)
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, read_text

FILE = click.Path(path_type=Path, dir_okay=False)
STATES: dict[Unsealing, str] = {
    Unsealing.ASKED: "Somebody has asked the custodians to open your sealed identity.",
    Unsealing.OPENED: "Your sealed identity was opened.",
    Unsealing.REFUSED: "The custodians did not agree: your name stays encrypted.",
    Unsealing.EXPIRED: "The request for your identity is over: it stays sealed.",
}
OTHERS: dict[Unsealing, str] = {
    Unsealing.ASKED: "Somebody has asked the custodians to open a name that you sealed for somebody else.",
    Unsealing.OPENED: "A name that you sealed for somebody else was opened.",
    Unsealing.REFUSED: "The custodians did not agree: the name that you encrypted for somebody else stays encrypted.",
    Unsealing.EXPIRED: "The request for the name that you sealed for somebody else is over: it stays sealed.",
}
GROUNDS: dict[Ground, str] = {
    Ground.CONSENT: "the person whose name it is has agreed",
    Ground.HEARING: "the person concerned is to be heard, or asks for access",
    Ground.CLEARING: "the person concerned is to be cleared by name",
    Ground.LEGAL_DUTY: "a legal duty",
    Ground.DANGER_TO_LIFE: "danger to somebody's life",
}


@dataclass(frozen=True, repr=False)
class Naming:
    """Whose name, and whether it is sealed for the custodians."""

    identity: IdentityText
    sealed: bool


def name_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which a name is given."""
    levels = click.Choice(["sealed", "named"])
    command = click.option(
        "--identity-file", type=FILE, help="The name on the first line, a way to reach you on the second."
    )(command)
    return click.option("--identity", type=levels, help="Give a name: sealed for the custodians, or named.")(command)


def naming_of(directory: VerifiedDirectory, given: Mapping[str, Any]) -> Naming | None:
    """What `--identity` and its file say; None without them. Raises CommandError before anything is sealed."""
    level, file = cast("str | None", given["identity"]), cast("Path | None", given["identity_file"])
    if level is None and file is None:
        return None
    if level is None or file is None:
        raise CommandError(Exit.USAGE, "--identity and --identity-file go together.")
    lines = [line.strip() for line in read_text(file).strip().splitlines()]
    about = About(given.get("about") or "reporter")
    identity = IdentityText(about, lines[0] if lines else "", lines[1] if len(lines) > 1 else "", "")
    try:
        read_identity_text(identity.document())
    except CryptoError as error:
        raise CommandError(
            Exit.USAGE, "{path} has no name on its first line, or one longer than 256 bytes.", path=file
        ) from error
    if level == "sealed":
        _check_custodians(directory)
    return Naming(identity, level == "sealed")


def _check_custodians(directory: VerifiedDirectory) -> None:
    try:
        custodians_of(directory)
    except CryptoError as error:
        raise CommandError(Exit.REFUSED, "This office has no custodians: a name cannot be sealed here.") from error


def name_post(
    directory: VerifiedDirectory, keys: ReporterKeys, cursor: MailboxCursor, naming: Naming
) -> tuple[dict[str, object], MailboxCursor]:
    """The post that gives the name; it may be the finishing post. Raises CommandError for a name too long."""
    try:
        return seal_identity_post(directory, keys, cursor, naming.identity, naming.sealed, "", os.urandom)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "This cannot be sealed: {reason}.", reason=error) from error


def withdrawal_post(
    keys: ReporterKeys, cursor: MailboxCursor, witness: int | None = None
) -> tuple[dict[str, object], MailboxCursor]:
    """The post that takes the own sealed name back, or the one of that `witness`, counted from 1."""
    memo = cursor.memo
    if witness is not None:
        if not 1 <= witness <= len(memo.other_handles):
            raise CommandError(Exit.NOTHING_THERE, "No such name of a witness lies sealed with the custodians.")
        return seal_withdrawal(keys, cursor, os.urandom, memo.other_handles[witness - 1])
    if memo.identity_handle is None:
        raise CommandError(Exit.NOTHING_THERE, "No name of yours is sealed with the custodians.")
    return seal_withdrawal(keys, cursor, os.urandom)


def unsealing_document(notice: UnsealingNotice) -> dict[str, object]:
    """What the office told of a request, as JSON."""
    return {name: value for name, value in notice.document().items() if name not in ("text", "day")}


def unsealing_lines(terminal: Terminal, said: Mapping[str, Any]) -> list[str]:
    """The same for a person."""
    words = terminal.words
    states = STATES if said["about"] == About.REPORTER else OTHERS
    lines = [words(states[Unsealing(said["state"])])]
    ground = words(GROUNDS[Ground(said["ground"])])
    lines.append(words("Asked by: {role}. Ground: {ground}.", role=said.get("asked_by", said["role"]), ground=ground))
    if said["delay"]:
        lines.append(words("Why you hear of this only now: {why}", why=said["delay"]))
    return lines
