"""Public bytes packed by Brotli: the site's files when it is built, the office's documents when they are served.

The site's files take seconds, which no process that serves has to give. They lie beside the faces, each
under the hash of what it unpacks to, so the lists that a release signs know nothing of them: a face that reads one
unpacks it and compares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

PACKED: Final = "packed"
# What is smaller gains nothing.
LEAST: Final = 512
# A document takes some 5 ms, the page in one file 0.2 s, either 4 MB: the level above saves a hundredth more for three
# times as long, and a window as wide as the library takes by itself adds 30 MB to each process.
_LEVEL, _WINDOW = 10, 16


def _brotli() -> Any:
    """The library; None in an environment from before it was needed, whose pages come by gzip as they did."""
    try:
        return import_module("brotli")
    except ModuleNotFoundError:
        return None


def pack_document(body: bytes) -> bytes | None:
    """A document that changes with each signing, packed while it is served; None where that gains nothing."""
    brotli = _brotli()
    if brotli is None or len(body) < LEAST:
        return None
    return brotli.compress(body, quality=_LEVEL, lgwin=_WINDOW)


def _file(site: Path, body: bytes) -> Path:
    return site / PACKED / f"{hashlib.sha256(body).hexdigest()}.br"


def write_packed(site: Path, bodies: Iterable[bytes]) -> None:
    """Packs each of these that is not packed yet, and drops what no file unpacks to any longer."""
    brotli, folder = _brotli(), site / PACKED
    if brotli is None:
        return
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    wanted = {_file(site, body): body for body in bodies if len(body) >= LEAST}
    for file in folder.iterdir():
        if file not in wanted:
            file.unlink()
    for file, body in wanted.items():
        if not file.exists():
            fresh = file.with_suffix(".new")
            fresh.write_bytes(brotli.compress(body, quality=11))
            fresh.chmod(0o644)
            fresh.rename(file)


def read_packed(site: Path, body: bytes) -> bytes | None:
    """This very file packed, or None where nothing beside the site unpacks to it."""
    brotli, file = _brotli(), _file(site, body)
    if brotli is None or not file.is_file():
        return None
    packed = file.read_bytes()
    try:
        return packed if brotli.decompress(packed) == body else None
    except brotli.error:
        return None
