"""The table of permissions, read strictly: which role may do what, and what the others are told."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, NewType

from crypto.localized import LocalizedText, localized
from crypto.office.directory_shape import Role
from portal.languages import DEFAULT, SOURCE

FILE: Final = Path(__file__).with_name("permissions.toml")

ActionId = NewType("ActionId", str)


class Who(StrEnum):
    """Who may do an action."""

    ROLES = "roles"
    MEMBERS = "members"
    ANYBODY = "anybody"
    MACHINE = "machine"
    KEEPERS = "keepers"
    SHARES = "shares"
    WATCH = "watch"
    SEATS = "seats"
    HR = "hr"


class Others(StrEnum):
    """What a member of another role is told: that it is not theirs, or exactly what there is for nobody."""

    REFUSED = "refused"
    NOTHING = "nothing"


class PermissionsRefused(Exception):
    """The table is not what it must be: which action, and why."""


@dataclass(frozen=True, slots=True)
class RouteRule:
    """A route: the method, and the rule as Flask writes it."""

    method: str
    rule: str


@dataclass(frozen=True, slots=True)
class Action:
    """One row: `roles` are filled in for `Who.ROLES` alone, and there `others` too.

    `calls` are the desk's; `watch` and `hr_upload` are those of the watch's two faces, which know no session.
    """

    id: ActionId
    name: LocalizedText
    who: Who
    roles: frozenset[Role]
    others: Others | None
    calls: tuple[RouteRule, ...]
    watch: tuple[RouteRule, ...]
    hr_upload: tuple[RouteRule, ...]
    commands: tuple[str, ...]

    def allows(self, role: Role | None) -> bool:
        """Whether somebody who is signed in, and has this role in the directory of today, may."""
        return self.who in (Who.ANYBODY, Who.MEMBERS) or role in self.roles

    def refuses(self, role: Role | None) -> bool:
        """Whether that member is told that it is not theirs."""
        return self.others is Others.REFUSED and not self.allows(role)


@dataclass(frozen=True)
class Permissions:
    """The whole table, by action, by route of each face and by command."""

    actions: tuple[Action, ...]
    by_call: Mapping[RouteRule, Action]
    by_watch: Mapping[RouteRule, Action]
    by_hr_upload: Mapping[RouteRule, Action]
    by_command: Mapping[str, Action]

    def action(self, wanted: str) -> Action:
        """The action of that id; raises KeyError."""
        return next(one for one in self.actions if one.id == wanted)


@cache
def permissions() -> Permissions:
    """The table that ships."""
    return read_permissions(FILE.read_text("utf-8"))


def read_permissions(text: str) -> Permissions:
    """Reads the table; raises `PermissionsRefused` for a key, a name or a place too many."""
    table: dict[str, Any] = tomllib.loads(text)
    if set(table) != {"action"}:
        raise PermissionsRefused("nothing but [[action]]")
    actions = tuple(_action(row) for row in table["action"])
    _distinct("an action", [one.id for one in actions])
    _distinct("a name", [text for one in actions for text in one.name.document().values()])
    calls = [(call, one) for one in actions for call in one.calls]
    watch = [(call, one) for one in actions for call in one.watch]
    hr_upload = [(call, one) for one in actions for call in one.hr_upload]
    for of_face in (calls, watch, hr_upload):
        _distinct("a call", [call for call, _ in of_face])
    commands = [(command, one) for one in actions for command in one.commands]
    _distinct("a command", [command for command, _ in commands])
    return Permissions(actions, dict(calls), dict(watch), dict(hr_upload), dict(commands))


_PLACES: Final = {"calls", "watch", "hr_upload", "commands"}
_KEYS: Final = {"id", "name", "who", "roles", "others"} | _PLACES


def _action(row: dict[str, Any]) -> Action:
    who = Who(row["who"])
    by_role = who is Who.ROLES
    wrong = set(row) - _KEYS or {"id", "name"} - set(row) or ({"roles", "others"} & set(row) and not by_role)
    if wrong or not row["name"].keys() >= {DEFAULT, SOURCE} or not _PLACES & set(row):
        raise PermissionsRefused(f"{row.get('id')}: a key too many, or missing")
    return Action(
        ActionId(row["id"]),
        localized(row["name"], SOURCE),
        who,
        frozenset(Role(role) for role in row["roles"]) if by_role else frozenset(),
        Others(row["others"]) if by_role else None,
        tuple(_calls(row, "calls")),
        tuple(_calls(row, "watch")),
        tuple(_calls(row, "hr_upload")),
        tuple(row.get("commands", ())),
    )


def _calls(row: dict[str, Any], face: str) -> Iterator[RouteRule]:
    for text in row.get(face, ()):
        method, _, rule = text.partition(" ")
        if method not in ("GET", "POST", "PUT") or not rule.startswith("/"):
            raise PermissionsRefused(f"{row['id']}: {text} is no call")
        yield RouteRule(method, rule)


def _distinct(what: str, values: list[Any]) -> None:
    if len(set(values)) != len(values):
        raise PermissionsRefused(f"{what} stands twice")
