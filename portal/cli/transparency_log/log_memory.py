"""What a member's profile remembers of the log: its newest checkpoint, and since when it knows which requests.

A server could show a past of its own to one seat alone. What was seen before has to be in whatever is shown later, and
a request counts as public from the check at which this profile first saw it, by the clock of its own machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode
from crypto.shape import Fields
from crypto.text import read_json, write_json
from crypto.transparency_log.checkpoint import Checkpoint, read_office_line
from crypto.transparency_log.tlog import SIZE_LIMIT
from portal.cli.errors import CommandError, Exit
from portal.office.files import write_secret
from portal.transparency_log.verifying import Fault, LogFaulty, VerifiedLog

NAME: Final = "log.json"
RETENTION: Final = timedelta(days=200)
"""Longer than any request can be answered."""
_LIMIT: Final = 1 << 20
_HOUR: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class LogMemory:
    """The newest checkpoint of one log, and when each request that is still open was first seen in it."""

    origin: str
    newest: Checkpoint
    first: dict[bytes, datetime] = field(default_factory=dict[bytes, datetime])


def check_history(profile: Path, log: VerifiedLog, entry: bytes, now: datetime) -> datetime | None:
    """Compares a verified log with what the profile saw, and stores it; returns when it first saw this entry.

    None for an entry that the log does not have. Raises `LogFaulty`: `shorter` where the log ends before the newest
    checkpoint that was seen, `split` where it has that checkpoint no longer; and `CommandError` for a damaged memory.
    """
    known = _read(profile / NAME)
    # Another log of the office is one that its keepers signed in: it has a past of its own.
    before = known if known is not None and known.origin == log.log.origin else None
    if before is not None and before.newest.size > log.size:
        raise LogFaulty(Fault.SHORTER, before.newest.size)
    if before is not None and before.newest not in log.checkpoints:
        raise LogFaulty(Fault.SPLIT, before.newest.size)
    first = {} if before is None else {one: when for one, when in before.first.items() if when > now - RETENTION}
    if log.entered(entry) is not None:
        first.setdefault(entry, now)
    _write(profile / NAME, LogMemory(log.log.origin, log.checkpoints[-1], first))
    return first.get(entry)


def _write(file: Path, memory: LogMemory) -> None:
    newest, first = memory.newest, sorted(memory.first.items())
    document: dict[str, object] = {
        "v": 1,
        "log": memory.origin,
        "size": newest.size,
        "root": b64encode(newest.root),
        "hour": newest.hour.strftime(_HOUR),
        "office": newest.office.line,
        "first": [[b64encode(entry), when.strftime(_HOUR)] for entry, when in first],
    }
    write_secret(file, write_json(document))


def _read(file: Path) -> LogMemory | None:
    """None before the first check. What is damaged is told: anyone who shows another past would damage it."""
    if not file.is_file():
        return None
    try:
        content = file.read_bytes()
        fields = Fields(read_json(content, _LIMIT), "v", "log", "size", "root", "hour", "office", "first")
        fields.version()
        size, root, office = fields.integer("size", 1, SIZE_LIMIT), fields.bytes("root", 32), fields.text("office", 256)
        newest = Checkpoint(size, root, _hour(fields["hour"]), read_office_line(office))
        first = dict(fields.list("first", 1024, _seen))
        return LogMemory(fields.text("log", 256), newest, first)
    except (CryptoError, ValueError) as error:
        raise CommandError(
            Exit.NOT_VERIFIED,
            "{path} holds what was last seen of the log, and is damaged. If you trust this machine, delete it and "
            "look at another copy of the log (--against).",
            path=file,
        ) from error


def _seen(value: object) -> tuple[bytes, datetime]:
    pair = cast("list[object]", value) if isinstance(value, list) else []
    if len(pair) != 2:
        raise ValueError("pair")
    return b64decode(str(pair[0]), 32), _hour(pair[1])


def _hour(value: object) -> datetime:
    return datetime.strptime(str(value), _HOUR).replace(tzinfo=UTC)
