"""Keyed deterministic randomization: the same number in [0, 1) each time for a key and a purpose."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class RandomizationKey:
    """The watch's key for all its draws, `KEY_BYTES` random bytes; anyone who has it knows every draw."""

    octets: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.octets) != KEY_BYTES:
            raise ValueError("a coin key has 32 bytes")


def uniform_draw(key: RandomizationKey, *what: str) -> float:
    """HMAC-SHA-256 of the parts, each behind its length, as a fraction of 2^53."""
    parts = [part.encode() for part in what]
    text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    drawn = hmac.digest(key.octets, text, sha256)
    return (int.from_bytes(drawn[:8], "big") >> 11) / (1 << 53)


def uniform_draws(key: RandomizationKey, ids: list[str], *what: str) -> Floats:
    """One draw for each id."""
    return np.array([uniform_draw(key, *what, one) for one in ids], np.float64)
