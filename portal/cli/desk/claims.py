"""Whose desk has unsealed a case, as `yanlu desk` signs and tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from casework.deadlines.calendars import Office, next_day
from crypto import VerifiedDirectory
from crypto.keys.staff import StaffKeys
from portal.cli.desk.client import DeskSession, OpenedCase, StepLoad, write_step
from portal.cli.desk.profile import Profile
from portal.cli.desk.rules import stored_rules
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal

WORKING_DAYS: Final = 5
SATURDAY: Final = 5
GRANTING: Final = frozenset({"regranted", "regrant-countersigned"})
DIFFERING: Final = (
    "What the desk of {people} signed on unsealing this case is not what you were shown: another report, or another "
    "key, under the same case. The server shows different people different things. Do not write into it. Read the case "
    "mark to each other by telephone: different marks mean different reports; equal marks mean one report but another "
    "key, and clear nothing up. Keep what each of you sees, and tell the keepers."
)
COMPARE: Final = (
    "A desk that has not unsealed it may have done so all the same: a server could hide that. Where it matters, read "
    "the case mark to each other by telephone before you act: with the same mark both of you have the same report. "
    "That a desk unsealed it does not mean that the person has read it."
)
LATE: Final = (
    "Not unsealed for five working days: {people}. The key may not have reached them, or not work for them. Ask them "
    "by telephone; if they don't find the case, a colleague who did not make this key runs `yanlu desk renew`."
)


def sign_opened(session: DeskSession, staff: StaffKeys, opened: OpenedCase, day: str) -> bool:
    """Sign once under each key what this member was shown of a case; whether that was written now.

    A refusal is no matter: the case can be read all the same, and the next pull signs it.
    """
    claims = opened.claims
    if claims.own is None or not opened.chain_holds or staff.member in claims.opened:
        return False
    try:
        write_step(session, staff, opened, StepLoad("claimed", day, names=claims.own.document()))
    except CommandError as error:
        if error.code is not Exit.REFUSED:
            raise
        return False
    return True


def unopened_by(opened: OpenedCase, directory: VerifiedDirectory) -> list[str]:
    """Readers who are in the directory today and, as far as the record tells, whose desk has not unsealed the case."""
    return [one for one in opened.grant.body.holders if directory.valid_member(one) and one not in opened.claims.opened]


def late_readers(profile: Profile, directory: VerifiedDirectory, opened: OpenedCase) -> list[str]:
    """Those of them once five working days are over since the key came into force."""
    if not are_over(_office(profile, directory, opened), _since(opened), directory.today):
        return []
    return unopened_by(opened, directory)


def opened_lines(
    terminal: Terminal, directory: VerifiedDirectory, opened: OpenedCase, late: Sequence[str]
) -> list[str]:
    """What a member is told: case mark, whose desk has unsealed the case and whose has not, and what to do."""
    words, claims = terminal.words, opened.claims
    if claims.differing:
        return [
            words(DIFFERING, people=", ".join(claims.differing)),
            words("Case mark: {mark}", mark=claims.mark or "-"),
        ]
    lines = [
        words("The desk of {member} unsealed it on {day}.", member=one, day=day) for one, day in claims.opened.items()
    ]
    silent = unopened_by(opened, directory)
    lines += [_not_yet(terminal, one, _changed(opened)) for one in silent]
    lines += [] if claims.mark is None else [words("Case mark: {mark}", mark=claims.mark)]
    lines += [words(COMPARE)] if silent else []
    return lines + ([words(LATE, people=", ".join(late))] if late else [])


def _not_yet(terminal: Terminal, member: str, changed: str | None) -> str:
    if changed is None:
        return terminal.words("The desk of {member} has not unsealed it yet.", member=member)
    sentence = "The desk of {member} has not unsealed it since the keys changed on {day}."
    return terminal.words(sentence, member=member, day=changed)


def _since(opened: OpenedCase) -> str:
    """The day on which the key in force came: of the last change, else of the report's arrival."""
    return _changed(opened) or opened.row["day"]


def _changed(opened: OpenedCase) -> str | None:
    """The day of the last change of keys; None where the reporter's program made those in force."""
    verified = [read.event for read in opened.events if read.event is not None and read.wrong is None]
    changes = [event.day for event in verified if event.kind in GRANTING]
    return changes[-1] if changes else None


def are_over(office: Office | None, since: str, today: str) -> bool:
    """Whether five working days lie between both; Mondays to Fridays where the office's calendar is not known."""
    left, day, end = WORKING_DAYS, next_day(date.fromisoformat(since)), date.fromisoformat(today)
    while day < end and left:
        worked = day.weekday() < SATURDAY if office is None else office.calendar.day(day).worked
        left, day = left - worked, next_day(day)
    return left == 0


def _office(profile: Profile, directory: VerifiedDirectory, opened: OpenedCase) -> Office | None:
    try:
        return stored_rules(profile, directory).offices.get(opened.row["entity"])
    except CommandError:
        return None
