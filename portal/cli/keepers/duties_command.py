"""`yanlu office duties`: what the office has to do again and again, what is late, and who signed that it was done."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import click

from casework.obligations.recurring import DutyStatus
from crypto import CryptoError
from crypto.office.directory import VerifiedDirectory
from crypto.office.duty_done import SignedDutyDone
from portal.cli.errors import CommandError, Exit, office_refusal
from portal.cli.keepers.office_words import FILE, FOLDER, folder_of
from portal.cli.lines_at_desk import Unread, lines_at_desk
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.words import one_or_more
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
ONE_DAY_LATE: Final = "{late} day late: was due by {day}"

PAST: Final = "signed for {day} by {name}, who does not hold the role now"
UNREAD: Final = (
    "What members signed at the desk is not in this list, and may show as late. Run the command on the desk's machine, "
    "with the desk's settings."
)


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
        terminal.note(
            one_or_more(len(added), "{count} statement is kept.", "{count} statements are kept."), count=len(added)
        )
    at_desk = _at_desk(folder)
    if at_desk is None:
        terminal.note(UNREAD)
    found = office_duties(folder, directory, today(), at_desk or ())
    rows = [_row(one, today()) for one in found]
    none = terminal.words("The policies in force ask for nothing that comes again and again.")
    lines = [_line(terminal, directory, one) for one in found] or [none]
    terminal.result(
        {"duties": rows, "desk_read": at_desk is not None},
        *lines,
    )
    if any(one.state(today()).status is DutyStatus.OVERDUE for one in found):
        context.exit(int(Exit.FAILED))


def _at_desk(folder: OfficeFolder) -> list[bytes] | None:
    """What members signed at the desk; None where that was not read, or the stores are those of another office."""
    settings = settings_from_environment()
    if folder.path.resolve() != settings.office.resolve():
        return None
    lines = lines_at_desk(settings)
    return None if isinstance(lines, Unread) else lines


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
    state, last, past = one.state(day), one.last, one.last_past
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
        "last_past": None if past is None else {"day": past.done.day, "member": past.member},
    }


def _line(terminal: Terminal, directory: VerifiedDirectory, one: DutyOfPolicy) -> str:
    words, language, day = terminal.words, terminal.words.language, today()
    state = one.state(day)
    due = "" if state.due is None else state.due.day.isoformat()
    roles = {role.id: in_language(role.name, language) for role in one.policy.rules.roles}
    by = words("anybody") if one.duty.by is None else roles.get(one.duty.by, one.duty.by)
    done = _last(terminal, directory, one)
    return words(
        "{policy}, {duty}: {text} By: {by}. {state}; {done}; missed {missed} times.",
        policy=one.policy.id,
        duty=one.duty.id,
        text=in_language(one.duty.text, language),
        by=by,
        state=words(ONE_DAY_LATE if state.late == 1 else STATES[state.status], day=due, late=state.late),
        done=done,
        missed=len(one.missed(day)),
    )


def _last(terminal: Terminal, directory: VerifiedDirectory, one: DutyOfPolicy) -> str:
    """Who signed last, and what a member signed after that who does not hold the role now."""
    words = terminal.words

    def said(sentence: str, signed: SignedDutyDone) -> str:
        known = directory.member(signed.member)
        name = signed.member if known is None else in_language(known.name, words.language)
        return words(sentence, day=signed.done.day, name=name)

    counts = words("not done yet") if one.last is None else said("last done on {day}, signed by {name}", one.last)
    return counts if one.last_past is None else f"{counts}; {said(PAST, one.last_past)}"
