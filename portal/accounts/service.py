"""The accounts as one object: store, randomness, the slow hash and the limits of a session."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from crypto.framing import Rng
from portal.stores.engines import Store

IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 10 * 60 * 60
# Slow hashes that one process computes at once, 64 MiB each with argon2-cffi's own cost: more only get in each other's
# way, and would be the whole memory of a small machine.
MOST_AT_ONCE: Final = 8


@dataclass(frozen=True)
class SlowHash:
    """argon2id over sign-in secrets, so many at once; `decoy` is verified in place of a member that does not exist."""

    hasher: PasswordHasher
    decoy: str = field(repr=False)
    places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(MOST_AT_ONCE), repr=False
    )

    @staticmethod
    def make(hasher: PasswordHasher, rng: Rng) -> SlowHash:
        """With the cost that `hasher` has; the decoy is of a secret that nobody knows."""
        return SlowHash(hasher, hasher.hash(rng(32)))

    def hash(self, secret: bytes) -> str:
        """The hash to keep."""
        with self.places:
            return self.hasher.hash(secret)

    def fits(self, stored: str | None, secret: bytes) -> bool:
        """Whether the secret fits; as much work for no hash as for one, and then False."""
        try:
            with self.places:
                self.hasher.verify(stored or self.decoy, secret)
        except (VerifyMismatchError, InvalidHashError):
            return False
        return stored is not None


@dataclass(frozen=True)
class Accounts:
    """Everything that the verbs of this package work on; made by the composition root alone."""

    store: Store
    rng: Rng
    slow_hash: SlowHash
    idle_seconds: int = IDLE_SECONDS
    longest_seconds: int = LONGEST_SECONDS
