"""What a reader of a thread holds: keys, holders and grants by epoch (SPEC §6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from crypto.case.items import Place, Position, office_key_mac, office_mac_key
from crypto.case.payloads import Direction, EpochNotice
from crypto.errors import MacRefused
from crypto.keys.receipt import MacKeys
from crypto.sealing.recipients import Identity


@dataclass
class ThreadKeys:
    """What a reader holds; grows as epoch items and receipt changes verify.

    `grants` and `holders` hold what is known, by epoch; an epoch that is not in `holders` is not
    restricted. The reporter has `reader`, the office `seeds` (case keys by epoch) and `act`. `entity`
    says whose outside holders may stand in. `holder` is the own key of a reader whose grant is of epoch 0, to which
    the office key is sealed; anyone who has a later grant has that key from its history.
    """

    case: bytes
    macs: dict[int, MacKeys]
    reader: Identity | None = None
    seeds: Mapping[int, Identity] = field(default_factory=dict[int, Identity])
    office_seeds: dict[int, Identity] = field(default_factory=dict[int, Identity])
    holder: Identity | None = None
    excluded: Sequence[str] = ()
    holders: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    grants: dict[int, bytes] = field(default_factory=dict[int, bytes])
    act: bytes | None = None
    start: Position = field(default_factory=Position)
    first_epoch: int = 0
    entity: str | None = None
    # The earliest day of a re-grant that follows an epoch, by that epoch.
    days: dict[int, str] = field(default_factory=dict[int, str])
    # Hashes of the items that signed events of members name: each has its place, whatever is wrong with it.
    named: Collection[bytes] = frozenset()
    # Epochs before the grant's whose keys its history document does not give.
    lost: Collection[int] = frozenset()

    def mac_key(self, place: Place) -> bytes:
        """The MAC key for an item's place; raises MacRefused when its epoch is not known."""
        if place.is_office_key and 0 in self.seeds:
            return office_key_mac(self.seeds[0])
        if place.direction is Direction.OFFICE_ONLY:
            identity = self.office_seeds.get(place.epoch)
            if identity is not None:
                return office_mac_key(identity)
        elif place.epoch in self.macs:
            keys = self.macs[place.epoch]
            return keys.to_office if place.direction is Direction.TO_OFFICE else keys.to_reporter
        raise MacRefused("an epoch whose keys are not known")

    def agrees(self, notice: EpochNotice) -> bool:
        """Whether an epoch item says what is known of its epoch: grant, keys, holders, day."""
        epoch, seed = notice.epoch, self.seeds.get(notice.epoch)
        return (
            self.grants.get(epoch, notice.grant) == notice.grant
            and self.macs.get(epoch, notice.macs) == notice.macs
            and sorted(self.holders.get(epoch, notice.holders)) == sorted(notice.holders)
            and (seed is None or seed.recipient == notice.recipient)
            and self.days.get(epoch, notice.day) == notice.day
        )

    def openers(self, place: Place) -> list[Identity]:
        """The identities that may open an item at this place.

        An epoch item is sealed to the case key that it announces, which a removed holder lacks.
        """
        found = [self.reader]
        if place.is_office_key:
            found = [self.holder]
        elif self.reader is None and place.direction is Direction.OFFICE_ONLY:
            found = [self.office_seeds.get(place.epoch)]
        elif self.reader is None:
            after = place.epoch + 1 if place.direction is Direction.TO_REPORTER else place.epoch
            found = [self.seeds.get(epoch) for epoch in range(place.epoch, after + 1)]
        return [identity for identity in found if identity is not None]
