"""`yanlu desk duty-done`: a member signs that a recurring duty of the office was done."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from crypto import CryptoError
from crypto.office.duty_done import MOST_NOTE, DutyDone, SignedDutyDone, sign_duty_done
from portal.cli.desk.desk_options import FILE, DeskOptions, with_desk_options
from portal.cli.desk.rules import stored_rules
from portal.cli.desk.stored_case import offline
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, today, write_private
from portal.office.recurring_duties import require_theirs


@click.command("duty-done")
@click.argument("policy")
@click.argument("duty")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it was done; else today.")
@click.option("--note", default="", help="What was found, for those who read the office's list; no word of a case.")
@click.option("--out", type=FILE, required=True, help="Where the signed statement goes.")
@with_desk_options
def duty_done(
    terminal: Terminal, options: DeskOptions, policy: str, duty: str, *, day: datetime | None, note: str, out: Path
) -> None:
    """Sign that DUTY of POLICY was done; `yanlu office duties --add` keeps the statement."""
    profile, staff, directory = offline(terminal, options)
    done = DutyDone(policy, duty, (day.date() if day else today()).isoformat(), note.strip())
    current = {one.id: one.version for one in directory.content.policies}
    rules = stored_rules(profile, directory).policies
    known = [found for (name, version), found in rules.items() if current.get(name) == version]
    require_theirs(known, SignedDutyDone(staff.member, done), today())
    try:
        statement = sign_duty_done(staff, done)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "The note is too long: {most} characters at most.", most=MOST_NOTE) from error
    write_private(out, statement.decode() + "\n")
    terminal.result(
        {"statement": str(out), "policy": policy, "duty": duty, "day": done.day},
        terminal.words("Signed. Give {path} to the office: `yanlu office duties --add`.", path=out),
    )
