"""`yanlu policy publish|supersede`, `yanlu calendar publish`: what an office puts in force, in its folder."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from casework.deadlines.calendar_files import CalendarFile, read_calendar
from casework.errors import CalendarRefused, PolicyError
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import read_policy, shipped_policies
from casework.policy_check.findings import Fault, Severity
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.confirming import CONFIRM_POLICIES, require_topics
from portal.cli.keepers.lint_command import few, of_policy
from portal.cli.keepers.policy_source import say_in
from portal.cli.keepers.refused_files import PolicyFileRefused
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.words import one_or_more
from portal.office.calendars import store_upload
from portal.office.errors import ConfigRefused
from portal.office.folder import OfficeFolder
from portal.office.founding_checks import faults_of
from portal.office.published import source_policy
from portal.office.publishing import publish_version, supersede_version
from portal.office.unconfirmed import to_confirm
from portal.office.unfinished import draft_reasons
from portal.settings import settings_from_environment

FOLDER = click.option(
    "--office",
    "path",
    type=click.Path(path_type=Path, file_okay=False),
    help="The office folder; else that of the settings.",
)
LEFT_OUTSIDE: Final = (
    "Now put {file} into the office as {own}: each signature takes the members of the roles from there, so without it "
    "those that were bound here are replaced by all who hold the reports."
)
ONE_OF_LINTER: Final = "The linter has {count} warning: it keeps nothing from being published."
OF_LINTER: Final = "The linter has {count} warnings: they keep nothing from being published."
SINCE = click.DateTime(["%Y-%m-%d"])


def _office(path: Path | None) -> OfficeFolder:
    return OfficeFolder(path or settings_from_environment().office)


@click.command(params=[CONFIRM_POLICIES])
@click.argument("name", metavar="POLICY")
@click.option(
    "--bindings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What the office binds to the policy: its numbers, holders and missing parts.",
)
@click.option("--from", "since", type=SINCE, help="The first day on which cases open under it; else its own, or today.")
@FOLDER
@pass_terminal
def publish(
    terminal: Terminal,
    name: str,
    bindings: Path | None,
    since: datetime | None,
    path: Path | None,
    confirmed: tuple[str, ...],
) -> None:
    """Publish a version of POLICY (a name, or a file); the next directory signed from its day on names it."""
    office = _office(path)
    text = Path(name) if Path(name).is_file() else office.own_texts / f"{name}.toml"
    if reasons := draft_reasons(text, bindings or office.own_texts / f"{name}.bindings.toml"):
        raise ConfigRefused(*reasons)
    found = _policy(office, name, bindings)
    if text.is_file() and (reasons := faults_of(found, text.name)):
        raise ConfigRefused(*reasons)
    _print_warnings(terminal, office, found, text.name if text.is_file() else f"{found.id}.toml")
    waiting = to_confirm(office, office.config(), [found], own_bindings=bindings is not None)
    require_topics(terminal, waiting, confirmed)
    effective = since.date() if since else found.bound.effective or today()
    line = publish_version(office, found, effective)
    _print_published(terminal, line.policy, line.version, line.effective)
    own = office.own_texts / f"{line.policy}.bindings.toml"
    if bindings is not None and not (own.is_file() and own.read_bytes() == bindings.read_bytes()):
        terminal.note(LEFT_OUTSIDE, file=bindings, own=own)


def _print_warnings(terminal: Terminal, office: OfficeFolder, found: Policy, file: str) -> None:
    """What the linter warns of: a published version is never changed. What is confirmed is said there."""
    warned = [
        one
        for one in of_policy(terminal, found, file, office.config(), activate=True)
        if one.level is Severity.WARNING and one.fault is not Fault.JOINED
    ]
    say = say_in(terminal)
    for one in few(warned):
        terminal.note("{file}: {key}: {reason}", file=one.file, key=one.key, reason=say(one.reason))
    if warned:
        terminal.note(one_or_more(len(warned), ONE_OF_LINTER, OF_LINTER), count=len(warned))


@click.command()
@click.argument("policy", metavar="POLICY")
@click.argument("version", metavar="VERSION")
@click.option("--from", "since", type=SINCE, required=True, help="The first day on which cases open under it.")
@FOLDER
@pass_terminal
def supersede(terminal: Terminal, policy: str, version: str, since: datetime, path: Path | None) -> None:
    """Let a published VERSION of POLICY be in force from a day on; cases that are open stay under theirs."""
    line = supersede_version(_office(path), policy, version, since.date())
    _print_published(terminal, line.policy, line.version, line.effective)


def _print_published(terminal: Terminal, policy: str, version: str, effective: date | None) -> None:
    day = effective.isoformat() if effective else None
    terminal.result(
        {"policy": policy, "version": version, "from": day},
        terminal.words("{policy} {version} is published from {day} on.", policy=policy, version=version, day=day),
        terminal.words("Reporters see it once the keepers have signed: `yanlu office sign`."),
    )


def _policy(office: OfficeFolder, name: str, bindings: Path | None) -> Policy:
    """A policy by name as the office keeps it, or one in a file; raises `CommandError` with file, key and reason."""
    file = Path(name)
    try:
        if not file.is_file() and name not in shipped_policies() and not (office.own_texts / f"{name}.toml").is_file():
            raise CommandError(Exit.NOTHING_THERE, "There is no policy {name}, and no such file.", name=name)
        if not file.is_file():
            return source_policy(name, office.own_texts, bindings)
        found = read_policy(file.read_bytes(), name)
        return found if bindings is None else bind_policy(found, bindings.read_bytes(), str(bindings))
    except PolicyError as error:
        raise PolicyFileRefused(error) from error


@click.command("publish")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--calendar", "name", default="cn", show_default=True, help="Which calendar an ICS file belongs to.")
@click.option("--year", type=click.IntRange(1900, 2999), help="The year to take from an ICS file.")
@FOLDER
@pass_terminal
def publish_calendar(terminal: Terminal, file: Path, name: str, year: int | None, path: Path | None) -> None:
    """Keep the calendar in FILE (TOML or ICS) for this office; it holds once the keepers have signed."""
    content = file.read_bytes()
    try:
        read = _read(content, file, name, year)
    except CalendarRefused as error:
        raise CommandError(
            Exit.REFUSED,
            "{file}: {key}: {reason}.",
            file=error.file,
            key=error.key,
            reason=terminal.words.of(error.reason),
        ) from error
    stored = store_upload(_office(path), read, content, today(), file.suffix.lower())
    terminal.result(
        {"calendar": read.calendar, "year": read.year.year if read.year else None, "file": str(stored)},
        terminal.words("The calendar is kept; it holds once the keepers have signed: run `yanlu office sign`."),
    )


def _read(content: bytes, file: Path, name: str, year: int | None) -> CalendarFile:
    if file.suffix.lower() != ".ics":
        return read_calendar(content, file.name)
    if year is None:
        raise CommandError(Exit.USAGE, "{file}: give --year, for an ICS file may hold several.", file=file.name)
    # Loaded only for such a file: it takes a moment.
    from casework.deadlines.calendar_ics import read_ics

    return read_ics(content, file.name, name, year)


PUBLISHING = (publish, supersede)
