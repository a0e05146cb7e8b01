"""`yanlu desk duty-done`: a member signs that a recurring duty of the office was done."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from crypto import CryptoError
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.duty_done import MOST_NOTE, DutyDone, SignedDutyDone, sign_duty_done
from portal.cli.desk.desk_options import FILE, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.profile import Profile
from portal.cli.desk.rules import stored_rules
from portal.cli.desk.stored_case import offline
from portal.cli.errors import CommandError, Exit
from portal.cli.server import as_json
from portal.cli.terminal import Terminal, today, write_private
from portal.office.recurring_duties import require_theirs


@click.command("duty-done")
@click.argument("policy")
@click.argument("duty")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it was done; else today.")
@click.option("--note", default="", help="What was found, for those who read the office's list; no word of a case.")
@click.option("--out", type=FILE, help="Where the signed statement goes; without it, to the desk, which takes no note.")
@with_desk_options
def duty_done(
    terminal: Terminal,
    options: DeskOptions,
    policy: str,
    duty: str,
    *,
    day: datetime | None,
    note: str,
    out: Path | None,
) -> None:
    """Sign that DUTY of POLICY was done: for the desk, or into a file that `yanlu office duties --add` keeps."""
    done = DutyDone(policy, duty, (day.date() if day else today()).isoformat(), note.strip())
    facts: dict[str, object] = {"policy": policy, "duty": duty, "day": done.day}
    if out is None:
        _send(terminal, options, done)
        return terminal.result(facts, terminal.words("Signed and sent: every member sees it at the desk."))
    profile, staff, directory = offline(terminal, options)
    write_private(out, _signed(profile, staff, directory, done).decode() + "\n")
    return terminal.result(
        {"statement": str(out), **facts},
        terminal.words("Signed. Give {path} to the office: `yanlu office duties --add`.", path=out),
    )


def _send(terminal: Terminal, options: DeskOptions, done: DutyDone) -> None:
    if done.note:
        raise CommandError(Exit.USAGE, "The desk takes no note. Leave it out, or give --out.")
    profile = Profile(options.profile)
    known = profile.facts()
    with signed_in(terminal, options, profile, known["office_key"], known["desk"], known["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        line = _signed(profile, staff, session.directory, done)
        session.server.call("POST", "/api/duties", **as_json(line))


def _signed(profile: Profile, staff: StaffKeys, directory: VerifiedDirectory, done: DutyDone) -> bytes:
    """The statement, once it fits the policies in force."""
    current = {one.id: one.version for one in directory.content.policies}
    rules = stored_rules(profile, directory).policies
    known = [found for (name, version), found in rules.items() if current.get(name) == version]
    require_theirs(known, SignedDutyDone(staff.member, done), today())
    try:
        return sign_duty_done(staff, done)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "The note is too long: {most} characters at most.", most=MOST_NOTE) from error
