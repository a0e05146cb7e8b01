"""Who stands in the directory that an office signed last, and whose time there is over."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from crypto.office.signed_notes import read_note
from portal.office.folder import OfficeFolder


@dataclass(frozen=True, slots=True)
class Roll:
    """The members of a directory: those who are there, those whose time is over, and those whom the next lets go."""

    there: Collection[str] = ()
    ended: Collection[str] = ()
    leaving: Collection[str] = ()

    def with_enrolled(self, members: Collection[str]) -> Roll:
        """The roll of the next directory: those who have enrolled, and nobody else, are there."""
        enrolled = frozenset(members)
        return Roll(enrolled, {*self.ended} - enrolled, {*self.there} - enrolled)


def signed_document(folder: OfficeFolder) -> dict[str, Any] | None:
    """The last directory, unverified; None before there is one."""
    note = folder.directory()
    return None if note is None else cast("dict[str, Any]", json.loads(read_note(note.encode()).text.split(b"\n")[3]))


def roll_of(folder: OfficeFolder) -> Roll:
    """The roll of the last directory, unverified; nobody before there is one."""
    document = signed_document(folder)
    if document is None:
        return Roll()
    ended = {member["id"] for member in document["members"] if member["until"] < document["issued"]}
    return Roll(frozenset(member["id"] for member in document["members"]) - ended, frozenset(ended))
