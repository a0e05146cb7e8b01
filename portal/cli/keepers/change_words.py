"""What the next directory changes, as a keeper reads it before signing: each field as it was and as it will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from portal.cli.keepers.office_words import SECTIONS, draft_lines, in_one_line
from portal.cli.terminal import Terminal
from portal.office.changed_entries import KEY, FieldChange, changed_fields, entry_of, only_prolonged
from portal.office.draft import DirectoryChange, Document, Draft
from portal.office.role_changes import RoleChange

FIELDS: Final = {
    KEY: "Check code",
    "name": "Name",
    "role": "Role",
    "from": "Valid from",
    "until": "Valid until",
    "former": "Keys before",
    "country": "Country",
    "language": "Language",
    "calendar": "Calendar",
    "timezone": "Time zone",
    "superior": "Superior company",
    "outside": "Outside holders",
    "authorities": "Outside authorities",
    "emergency": "What to do in danger",
    "edge": "Who runs the server",
    "roads": "Other channels",
    "watch": "Watch",
    "on_call": "Urgent reports reach those on call",
    "version": "Version",
    "hash": "Fingerprint of the text",
    "entities": "Companies",
    "entity": "Company",
    "policy": "Policy",
    "category": "Category",
    "members": "Members",
    "left_out": "Left out",
}
"""The fields of entries; those that stand once are called as in `SECTIONS`."""
PROLONGED: Final = "only its time was extended: {old} → {new}"
NOTHING: Final = "–"
NO_ROLES: Final[Mapping[str, Sequence[RoleChange]]] = {}
KEYS: Final = ("keys", "unproven")


def show_draft(terminal: Terminal, draft: Draft) -> None:
    """Says on stderr what a directory changes and lacks, before anybody signs it, whatever it is signed for."""
    shown = change_lines(terminal, draft.changes, draft.before, draft.document, draft.roles)
    for line in (*shown, *draft_lines(terminal, draft)):
        terminal.note("{line}", line=line)


def change_lines(
    terminal: Terminal,
    changes: Sequence[DirectoryChange],
    before: Document | None,
    after: Document,
    roles: Mapping[str, Sequence[RoleChange]] = NO_ROLES,
) -> list[str]:
    """Everything that the directory `after` changes, in words, under each entry its fields.

    `roles` are who came into a role of a policy and who went, by policy, where its rules are at hand.
    """
    lines = list[str]()
    for change in changes:
        first, *fields = _change(terminal, change, before, after)
        people = roles.get(change.id, ()) if change.section == "policies" else ()
        lines += [first, *(f"    {one.role}: {_people(one.gained, one.lost)}" for one in people), *fields]
    return lines


def _change(terminal: Terminal, change: DirectoryChange, before: Document | None, after: Document) -> list[str]:
    line = f"{change.sign} {terminal.words(SECTIONS[change.section])}: {change.id}"
    new = entry_of(after, "members" if change.section in KEYS else change.section, change.id)
    if new is None:
        return [line]
    if change.section in KEYS:
        [code] = [one.new for one in changed_fields(None, new) if one.field == KEY]
        return [f"{line}  {code}"]
    fields = changed_fields(entry_of(before, change.section, change.id), new)
    if only_prolonged(fields):
        [time] = fields
        # With both days: one that lasts for years is no renewal as any other.
        return [f"{line} ({terminal.words(PROLONGED, old=time.old, new=time.new)})"]
    return [line, *(f"    {_label(terminal, one.field)}: {_said(one, change.sign)}" for one in fields)]


def _label(terminal: Terminal, field: str) -> str:
    name, _, part = field.partition(".")
    said = terminal.words(FIELDS.get(name) or SECTIONS.get(name, name))
    return f"{said} ({part})" if part else said


def _said(change: FieldChange, sign: str) -> str:
    """The value that is new; else both, and of a list what comes and goes, unless only its order is another."""
    if sign == "+":
        return _value(change.new)
    if isinstance(change.old, list) and isinstance(change.new, list) and (change.gained or change.lost):
        return _people(change.gained, change.lost)
    return f"{_value(change.old)} → {_value(change.new)}"


def _value(value: str | list[str]) -> str:
    return in_one_line(value if isinstance(value, str) else ", ".join(value)) or NOTHING


def _people(gained: Sequence[str], lost: Sequence[str]) -> str:
    """Who came and who went, or what else a list holds."""
    signs = {"+": gained, "-": lost}
    return "; ".join(f"{sign} {in_one_line(', '.join(some))}" for sign, some in signs.items() if some)
