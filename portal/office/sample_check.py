"""What of an `office.toml` still stands as in the sample: nobody founds an office on it without having said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from portal.office.config import OfficeConfig, RecoveryConfig, read_config, sample_config_text

Values = Callable[[OfficeConfig], Iterable[object]]


def _members(config: OfficeConfig) -> Iterable[object]:
    """The ids of everybody named anywhere."""
    yield from (member for row in config.holders for member in (*row.members, *row.left_out))
    yield from (member for entity in config.entities for member in entity.outside)
    yield from (*config.oversight, *(config.custodians.members if config.custodians else ()))


def _shares(config: OfficeConfig) -> Iterable[object]:
    """Who keeps a paper share; where the file says nothing, the usual names."""
    recovery: RecoveryConfig = config.recovery
    return (*recovery.inside, *recovery.outside)


def _emergency(config: OfficeConfig) -> Iterable[object]:
    """Numbers that somebody in danger is told to call."""
    return (text for one in config.entities if one.emergency for text in one.emergency.root.values())


TOPICS: Final[Mapping[str, Values]] = MappingProxyType(
    {
        "name": lambda config: config.name.root.values(),
        "keepers": lambda config: (keeper.id for keeper in config.keepers),
        "entities": lambda config: (text for one in config.entities for text in one.name.root.values()),
        "authorities": lambda config: (place.contact for one in config.entities for place in one.authorities),
        "edge": lambda config: (text for one in config.entities for text in one.edge.root.values()),
        "emergency": _emergency,
        "roads": lambda config: (text for one in config.entities for text in one.roads.root.values()),
        "members": _members,
        "recovery": _shares,
    }
)
"""What an office decides for itself, by the name under which it may be confirmed, and where it stands in the file.

A policy that ships is a choice like any other, so that none is the sample's alone."""


def still_sample(config: OfficeConfig) -> dict[str, list[str]]:
    """For each topic the values that are the sample's own, in its order; topics without one are left out."""
    sample = read_config(sample_config_text())
    found = {
        topic: [str(value) for value in dict.fromkeys(values(config)) if value in set(values(sample))]
        for topic, values in TOPICS.items()
    }
    return {topic: values for topic, values in found.items() if values}
