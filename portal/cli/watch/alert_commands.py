"""`yanlu watch weekly-run|alerts`: the weekly run on the watch's host, and the officer's alerts as evidence."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from crypto import CryptoError
from portal.cli.desk.desk_options import FOLDER, DeskOptions, with_desk_options
from portal.cli.errors import CommandError, Exit
from portal.cli.ready import ready_settings
from portal.cli.responses.reading import is_id_text
from portal.cli.responses.watch import Alert, read_alerts, read_digest, read_named
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.watch.evidence import WHY
from portal.cli.watch.evidence_command import readers_of, write_evidence
from portal.cli.watch.officer import OfficerCalls
from portal.cli.watch.officer_commands import officer_calls
from portal.db_roles.privileges import StoreRole
from portal.watch.context import WatchContext
from portal.wiring.watch import build_watch_context, watch_cache
from retaliation_watch.errors import NoAgreement
from retaliation_watch.store import AGREEMENTS
from retaliation_watch.weekly_run.officer_alert_list import AlertState
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly


@click.command("weekly-run")
@click.option("--entity", help="Whose people are looked at; else those of every entity that agreed.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; else today.")
@pass_terminal
def weekly_run(terminal: Terminal, entity: str | None, day: datetime | None) -> None:
    """Analyse an entity, once a week: who crossed the line becomes an alert, shown up to two weeks later by lot."""
    settings = ready_settings(StoreRole.WATCH)
    context = build_watch_context(settings)
    means = RunContext(os.urandom, context.key.randomization_key, watch_cache(settings))
    when = today() if day is None else day.date()
    watched = 0
    try:
        for one in _entities(context) if entity is None else [entity]:
            with context.store.write() as tx:
                watched += run_weekly(tx, one, when, means).watched
    except NoAgreement as error:
        raise CommandError(Exit.REFUSED, "Nobody has agreed to a watch at {entity}.", entity=entity) from error
    finally:
        context.store.engine.dispose()
    # How many crossed would tell anyone who reads the timer's log: it is for the officer alone.
    terminal.result(
        {"watched": watched}, terminal.words.counted(watched, "{count} watch looked at.", "{count} watches looked at.")
    )


def _entities(context: WatchContext) -> list[str]:
    with context.store.read() as connection:
        return list(connection.scalars(select(AGREEMENTS.c.entity).order_by(AGREEMENTS.c.entity)))


@click.command()
@click.option("--at", required=True, help="The address of the watch's officer face.")
@click.option("--out", type=FOLDER, help="Write PDF and JSON of each alert, sealed, and have the log know them.")
@click.option("--to", "named_readers", multiple=True, help="Another member who may open them, up to seven.")
@click.option("--name", "named", help="Have the person behind one alert named; it is kept on record.")
@click.option("--state", type=click.Choice([one.value for one in AlertState]), help="With --alert: how far you are.")
@click.option("--alert", help="The alert that --state is about.")
@with_desk_options
def alerts(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    options: DeskOptions,
    at: str,
    out: Path | None,
    named_readers: tuple[str, ...],
    named: str | None,
    state: str | None,
    alert: str | None,
) -> None:
    """The alerts whose day has come, as evidence; names are given one at a time, a few a day."""
    calls, staff, directory = officer_calls(terminal, options, at)
    readers = readers_of(staff, directory, named_readers)
    if (state is None) != (alert is None):
        raise CommandError(Exit.USAGE, "Name both --alert and --state, or neither.")
    if alert is not None:
        calls.call("POST", f"/api/alerts/{_id_of(alert)}/state", {"v": 1, "state": state})
    if named is not None:
        person = calls.read(read_named, "POST", f"/api/alerts/{_id_of(named)}/name", {"v": 1})
        terminal.result(dict(person), f"{person['entity']}  {person['employee']}")
        return
    found = calls.read(read_alerts, "GET", "/api/alerts")
    written: list[dict[str, str]] = []
    if out is not None:
        for one in found:
            written.append(write_evidence(terminal, directory, readers, one, out))
            _enter(calls, one, written[-1]["sha256"])
    lines = [_line(terminal, one) for one in found]
    terminal.result({"alerts": found, "files": written}, *lines)


def _line(terminal: Terminal, one: Alert) -> str:
    """One alert: since when, and where it was told again when and why."""
    evidence = one["evidence"]
    line = f"{one['alert']}  {evidence['level']}  {one['shown']}  {one['state']}"
    notifications = evidence.get("told", ())
    if len(notifications) < 2:
        return line
    why = terminal.words(WHY[notifications[-1]["why"]])
    return line + "  " + terminal.words("Raised again on {day}: {why}.", day=notifications[-1]["day"], why=why)


def _id_of(alert: str) -> str:
    """The id of an alert that a person gave; raises CommandError for what is none."""
    try:
        return is_id_text(alert)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "{alert} is no alert.", alert=alert) from error


def _enter(calls: OfficerCalls, alert: Alert, digest: str) -> None:
    """The watch enters the hash of its own evidence; raises CommandError where that is not what was written here."""
    entered = calls.read(read_digest, "POST", f"/api/alerts/{alert['alert']}/evidence", {"v": 1})
    if entered.hex() != digest:
        raise CommandError(Exit.NOT_VERIFIED, "The watch has other evidence of {alert} by now.", alert=alert["alert"])
