"""`yanlu recovery`: shares proven each quarter, a new key, and cases brought back that nobody holds any more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click
from sqlalchemy import select

from casework.event_store.claims import case_events
from casework.event_store.store import CASES, CaseId
from crypto import ReadEvent, read_packet, recorded_proof
from crypto.case.events import read_event
from crypto.framing import b64encode
from portal.cli.errors import CommandError, Exit, in_words
from portal.cli.keepers.change_words import show_draft
from portal.cli.keepers.confirming import CONFIRM_POLICIES, require_confirmed
from portal.cli.keepers.enrolled import enrolled_members
from portal.cli.keepers.office_words import folder_of, read_keepers
from portal.cli.keepers.recovered_cases_commands import submit, use
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal, read_text, today
from portal.db_roles.privileges import StoreRole
from portal.mailroom.context import Mailroom
from portal.mailroom.errors import MailroomError
from portal.mailroom.grants import StoredGrant, former_epochs, former_grant
from portal.mailroom.service import current_grant, erasure_key_of_case, items_of_case
from portal.office.drills import drills_of, prove_share
from portal.office.recovery import SharesRefused
from portal.office.recovery_sheet import words_in
from portal.office.renewing import renew_recovery
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.shared import build_mailroom, shown_office

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def recovery() -> None:
    """Prove recovery shares, make new ones, bring back cases that nobody holds any more."""


@recovery.command()
@click.argument("path", required=False, type=FOLDER)
@click.option("--share-file", "files", type=FILE, multiple=True, help="A share's words; else they are typed.")
@click.option("--list", "only", is_flag=True, help="Only show when each share was last proven.")
@pass_terminal
def drill(terminal: Terminal, path: Path | None, files: tuple[Path, ...], *, only: bool) -> None:
    """Prove shares one by one, without putting the key together; the office folder keeps the day of the last."""
    folder, day = folder_of(path), today()
    proven: list[str] = []
    for text in () if only else _shares(terminal, files):
        try:
            proven.append(prove_share(folder, words_in(text), day).id)
        except SharesRefused as error:
            raise CommandError(Exit.REFUSED, "This is no share of the recovery key in force: {reason}.",
                               reason=in_words(error, terminal.words)) from error  # fmt: skip
    drills = drills_of(folder, day)
    overdue = drills.overdue(day)
    last = {share.id: drills.last.get(share.id) for share in drills.sheet.shares}
    lines = [terminal.words("{share} is genuine.", share=name) for name in proven]
    lines += [f"{name}  {when.isoformat() if when else '-'}{'  !' if name in overdue else ''}"
              for name, when in last.items()]  # fmt: skip
    days = {name: when.isoformat() if when else None for name, when in last.items()}
    terminal.result({"proven": proven, "last": days, "overdue": overdue}, *lines)


def _shares(terminal: Terminal, files: tuple[Path, ...]) -> Iterator[str]:
    if files:
        yield from (read_text(file) for file in files)
    else:
        yield terminal.secret(None, "Words of the share")


@recovery.command(params=[CONFIRM_POLICIES])
@click.argument("path", required=False, type=FOLDER)
@click.option("--keeper", "files", type=FILE, multiple=True, help="A keeper's key file; up to the threshold.")
@pass_terminal
def renew(terminal: Terminal, path: Path | None, files: tuple[Path, ...], confirmed: tuple[str, ...]) -> None:
    """Replace the recovery key: after it was used, or when a share is lost; then every holder renews all cases."""
    folder = folder_of(path)
    require_confirmed(terminal, folder, folder.config(), confirmed)
    keepers = read_keepers(files, folder.root().office)
    made = renew_recovery(folder, enrolled_members(folder), keepers, today(), show=partial(show_draft, terminal))
    shares = [str(folder.path / "recovery" / f"{share.id}.txt") for share in made]
    done = terminal.words("The directory names the new recovery key.")
    if shares:
        paper = terminal.words("Print every recovery share, then shred the file: {files}", files=", ".join(shares))
    else:
        paper = terminal.words("The shares of an earlier run hold: print and shred them.")
    after = terminal.words("Next: every holder runs `yanlu desk renew-all`, which seals all cases to it.")
    terminal.result({"recovery": shares}, done, paper, after)


@recovery.command()
@click.option("--out", type=FILE, required=True, help="The file to carry to the machine that is off line.")
@pass_terminal
def export(terminal: Terminal, out: Path) -> None:
    """Write every case's sealed grant and items into a file; destroy it after the recovery, no deletion reaches it."""
    settings = ready_settings(StoreRole.DESK)
    # As readers get it: with what the witnesses confirmed, so that the machine off line knows how old it is.
    head = {"v": 1, "office": shown_office(settings)().decode()}
    cases, mailroom = open_store(settings, StoreName.CASES), build_mailroom(settings)
    with cases.read() as connection:
        rows = list(connection.execute(select(CASES.c.case_id).where(~CASES.c.leaving)).scalars())
    count = 0
    with out.open("w", encoding="utf-8") as sink, terminal.counting("Exporting", len(rows)) as advance:
        sink.write(json.dumps(head) + "\n")
        for case in rows:
            found = sealed_case(cases, mailroom, CaseId(bytes(case)))
            if found is not None:
                sink.write(json.dumps(found, ensure_ascii=False) + "\n")
                count += 1
            advance(1)
    cases.engine.dispose()
    said = terminal.words.counted(count, "{count} case is in {file}.", "{count} cases are in {file}.", file=out)
    terminal.result({"cases": count, "file": str(out)}, said)


def sealed_case(cases: Store, mailroom: Mailroom, case: CaseId) -> dict[str, object] | None:
    """One case with grant, who decided it, and items as they are sealed; None where it was deleted meanwhile."""
    try:
        key = erasure_key_of_case(mailroom, case)
        grant = current_grant(mailroom, case, key)
        items = [item.document for item in items_of_case(mailroom, case, key)]
    except MailroomError:
        return None
    with cases.read() as connection:
        events = [ReadEvent(read_event(one.payload), b"", None) for one in case_events(connection, case)]
    earlier = [former_grant(mailroom, case, before) for before in former_epochs(mailroom, case)]
    return {
        "case": b64encode(case),
        **_sealed_grant(events, grant),
        "former": [_sealed_grant(events, one) for one in earlier if one is not None],
        "items": items,
    }


def _sealed_grant(events: Sequence[ReadEvent], grant: StoredGrant) -> dict[str, object]:
    proof = recorded_proof(events, read_packet(grant.packet).hash)
    return {
        "epoch": grant.epoch,
        "packet": b64encode(grant.packet),
        "history": None if grant.history is None else b64encode(grant.history),
        "proof": None if proof is None else proof.document(),
    }


for command in (use, submit):
    recovery.add_command(command)
