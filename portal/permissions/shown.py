"""The table of permissions as people are shown it: role names, parties without a role, rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from crypto.localized import Words
from crypto.office.directory_shape import Role
from portal.permissions.table import Action, Who, permissions

PARTIES: Final[dict[Who, Words]] = {
    Who.ROLES: Words("", ""),
    Who.ANYBODY: Words("任何人", "anybody"),
    Who.MEMBERS: Words("每位成员", "every member"),
    Who.MACHINE: Words("机器的管理员", "administrator of the machines"),
    Who.KEEPERS: Words("名录签署人", "keepers"),
    Who.SHARES: Words("纸质份额保管人", "keepers of paper shares"),
    Who.WATCH: Words("举报人保护专员，在监测自有的主机上", "retaliation officer, on the watch's own host"),
    Who.SEATS: Words("在监测门限中有席位的人", "those with a seat of the watch's quorum"),
    Who.HR: Words("发送人事数据的人", "anyone who sends HR's exports"),
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


def rows(say: Callable[[Words], str]) -> list[dict[str, Any]]:
    """The rows for a page, in its language: `name`, `roles`, `others` (a party without a role, or empty)."""
    return [
        {"name": say(one.name), "roles": marked(one), "others": say(PARTIES[one.who])} for one in permissions().actions
    ]
