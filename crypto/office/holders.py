"""Who may open a report (SPEC §5, choose_holders)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from crypto.errors import ExcludedHolder, UnexpectedStanzas, WrongShape
from crypto.framing import Rng
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Directory, Entity, HoldersRow, Member
from crypto.sealing.recipients import Identity, Recipient

BUCKETS = (8, 16, 32)
SMALL_OFFICE = 3
# Places for colleagues who join a case later.
SPARE = 2


@dataclass(frozen=True)
class Holders:
    """The members who will be able to open, and how large the grant looks, no matter who they are."""

    entity: str
    policy: str
    category: str
    members: list[Member]
    excluded: list[str]
    bucket: int
    escalated: bool
    recovery: Recipient

    @property
    def ids(self) -> list[str]:
        """Their ids, in the directory's order."""
        return [member.id for member in self.members]

    @property
    def recipients(self) -> list[Recipient]:
        """To whom the grant is sealed: the members and the recovery key."""
        return [*(member.recipient for member in self.members), self.recovery]


def _row(directory: VerifiedDirectory, entity: str, policy: str, category: str) -> HoldersRow:
    rows = {row.category: row for row in directory.content.holders if (row.entity, row.policy) == (entity, policy)}
    found = rows.get(category) or rows.get("*")
    if found is None:
        raise WrongShape("the directory names no holders for this")
    return found


def _entity(directory: VerifiedDirectory, entity: str) -> Entity:
    for found in directory.content.entities:
        if found.id == entity:
            return found
    raise WrongShape("no such entity")


def _valid(directory: VerifiedDirectory, ids: Collection[str]) -> list[Member]:
    found = [directory.valid_member(member) for member in ids]
    return [member for member in found if member]


def _up(directory: VerifiedDirectory, entity: str) -> list[Entity]:
    """The entity and its superiors, nearest first."""
    places: list[Entity] = []
    at: str | None = entity
    while at and at not in {place.id for place in places}:
        places.append(_entity(directory, at))
        at = places[-1].superior
    return places


def outside_ids(directory: VerifiedDirectory, entity: str) -> set[str]:
    """The ids of the outside holders of an entity and its superiors; {} for an unknown entity."""
    try:
        return {member for place in _up(directory, entity) for member in place.outside}
    except WrongShape:
        return set()


class PlacedEntity(Protocol):
    """An entity with who stands above it, and its outside holders."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def superior(self) -> str | None: ...  # noqa: D102
    @property
    def outside(self) -> Sequence[str]: ...  # noqa: D102


class PlacedRow(Protocol):
    """Who holds the reports of an entity."""

    @property
    def entity(self) -> str: ...  # noqa: D102
    @property
    def members(self) -> Sequence[str]: ...  # noqa: D102


class Places(Protocol):
    """What gives members a place: a directory, or the office's file before it is one."""

    @property
    def entities(self) -> Sequence[PlacedEntity]: ...  # noqa: D102
    @property
    def holders(self) -> Sequence[PlacedRow]: ...  # noqa: D102
    @property
    def oversight(self) -> Sequence[str]: ...  # noqa: D102


def group_of(content: Places, entity: str) -> str:
    """The last superior of an entity, which names its group; where superiors go in a circle, the first of its names."""
    superior = {one.id: one.superior for one in content.entities}
    seen: list[str] = []
    at: str | None = entity
    while at is not None and at not in seen:
        seen.append(at)
        at = superior.get(at)
    return seen[-1] if at is None else min(seen[seen.index(at) :])


def places_of(content: Places, member: str) -> set[str]:
    """The entities at which the directory gives a member a place: a holders row, or a seat as outside holder."""
    placed = {row.entity for row in content.holders if member in row.members}
    return placed | {entity.id for entity in content.entities if member in entity.outside}


def is_within_reach(content: Directory, member: str, entity: str) -> bool:
    """Whether a grant of that entity gets to a member: the desk hands out the batches of whole groups.

    A member without any place gets those of a home that the directory does not tell: such a one is taken to be. For
    changes of readers that were made before; for a new one see `has_place`.
    """
    return not places_of(content, member) or has_place(content, member, entity)


def has_place(content: Places, member: str, entity: str) -> bool:
    """Whether the directory gives a member a place in the entity's group, by a row or from outside, or oversight."""
    groups = {group_of(content, place) for place in places_of(content, member)}
    return member in content.oversight or group_of(content, entity) in groups


def stand_ins(directory: VerifiedDirectory, entity: str, holders: Collection[str]) -> set[str]:
    """The outside holders who may act for the holders of a grant: only while at most one of these is valid today."""
    living = _valid(directory, holders)
    return outside_ids(directory, entity) if len(living) <= 1 else set()


def outside_holders(directory: VerifiedDirectory, entity: str, excluded: set[str]) -> list[Member]:
    """The outside holders of the entity, or of the nearest superior that has any left; raises ExcludedHolder."""
    for place in _up(directory, entity):
        left = [member for member in _valid(directory, place.outside) if member.id not in excluded]
        if left:
            return left
    raise ExcludedHolder("nobody is left who could open this report")


def bucket_for(count: int) -> int:
    """The smallest bucket that holds `count` recipients; raises UnexpectedStanzas over 32."""
    for bucket in BUCKETS:
        if count <= bucket:
            return bucket
    raise UnexpectedStanzas("more than 32 recipients")


def bucket_of(directory: VerifiedDirectory, entity: str) -> int:
    """The one bucket of every grant of an entity: nobody's size tells of which category or group a report is.

    Counted by the directory alone, no matter who is valid today, so that it is the same for all who have this
    directory. The largest for an entity that the directory no longer names. Raises UnexpectedStanzas where a
    row and those outside are more than 31.
    """
    if all(place.id != entity for place in directory.content.entities):
        return BUCKETS[-1]
    # Those outside stand beside a row as recipients of a re-grant, or one place's alone in its stead.
    own, *above = (len(place.outside) for place in _up(directory, entity))
    rows = [len(row.members) for row in directory.content.holders if row.entity == entity]
    most = max(max(rows, default=0) + own, *above, 0) + 1
    return bucket_for(max(most, min(most + SPARE, BUCKETS[-1])))


def choose_holders(
    directory: VerifiedDirectory,
    entity: str,
    policy: str,
    category: str,
    excluded: Collection[str],
) -> Holders:
    """The holders of a report; raises DirectoryExpired, and ExcludedHolder when nobody is left."""
    directory.check_current()
    row = _row(directory, entity, policy, category)
    unwanted = set(excluded)
    candidates = [member for member in row.members if member not in row.left_out]
    eligible = _valid(directory, candidates)
    granted = [member for member in eligible if member.id not in unwanted]
    # In a small office a grant that does not open would tell the excluded person what it is about.
    small = len(eligible) <= SMALL_OFFICE and len(granted) < len(eligible)
    escalated = small or not granted
    if escalated:
        granted = outside_holders(directory, entity, unwanted)
    bucket = bucket_of(directory, entity)
    return Holders(entity, policy, category, granted, sorted(unwanted), bucket, escalated, directory.content.recovery)


def fill_bucket(recipients: list[Recipient], bucket: int, rng: Rng) -> list[Recipient]:
    """The recipients and throw-away ones up to `bucket`, in shuffled order."""
    if len(recipients) > bucket:
        raise UnexpectedStanzas("more recipients than the bucket holds")
    extra = bucket - len(recipients)
    full = recipients + [Identity.draw(rng).recipient for _ in range(extra)]
    return shuffled(full, rng)


def shuffled(members: list[Recipient], rng: Rng) -> list[Recipient]:
    """A uniform shuffle: sorted by 16 random bytes each."""
    return [member for _, member in sorted(((rng(16), member) for member in members), key=_first)]


def _first(pair: tuple[bytes, Recipient]) -> bytes:
    return pair[0]
