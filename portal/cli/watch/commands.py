"""`yanlu watch`: the watch over a folder of files, judged by those who made them, and companies to judge it on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.former_names import RenamedGroup
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.watch.alert_commands import alerts, weekly_run
from portal.cli.watch.cover_commands import cover, decoys, play
from portal.cli.watch.drawn_reviews_command import drawn
from portal.cli.watch.evidence_command import evidence
from portal.cli.watch.feed_commands import form, import_, push, release, reviews, source
from portal.cli.watch.files import DAY, FILE, read_feed, write_file
from portal.cli.watch.host_commands import agree, export, key, serve
from portal.cli.watch.office_command import office
from portal.cli.watch.officer_commands import enter
from portal.cli.watch.unsealing import unseal
from retaliation_watch.detector.alert_file import alert_file
from retaliation_watch.detector.detector import DetectorRun, Schedule, run_detector
from retaliation_watch.detector.summary import summarize
from retaliation_watch.errors import NobodyToWatch, NoHistory
from retaliation_watch.hr_formats.columns import Receipt
from retaliation_watch.hr_formats.dates import Order, day_number, day_of
from retaliation_watch.hr_formats.events import read_events
from retaliation_watch.hr_formats.roster import Roster, read_roster
from retaliation_watch.hr_formats.watchlist import read_watchlist
from retaliation_watch.kinds import HEALTH, MEANINGS, Measure
from retaliation_watch.simulation.companies import GENERATORS, make_company, write_company
from retaliation_watch.simulation.companies import Order as CompanyOrder


@click.group(cls=RenamedGroup, former={"look": "weekly-run"})
def watch() -> None:
    """See retaliation in HR's records, with an error rate that was asked for."""


@watch.command()
@click.option("--roster", type=FILE, required=True, help="Everybody who works there (CSV).")
@click.option("--events", type=FILE, required=True, help="HR's events (CSV).")
@click.option("--watchlist", type=FILE, required=True, help="Whom to watch, from when to when (CSV).")
@click.option("--from", "first", type=DAY, required=True, help="The day of the first look.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--every", type=click.IntRange(1, 92), default=7, help="Days between two looks.")
@click.option("--rate", type=click.FloatRange(0.001, 1), default=0.05, help="False alarms per protected year.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the alerts go.")
@click.option("--dates", type=click.Choice([*Order]), help="What stands first in a date such as 03/04/2026.")
@click.option("--health", is_flag=True, help="Count kinds that touch health too.")
@click.option("--draw", "seed", type=int, default=0, help="Chooses the placebo colleagues.")
@pass_terminal
def run(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    roster: Path,
    events: Path,
    watchlist: Path,
    first: datetime,
    last: datetime,
    every: int,
    rate: float,
    out: Path,
    dates: str | None,
    health: bool,  # Click calls by name
    seed: int,
) -> None:
    """Look at a whole history as if each look were then: one row per person, at the first crossing."""
    if last < first:
        raise CommandError(Exit.USAGE, "The last day is before the first.")
    order, on = Order(dates) if dates else None, HEALTH if health else frozenset[Measure]()
    people = read_feed(roster, lambda file: read_roster(file, order))
    found = read_feed(events, lambda file: read_events(file, people, order, switched_on=on))
    schedule = Schedule(day_number(first.date()), day_number(last.date()), every, rate, seed=seed)
    try:
        watched = read_feed(watchlist, lambda file: read_watchlist(file, people, order))
        done = run_detector(people, found, watched, schedule)
    except NobodyToWatch as error:
        raise CommandError(Exit.FAILED, "Nobody of the watchlist is in the roster.") from error
    except NoHistory as error:
        raise CommandError(Exit.FAILED, "No event is dated before the last day.") from error
    write_file(out, alert_file(done.alerts, people))
    for path, receipt in ((roster, people.receipt), (events, found.receipt), (watchlist, watched.receipt)):
        _print_quarantined(terminal, path, receipt)
    _print_gaps(terminal, done)
    _print_result(terminal, done, people, out)


def _print_quarantined(terminal: Terminal, path: Path, receipt: Receipt) -> None:
    if receipt.codes:
        codes = ", ".join(f"{code} ×{count}" for code, count in sorted(receipt.codes.items()))
        terminal.note("{path}: set aside: {codes}.", path=path, codes=codes)


def _print_gaps(terminal: Terminal, done: DetectorRun) -> None:
    for gap in done.gaps:
        kind = terminal.words.of(MEANINGS[gap.kind])
        words = "No {kind} was recorded for {weeks} looks: for it there is no all-clear."
        terminal.note(words, kind=kind, weeks=gap.weeks)


def _print_result(terminal: Terminal, done: DetectorRun, people: Roster, out: Path) -> None:
    watched = int((~done.episodes.is_control).sum())
    controls = int(done.episodes.is_control.sum())
    alerts = sorted(done.alerts, key=lambda one: (one.day, one.person))
    lines = [
        terminal.words(
            "{count} of {watched} watches crossed the line; see {path}.", count=len(alerts), watched=watched, path=out
        )
    ]
    for alert in alerts:
        summary = summarize(alert)
        lines.append(f"{day_of(alert.day)} {people.ids[alert.person]} {terminal.words.of(summary)}")
    terminal.result(
        {
            "file": str(out),
            "alerts": len(alerts),
            "watched": watched,
            "placebos": controls,
            "placebo_rate": done.control_alarm_rate,
            "gaps": [gap.kind for gap in done.gaps],
        },
        *lines,
    )


@watch.group(invoke_without_command=True)
@click.option("--draw", "seed", type=int, help="The same seed makes the same company.")
@click.option("--generator", type=click.Choice([*GENERATORS]), default="works", help="Which kind of company.")
@click.option("--size", type=click.IntRange(200, 2_000_000), default=20_000, help="Employees at a time.")
@click.option("--watched", type=click.IntRange(1, 100_000), default=300, help="People on the watchlist.")
@click.option("--wave", is_flag=True, help="With a wave of layoffs.")
@click.option("--chinese", is_flag=True, help="Headers and kinds in Chinese, in GB18030.")
@click.option("--dirty", type=click.FloatRange(0, 1), default=0.0, help="Share of event rows that are spoilt.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where the files go.")
@click.pass_context
@pass_terminal
def simulate(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    context: click.Context,
    seed: int | None,
    generator: str,
    size: int,
    watched: int,
    wave: bool,  # Click calls by name
    chinese: bool,  # as above
    dirty: float,
    out: Path | None,
) -> None:
    """Make up a company: employees.csv, hr_events.csv, watchlist.csv, and truth.csv beside them."""
    if context.invoked_subcommand:
        return
    if seed is None or out is None:
        raise CommandError(Exit.USAGE, "Say which company with --draw, and where to with --out.")
    made = make_company(CompanyOrder(generator, seed, size, watched, has_wave=wave))
    try:
        write_company(made, out, seed=seed, is_chinese=chinese, dirty=dirty)
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=out, reason=error.strerror
        ) from error
    first, last = day_of(made.first_run).isoformat(), day_of(made.last_run).isoformat()
    terminal.result(
        {"folder": str(out), "from": first, "to": last, "events": made.events.height, "watched": len(made.truths)},
        terminal.words(
            "{folder} holds {count} events; look from {first} to {last}.",
            folder=out,
            count=made.events.height,
            first=first,
            last=last,
        ),
    )


for command in (decoys, cover, key, agree, serve, export, source, form, release, import_, reviews, push, enter, unseal):
    watch.add_command(command)
for command in (weekly_run, alerts, evidence, drawn, office):
    watch.add_command(command)
simulate.add_command(play)
