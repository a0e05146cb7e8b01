"""The roles that a policy names, and who may report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from casework.legal_sources import Ground
from casework.words import Words

RoleId = NewType("RoleId", str)


class RoleKind(StrEnum):
    """What stands behind a role: one person, a department, a superior, the leadership, an oversight body."""

    PERSON = "person"
    DEPARTMENT = "department"
    SUPERIOR = "superior"
    LEADERSHIP = "leadership"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True)
class Role:
    """A role under the name that the text prints; the operator binds members to it."""

    id: RoleId
    name: Words
    kind: RoleKind
    source: Ground


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody who may report."""

    id: str
    name: Words
    source: Ground
