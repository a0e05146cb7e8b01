"""Who can read a report and who can't, by name: the name first, then what they do, then the id to exclude them by."""

from __future__ import annotations

from collections.abc import Sequence

from crypto import CheckStage, CryptoError, Member, VerifiedDirectory, choose_holders
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal

Rows = list[dict[str, object]]


def rows_of(members: Sequence[Member]) -> Rows:
    """Id, name and role of each."""
    return [{"id": one.id, "name": one.name.both(), "role": one.role.value} for one in members]


def readers_of(
    directory: VerifiedDirectory, where: tuple[str, str, str], excluded: Sequence[str]
) -> tuple[list[Member], list[Member]]:
    """Who can read a report to an entity, under a policy and category, and who of those named for it can't.

    Raises CommandError when nobody would be left.
    """
    entity, policy, category = where
    try:
        usual = choose_holders(directory, entity, policy, category, ()).members
        holders = choose_holders(directory, entity, policy, category, excluded)
    except CryptoError as error:
        if error.stage is not CheckStage.EXCLUDED:
            raise
        raise CommandError(
            Exit.REFUSED,
            "Nobody would be left to read this report. Nothing was sent. Exclude fewer people or use another channel.",
        ) from error
    reads = {member.id for member in holders.members}
    return list(holders.members), [member for member in usual if member.id not in reads]


def names_of(terminal: Terminal, members: Sequence[Member]) -> str:
    """Names with their roles, in the person's language."""
    names = [terminal.words.of(one.name) for one in members]
    return "; ".join(f"{name} ({one.role.value}, {one.id})" for name, one in zip(names, members, strict=True)) or "-"


def note_readers(terminal: Terminal, reads: Sequence[Member], out: Sequence[Member]) -> None:
    """Both by name, as notes."""
    terminal.note("Can read it: {names}", names=names_of(terminal, reads))
    terminal.note("Can't read it: {names}", names=names_of(terminal, out))


def show_readers(terminal: Terminal, reads: Sequence[Member], out: Sequence[Member]) -> None:
    """Both as the outcome of a command that sends nothing."""
    terminal.result(
        {"can_read": rows_of(reads), "cannot_read": rows_of(out)},
        terminal.words("Can read it: {names}", names=names_of(terminal, reads)),
        terminal.words("Can't read it: {names}", names=names_of(terminal, out)),
    )
