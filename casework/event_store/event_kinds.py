"""What members may write into a stream, and the item that each kind brings along."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from casework.event_store.history import ACT_READ
from casework.rules.acts import TRAITS, Act, Attribute, Item, Party
from crypto.case.payloads import Direction


class EventKind(StrEnum):
    """What may be written under every policy, and under one that was published without rules."""

    # What a member has opened under the key in force: no act of any policy.
    CLAIMED = "claimed"
    SELF_ASSIGNED = "taken"
    REPLIED = "replied"
    NOTED = "noted"
    # The office's own key, before the first words for the office alone; nothing that a policy judges.
    OFFICE_KEY = "office-key"
    REGRANTED = "regranted"
    PROPOSED = "regrant-proposed"
    COUNTERSIGNED = "regrant-countersigned"
    DECLINED = "regrant-declined"
    # A second person does not agree to what another asked for; who asked takes it back. The reason is a note.
    STEP_DECLINED = "step-declined"
    # The notice of the re-grant in force once more, under the key of before.
    REGRANT_NOTICE = "regrant-told"
    # Where no rules end a case, two of its readers must be able to agree that it goes.
    DELETION_ASKED = "deletion-asked"
    DELETION_APPROVED = "deletion-approved"


GRANTING: Final = frozenset({EventKind.REGRANTED, EventKind.COUNTERSIGNED})
ENDS_PROPOSALS: Final = GRANTING | {EventKind.OFFICE_KEY}
"""What ends every proposal that waits: none of them carries the office key of the first epoch on."""
HASHES: Final = frozenset({"item", "grant", "proposal"})
"""All that an event names which no policy judges: were it to bring a stage or a code, folding would believe it."""
Directions = frozenset[Direction | None]

# A re-grant never goes without the `epoch` item that tells the reporter of it.
_OWN: Final[dict[str, Directions]] = {
    ACT_READ: frozenset({None}),
    EventKind.CLAIMED: frozenset({None}),
    EventKind.OFFICE_KEY: frozenset({Direction.OFFICE_ONLY}),
    EventKind.REGRANTED: frozenset({Direction.TO_REPORTER}),
    EventKind.PROPOSED: frozenset({None}),
    EventKind.COUNTERSIGNED: frozenset({Direction.TO_REPORTER}),
    EventKind.DECLINED: frozenset({None}),
    EventKind.STEP_DECLINED: frozenset({Direction.OFFICE_ONLY}),
    EventKind.REGRANT_NOTICE: frozenset({Direction.TO_REPORTER}),
}
_OF_ITEM: Final[dict[Item, Directions]] = {
    Item.NONE: frozenset({None}),
    Item.OPTIONAL: frozenset({None, Direction.TO_REPORTER, Direction.OFFICE_ONLY}),
    Item.TO_REPORTER: frozenset({Direction.TO_REPORTER}),
    Item.OFFICE_ONLY: frozenset({Direction.OFFICE_ONLY}),
}


def may_name(kind: str, names: Collection[str], *, ruled: bool) -> bool:
    """Whether these may stand beside an event of this kind: what a policy judges, else hashes and what is agreed to."""
    known = HASHES | {Attribute.ASKING} if kind == EventKind.DELETION_APPROVED else HASHES
    return (ruled and kind not in _OWN) or set(names) <= known


def item_directions(kind: str, *, ruled: bool) -> Directions | None:
    """The directions of the item that a kind may bring, None among them where it may bring none.

    None for a kind that no member writes here; where no rules are known (`ruled` False) those of
    `EventKind` alone are written. A masked act stands as `sealed` and under no other name.
    """
    if not ruled and kind not in set(EventKind):
        return None
    if kind in _OWN:
        return _OWN[kind]
    if kind not in set(Act):
        return None
    trait = TRAITS[Act(kind)]
    return _OF_ITEM[trait.item] if trait.party is Party.MEMBER and not trait.masked else None
