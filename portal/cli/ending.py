"""The end of the directory on the command line: announced to staff and keepers, explained to who waits."""

from __future__ import annotations

import click

from crypto import CryptoError, VerifiedDirectory
from portal.cli.terminal import Terminal, today
from portal.office import OfficeFolder
from portal.office.directory_end import DirectoryEnd, Stand, directory_end, end_of
from portal.office.errors import OfficeError
from portal.settings import SettingRefused, settings_from_environment

ANNOUNCED: dict[Stand, str] = {
    Stand.ENDING: "The directory ends on {day}, in {days} days: the keepers must sign the next one before that, or no "
    "new report can be taken.",
    Stand.PRESSING: "Urgent: the directory ends on {day}, in {days} days. Unless the keepers sign the next one before "
    "that, no new report can be taken.",
    Stand.LAPSED: "The directory ended on {day}: no new report can be taken. Reporters who wait can read and answer "
    "until {last}, and you can answer them. The keepers must sign the next one now.",
    Stand.OVER: "The directory ended on {day}: nobody can report, read or answer any more. The keepers must sign the "
    "next one now.",
}


def announce(terminal: Terminal, end: DirectoryEnd) -> None:
    """Says on stderr that the end is near or past; nothing while it is far."""
    if end.announced:
        terminal.note(ANNOUNCED[end.stand], day=end.ends.isoformat(), days=end.days, last=end.last.isoformat())


def mention_end(terminal: Terminal, directory: VerifiedDirectory) -> None:
    """As `announce`, of the directory that a command of the desk works under."""
    announce(terminal, end_of(directory.content.expires, today()))


def mention_lapse(terminal: Terminal, directory: VerifiedDirectory) -> None:
    """Tells who comes back to a mailbox what can still be done once the directory has ended."""
    if directory.lapsed:
        end = end_of(directory.content.expires, today())
        terminal.note(
            "The office's list of key holders ended on {day}. You can still read and answer here until {last}; new "
            "reports, sealed names and wishes for protection wait until its keepers have signed the next list.",
            day=end.ends.isoformat(),
            last=end.last.isoformat(),
        )


def mention_after(terminal: Terminal) -> None:
    """After the command of a group: the end of the directory as the command has left it, where there is one."""

    def mention() -> None:
        try:
            end = directory_end(OfficeFolder(settings_from_environment().office), today())
        except (OfficeError, CryptoError, SettingRefused, OSError, ValueError):
            # Whatever is wrong with the folder or its settings is for the command itself, or for doctor, to say.
            return
        if end is not None:
            announce(terminal, end)

    click.get_current_context().call_on_close(mention)
