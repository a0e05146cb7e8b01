"""What an office lacks to go on when somebody falls away, as `office.toml` has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from portal.languages import languages, spoken
from portal.office.config import EntityConfig, OfficeConfig, OfficeText

ENOUGH_HOLDERS: Final = 2


def in_other_languages(config: OfficeConfig) -> dict[str, list[str]]:
    """For each language of the pages the places whose text it shows in another language."""
    found = {page: [place for place, text in config.texts() if not _is_said(text, page)] for page in languages()}
    return {page: places for page, places in found.items() if places}


def _is_said(text: OfficeText, page: str) -> bool:
    return spoken(page, text.root) is not None


def thin_rows(config: OfficeConfig) -> list[str]:
    """Rows of holders (`entity/policy/category`) that name fewer than two members."""
    return [
        f"{row.entity}/{row.policy}/{row.category}" for row in config.holders if len(set(row.members)) < ENOUGH_HOLDERS
    ]


def waiting_rows(config: OfficeConfig, known: Collection[str]) -> dict[str, list[str]]:
    """Rows that name enough members, of whom fewer than two are `known` (enrolled): each with those who are not."""
    return {
        f"{row.entity}/{row.policy}/{row.category}": sorted(set(row.members) - set(known))
        for row in config.holders
        if len(set(row.members)) >= ENOUGH_HOLDERS > len(set(row.members) & set(known))
    }


def waiting_custodians(config: OfficeConfig, known: Collection[str]) -> list[str]:
    """Custodians who are not `known` (enrolled): a directory names none before all of them are."""
    return sorted(set(config.custodians.members if config.custodians else ()) - set(known))


def without_outside(config: OfficeConfig) -> list[str]:
    """Entities without an outside holder of their own or of a superior: they alone sign a recovery."""
    known = {entity.id: entity for entity in config.entities}
    return [entity.id for entity in config.entities if not any(one.outside for one in _up(known, entity))]


def _up(known: dict[str, EntityConfig], entity: EntityConfig) -> Iterator[EntityConfig]:
    """The entity and those above it, each once."""
    seen: set[str] = set()
    here: EntityConfig | None = entity
    while here is not None and here.id not in seen:
        seen.add(here.id)
        yield here
        here = None if here.superior is None else known.get(here.superior)
