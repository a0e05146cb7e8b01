"""`yanlu desk new-secrets`: the same keys under a new passphrase and device secret; old sheets and devices are out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from crypto import (
    CryptoError,
    b64encode,
    device_secret_text,
    draw_device_secret,
    read_device_secret,
    seeds_in_force,
    signin_secret,
    unwrap_staff_seed,
    wrap_staff_seed,
)
from portal.cli.desk.client import DeskSession
from portal.cli.desk.desk_options import FOLDER, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.enrolment import draw_passphrase
from portal.cli.desk.profile import Document, Profile, Unlocking
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import read_wrapped
from portal.cli.terminal import Terminal, write_private


@click.command("new-secrets")
@click.option("--out", type=FOLDER, required=True, help="A folder for the new passphrase and device secret (0600).")
@with_desk_options
def new_secrets(terminal: Terminal, options: DeskOptions, out: Path) -> None:
    """Replace passphrase and device secret, keep your keys: every other device has to be given the new ones."""
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        given = Unlocking(draw_passphrase(), device_secret_text(draw_device_secret(os.urandom)))
        wrapped, body = changed(session, profile.facts()["wrapped_key"], how, given)
        # Written before anything is sent: whatever breaks off, one of the two sheets is right.
        write_private(out / "passphrase", f"{given.passphrase}\n")
        write_private(out / "device-secret", f"{given.device_secret}\n")
        session.server.call("PUT", "/api/me/secrets", json=body)
        profile.start(facts["desk"], facts["office_key"], facts["member"], read_wrapped(wrapped))
    terminal.result(
        {"member": facts["member"], "secrets": str(out)},
        terminal.words("Your secrets are in {path}: print them, then delete the files.", path=out),
        terminal.words("Every other session has ended; the old sheet signs nobody in. The six digits stay the same."),
    )


def changed(session: DeskSession, wrapped: object, how: Unlocking, given: Unlocking) -> tuple[Document, Document]:
    """The wrapped key under the new secrets, tried before it is sent, and the body of the call."""
    office, member = session.directory.office, session.member
    before, after = read_device_secret(how.device_secret), read_device_secret(given.device_secret)
    seed = unwrap_staff_seed(wrapped, how.passphrase, before, office, member)
    made = wrap_staff_seed(seed, given.passphrase, after, office, member, os.urandom)
    try:
        seeds_in_force(unwrap_staff_seed(made, given.passphrase, after, office, member), session.directory, member)
    except CryptoError as error:
        raise CommandError(Exit.REFUSED, "The directory names another key for you. Nothing was changed.") from error
    body: Document = {
        "secret": b64encode(signin_secret(how.passphrase, before, office, member)),
        "signin_secret": b64encode(signin_secret(given.passphrase, after, office, member)),
        "wrapped_key": made,
    }
    return made, body
