"""`yanlu staff leave|compromised`: the operator's half of a leaving; colleagues re-seal with `yanlu desk hand-over`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from casework.event_store.case_holders import HeldCase, held_by, living_members
from casework.event_store.store import MemberId
from crypto.errors import CryptoError
from crypto.framing import b64encode
from portal.accounts.members import MemberState, all_members, revoke_member
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.change_words import show_draft
from portal.cli.keepers.confirming import CONFIRM_POLICIES, require_confirmed
from portal.cli.keepers.enrolled import enrolled_members
from portal.cli.keepers.office_words import folder_of, read_keepers, thin_lines
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal, today, write_private
from portal.cli.words import one_or_more
from portal.db_roles.privileges import StoreRole
from portal.office import OfficeFolder, draft_directory, publish_draft
from portal.office.availability_check import thin_rows
from portal.office.errors import LastOne
from portal.office.leaving import Vacated, vacate
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.wiring.desk import build_accounts

FILE = click.Path(path_type=Path, dir_okay=False)
SUCCESSOR = click.Option(["--successor"], help="Who takes the member's places in office.toml.")
KEEPERS = click.Option(
    ["--keeper", "files"], type=FILE, multiple=True, help="A keeper's key file; up to the threshold."
)


ONE_GIVEN: Final = (
    "{count} case that {member} handed over was not taken up yet. Colleagues run `yanlu desk pull` first; with --now "
    "it may be lost."
)
GIVEN: Final = (
    "{count} cases that {member} handed over were not taken up yet. Colleagues run `yanlu desk pull` first; with --now "
    "they may be lost."
)
ONE_HELD: Final = "{count} case was held; still to be re-sealed: {waiting}."
HELD: Final = "{count} cases were held; still to be re-sealed: {waiting}."


@dataclass(frozen=True)
class Leaver:
    """Who goes, who comes in the place, and with which keepers' files the next directory is signed at once."""

    member: str
    successor: str | None
    files: tuple[Path, ...]
    # Whether what was handed over and not taken up yet may be lost.
    now: bool = False
    # What the next directory may publish for the first time although nobody decided it.
    confirmed: tuple[str, ...] = ()


@click.command(params=[SUCCESSOR, KEEPERS, CONFIRM_POLICIES])
@click.argument("member")
@click.option("--now", is_flag=True, help="Sign even where cases that MEMBER handed over were not taken up yet.")
@pass_terminal
def leave(
    terminal: Terminal,
    member: str,
    successor: str | None,
    files: tuple[Path, ...],
    confirmed: tuple[str, ...],
    *,
    now: bool,
) -> None:
    """Let MEMBER go: out of sign-in, office and directory at once; then colleagues re-seal the cases.

    May be run again at any time: it says how many cases still wait to be re-sealed.
    """
    document, lines = _depart(terminal, Leaver(member, successor, files, now, confirmed))
    terminal.result(document, *lines, terminal.words("Next: {command}", command=_next("hand-over", member)))


@click.command(params=[SUCCESSOR, KEEPERS, CONFIRM_POLICIES])
@click.argument("member")
@click.option("--out", type=FILE, help="Write the list of cases that could be read into a file (0600).")
@pass_terminal
def compromised(
    terminal: Terminal,
    member: str,
    successor: str | None,
    files: tuple[Path, ...],
    confirmed: tuple[str, ...],
    out: Path | None,
) -> None:
    """Shut MEMBER out, whose key somebody else may have; list the cases known here that could be read."""
    document, lines = _depart(terminal, Leaver(member, successor, files, now=True, confirmed=confirmed))
    cases = [f"{b64encode(held.case)}  {held.day.isoformat()}  {held.entity}" for held in _held(member)]
    if out is not None:
        write_private(out, "".join(f"{line}\n" for line in cases))
    document |= {"readable": [line.split()[0] for line in cases], "file": str(out) if out else None}
    readable_lines = [terminal.words("Known here as readable with that key:"), *(cases if out is None else [str(out)])]
    command = _next("compromised", member)
    terminal.result(document, *lines, *readable_lines, terminal.words("Next: {command}", command=command))


def _next(command: str, member: str) -> str:
    return f"yanlu desk {command} {member} --profile …"


def _held(member: str) -> list[HeldCase]:
    store = open_store(ready_settings(StoreRole.DESK), StoreName.CASES)
    try:
        with store.read() as connection:
            return held_by(connection, MemberId(member), _living())
    finally:
        store.engine.dispose()


def _living() -> frozenset[MemberId]:
    try:
        return living_members(folder_of(None).verified(today()))
    except CryptoError:
        return frozenset()


def _depart(terminal: Terminal, who: Leaver) -> tuple[dict[str, object], list[str]]:
    """Each step may be killed and done again: places first, then sign-in, then the directory."""
    folder = folder_of(None)
    if who.files:
        # Before a store is made or anybody shut out: a directory without any of its members would be refused.
        enrolled_members(folder, who.member)
    _check(who)
    if who.files:
        require_confirmed(terminal, folder, folder.config(), who.confirmed)
    vacated = _vacated(folder, who)
    # A last place that is refused keeps its member able to sign in: so this comes second.
    accounts = build_accounts(ready_settings(StoreRole.DESK))
    revoke_member(accounts, MemberId(who.member))
    accounts.store.engine.dispose()
    signed = _signed(terminal, folder, who)
    held = _held(who.member)
    still = sum(one.still for one in held)
    document: dict[str, object] = {
        "member": who.member, "signed": signed, "cases": len(held), "waiting": still,
        "still_named": vacated.still_named, "thin": thin_rows(folder.config()),
    }  # fmt: skip
    lines = _lines(terminal, who, vacated, (len(held), still, signed))
    return document, [*lines, *thin_lines(terminal, folder.config())]


def _check(who: Leaver) -> None:
    accounts = build_accounts(ready_settings(StoreRole.DESK))
    states = {row.member: row.state for row in all_members(accounts)}
    accounts.store.engine.dispose()
    if who.member not in states:
        raise CommandError(Exit.NOTHING_THERE, "Nobody here is called {member}.", member=who.member)
    if who.successor is not None and states.get(MemberId(who.successor)) is not MemberState.PASSED:
        raise CommandError(Exit.REFUSED, "{member} has not passed the trial yet.", member=who.successor)


def _vacated(folder: OfficeFolder, who: Leaver) -> Vacated:
    try:
        return vacate(folder, who.member, who.successor)
    except LastOne as error:
        raise CommandError(
            Exit.REFUSED, "Nobody, or too few, would be left at {place}: name a --successor.", place=error.place
        ) from error


def _signed(terminal: Terminal, folder: OfficeFolder, who: Leaver) -> bool:
    """Whether the directory of today is without the member; signs the next one where keepers' files are given.

    What it changes is said before, of everybody: it is the next directory for all.
    """
    if not _named(folder, who.member):
        return True
    given = sum(one.is_given_away for one in _held(who.member))
    if who.files and given and not who.now:
        raise CommandError(
            Exit.REFUSED,
            one_or_more(given, ONE_GIVEN, GIVEN),
            count=given,
            member=who.member,
        )
    if who.files:
        keepers = read_keepers(who.files, folder.root().office)
        draft = draft_directory(folder, enrolled_members(folder), today())
        show_draft(terminal, draft)
        publish_draft(folder, draft, keepers)
    return bool(who.files)


def _named(folder: OfficeFolder, member: str) -> bool:
    try:
        return folder.verified(today()).valid_member(member) is not None
    except CryptoError:
        # Not valid today, for anybody: the next signing leaves the member out.
        return True


def _lines(terminal: Terminal, who: Leaver, vacated: Vacated, found: tuple[int, int, bool]) -> list[str]:
    words, (held, still, signed) = terminal.words, found
    lines = [words("{member} can no longer sign in.", member=who.member)]
    if signed:
        lines.append(words("The directory is without {member}: nothing new is sealed to that key.", member=who.member))
    else:
        lines.append(words("At once: `yanlu office sign`. Until then new reports are still sealed to that key."))
    lines += [words("Also named in {file}: change it and publish it.", file=name) for name in vacated.still_named]
    summary = words.counted(held, ONE_HELD, HELD, waiting=still)
    return [*lines, summary]
