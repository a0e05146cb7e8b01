"""`yanlu notices check`: who is reminded and when; the worker tries each channel when it is asked to."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import Final

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal
from portal.clock import system_clock
from portal.db_roles.privileges import StoreRole
from portal.notices.config import Mail, NoticeSettings, Recipient, read_notices
from portal.notices.letter import Text
from portal.notices.sending import deliver, reminder
from portal.notices.transports import NoticeNotDelivered
from portal.notices.trials import NoticeTrial, TrialOutcome, ask_trial, outcome_of
from portal.settings import StoreName, settings_from_environment
from portal.stores.engines import Store, open_store

WAIT_SECONDS = 60.0
"""So long for a worker's next round, and for transports that answer slowly, one after the other."""
POLL_SECONDS = 0.2
WORDS = {TrialOutcome.ACCEPTED: True, TrialOutcome.REFUSED: False}


NOT_ACCEPTED: Final = (
    "A channel did not accept the notice: check its address, name and secret, and whether the worker has a network."
)


@click.group()
def notices() -> None:
    """Reminders to staff: the same words at fixed times, whether or not anything happened."""


@notices.command()
@click.option("--send", is_flag=True, help="Have the running worker send one notice to each recipient now.")
@pass_terminal
def check(terminal: Terminal, send: bool) -> None:
    """Check the file of notices (YANLU_NOTICES); exit code 6 when a channel refuses, 5 when no worker sends."""
    file = settings_from_environment().notices
    if file is None:
        raise CommandError(Exit.NOTHING_THERE, "Nobody is reminded: YANLU_NOTICES names no file.")
    found = read_notices(file)
    asked = int(system_clock().timestamp() * 1_000_000)
    # Anyone who is on call must not take a trial for an alarm.
    trials = [NoticeTrial(one, Text.REMINDER, asked) for one in found.recipients]
    trials += [NoticeTrial(one, Text.TRIAL, asked) for one in (*found.on_call, *found.operator)]
    outcomes = _sent_by_the_worker(trials) if send else {}
    rows = [_row(trial.recipient, WORDS.get(outcomes.get(trial, TrialOutcome.WAITING))) for trial in trials]
    _print_result(terminal, found, rows)
    if any(outcome not in WORDS for outcome in outcomes.values()):
        raise CommandError(Exit.UNREACHABLE, "No worker sent it: is one running, with the same YANLU_NOTICES?")
    if TrialOutcome.REFUSED in outcomes.values():
        raise CommandError(
            Exit.REFUSED,
            NOT_ACCEPTED,
        )


def _sent_by_the_worker(trials: list[NoticeTrial]) -> dict[NoticeTrial, TrialOutcome]:
    store = open_store(ready_settings(StoreRole.WORKER), StoreName.MAILROOM)
    try:
        for trial in trials:
            ask_trial(store, trial)
        return _awaited(store, trials)
    finally:
        store.engine.dispose()


def _awaited(store: Store, trials: list[NoticeTrial]) -> dict[NoticeTrial, TrialOutcome]:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        found = {trial: outcome_of(store, trial) for trial in trials}
        if all(outcome in WORDS for outcome in found.values()) or time.monotonic() > until:
            return found
        time.sleep(POLL_SECONDS)


def _print_result(terminal: Terminal, found: NoticeSettings, rows: list[dict[str, object]]) -> None:
    """The first rows are those who are reminded, then come those on call, then anyone who looks after the machine."""
    first, second = len(found.recipients), len(found.recipients) + len(found.on_call)
    reminded, on_call, operator = rows[:first], rows[first:second], rows[second:]
    hours = [one.isoformat("minutes") for one in found.hours]
    terminal.result(
        {"hours": hours, "zone": found.zone.key, "recipients": reminded, "on_call": on_call, "operator": operator},
        terminal.words("Every day at {hours} ({zone}).", hours=", ".join(hours), zone=found.zone.key),
        *map(_line, reminded),
        terminal.words(
            "At once when an urgent report comes in:" if on_call else "Nobody is on call for urgent reports."
        ),
        *map(_line, on_call),
        *([terminal.words("When a check of the machine finds something:")] if operator else []),
        *map(_line, operator),
    )


@notices.command()
@pass_terminal
def alarm(terminal: Terminal) -> None:
    """Tell the operator of the machine ([operator] in the file of notices) that something was found, not what."""
    file = settings_from_environment().notices
    found = None if file is None else read_notices(file)
    if found is None or not found.operator:
        terminal.result({"operator": []}, terminal.words("The file of notices names nobody under [operator]."))
        return
    now = system_clock()
    rows = [_row(one, _sent_now(found, one, now)) for one in found.operator]
    terminal.result({"operator": rows}, *map(_line, rows))
    if not all(row["sent"] for row in rows):
        raise CommandError(
            Exit.REFUSED,
            NOT_ACCEPTED,
        )


def _sent_now(found: NoticeSettings, one: Recipient, now: datetime) -> bool:
    """Sends from here: the worker may be just what fails."""
    try:
        deliver(found, one, replace(reminder(one, now), text=Text.OPERATOR), now)
    except NoticeNotDelivered:
        return False
    return True


def _line(row: dict[str, object]) -> str:
    return "  ".join(str(value) for value in row.values() if value is not None)


def _row(one: Recipient, sent: bool | None) -> dict[str, object]:
    """A recipient; of a robot the address is a secret and is not told."""
    row: dict[str, object] = {"kind": "mail", "to": one.to} if isinstance(one, Mail) else {"kind": one.kind.value}
    return row | {"language": one.language, "sent": sent}
