"""The end of the directory on the command line: announced to staff and keepers, explained to who waits."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crypto import CryptoError, VerifiedDirectory
from portal.cli.terminal import Terminal, today
from portal.office import OfficeFolder
from portal.office.directory_expiry import DirectoryExpiry, ExpiryLevel, directory_expiry, expiry_of
from portal.office.errors import OfficeError
from portal.settings import SettingRefused, settings_from_environment

ANNOUNCED: dict[ExpiryLevel, str] = {
    ExpiryLevel.ENDING: "The directory ends on {day}, in {days} days: the keepers must sign the next one before that, "
    "or no new report can be taken.",
    ExpiryLevel.PRESSING: "Urgent: the directory ends on {day}, in {days} days. Unless the keepers sign the next one "
    "before that, no new report can be taken.",
    ExpiryLevel.LAPSED: "The directory ended on {day}: no new report can be taken. Reporters who wait can read and "
    "answer until {last}, and you can answer them. The keepers must sign the next one now.",
    ExpiryLevel.OVER: "The directory ended on {day}: nobody can report, read or answer any more. The keepers must "
    "sign the next one now.",
}
TOMORROW: dict[ExpiryLevel, str] = {
    ExpiryLevel.ENDING: "The directory ends on {day}, in {days} day: the keepers must sign the next one before that, "
    "or no new report can be taken.",
    ExpiryLevel.PRESSING: "Urgent: the directory ends on {day}, in {days} day. Unless the keepers sign the next one "
    "before that, no new report can be taken.",
}


SILENT = (
    "No witness outside the office has confirmed its list of readers since {day}. You can still read and answer "
    "here until {last}; new reports, encrypted names and requests for protection wait until one does."
)
SILENT_FOR_STAFF = (
    "No witness outside the office has confirmed the directory since {day}: no new report can be taken. Reporters who "
    "wait can read and answer until {last}, and you can answer them. A witness must be started again."
)


def announce(terminal: Terminal, end: DirectoryExpiry) -> None:
    """Says on stderr that the end is near or past; nothing while it is far."""
    if end.announced:
        said = (TOMORROW if end.days == 1 else ANNOUNCED).get(end.level, ANNOUNCED[end.level])
        terminal.note(said, day=end.ends.isoformat(), days=end.days, last=end.last.isoformat())


def _unconfirmed(directory: VerifiedDirectory) -> dict[str, str]:
    """Since when no witness has confirmed a directory that has not ended itself, and until when that may do."""
    if directory.confirmed is None or not directory.confirmed.stale or directory.today >= directory.content.expires:
        return {}
    since = datetime.fromtimestamp(directory.confirmed.at, UTC).date()
    return {"day": since.isoformat(), "last": expiry_of(directory.last_day, today()).last.isoformat()}


def mention_end(terminal: Terminal, directory: VerifiedDirectory) -> None:
    """As `announce`, of the directory that a command of the desk works under."""
    if unconfirmed := _unconfirmed(directory):
        terminal.note(SILENT_FOR_STAFF, **unconfirmed)
    announce(terminal, expiry_of(directory.content.expires, today()))


def mention_lapse(terminal: Terminal, directory: VerifiedDirectory) -> None:
    """Tells who comes back to a mailbox what can still be done once the directory has ended."""
    if unconfirmed := _unconfirmed(directory):
        terminal.note(SILENT, **unconfirmed)
    elif directory.lapsed:
        end = expiry_of(directory.content.expires, today())
        terminal.note(
            "The office's list of readers ended on {day}. You can still read and answer here until {last}; new "
            "reports, encrypted names and requests for protection wait until its keepers have signed the next list.",
            day=end.ends.isoformat(),
            last=end.last.isoformat(),
        )


def mention_after(terminal: Terminal) -> None:
    """After the command of a group: the end of the directory as the command has left it, where there is one."""

    def mention() -> None:
        try:
            end = directory_expiry(OfficeFolder(settings_from_environment().office), today())
        except (OfficeError, CryptoError, SettingRefused, OSError, ValueError):
            # Whatever is wrong with the folder or its settings is for the command itself, or for doctor, to say.
            return
        if end is not None:
            announce(terminal, end)

    click.get_current_context().call_on_close(mention)
