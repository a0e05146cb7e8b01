"""Taking a member out of `office.toml`: out of every row, a successor in the place where one is named.

Where a member stood is kept in `left.json`, so that a successor who is named later still comes in the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, cast

from crypto.errors import CryptoError
from crypto.text import read_json, write_json
from portal.office.config import CustodiansConfig, OfficeConfig, load_config, read_config
from portal.office.errors import UNFIT, ConfigRefused, LastOne
from portal.office.files import write_published
from portal.office.folder import OfficeFolder
from portal.office.toml import write_toml

LEFT: Final = "left.json"
LIMIT: Final = 1 << 20


class MemberList(NamedTuple):
    """A list of members in `office.toml`: its name, and the row or entity that it belongs to."""

    name: str
    entity: str = ""
    policy: str = ""
    category: str = ""


@dataclass(frozen=True)
class Vacated:
    """What a member's leaving changed in the office's files, and which texts of its own still name the member."""

    changed: bool
    still_named: list[str]


def vacate(folder: OfficeFolder, member: str, successor: str | None = None) -> Vacated:
    """Take the member out of `office.toml`; done again it changes nothing. Raises LastOne, ConfigRefused.

    Comments of the file stay where nothing but the names changes.
    """
    before = load_config(folder.config_file)
    after, left = without(before, member, successor), _Left(folder.path / LEFT)
    if successor is None:
        # First: anyone who is killed between the two leaves a note too many, never one too few.
        left.note(member, places_of(before, member))
    else:
        after = _filled(after, left.places(member), successor)
    if after != before:
        text = folder.config_file.read_text("utf-8")
        write_published(folder.config_file, _text(text, after, member, successor).encode())
    if successor is not None:
        left.forget(member)
    texts = sorted(folder.own_texts.rglob("*.toml"))
    named = [file.name for file in texts if f'"{member}"' in file.read_text("utf-8")]
    return Vacated(after != before, named)


def places_of(config: OfficeConfig, member: str) -> list[MemberList]:
    """Every list that names the member."""
    rows = [
        MemberList(name, row.entity, row.policy, row.category)
        for row in config.holders
        for name, listed in (("members", row.members), ("left_out", row.left_out))
        if member in listed
    ]
    rows += [MemberList("outside", entity.id) for entity in config.entities if member in entity.outside]
    rows += [MemberList("oversight")] if member in config.oversight else []
    return rows + ([MemberList("custodians")] if config.custodians and member in config.custodians.members else [])


def _filled(config: OfficeConfig, places: Iterable[MemberList], successor: str) -> OfficeConfig:
    """The same with the successor in these places, as far as they are there and lack the successor."""
    wanted = set(places)

    def with_successor(members: Sequence[str], place: MemberList) -> list[str]:
        return [*members, *([successor] if place in wanted and successor not in members else [])]

    rows = [
        row.model_copy(update={
            name: with_successor(listed, MemberList(name, row.entity, row.policy, row.category))
            for name, listed in (("members", row.members), ("left_out", row.left_out))
        })
        for row in config.holders
    ]  # fmt: skip
    entities = [
        one.model_copy(update={"outside": with_successor(one.outside, MemberList("outside", one.id))})
        for one in config.entities
    ]
    custodians = config.custodians and config.custodians.model_copy(
        update={"members": with_successor(config.custodians.members, MemberList("custodians"))}
    )
    return config.model_copy(update={
        "holders": rows, "entities": entities, "custodians": custodians,
        "oversight": with_successor(config.oversight, MemberList("oversight")),
    })  # fmt: skip


class _Left:
    """Where those stood who left without a successor."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def places(self, member: str) -> list[MemberList]:
        """The places of a member who left."""
        return [MemberList(*place) for place in self._read().get(member, [])]

    def note(self, member: str, places: Sequence[MemberList]) -> None:
        """Adds places; the same again changes nothing."""
        known = self.places(member)
        fresh = [place for place in places if place not in known]
        if fresh:
            self._write(self._read() | {member: [list(place) for place in (*known, *fresh)]})

    def forget(self, member: str) -> None:
        """A successor stands in all of them."""
        known = self._read()
        if known.pop(member, None) is not None:
            self._write(known)

    def _read(self) -> dict[str, list[list[str]]]:
        if not self._file.is_file():
            return {}
        try:
            return cast("dict[str, list[list[str]]]", read_json(self._file.read_bytes(), LIMIT))
        except CryptoError as error:
            raise ConfigRefused((UNFIT, {"file": self._file, "reason": error})) from error

    def _write(self, known: dict[str, list[list[str]]]) -> None:
        write_published(self._file, write_json(cast("dict[str, object]", known)))


def without(config: OfficeConfig, member: str, successor: str | None) -> OfficeConfig:
    """The office's decisions without a member; raises LastOne where nobody would be left, or too few custodians."""

    def left(members: Sequence[str]) -> list[str]:
        if successor is not None and successor not in members:
            return [successor if one == member else one for one in members]
        return [one for one in members if one != member]

    rows = [row.model_copy(update={"members": left(row.members), "left_out": left(row.left_out)})
            for row in config.holders]  # fmt: skip
    for row, before in zip(rows, config.holders, strict=True):
        if before.members and not row.members:
            raise LastOne(row.entity, row.policy, row.category)
    entities = [one.model_copy(update={"outside": left(one.outside)}) for one in config.entities]
    return config.model_copy(update={
        "holders": rows, "entities": entities, "oversight": left(config.oversight),
        "custodians": _custodians(config.custodians, left),
    })  # fmt: skip


def _custodians(config: CustodiansConfig | None, left: Callable[[Sequence[str]], list[str]]) -> CustodiansConfig | None:
    if config is None:
        return None
    members = left(config.members)
    if len(members) < config.m:
        raise LastOne("custodians")
    return config.model_copy(update={"members": members})


def _added(text: str, wanted: OfficeConfig) -> str:
    """The text with whom its `members` of holders lack added to them, as far as they are written in the usual way."""
    head, *blocks = re.split(r"(?m)^(?=\[\[holders\]\])", text)
    if len(blocks) != len(wanted.holders):
        return text
    for number, row in enumerate(wanted.holders):
        listed = re.search(r"(?m)^members\s*=\s*\[([^\]]*)\]", blocks[number])
        if listed is None:
            return text
        lacking = "".join(f', "{one}"' for one in row.members if f'"{one}"' not in listed[1])
        end = listed.start(1) + len(listed[1].rstrip().removesuffix(","))
        blocks[number] = blocks[number][:end] + lacking + blocks[number][listed.end(1) :]
    return head + "".join(blocks)


def _text(text: str, wanted: OfficeConfig, member: str, successor: str | None) -> str:
    """The file with nothing but the names changed; written again where that does not give what is wanted."""
    name = re.escape(f'"{member}"')
    tries = [re.sub(rf",\s*{name}|{name}\s*,\s*|{name}", "", text)]
    if successor is not None:
        replaced = re.sub(name, f'"{successor}"', text)
        tries = [replaced, _added(replaced, wanted), *tries]
    for one in tries:
        try:
            if read_config(one) == wanted:
                return one
        except ConfigRefused:
            continue
    return write_toml(wanted.model_dump(exclude_none=True))
