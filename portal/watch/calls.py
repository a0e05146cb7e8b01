"""Who calls: every call of the officer is signed with the key that the directory names; there is no session."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from flask import request

from crypto.errors import CryptoError
from crypto.framing import b64decode, check_signature
from crypto.office.directory_shape import Member, Role
from crypto.watch.calls import call_frame
from portal.clock import day_in
from portal.edge.bodies import whole_body
from portal.errors import ProblemCode, ProblemRefusal
from portal.watch.context import WatchContext

HEADER = "Yanlu-Call"
WINDOW_SECONDS = 120
BODY_LIMIT = 8 * 1024 * 1024
REMEMBERED = 4096
_CALL = re.compile(r"([a-z0-9][a-z0-9-]{0,47})\.([0-9]{1,12})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{86})")


class CallRefused(ProblemRefusal):
    """A call that nobody signed, or not so, or not now."""

    code = ProblemCode.SIGN_IN_REFUSED


class NotTheOfficer(ProblemRefusal):
    """A member of another role."""

    code = ProblemCode.NOT_THE_OFFICER


@dataclass
class Calls:
    """Takes each signed call once in this process; at another one, or after a restart, it changes nothing again."""

    context: WatchContext
    _seen: dict[bytes, int] = field(default_factory=dict[bytes, int], repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)

    def officer(self) -> tuple[Member, bytes]:
        """The officer who calls, and the body; raises `CallRefused`, `NotTheOfficer`.

        Anybody can name a member: what bodies take before their signature is looked at is bounded by the face's places
        (`portal.edge.admission`).
        """
        found = _CALL.fullmatch(request.headers.get(HEADER, ""))
        if found is None:
            raise CallRefused
        now = self.context.clock()
        directory = self.context.directory.in_force(day_in("UTC", now))
        member = directory.valid_member(found[1])
        seconds, nonce = int(found[2]), b64decode(found[3], 16)
        if member is None or abs(int(now.timestamp()) - seconds) > WINDOW_SECONDS:
            raise CallRefused
        body = whole_body(BODY_LIMIT)
        message = call_frame(directory.office, member.id, _route(), seconds, nonce, body)
        try:
            check_signature(member.signing, message, b64decode(found[4], 64))
        except CryptoError as error:
            raise CallRefused from error
        if member.role is not Role.RETALIATION_OFFICER:
            raise NotTheOfficer
        self._once(nonce, int(now.timestamp()))
        return member, body

    def _once(self, nonce: bytes, now: int) -> None:
        # Two threads that look at once would both find nothing.
        with self._turn:
            if nonce in self._seen or len(self._seen) > REMEMBERED:
                self._seen = {one: when for one, when in self._seen.items() if when >= now - 2 * WINDOW_SECONDS}
            if nonce in self._seen:
                raise CallRefused
            self._seen[nonce] = now


def _route() -> str:
    query = request.query_string.decode("ascii", "replace")
    return f"{request.method} {request.path}" + (f"?{query}" if query else "")


Officer = Callable[[], tuple[Member, bytes]]
