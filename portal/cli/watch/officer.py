"""An officer at the watch's own face: every call signed with the officer's key, no session."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from crypto import CryptoError, StaffKeys
from crypto.text import write_json
from crypto.watch.calls import call_frame, call_header
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.reading import UnfitAnswer, read_figures, read_object, whole
from portal.cli.server import problem
from portal.watch.calls import HEADER

T = TypeVar("T")


@dataclass(frozen=True)
class OfficerCalls:
    """The watch's address, and who signs."""

    client: httpx.Client
    staff: StaffKeys = field(repr=False)
    office: bytes

    def call(self, method: str, path: str, document: dict[str, object] | None = None) -> dict[str, Any]:
        """One call and its JSON; raises CommandError with the server's own sentence."""
        body = b"" if document is None else write_json(document)
        seconds, nonce = int(time.time()), os.urandom(16)
        signed = self.staff.sign(call_frame(self.office, self.staff.member, f"{method} {path}", seconds, nonce, body))
        headers = {HEADER: call_header(self.staff.member, seconds, nonce, signed), "Content-Type": "application/json"}
        try:
            answer = whole(self.client, self.client.build_request(method, path, content=body, headers=headers))
        except httpx.TransportError as error:
            raise CommandError(Exit.UNREACHABLE, "The watch cannot be reached: nothing was done.") from error
        if not answer.is_success:
            raise problem(answer)
        try:
            return read_object(read_figures(answer.content))
        except CryptoError as error:
            raise UnfitAnswer(path, error) from error

    def read(self, read: Callable[[object], T], method: str, path: str, document: dict[str, object] | None = None) -> T:
        """One call and its JSON as a strict reader gives it; raises UnfitAnswer."""
        answer = self.call(method, path, document)
        try:
            return read(answer)
        except CryptoError as error:
            raise UnfitAnswer(path, error) from error
