"""What every command of the office needs: its folder, its members, its keepers' files, and its words."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from crypto.framing import b64decode
from crypto.office.notes import KeeperKey
from portal.accounts.members import MemberState, all_members
from portal.accounts.rotation import all_next_keys
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal
from portal.office import Change, EnrolledMember, OfficeConfig, OfficeFolder, Words, read_keeper
from portal.office.changed_keys import check_code
from portal.office.draft import Document
from portal.office.standing import thin_rows, without_outside
from portal.roles.rights import StoreRole
from portal.settings import settings_from_environment
from portal.wiring.desk import build_accounts

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
SECTIONS = {
    "entities": "Company",
    "policies": "Policy",
    "members": "Member",
    "keys": "New keys, signed by the former ones",
    "unproven": "OTHER KEYS, SIGNED BY NOBODY",
    "holders": "Key holders",
    "name": "Name of the office",
    "recovery": "Recovery key",
    "custodians": "Custodians",
    "oversight": "Oversight",
    "regrant_threshold": "Signatures for a re-grant",
    "jurisdictions": "Jurisdiction texts",
    "calendars": "Calendars",
    "root": "Keepers",
}


def folder_of(path: Path | None) -> OfficeFolder:
    """The folder given, else the one of the settings."""
    return OfficeFolder(path or settings_from_environment().office)


def enrolled_members() -> list[EnrolledMember]:
    """Those who passed their trial, from the accounts store."""
    accounts = build_accounts(ready_settings(StoreRole.DESK))
    waiting = all_next_keys(accounts)
    return [
        EnrolledMember(
            account.member,
            account.role,
            Words(zh=account.name.zh, en=account.name.en),
            account.recipient,
            account.signing,
            waiting.get(account.member),
        )
        for account in all_members(accounts)
        if account.state is MemberState.PASSED and account.recipient and account.signing
    ]


def read_keepers(files: tuple[Path, ...], office_id: bytes) -> list[KeeperKey]:
    """The keepers' keys from their files."""
    return [read_keeper(file, office_id) for file in files]


def thin_lines(terminal: Terminal, config: OfficeConfig) -> list[str]:
    """What `office.toml` lacks to go on when somebody falls away, in words; nothing where it lacks nothing."""
    lines = list[str]()
    if rows := thin_rows(config):
        said = "Fewer than two people open new reports here; name another one in office.toml: {rows}"
        lines.append(terminal.words(said, rows=", ".join(rows)))
    if entities := without_outside(config):
        said = "Nobody could use the recovery shares: name an outside holder (`outside` in office.toml) for {entities}."
        lines.append(terminal.words(said, entities=", ".join(entities)))
    return lines


def change_line(terminal: Terminal, change: Change, document: Document) -> str:
    """One difference from the directory before to `document`, in words; other keys with the check code to compare."""
    line = f"{change.sign} {terminal.words(SECTIONS[change.section])}: {change.id}"
    return f"{line}  {_code_of(document, change.id)}" if change.section in ("keys", "unproven") else line


def _code_of(document: Document, member: str) -> str:
    entries = {one["id"]: one for one in cast("list[dict[str, str]]", document["members"])}
    return check_code(entries[member]["recipient"], b64decode(entries[member]["signing"], 32))
