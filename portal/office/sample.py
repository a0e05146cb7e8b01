"""The people of the sample office, for the demo and for tests; all of them are made up."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.office.directory_shape import Role
from portal.office.config import OfficeText


@dataclass(frozen=True)
class SampleMember:
    """Somebody of the sample office: role, names, the entity whose desk it is."""

    id: str
    role: Role
    name: OfficeText
    entity: str | None = "group"


SAMPLE_MEMBERS: tuple[SampleMember, ...] = (
    SampleMember("investigator-a", Role.INVESTIGATOR, OfficeText.of(zh="调查人员甲", en="Investigator A")),
    SampleMember("investigator-b", Role.INVESTIGATOR, OfficeText.of(zh="调查人员乙", en="Investigator B")),
    SampleMember("investigator-c", Role.INVESTIGATOR, OfficeText.of(zh="调查人员丙", en="Investigator C"), "ireland"),
    SampleMember("registrar-a", Role.REGISTRAR, OfficeText.of(zh="登记人员甲", en="Registrar A")),
    SampleMember("approver-a", Role.APPROVER, OfficeText.of(zh="审批人甲", en="Approver A")),
    SampleMember("custodian-a", Role.CUSTODIAN, OfficeText.of(zh="身份信息保管人甲", en="Custodian A")),
    SampleMember("custodian-b", Role.CUSTODIAN, OfficeText.of(zh="身份信息保管人乙", en="Custodian B")),
    SampleMember("custodian-c", Role.CUSTODIAN, OfficeText.of(zh="身份信息保管人丙", en="Custodian C")),
    SampleMember("outside-a", Role.OUTSIDE, OfficeText.of(zh="外部受理人甲", en="Outside holder A"), None),
)
"""Four holders for `group`; `investigator-c` is the colleague who is not among them."""
