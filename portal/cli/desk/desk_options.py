"""What every desk command needs: the profile, the secrets, and a session with a verified office."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from portal.cli.desk.client import DeskSession, desk_server
from portal.cli.desk.profile import Profile, Unlocking
from portal.cli.desk.totp_replay import UsedCodes
from portal.cli.directory_expiry import mention_end
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office, server_of
from portal.cli.terminal import Terminal, pass_terminal, today

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
P = ParamSpec("P")


@dataclass(frozen=True)
class DeskOptions:
    """Where the profile lies and where the secrets come from."""

    profile: Path
    passphrase_file: Path | None
    device_secret_file: Path | None
    totp_file: Path | None


def with_desk_options(command: Callable[Concatenate[Terminal, DeskOptions, P], None]) -> Callable[..., None]:
    """The options that every desk command has."""

    @click.option("--profile", type=FOLDER, required=True, help="Your folder for work off line.")
    @click.option("--passphrase-file", type=FILE, help="Your passphrase; else you are asked.")
    @click.option("--device-secret-file", type=FILE, help="Your device secret; else you are asked.")
    @click.option("--totp-file", type=FILE, help="Six digits, or the secret that makes them; else you are asked.")
    @pass_terminal
    @wraps(command)
    def run(
        terminal: Terminal,
        profile: Path,
        passphrase_file: Path | None,
        device_secret_file: Path | None,
        totp_file: Path | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        command(terminal, DeskOptions(profile, passphrase_file, device_secret_file, totp_file), *args, **kwargs)

    return run


def unlocking(terminal: Terminal, options: DeskOptions) -> Unlocking:
    """Passphrase and device secret, from files or asked."""
    passphrase = terminal.secret(options.passphrase_file, "Passphrase", "--passphrase-file")
    return Unlocking(passphrase, terminal.secret(options.device_secret_file, "Device secret", "--device-secret-file"))


@contextmanager
def signed_in(
    terminal: Terminal, options: DeskOptions, profile: Profile, code: str, origin: str, member: str
) -> Generator[tuple[DeskSession, Unlocking]]:
    """Verify the office, then sign in; nothing secret leaves before that."""
    office = load_office(origin)
    directory = office.verify(code, today(), profile.seen(), also_lapsed=True)
    mention_end(terminal, directory)
    if directory.valid_member(member) is None:
        raise CommandError(Exit.NOT_VERIFIED, "The keepers have not signed {member} into the directory.", member=member)
    how = unlocking(terminal, options)
    digits = UsedCodes(profile.path)
    totp = digits.fresh(terminal, terminal.secret(options.totp_file, "Six digits", "--totp-file"))
    server = desk_server(server_of(origin), terminal.words.language, terminal.note_busy)
    try:
        with DeskSession.open(server, directory, member, how, totp) as session:
            digits.remember(totp)
            profile.start(server_of(origin), code, member, session.me()["wrapped_key"])
            profile.store_office(office, directory)
            yield session, how
    finally:
        server.close()
