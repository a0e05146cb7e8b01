"""`yanlu desk export`: writes a case out, once a second member has agreed and the record says that it goes out."""

from __future__ import annotations

from pathlib import Path

import click

from casework.engine.case import Case, Event
from casework.engine.dual_approval import answered
from casework.rules.acts import Act, Attribute
from casework.rules.destinations import DESTINATIONS, Destination
from portal.cli.desk.act_command import do_act
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import ruled_case
from portal.cli.desk.desk_options import FOLDER, DeskOptions, with_desk_options
from portal.cli.desk.exporting import NAME, Going, export_text
from portal.cli.desk.readers import at_case
from portal.cli.desk.saving import save_attachments
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, write_private


@click.command()
@click.argument("case")
@click.option("--out", type=FOLDER, required=True, help="An empty folder; case and attachments go there (0600).")
@with_desk_options
def export(terminal: Terminal, options: DeskOptions, case: str, out: Path) -> None:
    """Write a case out, as another member agreed on its record (`desk act CASE export-asked`, export-approved)."""
    if out.exists() and any(out.iterdir()):
        raise CommandError(Exit.USAGE, "{path} is not empty.", path=out)
    with at_case(terminal, options, case) as at:
        opened = at.open()
        opened.require_whole()
        ruled = ruled_case(at.session, opened)
        if not _was_last(ruled.case, at.staff.member):
            # First the record, then the file: what was written without a trace would be no matter of two.
            do_act(at, opened, ruled, ActionRequest(Act.EXPORTED))
            opened = at.open()
            ruled = ruled_case(at.session, opened)
        asking = asking_of(ruled.case)
        destination = Destination(asking.codes[Attribute.DESTINATION])
        saved = save_attachments(terminal, at.session, opened, case, out)
        going = Going(opened.row, destination, opened.thread.entries, opened.events)
        write_private(out / NAME, export_text(going, at.session.directory, terminal.words.language))
    name = DESTINATIONS[destination]
    terminal.result(
        {"case": case, "destination": destination.value, "folder": str(out), "saved": [str(out / NAME), *saved]},
        terminal.words("The export is on the record: {whom}.", whom=terminal.words.of(name)),
        terminal.words("The case is not encrypted in {path}: anybody who has these files can read it.", path=out),
    )


def _was_last(case: Case, member: str) -> bool:
    """Whether this member's own export is the newest on the record: it was broken off, and may be run again."""
    last = case.events[-1]
    return last.act is Act.EXPORTED and last.by == member


def asking_of(case: Case) -> Event:
    """The asking for the export that was agreed to last; where nobody agreed, the newest on the record."""
    counted = [event for event in reversed(case.events) if event.n not in case.uncounted]
    agreed = next((event for event in counted if event.act is Act.EXPORT_APPROVED), None)
    meant = None if agreed is None else answered(case, agreed)
    return meant or next(event for event in counted if event.act is Act.EXPORT_ASKED)
