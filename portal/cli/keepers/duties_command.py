"""`yanlu office duties`: what the office has to do again and again, what is late, and who signed that it was done."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import click

from casework.obligations.recurring import DutyStatus
from crypto import CryptoError
from crypto.office.directory import VerifiedDirectory
from portal.cli.errors import CommandError, Exit, office_refusal
from portal.cli.keepers.office_words import FILE, FOLDER, folder_of
from portal.cli.lines_at_desk import lines_at_desk
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.languages import in_language
from portal.office import OfficeFolder
from portal.office.recurring_duties import DutyOfPolicy, add_statements, office_duties
from portal.settings import settings_from_environment

STATES: Final = {
    DutyStatus.UNBOUND: "no interval set: give one under [every] in the policy's bindings",
    DutyStatus.DONE: "next by {day}",
    DutyStatus.DUE: "due today",
    DutyStatus.OVERDUE: "{late} days late: was due by {day}",
}


@click.command()
@click.argument("path", required=False, type=FOLDER)
@click.option(
    "--add", "files", type=FILE, multiple=True, help="A statement from `yanlu desk duty-done`; may be repeated."
)
@pass_terminal
@click.pass_context
def duties(context: click.Context, terminal: Terminal, path: Path | None, files: tuple[Path, ...]) -> None:
    """List the office's recurring duties with owner, last day and state; exit code 1 where one is late."""
    folder = folder_of(path)
    directory = _directory(folder)
    if files:
        added = add_statements(folder, directory, [_content(one) for one in files], today())
        terminal.note("{count} statements are kept.", count=len(added))
    found = office_duties(folder, directory, today(), _at_desk(folder))
    rows = [_row(one, today()) for one in found]
    none = terminal.words("The policies in force ask for nothing that comes again and again.")
    terminal.result({"duties": rows}, *([_line(terminal, directory, one) for one in found] or [none]))
    if any(one.state(today()).status is DutyStatus.OVERDUE for one in found):
        context.exit(int(Exit.FAILED))


def _at_desk(folder: OfficeFolder) -> list[bytes]:
    """What members signed at the desk; nothing where this is another office's folder than that of the stores."""
    settings = settings_from_environment()
    return (lines_at_desk(settings) or []) if folder.path == settings.office else []


def _directory(folder: OfficeFolder) -> VerifiedDirectory:
    try:
        return folder.verified(today(), also_lapsed=True)
    except CryptoError as error:
        raise office_refusal(error) from error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read: {reason}.", path=file, reason=error.strerror) from error


def _row(one: DutyOfPolicy, day: date) -> dict[str, object]:
    state, last = one.state(day), max(one.done, key=lambda each: each.done.day, default=None)
    return {
        "policy": one.policy.id,
        "duty": one.duty.id,
        "text": one.duty.text.both(),
        "by": one.duty.by,
        "to": one.duty.to,
        "every": None if one.duty.every is None else one.duty.every.words.both(),
        "state": state.status.value,
        "due": None if state.due is None else state.due.day.isoformat(),
        "late": state.late,
        "missed": [each.isoformat() for each in one.missed(day)],
        "last": None if last is None else {"day": last.done.day, "member": last.member, "note": last.done.note},
    }


def _line(terminal: Terminal, directory: VerifiedDirectory, one: DutyOfPolicy) -> str:
    words, language, day = terminal.words, terminal.words.language, today()
    state = one.state(day)
    due = "" if state.due is None else state.due.day.isoformat()
    roles = {role.id: in_language(role.name, language) for role in one.policy.rules.roles}
    by = words("anybody") if one.duty.by is None else roles.get(one.duty.by, one.duty.by)
    last = max(one.done, key=lambda each: each.done.day, default=None)
    done = words("not done yet")
    if last is not None:
        known = directory.member(last.member)
        name = last.member if known is None else in_language(known.name, language)
        done = words("last done on {day}, signed by {name}", day=last.done.day, name=name)
    return words(
        "{policy}, {duty}: {text} By: {by}. {state}; {done}; missed {missed} times.",
        policy=one.policy.id,
        duty=one.duty.id,
        text=in_language(one.duty.text, language),
        by=by,
        state=words(STATES[state.status], day=due, late=state.late),
        done=done,
        missed=len(one.missed(day)),
    )
