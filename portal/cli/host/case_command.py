"""`yanlu case …`: for the administrator of the server, with access to its stores."""

from __future__ import annotations

import time

import click

from casework.errors import CaseHeld, NotAHistory
from casework.event_store.deletion import DeletionReason, deletions_by_month
from casework.event_store.outbox import undeliverable
from casework.event_store.rebuilding import number_of_cases, rebuild_some
from casework.event_store.store import CaseId
from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode
from portal.cli.errors import CommandError, Exit
from portal.cli.host.unopened_commands import delete_unopened, unopened
from portal.cli.ready import ready_settings
from portal.cli.terminal import NOBODY, Advance, Terminal, pass_terminal
from portal.clock import system_clock
from portal.db_roles.privileges import StoreRole
from portal.deletion.agreement import agreement_on
from portal.deletion.errors import NothingToDelete
from portal.errors import OfficeNotReady
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.office.rules_repository import RulesRepository
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.deletion import build_deletion

CASE_BYTES = 16
# The end of the case id that has to be typed.
TYPED = 6
GIVEN = [reason.value for reason in DeletionReason if reason not in (DeletionReason.RESUMED, DeletionReason.UNOPENED)]


@click.group()
def case() -> None:
    """Delete a case for good; see how many were deleted; rebuild lists from the records."""


def _case_id(text: str) -> CaseId:
    try:
        return CaseId(b64decode(text, CASE_BYTES))
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "{case} is no case id: it has 22 letters and digits.", case=text) from error


def _confirm(terminal: Terminal, text: str) -> None:
    if not terminal.interactive:
        raise CommandError(Exit.USAGE, NOBODY)
    terminal.note("Case {case} will be destroyed. Nobody can bring it back, with any key or backup.", case=text)
    typed = click.prompt(terminal.words("Type the last {count} characters of its id", count=TYPED), err=True)
    if typed.strip() != text[-TYPED:]:
        raise CommandError(Exit.USAGE, "That is another id. Nothing was deleted.")


def _agreed(terminal: Terminal, wanted: CaseId) -> None:
    """Raises CommandError unless two members agreed on the record; a case that is half deleted has none any more."""
    settings = ready_settings(StoreRole.WORKER)
    store, rules = (
        open_store(settings, StoreName.CASES),
        RulesRepository(CurrentDirectory(OfficeFolder(settings.office))),
    )
    try:
        found = agreement_on(store, rules, wanted, system_clock())
    except OfficeNotReady as error:
        raise CommandError(Exit.FAILED, "The office has no directory that is valid today: sign it first.") from error
    except NotAHistory as error:
        raise CommandError(
            Exit.REFUSED, "The record of this case does not hold together: nothing was deleted."
        ) from error
    finally:
        store.engine.dispose()
    if found is None:
        return
    if found.by is None and found.until is not None:
        raise CommandError(
            Exit.REFUSED,
            "What two agreed to was to be carried out by {day}; that is past. Ask and agree again. Nothing was "
            "deleted.",
            day=found.until.isoformat(),
        )
    if found.by is None:
        raise CommandError(
            Exit.REFUSED,
            "A case is deleted by two: one of its readers asks (`yanlu desk act CASE deletion-asked`), another "
            "agrees (deletion-approved), one of these: {roles}. Nothing was deleted.",
            roles=", ".join(found.may),
        )
    terminal.note(
        "Asked for by {one}, agreed to by {other}; to be carried out by {day}.",
        one=found.by[0], other=found.by[1], day=found.until,
    )  # fmt: skip


@case.command()
@click.argument("case_text", metavar="CASE")
@click.option(
    "--reason", type=click.Choice(GIVEN), default=DeletionReason.UNSTATED.value, show_default=True, help="Counted."
)
@click.option("--yes", is_flag=True, help="Delete without asking.")
@pass_terminal
def delete(terminal: Terminal, case_text: str, reason: str, yes: bool) -> None:
    """Delete CASE (its id; after -- if it begins with -), as two agreed on its record: nothing opens it again."""
    wanted = _case_id(case_text)
    _agreed(terminal, wanted)
    if not yes:
        _confirm(terminal, case_text)
    deletion = build_deletion(ready_settings(StoreRole.WORKER))
    try:
        scrubbed = deletion.delete_case(wanted, DeletionReason(reason))
    except NothingToDelete as error:
        raise CommandError(Exit.NOTHING_THERE, "There is no such case here.") from error
    except CaseHeld as error:
        raise CommandError(Exit.REFUSED, "This case is under a legal hold. Nothing was deleted.") from error
    finally:
        deletion.close()
    later = "" if scrubbed else terminal.words("Somebody was reading a store: the worker wipes its last traces.")
    terminal.result(
        {"case": case_text, "deleted": True, "scrubbed": scrubbed},
        terminal.words("The case is deleted. Copies of the erasure store are gone within seven days."),
        *([later] if later else []),
    )


@case.command()
@pass_terminal
def rebuild(terminal: Terminal) -> None:
    """Rebuild everything beside the records from them: stages, due times, owners, what lists need."""
    settings = ready_settings(StoreRole.WORKER)
    store, rules = (
        open_store(settings, StoreName.CASES),
        RulesRepository(CurrentDirectory(OfficeFolder(settings.office))),
    )
    began = time.perf_counter()
    try:
        with store.read() as connection:
            total = number_of_cases(connection)
        with terminal.progress("Rebuilding", total) as advance:
            seen, done = _rebuild(store, rules, advance)
    except OfficeNotReady as error:
        raise CommandError(Exit.FAILED, "The office has no directory that is valid today: sign it first.") from error
    finally:
        store.engine.dispose()
    seconds = round(time.perf_counter() - began, 1)
    terminal.result(
        {"cases": seen, "rebuilt": done, "seconds": seconds},
        terminal.words("{count} of {total} cases were rebuilt from their records.", count=done, total=seen),
    )


def _rebuild(store: Store, rules: RulesRepository, advance: Advance) -> tuple[int, int]:
    """Makes all cases again, some in each transaction; how many there were, and how many were made again."""
    after: bytes | None = b""
    seen = done = 0
    while after is not None:
        with store.write() as tx:
            some = rebuild_some(tx, after, rules.rules_of(system_clock()))
        seen, done, after = seen + some.seen, done + some.rebuilt, some.last
        advance(some.seen)
    return seen, done


@case.command()
@pass_terminal
def undelivered(terminal: Terminal) -> None:
    """Which steps brought something that the mailroom refused again and again: case, number of the event, day."""
    store = open_store(ready_settings(StoreRole.WORKER), StoreName.CASES)
    try:
        with store.read() as connection:
            rows = undeliverable(connection)
    finally:
        store.engine.dispose()
    found: list[dict[str, object]] = [
        {"case": b64encode(row.case), "event": row.n, "day": row.day.isoformat()} for row in rows
    ]
    advice = terminal.words("Somebody who reads the case writes it again: nothing waits behind it.")
    terminal.result(
        {"undelivered": found},
        *(f"{row['case']}  {row['event']}  {row['day']}" for row in found),
        *([advice] if found else []),
    )


@case.command()
@pass_terminal
def deletions(terminal: Terminal) -> None:
    """How many cases were deleted, by month and reason: all that stays of them."""
    deletion = build_deletion(ready_settings(StoreRole.WORKER))
    with deletion.cases.read() as connection:
        rows = deletions_by_month(connection)
    deletion.close()
    found: list[dict[str, object]] = [
        {"month": month, "reason": reason, "number": number} for month, reason, number in rows
    ]
    terminal.result({"deletions": found}, *(f"{row['month']}  {row['reason']}  {row['number']}" for row in found))


case.add_command(unopened)
case.add_command(delete_unopened)
