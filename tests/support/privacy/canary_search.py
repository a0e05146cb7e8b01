"""Searching for canary words: in every coat that we know, in files, rows, archives and the memory of processes."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import MetaData, select

from portal.stores.engines import Store
from tests.support.measuring import cpu_and_memory

# From this size on, in bytes, starting grep costs less than looking for one word after the other.
LARGE = 1 << 16


@cache
def coats(word: str) -> dict[str, bytes]:
    """A word as it could lie somewhere: raw, UTF-16, hex, base64 at each alignment, percent- and JSON-escaped.

    Hex and percent in either case; JSON with every sign escaped, and as it is written: ASCII left as it is.
    """
    raw = word.encode()
    found = {"raw": raw, "utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be")}
    escaped, quoted = "".join(f"%{byte:02x}" for byte in raw), quote(word)
    units = word.encode("utf-16-be").hex()
    found |= {"hex": raw.hex().encode(), "hex in capitals": raw.hex().upper().encode()}
    found |= {"percent": escaped.encode(), "percent in capitals": escaped.upper().encode()}
    found |= {"quoted": quoted.encode(), "quoted in small": _ESCAPE.sub(_small, quoted).encode()}
    found |= {"form": quote_plus(word).encode()}
    found |= {"json": "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)).encode()}
    found |= {"json as written": json.dumps(word)[1:-1].encode()}
    for shift in range(3):
        coat = base64.b64encode(bytes(shift) + raw)
        # Signs that hold bits of the neighbours are left out, and no others: a short word leaves few enough.
        found[f"base64-{shift}"] = coat[-(-8 * shift // 6) : 8 * (shift + len(raw)) // 6]
        found[f"base64url-{shift}"] = found[f"base64-{shift}"].replace(b"+", b"-").replace(b"/", b"_")
    # An ASCII word looks the same in several of them: nobody need search twice.
    return {name: form for form, name in reversed({form: name for name, form in reversed(found.items())}.items())}


_ESCAPE = re.compile(r"%[0-9A-F]{2}")


def _small(found: re.Match[str]) -> str:
    return found[0].lower()


def unpacked(content: bytes) -> Iterator[bytes]:
    """The content itself and every gzip member in it that can be unpacked."""
    yield content
    for found in re.finditer(b"\x1f\x8b\x08", content):
        try:
            yield zlib.decompressobj(31).decompress(content[found.start() :], 1 << 20)
        except zlib.error:
            continue


def sightings(content: bytes, words: dict[str, str]) -> list[str]:
    """Which words are seen in which coat."""
    return [
        f"{name} as {coat}"
        for layer in unpacked(content)
        if _may_hold(layer, words)
        for name, word in words.items()
        for coat, dressed in coats(word).items()
        if dressed in layer
    ]


def _may_hold(layer: bytes, words: dict[str, str]) -> bool:
    """False where one reading by grep finds nothing; what is small is read word by word at once."""
    if len(layer) < LARGE:
        return True
    dressed = [form for word in words.values() for form in coats(word).values()]
    # A line of the list is a form: the few with a line's end in them are looked for by ourselves.
    listed, odd = [form for form in dressed if b"\n" not in form], [form for form in dressed if b"\n" in form]
    return any(form in layer for form in odd) or _grep(layer, b"\n".join(listed))


def _grep(layer: bytes, forms: bytes) -> bool:
    """Whether one of the forms, a line each, lies in the bytes: all are looked for at once."""
    with tempfile.NamedTemporaryFile() as listed:
        listed.write(forms)
        listed.flush()
        command = ["grep", "--quiet", "--text", "--fixed-strings", "--file", listed.name]
        ended = subprocess.run(command, input=layer, env={"LC_ALL": "C", "PATH": os.defpath}, check=False)
    if ended.returncode not in (0, 1):
        raise ChildProcessError(f"grep ended with {ended.returncode}")
    return ended.returncode == 0


def memory_of(pid: int) -> Iterator[bytes]:
    """The private, readable memory of a process, region by region."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights = line.split()[:2]
        if not rights.startswith("rw") or line.endswith(("[vvar]", "[vsyscall]")):
            continue
        start, end = (int(edge, 16) for edge in span.split("-"))
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:
                continue


def family(pids: list[int]) -> list[int]:
    """These processes and their children."""
    return [one for pid in pids for one in cpu_and_memory.family(pid)]


def in_files(folder: Path, words: dict[str, str], *, since: float = 0, but: Iterable[str] = ()) -> list[str]:
    """Sightings in every file below a folder that was written since then, and in their names; `but` names leave out."""
    seen: list[str] = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if {*but} & {*parts} or not path.is_file() or path.stat().st_mtime < since:
            continue
        seen += [f"{path}: {one}" for one in sightings(path.read_bytes() + str(path).encode(), words)]
    return seen


def in_rows(store: Store, words: dict[str, str]) -> list[str]:
    """Sightings in every value of every row: a database may pack what is large, and its files then hide it."""
    metadata, seen = MetaData(), list[str]()
    metadata.reflect(store.engine)
    with store.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                cells = b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
                seen += [f"{store.name}.{table.name}: {one}" for one in sightings(cells, words)]
    return seen


def in_memory(pids: list[int], words: dict[str, str]) -> list[str]:
    """Sightings in the memory of these processes and of their children."""
    return [
        f"memory of {pid}: {one}"
        for pid in family(pids)
        for region in memory_of(pid)
        for one in sightings(region, words)
    ]
