"""`yanlu notices check`: reads the file of notices, tells who is reminded and when, and tries each road if asked."""

from __future__ import annotations

from dataclasses import replace

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, pass_terminal
from portal.clock import system_clock
from portal.notices.config import Mail, NoticeSettings, Recipient, read_notices
from portal.notices.letter import Text
from portal.notices.roads import NoticeNotTaken
from portal.notices.schedule import last_moment
from portal.notices.sending import deliver, reminder
from portal.settings import settings_from_environment


@click.group()
def notices() -> None:
    """Reminders to staff: the same words at fixed times, whether or not anything happened."""


@notices.command()
@click.option("--send", is_flag=True, help="Send one notice to each recipient now.")
@pass_terminal
def check(terminal: Terminal, send: bool) -> None:
    """Check the file of notices (YANLU_NOTICES); exit code 6 when a road does not take what is sent."""
    file = settings_from_environment().notices
    if file is None:
        raise CommandError(Exit.NOTHING_THERE, "Nobody is reminded: YANLU_NOTICES names no file.")
    found = read_notices(file)
    rows = [_row(terminal, found, one, Text.REMINDER, send=send) for one in found.recipients]
    # Whoever is on call must not take a trial for an alarm.
    on_call = [_row(terminal, found, one, Text.TRIAL, send=send) for one in found.on_call]
    hours = [one.isoformat("minutes") for one in found.hours]
    terminal.result(
        {"hours": hours, "zone": found.zone.key, "recipients": rows, "on_call": on_call},
        terminal.words("Every day at {hours} ({zone}).", hours=", ".join(hours), zone=found.zone.key),
        *map(_line, rows),
        terminal.words(
            "At once when an urgent report comes in:" if on_call else "Nobody is on call for urgent reports."
        ),
        *map(_line, on_call),
    )
    if any(row["sent"] is False for row in (*rows, *on_call)):
        raise CommandError(Exit.REFUSED, "A road did not take the notice: check its address, name and secret.")


def _line(row: dict[str, object]) -> str:
    return "  ".join(str(value) for value in row.values() if value is not None)


def _row(terminal: Terminal, settings: NoticeSettings, one: Recipient, text: Text, *, send: bool) -> dict[str, object]:
    """A recipient; of a robot the address is a secret and is not told."""
    row: dict[str, object] = {"kind": "mail", "to": one.to} if isinstance(one, Mail) else {"kind": one.kind.value}
    row |= {"language": one.language.value, "sent": None}
    if send:
        now = system_clock()
        try:
            moment = last_moment(settings, now) if text is Text.REMINDER else now
            deliver(settings, one, replace(reminder(one, moment), text=text), now)
        except NoticeNotTaken as error:
            reason = type(error.__cause__ or error).__name__
            terminal.note("Not taken ({reason}): {kind}", reason=reason, kind=row["kind"])
            return row | {"sent": False}
        return row | {"sent": True}
    return row
