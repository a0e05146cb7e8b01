"""An office of an ordinary size: ten members, two companies, four policies."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crypto.keys.staff import draw_staff_seed, staff_keys
from crypto.office.directory_shape import Role
from portal.office import EnrolledMember, OfficeText, init_office, read_config, sample_config_text, sign_directory
from portal.office.sample import SAMPLE_MEMBERS, SampleMember
from tests.support.offices.sample_office import OfficeForTests, one_signature

TENTH: Final = SampleMember("outside-b", Role.OUTSIDE, OfficeText.of(zh="外部受理人乙", en="Outside holder B"), None)
POLICIES: Final = ("company-retaliation", "company-sexual-harassment", "company-work-safety")
_MORE: Final = """
[[policies]]
id = "{policy}"
entities = ["group", "ireland"]

[[holders]]
entity = "group"
policy = "{policy}"
category = "*"
members = ["investigator-b", "approver-a"]

[[holders]]
entity = "ireland"
policy = "{policy}"
category = "*"
members = ["investigator-b", "investigator-c"]
"""


def make_ten(folder: Path) -> OfficeForTests:
    """Founds it under `folder/office` and signs its directory, as of today."""
    text = one_signature(sample_config_text()) + "".join(_MORE.format(policy=policy) for policy in POLICIES)
    day = datetime.now(UTC).date()
    founded = init_office(folder / "office", read_config(text), day, os.urandom)
    members = (*SAMPLE_MEMBERS, TENTH)
    seeds = {one.id: draw_staff_seed(os.urandom) for one in members}
    staff = {name: staff_keys(seed, founded.office, name) for name, seed in seeds.items()}
    enrolled = [
        EnrolledMember(one.id, one.role, one.name, staff[one.id].recipient, staff[one.id].signing_key)
        for one in members
    ]
    sign_directory(founded.folder, enrolled, founded.keepers, day)
    return OfficeForTests(
        founded.folder.path, founded.folder, founded.code, founded.office, founded.keepers, seeds, staff, day
    )
