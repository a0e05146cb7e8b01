"""A busy server asks for work: it is done here, and the same call is sent again with the proof."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import httpx

from crypto import WINDOW_SECONDS, CryptoError, WorkAsked, b64decode, do_work, read_asked, window_at
from crypto.framing import sha256

HEADER = "Yanlu-Work"
PART_HASH = "X-Part-Hash"
# From here on it takes long enough to be mentioned.
MENTIONED_BITS = 11
DAY_OF_WINDOWS = 24 * 3600 // WINDOW_SECONDS


def is_asked(answer: httpx.Response) -> bool:
    """Whether the call was refused for want of work."""
    return answer.status_code == 429 and HEADER in answer.headers


class Busy:
    """Remembers what one server asks, for as long as it asks, and shows each call's work in advance."""

    def __init__(self, mention: Callable[[], object], seconds: Callable[[], float] = time.time) -> None:
        self._mention = mention
        self._seconds = seconds
        self._mentioned = False
        self._asked: WorkAsked | None = None

    def hear(self, answer: httpx.Response) -> None:
        """Learns from any answer whether the next call has to show work."""
        self._asked = None
        try:
            asked = read_asked(answer.headers.get(HEADER, ""))
        except CryptoError:
            return
        # A window of another day would be a mark on whom it is told.
        if abs(asked.window - window_at(int(self._seconds()))) <= DAY_OF_WINDOWS:
            self._asked = asked

    def show(self, request: httpx.Request) -> None:
        """Does the work that is asked for this very request, and puts the proof into its header."""
        asked = self._asked
        if asked is None or request.method == "GET":
            return
        if asked.bits >= MENTIONED_BITS and not self._mentioned:
            self._mentioned = True
            self._mention()
        announced = request.headers.get(PART_HASH)
        subject = sha256(request.read()) if announced is None else b64decode(announced, 32)
        route = f"{request.method} {request.url.path}"
        request.headers[HEADER] = do_work(asked, route, subject, os.urandom).text
