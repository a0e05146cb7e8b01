"""`yanlu case unopened`, `yanlu case delete-unopened`: what nobody can open is listed, and deleted by two keepers."""

from __future__ import annotations

from pathlib import Path

import click

from casework.errors import CaseHeld, HeadMoved
from casework.event_store.case_holders import Unopened as Row
from casework.event_store.case_holders import unopened as unopened_cases
from casework.event_store.deletion import DeletionReason
from casework.event_store.store import CaseId
from crypto.framing import b64encode
from portal.cli.errors import CommandError, Exit
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.db_roles.privileges import StoreRole
from portal.deletion.deleting import Deletion
from portal.deletion.errors import NothingToDelete
from portal.office import OfficeFolder
from portal.office.files import write_published
from portal.office.unopened_cases import MOST_LISTED, UnopenedList, read_signed
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.deletion import build_deletion

FILE = click.Path(path_type=Path, dir_okay=False)


def _rows(store: Store) -> list[Row]:
    with store.read() as connection:
        return unopened_cases(connection, today())


@click.command()
@click.option("--out", type=FILE, help="A file for two keepers to sign, to have them deleted.")
@pass_terminal
def unopened(terminal: Terminal, out: Path | None) -> None:
    """Cases that nobody has opened in thirty days: junk as a rule, which opens for nobody."""
    settings = ready_settings(StoreRole.WORKER)
    store = open_store(settings, StoreName.CASES)
    try:
        rows = _rows(store)[:MOST_LISTED]
    finally:
        store.engine.dispose()
    found: list[dict[str, object]] = [
        {"case": b64encode(row.case), "entity": row.entity, "policy": row.policy, "day": row.day.isoformat()}
        for row in rows
    ]
    lines = [f"{row['case']}  {row['day']}  {row['entity']}  {row['policy']}" for row in found]
    if out is not None and rows:
        office = OfficeFolder(settings.office).root().office
        write_published(out, UnopenedList(office, today(), tuple(row.case for row in rows)).text())
        said = (
            "Have holders try them first, and the keepers of the recovery shares (docs/recovery.md); "
            "then two keepers run `yanlu office keeper-sign`."
        )
        lines.append(terminal.words(said))
    terminal.result({"unopened": found}, *lines)


@click.command("delete-unopened")
@click.argument("notes", type=FILE, nargs=-1, required=True)
@pass_terminal
def delete_unopened(terminal: Terminal, notes: tuple[Path, ...]) -> None:
    """Delete what two keepers signed and nobody has opened since: NOTES are what they signed."""
    settings = ready_settings(StoreRole.WORKER)
    root = OfficeFolder(settings.office).root()
    signed = read_signed(root, [note.read_bytes() for note in notes], today())
    deletion = build_deletion(settings)
    try:
        still = {row.case: row for row in _rows(deletion.cases)}
        wanted = [still[CaseId(case)] for case in signed.cases if CaseId(case) in still]
        gone = sum(_delete(deletion, row) for row in wanted)
        scrubbed = deletion.scrub()
    finally:
        deletion.close()
    if not gone:
        raise CommandError(Exit.NOTHING_THERE, "None of these cases is here unopened. Nothing was deleted.")
    remaining = len(signed.cases) - gone
    summary = terminal.words.counted(
        gone,
        "{count} case is deleted; opened since, or gone: {kept}.",
        "{count} cases are deleted; {kept} were opened since, or are gone.",
        kept=remaining,
    )
    terminal.result({"deleted": gone, "kept": remaining, "scrubbed": scrubbed}, summary)


def _delete(deletion: Deletion, row: Row) -> bool:
    """Whether the case is gone; anyone who wrote into it meanwhile, or laid a hold on it, keeps it."""
    try:
        deletion.remove_case(row.case, DeletionReason.UNOPENED, row.head)
    except (CaseHeld, HeadMoved, NothingToDelete):
        return False
    return True
