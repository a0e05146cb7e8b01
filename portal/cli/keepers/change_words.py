"""What the next directory changes, as a keeper reads it before signing: each field as it was and as it will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from casework.deadlines.explanations import day_en, day_zh
from casework.words import Words
from portal.cli.keepers.office_words import SECTIONS, draft_lines, in_one_line
from portal.cli.terminal import Terminal
from portal.office.added_versions import AddedVersions
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
    "edge": "Traces of a visit",
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
NO_LINES: Final[Mapping[str, Sequence[str]]] = {}
ADDED: Final = "Version {version}, from {day}, is added."
ADDED_WITHOUT_DAY: Final = "Version {version} is added."
SAME_TEXT: Final = "The text and the rules of version {version} are unchanged: only the versions that its page names."
KEYS: Final = ("keys", "unproven")


def show_draft(terminal: Terminal, draft: Draft) -> None:
    """Says on stderr what a directory changes and lacks, before anybody signs it, whatever it is signed for."""
    policies = {change.id for change in draft.changes if change.section == "policies"}
    about = {one: _of_policy(terminal, draft.roles.get(one, ()), draft.versions.get(one)) for one in policies}
    shown = change_lines(terminal, draft.changes, draft.before, draft.document, about)
    for line in (*shown, *draft_lines(terminal, draft)):
        terminal.note("{line}", line=line)


def change_lines(
    terminal: Terminal,
    changes: Sequence[DirectoryChange],
    before: Document | None,
    after: Document,
    about: Mapping[str, Sequence[str]] = NO_LINES,
) -> list[str]:
    """Everything that the directory `after` changes, in words, under each entry its fields.

    `about` is what more there is to say of a policy, by policy, where its texts are at hand.
    """
    lines = list[str]()
    for change in changes:
        first, *fields = _change(terminal, change, before, after)
        more = about.get(change.id, ()) if change.section == "policies" else ()
        lines += [first, *(f"    {one}" for one in more), *fields]
    return lines


def _of_policy(terminal: Terminal, roles: Sequence[RoleChange], versions: AddedVersions | None) -> list[str]:
    """Who came into a role and who went; which versions come; and that nothing else did, where that is so."""
    lines = [f"{one.role}: {people(one.gained, one.lost)}" for one in roles]
    if versions is None:
        return lines
    for one in versions.added:
        day = one.effective and terminal.words.of(Words(day_zh(one.effective), day_en(one.effective)))
        lines.append(terminal.words(ADDED if day else ADDED_WITHOUT_DAY, version=one.version, day=day))
    same = [terminal.words(SAME_TEXT, version=versions.version)] if versions.same_text else []
    return [*lines, *same]


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
        return people(change.gained, change.lost)
    return f"{_value(change.old)} → {_value(change.new)}"


def _value(value: str | list[str]) -> str:
    return in_one_line(value if isinstance(value, str) else ", ".join(value)) or NOTHING


def people(gained: Sequence[str], lost: Sequence[str]) -> str:
    """Who came and who went, or what else a list holds."""
    signs = {"+": gained, "-": lost}
    return "; ".join(f"{sign} {in_one_line(', '.join(some))}" for sign, some in signs.items() if some)
