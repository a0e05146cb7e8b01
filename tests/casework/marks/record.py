"""The record of a case as a test lives it: signed by members' own keys over one another, verified and read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import crypto
from casework.engine.case import Event
from casework.ids import MemberId
from casework.rules.acts import Act, Attribute
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from crypto.framing import ZERO_HASH, b64decode, b64encode
from tests.crypto.sample import MEMBERS, TODAY, Drawn, Office

CASE = bytes(range(16))
WORKER = "worker"
STAFF = tuple(MEMBERS)


@cache
def office() -> Office:
    """The office whose members sign."""
    return Office(Drawn("marks"))


@cache
def _keys(member: str) -> crypto.StaffKeys:
    return office().staff(member)


@cache
def _directory() -> crypto.VerifiedDirectory:
    return office().directory(TODAY)


class Record:
    """A chain of signed events; only what was verified and read back comes out of it."""

    def __init__(self) -> None:
        self.head = ZERO_HASH
        self.length = 0

    def keep(self, event: Event, sealed: bytes | None) -> Event:
        """Signs an event over the head, checks it as a reader would, and gives what was read."""
        made = crypto.Event(CASE, self.length, event.act.value, _day(event.at), event.by or WORKER, _content(event))
        signed = crypto.sign_event(_keys(event.by), made, self.head) if event.by else crypto.worker_event(made)
        _, read = crypto.check_event(_directory(), CASE, self.length, self.head, signed.document())
        self.head, self.length = signed.hash(self.head), self.length + 1
        return _event(read, sealed)


def _day(when: date) -> str:
    return (when.date() if isinstance(when, datetime) else when).isoformat()


def _content(event: Event) -> dict[str, object]:
    found: dict[str, object] = {code.value: value for code, value in event.codes.items()}
    extra = {
        "role": event.role,
        "to": event.to,
        "at": event.at.isoformat() if isinstance(event.at, datetime) else None,
        "item": b64encode(event.item) if event.item else None,
    }
    return found | {key: value for key, value in extra.items() if value is not None}


def _event(read: crypto.Event, sealed: bytes | None) -> Event:
    """What a reader folds. A reporter's act is signed inside its item: only one that was opened counts."""
    words: Mapping[str, Any] = read.data
    item = b64decode(words["item"], 32) if "item" in words else None
    by = None if read.actor == WORKER else MemberId(read.actor)
    return Event(
        n=read.n,
        act=Act(read.kind),
        at=datetime.fromisoformat(words["at"]) if "at" in words else date.fromisoformat(read.day),
        by=by,
        role=RoleId(words["role"]) if "role" in words else None,
        to=StageId(words["to"]) if "to" in words else None,
        codes={code: words[code.value] for code in Attribute if code.value in words},
        item=item,
        signed=by is not None or (item is not None and item == sealed),
    )
