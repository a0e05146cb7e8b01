"""The next directory before anyone has signed it, and what it changes."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from crypto.errors import CryptoError
from crypto.framing import SUITE, b64decode, b64encode
from crypto.keys.former import NextKeys
from crypto.office.directory import LAPSED_DAYS
from crypto.office.directory_shape import DIRECTORY_KEYS, SINGLE_DAYS, USUAL_DELAY, Role, read_directory
from crypto.office.signed_notes import read_note
from crypto.sealing.recipients import Identity
from portal.office.added_versions import AddedVersions, added_versions
from portal.office.calendars import office_calendars
from portal.office.changed_entries import LISTS, entry_name
from portal.office.changed_keys import AccountKeys, changes_keys, handed_over, keys_in
from portal.office.config import EntityConfig, HoldersConfig, OfficeConfig, OfficeText, PolicyConfig, WatchConfig
from portal.office.current_members import roll_of
from portal.office.errors import ConfigRefused, NothingToSign, Said
from portal.office.folder import OfficeFolder
from portal.office.published import PublishedText, danger_words, jurisdiction_text
from portal.office.publishing import PolicyTexts, drafted_policies, policy_texts
from portal.office.role_changes import RoleChange, changed_roles
from portal.office.role_holders import misbound, named_in, unenrolled

Document = dict[str, object]
SINGLE = ("name", "recovery", "custodians", "oversight", "regrant_threshold", "jurisdictions", "calendars", "root")


@dataclass(frozen=True)
class EnrolledMember:
    """A member whose keys were proven and whose trial case was opened."""

    id: str
    role: Role
    name: OfficeText
    recipient: str
    signing: bytes
    # New keys that wait for the keepers, with their proof.
    waiting: NextKeys | None = None


@dataclass(frozen=True)
class DirectoryChange:
    """One difference from the directory before: `sign` is `+`, `-` or `~`."""

    sign: str
    section: str
    id: str


@dataclass(frozen=True)
class Draft:
    """A directory to be signed, the one before, its texts, its changes, and the ids that nobody has enrolled yet."""

    document: Document
    before: Document | None
    policies: list[PolicyTexts]
    jurisdictions: PublishedText
    calendars: PublishedText
    changes: list[DirectoryChange]
    missing: list[str]
    # Policies whose text here is no longer what was published under its version.
    drifted: list[str]
    # Why a role of a policy, as it is bound, can't be given its cases.
    misbound: list[Said]
    # Roles that nobody holds who has enrolled.
    unenrolled: list[Said]
    # Who came into a role of a policy, and who went, by policy.
    roles: dict[str, list[RoleChange]]
    # Versions that a policy's page did not name before, by policy.
    versions: dict[str, AddedVersions]

    @property
    def sequence(self) -> int:
        """The number it will have."""
        return cast("int", self.document["sequence"])


def note_document(note: str) -> Document:
    """The JSON of a note's text, unverified."""
    return cast("Document", json.loads(read_note(note.encode()).text.split(b"\n")[3]))


def _emergency(config: EntityConfig, jurisdictions: PublishedText, language: str) -> Document:
    """The office's own words, else the country's, which must be there in the office's language."""
    if config.emergency is not None:
        return config.emergency.document()
    found = danger_words(jurisdictions, config.country)
    if language not in found:
        said = "entities.{entity}.emergency: write it in {language}; what ships is in {languages}."
        shipped = ", ".join(sorted(found))
        raise ConfigRefused((said, {"entity": config.id, "language": language, "languages": shipped}))
    return found


def _entity(config: EntityConfig, known: set[str], jurisdictions: PublishedText, language: str) -> Document:
    return {
        "id": config.id,
        "name": config.name.document(),
        "country": config.country,
        "language": config.language,
        "calendar": config.calendar,
        "timezone": config.timezone,
        "superior": config.superior,
        "outside": [member for member in config.outside if member in known],
        "authorities": [{"name": place.name.document(), "contact": place.contact} for place in config.authorities],
        "emergency": _emergency(config, jurisdictions, language),
        "edge": config.edge.document(),
        "roads": config.roads.document(),
        "watch": None if config.watch is None else _watch(config.watch, known),
        # Readers of earlier versions know nobody on call.
        **({"on_call": True} if config.on_call else {}),
    }


def _watch(config: WatchConfig, known: set[str]) -> Document:
    """It is on only with a recorded agreement, and once everybody who opens its links is there."""
    seats = {*config.inside, *config.outside}
    return {
        "recipient": config.recipient,
        "active": config.agreement is not None and seats <= known,
        "inside": [member for member in config.inside if member in known],
        "outside": [member for member in config.outside if member in known],
        # Readers of earlier versions know no delay.
        **({} if config.delay == USUAL_DELAY else {"delay": config.delay}),
    }


def _holders(row: HoldersConfig, known: set[str]) -> Document:
    return {
        "entity": row.entity,
        "policy": row.policy,
        "category": row.category,
        "members": [member for member in row.members if member in known],
        "left_out": [member for member in row.left_out if member in known],
    }


def _member(member: EnrolledMember, directory: Document | None, config: OfficeConfig, today: date) -> Document:
    if config.language not in member.name.root:
        said = "{member} has no name in {language}, the office's language: let the member go, and invite them again."
        raise ConfigRefused((said, {"member": member.id, "language": config.language}))
    before = _by_id(directory, "members").get(member.id)
    held = AccountKeys(member.recipient, member.signing, member.waiting)
    entry: Document = {
        "id": member.id,
        "role": member.role.value,
        "name": member.name.document(),
        **keys_in(directory or {}, before, member.id, held, today),
        "from": today.isoformat(),
        "until": (today + timedelta(days=config.member_days)).isoformat(),
    }
    if "former" in entry:
        # Behind all else, where SPEC §4 lists it.
        entry["former"] = entry.pop("former")
    if before:
        entry["from"] = before["from"]
        # Nobody's time runs out while the directory serves, to its last day for who waits.
        if date.fromisoformat(cast("str", before["until"])) > today + timedelta(days=config.valid_days + LAPSED_DAYS):
            entry["until"] = before["until"]
    return entry


def _by_id(document: Document | None, section: str) -> dict[str, Document]:
    entries = cast("list[Document]", document[section]) if document else []
    return {entry_name(entry): entry for entry in entries}


def _has_left(entry: Document, document: Document) -> bool:
    """Whether a member's entry had ended before the directory was issued: kept for old signatures alone."""
    return cast("str", entry["until"]) < cast("str", document["issued"])


def _there(document: Document | None, section: str) -> dict[str, Document]:
    """The entries of a section by name, less members who have left."""
    found = _by_id(document, section)
    if document is None or section != "members":
        return found
    return {name: entry for name, entry in found.items() if not _has_left(entry, document)}


def _former(entries: dict[str, Document], members: Sequence[EnrolledMember], today: date) -> list[Document]:
    """Those who were members: valid no more, but what they signed stays theirs (SPEC §6, step 6, and §9)."""
    known = {member.id for member in members}
    ended = (today - timedelta(days=1)).isoformat()
    gone = [entry for name, entry in entries.items() if name not in known]
    return [entry | {"until": min(cast("str", entry["until"]), ended)} for entry in gone]


def changes_between(before: Document | None, after: Document) -> list[DirectoryChange]:
    """What the second directory has that the first has not, or otherwise."""
    found: list[DirectoryChange] = []
    for section in LISTS:
        old, new = _there(before, section), _there(after, section)
        found += [DirectoryChange("+", section, name) for name in new if name not in old]
        found += [DirectoryChange("-", section, name) for name in old if name not in new]
        found += [DirectoryChange("~", section, name) for name in new if name in old and new[name] != old[name]]
        found += _keys_between(old, new) + _departed_between(before, after) if section == "members" else []
    for key in (
        "language",
        "name",
        "recovery",
        "custodians",
        "oversight",
        "regrant_threshold",
        "jurisdictions",
        "calendars",
        "root",
    ):
        if before and before.get(key) != after[key]:
            found.append(DirectoryChange("~", key, key))
    single = after.get("regrant_single_until")
    if before and before.get("regrant_single_until") != single:
        found.append(DirectoryChange("~", "regrant_single_until", str(single or "-")))
    return found


def _keys_between(old: dict[str, Document], new: dict[str, Document]) -> list[DirectoryChange]:
    """Whose keys are others, told apart by whether the former ones signed them."""
    both = [name for name in new if name in old and changes_keys(old[name], new[name])]
    return [DirectoryChange("~", "keys" if handed_over(old[name], new[name]) else "unproven", name) for name in both]


def _departed_between(before: Document | None, after: Document) -> list[DirectoryChange]:
    """What is otherwise among those who have left, whose signatures go on holding: nobody is put there unseen."""
    old, new, there = _by_id(before, "members"), _by_id(after, "members"), _there(before, "members")
    gone = [name for name in new if _has_left(new[name], after)]
    lost = [name for name in old if name not in new and name not in there]
    # That somebody leaves is said under members: of them the last day may be another.
    known = old | {name: entry | {"until": new[name]["until"]} for name, entry in there.items() if name in new}
    changed = {name: "~" if name in old else "+" for name in gone if new[name] != known.get(name)}
    return [DirectoryChange(sign, "departed", name) for name, sign in {**changed, **dict.fromkeys(lost, "-")}.items()]


def _custodians(config: OfficeConfig, known: set[str]) -> Document:
    """Nobody guards identities before the whole quorum is there."""
    if config.custodians is None or not set(config.custodians.members) <= known:
        return {"m": 0, "members": []}
    return {"m": config.custodians.m, "members": list(config.custodians.members)}


def _policy(policy: PolicyConfig, text: PublishedText) -> Document:
    return {
        "id": policy.id,
        "version": str(text.document()["version"]),
        "hash": b64encode(text.hash),
        "entities": list(policy.entities),
    }


def _document(
    config: OfficeConfig, members: Sequence[EnrolledMember], jurisdictions: PublishedText, today: date
) -> Document:
    """What follows from `office.toml` alone, less those whom nobody has enrolled."""
    known = {member.id for member in members}
    return {
        "v": 1,
        "language": config.language,
        "suite": SUITE,
        "issued": today.isoformat(),
        "expires": (today + timedelta(days=config.valid_days)).isoformat(),
        "name": config.name.document(),
        "entities": [_entity(entity, known, jurisdictions, config.language) for entity in config.entities],
        "holders": [_holders(row, known) for row in config.holders],
        "custodians": _custodians(config, known),
        "oversight": [member for member in config.oversight if member in known],
        "regrant_threshold": config.regrant_threshold,
        "jurisdictions": b64encode(jurisdictions.hash),
    }


def draft_directory(
    folder: OfficeFolder,
    members: Sequence[EnrolledMember],
    today: date,
    recovery: str | None = None,
    number: int | None = None,
) -> Draft:
    """The directory that follows from `office.toml` and the enrolled members.

    `recovery` is given at founding and when it is replaced, `number` of the root where that is not published
    yet; else both are carried on. Ids without an enrolled member are left out and listed; who was a member
    before stays as one whose time is over: what they signed goes on holding. Raises ConfigRefused, NothingToSign,
    and KeysNotProven for a member's keys that are neither those of the directory before nor signed by them.
    """
    root, note = folder.root(), folder.directory()
    before = note_document(note) if note else None
    fixed: Document = {
        "office": b64encode(root.office),
        "root": number or root.number,
        "recovery": recovery or (before["recovery"] if before else None),
    }
    return _drafted(folder, folder.config(), members, before, fixed, today)


def trial_draft(folder: OfficeFolder, config: OfficeConfig, today: date) -> Draft:
    """What founding would sign first, for a configuration that no office has yet; raises as `draft_directory`."""
    recovery = Identity.draw(os.urandom).recipient.text
    fixed: Document = {"office": b64encode(bytes(16)), "root": 1, "recovery": recovery}
    return _drafted(folder, config, [], None, fixed, today)


def _drafted(
    folder: OfficeFolder,
    config: OfficeConfig,
    members: Sequence[EnrolledMember],
    before: Document | None,
    fixed: Document,
    today: date,
) -> Draft:
    calendars = PublishedText(office_calendars(folder, config, today))
    texts = {policy.id: policy_texts(folder, config, policy.id, today) for policy in config.policies}
    jurisdictions = jurisdiction_text(folder.own_texts)
    entries = _by_id(before, "members")
    found = _document(config, members, jurisdictions, today) | {
        **fixed,
        "sequence": cast("int", before["sequence"]) + 1 if before else 1,
        "calendars": b64encode(calendars.hash),
        "policies": [_policy(policy, texts[policy.id].page) for policy in config.policies],
        "members": [_member(member, before, config, today) for member in members] + _former(entries, members, today),
    }
    if single := single_until(before, config.regrant_threshold, today.isoformat()):
        # Readers of earlier versions know no such day.
        found["regrant_single_until"] = single
    document = {key: found[key] for key in DIRECTORY_KEYS if key in found}
    _check(document)
    policies, enrolled = drafted_policies(texts.values()), {member.id for member in members}
    roll = roll_of(folder).with_enrolled(enrolled)
    return Draft(
        document,
        before,
        list(texts.values()),
        jurisdictions,
        calendars,
        changes_between(before, document),
        sorted(named_in(config) - enrolled),
        [policy for policy, text in texts.items() if text.drifted],
        [said for one in policies for said in misbound(config, one, roll)],
        [said for one in policies for said in unenrolled(one, enrolled)],
        changed_roles(folder, policies),
        added_versions(folder, texts.values()),
    )


def single_until(before: Document | None, threshold: int, issued: str) -> str | None:
    """The last day on which one signature is enough for a re-grant, where two sign: what it put in force goes on."""
    if before is None or threshold == 1:
        return None
    # Signing by files takes days, in which the directory before goes on asking for one.
    latest = (date.fromisoformat(issued) + timedelta(days=SINGLE_DAYS)).isoformat()
    if before["regrant_threshold"] == 1:
        return latest
    until = cast("str | None", before.get("regrant_single_until"))
    # A clock that was set back since gives a directory that holds together too.
    return None if until is None else min(until, latest)


def _check(document: Document) -> None:
    try:
        read_directory(document)
    except CryptoError as error:
        raise NothingToSign(("the directory would not hold together: {reason}", {"reason": error})) from error


def members_of(note: str) -> list[EnrolledMember]:
    """The members that a directory note of our own names, less those who have left."""
    return [
        EnrolledMember(
            id=cast("str", entry["id"]),
            role=Role(cast("str", entry["role"])),
            name=OfficeText.model_validate(entry["name"]),
            recipient=cast("str", entry["recipient"]),
            signing=b64decode(cast("str", entry["signing"]), 32),
        )
        for entry in _there(note_document(note), "members").values()
    ]
