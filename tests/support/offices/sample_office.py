"""An office for tests: keepers, members with their keys, a signed directory that is valid on a day."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from crypto.framing import Rng
from crypto.keys.staff import StaffKeys, draw_staff_seed, staff_keys
from crypto.office.directory import VerifiedDirectory
from crypto.office.signed_notes import KeeperKey
from portal.office import (
    EnrolledMember,
    FoundedOffice,
    OfficeFolder,
    init_office,
    read_config,
    sample_config_text,
    sign_directory,
)
from portal.office.draft import members_of
from portal.office.sample import SAMPLE_MEMBERS, SampleMember

MEMBERS = SAMPLE_MEMBERS


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


def found_sample(path: Path, today: date, rng: Rng = os.urandom, witnesses: Sequence[str] = ()) -> FoundedOffice:
    """The sample office, founded and still without members; `witnesses` are lines of `write_witness`."""
    return init_office(path, read_config(one_signature(sample_with(witnesses))), today, rng)


def one_signature(text: str) -> str:
    """An office.toml under which one holder changes the readers: most tests have one at hand who acts alone."""
    assert "regrant_threshold = 2" in text
    return text.replace("regrant_threshold = 2", "regrant_threshold = 1")


def sample_with(witnesses: Sequence[str]) -> str:
    """The sample office.toml with these witnesses, one of whom must confirm."""
    return sample_config_text().replace("v = 1", f"v = 1\nwitnesses = {json.dumps(list(witnesses))}", 1)


def make_office(
    tmp_path: Path,
    members: Sequence[SampleMember] = MEMBERS,
    today: date | None = None,
    rng: Rng = os.urandom,
    witnesses: Sequence[str] = (),
) -> OfficeForTests:
    """Found the sample office under `tmp_path/office` and sign a directory with these members."""
    day = today or datetime.now(UTC).date()
    founded = found_sample(tmp_path / "office", day, rng, witnesses)
    seeds = {member.id: draw_staff_seed(rng) for member in members}
    staff = {name: staff_keys(seed, founded.office, name) for name, seed in seeds.items()}
    enrolled = [_enrolled(member, staff[member.id]) for member in members]
    sign_directory(founded.folder, enrolled, founded.keepers, day)
    return OfficeForTests(
        founded.folder.path, founded.folder, founded.code, founded.office, founded.keepers, seeds, staff, day
    )


def require_two_signatures(folder: OfficeFolder, keepers: Sequence[KeeperKey], today: date) -> None:
    """Sign a directory of the same members under which a re-grant needs two signatures."""
    config = folder.path / "office.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("regrant_threshold = 1", "regrant_threshold = 2"), "utf-8")
    sign_directory(folder, members_of(folder.directory() or ""), keepers, today)
    assert folder.verified(today).content.regrant_threshold == 2
