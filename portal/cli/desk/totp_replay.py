"""Six digits are good for one sign-in: which were used last is remembered here, since a desk may not say it.

A desk answers a wrong passphrase and digits that are spent alike; else anyone who guesses would learn from it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from portal.cli.desk.totp import PERIOD, code_from
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.office.files import write_secret

FILE = "digits.json"
# A desk takes the digits of the step before and after too.
REMEMBERED_SECONDS = 3 * PERIOD


@dataclass(frozen=True)
class UsedCodes:
    """What the profile remembers of digits; `clock` and `sleep` are others only in tests."""

    folder: Path
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def fresh(self, terminal: Terminal, text: str) -> str:
        """Digits that were not used here: those typed, else those of the secret, waiting for the next ones if need be.

        Raises `CommandError` for digits that were typed, or stand in a file, and were used already.
        """
        digits = code_from(text, int(self.clock()))
        if digits != self._used():
            return digits
        if digits == text:
            raise CommandError(Exit.WRONG_SECRET, "These six digits were used already: wait for the next ones.")
        terminal.note("These six digits were used already: waiting for the next ones.")
        self.sleep(PERIOD - self.clock() % PERIOD)
        return code_from(text, int(self.clock()))

    def remember(self, digits: str) -> None:
        """They were good for a sign-in, and are good for no other."""
        write_secret(self.folder / FILE, json.dumps({"at": int(self.clock()), "digits": digits}).encode())

    def _used(self) -> str | None:
        try:
            found = cast("dict[str, Any]", json.loads((self.folder / FILE).read_bytes()))
            return str(found["digits"]) if 0 <= self.clock() - int(found["at"]) < REMEMBERED_SECONDS else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
