"""A stream of bytes made of pieces that come one by one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator


class ChunkStream(io.BytesIO):
    """Reads from an iterator of pieces; never more than one piece is in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._ahead = memoryview(b"")
        self._digest = hashlib.sha256()

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, at most `size`; b"" at the end."""
        while not self._ahead:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._ahead = memoryview(piece)
        end = len(self._ahead) if size is None or size < 0 else size
        chunk, self._ahead = self._ahead[:end], self._ahead[end:]
        self._digest.update(chunk)
        return bytes(chunk)

    def digest(self) -> bytes:
        """SHA-256 of all that was read."""
        return self._digest.digest()
