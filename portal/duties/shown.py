"""The table of duties as people are shown it: role names, parties without a role, rows."""

from __future__ import annotations

from typing import Any, Final

from crypto.office.directory_shape import Role
from portal.duties.table import Action, Who, duties

PARTIES: Final[dict[str, dict[Who, str]]] = {
    "en": {
        Who.ROLES: "",
        Who.ANYBODY: "anybody",
        Who.MEMBERS: "every member",
        Who.MACHINE: "administrator of the machines",
        Who.KEEPERS: "keepers",
        Who.SHARES: "keepers of paper shares",
        Who.WATCH: "retaliation officer, on the watch's own host",
        Who.SEATS: "those with a seat of the watch's quorum",
        Who.HR: "anyone who sends HR's exports",
    },
    "zh": {
        Who.ROLES: "",
        Who.ANYBODY: "任何人",
        Who.MEMBERS: "每位成员",
        Who.MACHINE: "机器的管理员",
        Who.KEEPERS: "名录签署人",
        Who.SHARES: "纸质份额保管人",
        Who.WATCH: "举报人保护专员，在监测自有的主机上",
        Who.SEATS: "在监测门限中有席位的人",
        Who.HR: "发送人事数据的人",
    },
}
"""Those who may without a role in the directory for it."""
ROLE_NAMES: Final = {
    Role.REGISTRAR: "registrar",
    Role.INVESTIGATOR: "investigator",
    Role.APPROVER: "approver",
    Role.CUSTODIAN: "identity custodian",
    Role.RETALIATION_OFFICER: "retaliation officer",
    Role.OVERSIGHT: "oversight",
    Role.COUNCIL_OBSERVER: "works council observer",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator",
    Role.OUTSIDE: "outside holder",
}
"""English sentences of the desk's catalogue."""


def marked(action: Action) -> tuple[Role, ...]:
    """The roles whose members may, in the order of the directory's."""
    return tuple(role for role in Role if action.allows(role))


def rows(language: str) -> list[dict[str, Any]]:
    """The rows for a page: `name` by language, `roles`, `others` (a party without a role, or empty)."""
    return [
        {
            "name": {"zh": one.name.zh, "en": one.name.en},
            "roles": marked(one),
            "others": PARTIES[language][one.who],
        }
        for one in duties().actions
    ]
