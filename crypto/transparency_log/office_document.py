"""The office document: roots, directory and the newest checkpoint that names both, in one file (SPEC §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crypto.errors import DirectoryExpired, DirectoryOlder, ForeignOffice, LogRefused
from crypto.framing import b64encode, sha256
from crypto.office.directory import (
    DIRECTORY_LABEL,
    LAPSED_DAYS,
    MOST_DAYS,
    Confirmed,
    Seen,
    VerifiedDirectory,
    note_parts,
    verify_roots,
    verify_under,
)
from crypto.office.root_shape import Root
from crypto.office.signed_notes import NOTE_LIMIT, read_note
from crypto.office.witnesses import SIGNATURE_SIZES, cosigners
from crypto.shape import Fields, text_of
from crypto.text import read_json, write_json
from crypto.transparency_log.checkpoint import CHECKPOINT_LIMIT, OfficeState, read_checkpoint_text

OFFICE_LIMIT = 4194304
ROOTS_LIMIT = 64
_HOUR = 3600
_DAY = 24 * _HOUR
# A witness's clock and the reader's may differ by so much: a day and the hours of a time zone set wrong.
_AHEAD = 26 * _HOUR


@dataclass(frozen=True)
class OfficeDocument:
    """What `GET /office/office.json` serves, not yet believed."""

    roots: list[bytes]
    directory: bytes
    checkpoint: bytes | None


@dataclass(frozen=True)
class ClockReading:
    """The reader's clock: seconds since 1970, and its day, `YYYY-MM-DD`."""

    seconds: int
    day: str


class NotConfirmed(DirectoryExpired):
    """The witnesses' last word lies too far back, or ahead of the reader's clock; both in seconds since 1970."""

    def __init__(self, at: int, now: int) -> None:
        super().__init__("no recent witness of the directory")
        self.at, self.now = at, now


def read_office(content: bytes) -> OfficeDocument:
    """Read the file; raises MalformedJson, WrongShape."""
    fields = Fields(read_json(content, OFFICE_LIMIT), "v", "roots", "directory", "checkpoint")
    fields.version()
    roots = fields.list("roots", ROOTS_LIMIT, lambda one: text_of(one, NOTE_LIMIT).encode())
    checkpoint = fields.maybe("checkpoint", lambda one: text_of(one, CHECKPOINT_LIMIT).encode())
    return OfficeDocument(roots, fields.text("directory", NOTE_LIMIT).encode(), checkpoint)


def write_office(document: OfficeDocument) -> bytes:
    """The file."""
    checkpoint = None if document.checkpoint is None else document.checkpoint.decode()
    roots = [root.decode() for root in document.roots]
    return write_json({"v": 1, "roots": roots, "directory": document.directory.decode(), "checkpoint": checkpoint})


def state_of(roots: Sequence[bytes], directory: bytes) -> OfficeState:
    """What a checkpoint says that names the last of these roots and this directory; raises WrongShape."""
    note = read_note(directory)
    _, sequence, _ = note_parts(note, DIRECTORY_LABEL)
    return OfficeState(len(roots), sha256(read_note(roots[-1]).text), sequence, sha256(note.text))


def confirmed_at(checkpoint: bytes | None, root: Root) -> tuple[int, OfficeState]:
    """When as many witnesses of a root as it needs had cosigned a checkpoint, and what the office had published then.

    In seconds since 1970. Raises LogRefused where they have not, ForeignOffice for another office's, WrongShape.
    """
    if checkpoint is None:
        raise LogRefused("no checkpoint, and this office has witnesses")
    origin, found = read_checkpoint_text(read_note(checkpoint, SIGNATURE_SIZES).text)
    if re.fullmatch(rf"yanlu/log/{b64encode(root.office)}/[1-9][0-9]{{0,14}}", origin) is None:
        raise ForeignOffice("a checkpoint of another office")
    times = sorted(cosigners(checkpoint, root.witnesses.keys).values(), reverse=True)
    if len(times) < root.witnesses.k:
        raise LogRefused("fewer witnesses than this office needs have signed")
    return times[root.witnesses.k - 1], found.office


def verify_office(
    code: str,
    content: bytes,
    now: ClockReading,
    seen: Seen | None = None,
    *,
    also_lapsed: bool = False,
    offline: bool = False,
) -> VerifiedDirectory:
    """The directory of an office document, verified in the order of SPEC §4.

    `also_lapsed` is for who comes back to a case that is there already; `offline` for a page that was carried here and
    asks nobody: the witnesses' word then holds for as long as a directory without them.
    Raises the stages `json`, `schema`, `foreign`, `root`, `log`, `older`, `expired`, `directory`.
    """
    # 1. The file.
    document = read_office(content)
    # 2. The roots.
    root = verify_roots(code, document.roots)
    confirmed = None
    if root.witnesses.k:
        # 3. As many witnesses as are needed have signed a checkpoint of this office.
        at, state = confirmed_at(document.checkpoint, root)
        # 4. It names this very root and directory.
        if state != state_of(document.roots, document.directory):
            raise DirectoryOlder("the witnesses confirmed another root or directory")
        # 5. Lately, by the reader's clock.
        until = at + (MOST_DAYS * _DAY if offline else root.witnesses.fresh * _HOUR)
        confirmed = Confirmed(at, until, now.seconds > until)
        longest = until + (LAPSED_DAYS * _DAY if also_lapsed else 0)
        if not at - _AHEAD <= now.seconds <= longest:
            raise NotConfirmed(at, now.seconds)
    # 6. The directory.
    return verify_under(root, document.directory, now.day, seen, also_lapsed=also_lapsed, confirmed=confirmed)
