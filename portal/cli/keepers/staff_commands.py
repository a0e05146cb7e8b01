"""`yanlu staff`: invite, revoke, let go, list."""

from __future__ import annotations

from pathlib import Path

import click

from casework.event_store.store import MemberId
from crypto.errors import CryptoError
from crypto.localized import LocalizedText, language_of, localized_of
from crypto.office.directory_shape import Role
from portal.accounts.errors import MemberExists
from portal.accounts.members import Invitation, all_members, invite_member, revoke_member
from portal.accounts.service import Accounts
from portal.cli.directory_expiry import mention_after
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.leaving_command import compromised, leave
from portal.cli.keepers.office_words import folder_of
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal, today, write_private
from portal.db_roles.privileges import StoreRole
from portal.office.draft import note_document
from portal.wiring.desk import build_accounts

LONGEST_NAME = 200
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
@pass_terminal
def staff(terminal: Terminal) -> None:
    """Invite members, end their access, list them."""
    mention_after(terminal)


def accounts_of_settings() -> Accounts:
    """The accounts of this installation, migrated."""
    return build_accounts(ready_settings(StoreRole.DESK))


@staff.command()
@click.argument("member")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the member does.")
@click.option("--entity", help="The company whose desk it is; nothing for members from outside.")
@click.option(
    "--name", "names", required=True, multiple=True, metavar="LANGUAGE=TEXT",
    help="Name or function shown to reporters, once for each language: --name zh=… --name en=…",
)  # fmt: skip
@click.option("--out", type=FILE, help="Write the invitation code into a file (0600).")
@pass_terminal
def invite(
    terminal: Terminal, member: str, role: str, entity: str | None, names: tuple[str, ...], out: Path | None
) -> None:
    """Invite MEMBER (an id such as investigator-a): prints a code that is valid for 14 days."""
    invitation = Invitation(MemberId(member), Role(role), entity, _name(names))
    _check_language(invitation.name)
    try:
        code = invite_member(accounts_of_settings(), invitation, today())
    except MemberExists as error:
        raise CommandError(Exit.REFUSED, "{member} is a member already.", member=member) from error
    if out is not None:
        write_private(out, f"{code}\n")
    terminal.result(
        {"member": member, "code": None if out else code, "file": str(out) if out else None},
        terminal.words("Invitation code for {member}: {code}", member=member, code=str(out) if out else code),
        terminal.words("Hand it over in person. The member opens the desk's set-up page with it."),
    )


def _name(names: tuple[str, ...]) -> LocalizedText:
    """The name from `LANGUAGE=TEXT`, the first language given in front; raises CommandError."""
    texts = {tag: text for tag, _, text in (one.partition("=") for one in names)}
    try:
        if len(texts) != len(names):
            raise CommandError(Exit.USAGE, "--name: each language once.")
        return localized_of(dict(sorted(texts.items())), language_of(next(iter(texts))), LONGEST_NAME)
    except CryptoError as error:
        said = "--name: {names}: write a language tag such as zh, en or fr, an equals sign and a text."
        raise CommandError(Exit.USAGE, said, names=", ".join(names)) from error


def _check_language(name: LocalizedText) -> None:
    """Nobody is invited whom the keepers could not sign in: the directory names everybody in its own language."""
    note = folder_of(None).directory()
    language = None if note is None else str(note_document(note)["language"])
    if language is not None and language not in name.document():
        said = "--name: the office's documents are in {language}: give the name in this language too."
        raise CommandError(Exit.USAGE, said, language=language)


@staff.command()
@click.argument("member")
@pass_terminal
def revoke(terminal: Terminal, member: str) -> None:
    """End a member's sign-in at once; then sign a directory without them and re-grant their cases."""
    if not revoke_member(accounts_of_settings(), MemberId(member)):
        raise CommandError(Exit.NOTHING_THERE, "Nobody here is called {member}.", member=member)
    terminal.result(
        {"member": member, "revoked": True},
        terminal.words("{member} can no longer sign in.", member=member),
        terminal.words("Next: `yanlu office sign`, and remove {member} from every open case.", member=member),
    )


@staff.command("list")
@pass_terminal
def list_members(terminal: Terminal) -> None:
    """List everyone with role and how far they have come."""
    rows = all_members(accounts_of_settings())
    found: list[dict[str, object]] = [
        {
            "id": row.member,
            "role": row.role,
            "entity": row.entity,
            "state": row.state,
            "name": row.name.document(),
        }
        for row in rows
    ]
    terminal.result(
        {"members": found}, *(f"{row['id']}  {row['role']}  {row['entity'] or '-'}  {row['state']}" for row in found)
    )


staff.add_command(leave)
staff.add_command(compromised)
