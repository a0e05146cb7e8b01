"""An office for tests: keepers, members with their keys, a signed directory that is valid on a day."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from crypto.directory import VerifiedDirectory
from crypto.directory_shape import Role
from crypto.framing import Rng
from crypto.notes import KeeperKey
from crypto.staff import StaffKeys, draw_staff_seed, staff_keys
from portal.office import (
    EnrolledMember,
    FoundedOffice,
    OfficeFolder,
    Words,
    init_office,
    read_config,
    sample_config_text,
    sign_directory,
)


@dataclass(frozen=True)
class SampleMember:
    """Somebody of the sample office: role, names, entity that signs in."""

    id: str
    role: Role
    name: Words
    entity: str = "group"


MEMBERS: tuple[SampleMember, ...] = (
    SampleMember("investigator-a", Role.INVESTIGATOR, Words(zh="调查人员甲", en="Investigator A")),
    SampleMember("investigator-b", Role.INVESTIGATOR, Words(zh="调查人员乙", en="Investigator B")),
    SampleMember("investigator-c", Role.INVESTIGATOR, Words(zh="调查人员丙", en="Investigator C"), "ireland"),
    SampleMember("registrar-a", Role.REGISTRAR, Words(zh="登记人员甲", en="Registrar A")),
    SampleMember("approver-a", Role.APPROVER, Words(zh="审批人甲", en="Approver A")),
    SampleMember("custodian-a", Role.CUSTODIAN, Words(zh="身份信息保管人甲", en="Custodian A")),
    SampleMember("outside-a", Role.OUTSIDE, Words(zh="外部受理人甲", en="Outside holder A")),
)
"""Four holders for `group`; `investigator-c` is the colleague who is not among them."""


@dataclass(frozen=True, repr=False)
class OfficeForTests:
    """A signed office; `seeds` and `staff` by member id."""

    path: Path
    folder: OfficeFolder
    code: str
    office: bytes
    keepers: list[KeeperKey]
    seeds: dict[str, bytes]
    staff: dict[str, StaffKeys]
    today: date

    def directory(self) -> VerifiedDirectory:
        """The directory, verified on the day it was signed."""
        return self.folder.verified(self.today)

    def enrolled(self) -> list[EnrolledMember]:
        """The members as a signing takes them."""
        return [_enrolled(member, self.staff[member.id]) for member in MEMBERS if member.id in self.staff]


def _enrolled(member: SampleMember, keys: StaffKeys) -> EnrolledMember:
    return EnrolledMember(member.id, member.role, member.name, keys.recipient, keys.signing_key)


def found_sample(path: Path, today: date, rng: Rng = os.urandom) -> FoundedOffice:
    """The sample office, founded and still without members."""
    return init_office(path, read_config(sample_config_text()), today, rng)


def make_office(
    tmp_path: Path,
    members: Sequence[SampleMember] = MEMBERS,
    today: date | None = None,
    rng: Rng = os.urandom,
) -> OfficeForTests:
    """Found the sample office under `tmp_path/office` and sign a directory with these members."""
    day = today or datetime.now(UTC).date()
    founded = found_sample(tmp_path / "office", day, rng)
    seeds = {member.id: draw_staff_seed(rng) for member in members}
    staff = {name: staff_keys(seed, founded.office, name) for name, seed in seeds.items()}
    enrolled = [_enrolled(member, staff[member.id]) for member in members]
    sign_directory(founded.folder, enrolled, founded.keepers, day)
    return OfficeForTests(
        founded.folder.path, founded.folder, founded.code, founded.office, founded.keepers, seeds, staff, day
    )
