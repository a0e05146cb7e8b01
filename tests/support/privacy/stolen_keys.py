"""A thief who tries every stolen key on everything stolen until nothing new opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crypto.case.grant import read_packet
from crypto.errors import CryptoError
from crypto.framing import b64decode
from crypto.sealing.age import open_sealed
from crypto.sealing.erasure import unwrap_erasable
from crypto.sealing.recipients import Identity
from crypto.text import read_json

AGE = b"age-encryption.org/v1\n"
COUNTS = tuple(range(1, 33))
KEY_BYTES = 32


@dataclass
class KeyThief:
    """What has been stolen so far, and what of it could be read."""

    identities: list[Identity] = field(default_factory=list, repr=False)
    boxes: set[bytes] = field(default_factory=set, repr=False)
    readings: set[bytes] = field(default_factory=set, repr=False)
    _tried: set[tuple[bytes, bytes]] = field(default_factory=set, repr=False)
    _keys: set[bytes] = field(default_factory=set, repr=False)

    def steal(self, values: Iterable[object]) -> None:
        """Takes values of rows, objects and files."""
        for value in values:
            if isinstance(value, bytes):
                self._take(value)
            elif isinstance(value, str):
                self._look(value.encode())

    def _take(self, content: bytes) -> None:
        if len(content) == KEY_BYTES:
            self._keys.add(content)
        if len(content) > KEY_BYTES and content not in self.readings:
            self.boxes.add(content)

    def _look(self, content: bytes) -> None:
        """What was read may hold sealed files, keys and seeds of its own."""
        if content in self.readings:
            return
        self.readings.add(content)
        for value in _strings(content):
            if value.startswith("AGE-SECRET-KEY"):
                self.identities.append(Identity.read(value))
            for inner in _decoded(value):
                self._take(inner)

    def open_all(self) -> None:
        """Tries every key on everything, and whatever that gives, until nothing new opens."""
        found = True
        while found:
            before = len(self.readings) + len(self.boxes) + len(self.identities) + len(self._keys)
            for box in list(self.boxes):
                self._try(box)
            found = before != len(self.readings) + len(self.boxes) + len(self.identities) + len(self._keys)

    def _try(self, box: bytes) -> None:
        sealed = _age_file(box)
        if sealed is not None:
            for identity in list(self.identities):
                self._attempt(identity.seed, box, lambda one=identity: open_sealed(sealed, one, *COUNTS))
            return
        for key in list(self._keys):
            self._attempt(key, box, lambda one=key: unwrap_erasable(one, box))

    def _attempt(self, key: bytes, box: bytes, opened: Callable[[], bytes]) -> None:
        if (key, box) in self._tried:
            return
        self._tried.add((key, box))
        try:
            plain = opened()
        except CryptoError:
            return
        self._take(plain)
        self._look(plain)

    def read(self, words: Iterable[bytes]) -> list[bytes]:
        """Which of these words stand in what could be read."""
        return [word for word in words if any(word in reading for reading in self.readings)]


def _age_file(box: bytes) -> bytes | None:
    """The age file that this is, or that a grant packet holds."""
    if box.startswith(AGE):
        return box
    try:
        return read_packet(box).sealed
    except CryptoError:
        return None


def _strings(content: bytes) -> Iterator[str]:
    try:
        document = read_json(content.rstrip(b" \\0"), len(content))
    except CryptoError:
        return
    yield from _leaves(document)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)


def _decoded(text: str) -> Iterator[bytes]:
    try:
        yield b64decode(text)
    except CryptoError:
        return


def keys_of_everybody(office: Any, cases: Iterable[Any]) -> list[Identity]:
    """Every member's key, the recovery key, and what each receipt gives."""
    members = [Identity(office.staff(member).identity.seed) for member in office.seeds]
    return [*members, office.recovery, *(case.keys.identity for case in cases)]
