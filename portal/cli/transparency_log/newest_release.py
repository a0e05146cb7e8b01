"""What `yanlu verify-site` remembers: the newest release seen under each code, so that a site set back shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from crypto import CryptoError, b64decode, b64encode
from crypto.framing import sha256
from crypto.office.anchor import read_anchor
from crypto.office.release import Release
from crypto.text import write_json
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import write_private
from portal.settings import user_state

_LIMIT: Final = 1024 * 1024


@dataclass(frozen=True)
class Newest:
    """The highest number of a release that was seen, and what it lists."""

    number: int
    files: bytes


def memory_file() -> Path:
    """Where it is kept: in the user's own state folder."""
    return user_state() / "releases.json"


def check_newest(file: Path, code: str, release: Release) -> None:
    """Remembers a release whose signatures held; raises CommandError for one that is older than what was seen here.

    Two lists under one number are told too: their signers gave one of them to somebody else.
    """
    known, name = _read(file), read_anchor(code).code
    before, now = known.get(name), Newest(release.number, sha256(write_json(_sorted(release.faces))))
    if before is not None and before.number > now.number:
        raise CommandError(
            Exit.NOT_VERIFIED,
            "This site gives release {number}; release {newest} was seen from here before. It was set back: do not "
            "report there. ({path} remembers.)",
            number=now.number,
            newest=before.number,
            path=file,
        )
    if before is not None and before.number == now.number and before.files != now.files:
        raise CommandError(
            Exit.NOT_VERIFIED,
            "There are two signed lists of release {number}, and another one was seen from here before: do not report "
            "there. ({path} remembers.)",
            number=now.number,
            path=file,
        )
    if before != now:
        _store(file, {**known, name: now})


def _sorted(faces: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    return {face: dict(sorted(files.items())) for face, files in sorted(faces.items())}


def _read(file: Path) -> dict[str, Newest]:
    if not file.is_file():
        return {}
    try:
        with file.open("rb") as source:
            found = cast("dict[str, Any]", json.loads(source.read(_LIMIT)))
        rows = cast("dict[str, dict[str, Any]]", found["releases"])
        return {code: Newest(int(row["number"]), b64decode(row["files"], 32)) for code, row in rows.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, CryptoError) as error:
        raise CommandError(
            Exit.USAGE,
            "{path} is not what this command wrote there. Look at it, then move it away, or use --no-trace.",
            path=file,
        ) from error


def _store(file: Path, known: Mapping[str, Newest]) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=file, reason=error.strerror
        ) from error
    rows = {code: {"number": one.number, "files": b64encode(one.files)} for code, one in sorted(known.items())}
    write_private(file, json.dumps({"v": 1, "releases": rows}) + "\n")
