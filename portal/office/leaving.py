"""Taking a member out of `office.toml`: out of every row, a successor in the place where one is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.office.config import CustodiansConfig, OfficeConfig, load_config, read_config
from portal.office.errors import ConfigRefused, LastOne
from portal.office.files import write_published
from portal.office.folder import OfficeFolder
from portal.office.toml import write_toml


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
    after = without(before, member, successor)
    if after != before:
        text = folder.config_file.read_text("utf-8")
        write_published(folder.config_file, _text(text, after, member, successor).encode())
    texts = sorted(folder.own_texts.rglob("*.toml"))
    named = [file.name for file in texts if f'"{member}"' in file.read_text("utf-8")]
    return Vacated(after != before, named)


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


def _text(text: str, wanted: OfficeConfig, member: str, successor: str | None) -> str:
    """The file with nothing but the names changed; written anew where that does not give what is wanted."""
    name = re.escape(f'"{member}"')
    tries = [re.sub(rf",\s*{name}|{name}\s*,\s*|{name}", "", text)]
    if successor is not None:
        tries.insert(0, re.sub(name, f'"{successor}"', text))
    for one in tries:
        try:
            if read_config(one) == wanted:
                return one
        except ConfigRefused:
            continue
    return write_toml(wanted.model_dump(exclude_none=True))
