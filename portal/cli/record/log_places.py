"""Where a log's files lie for a command, and in words what is wrong with them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from portal.cli.answers.reading import plain_parts
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import TIMEOUT
from portal.ledger.files import FolderFiles, LogFiles
from portal.ledger.verifying import Fault, LogFaulty

FAULTS: dict[Fault, str] = {
    Fault.NOT_NAMED: "No keepers of the office that this code names vouch for this log ({place}).",
    Fault.NO_CHECKPOINT: "There is no checkpoint yet: the worker writes one at the next fixed hour.",
    Fault.CHECKPOINT: "{place} is no checkpoint that this log signed.",
    Fault.BACK_DATED: "The checkpoint of {place} entries is not of a fixed hour after the one before: "
    "it was back-dated.",
    Fault.AHEAD: "The checkpoint of {place} entries is of an hour that has not come.",
    Fault.MISSING: "{place} is missing.",
    Fault.ALTERED: "{place} was altered.",
    Fault.ROOT: "The entries are not those that the checkpoint of {place} entries was signed over: some were removed, "
    "altered or put in.",
    Fault.BATCH: "What the checkpoint of {place} entries added is not ordered and filled up as it must be.",
    Fault.SPLIT: "Two views: the other copy has another checkpoint of {place} entries. Keep both, and ask the office.",
    Fault.SHORTER: "The other copy has {place} entries, more than this one: "
    "entries were taken away, or this one is old.",
    Fault.UNWITNESSED: "The witness {place} has put its name to none of the last checkpoints.",
    Fault.TAKEN_AWAY: "Something that stood in the stores at the checkpoint of {place} entries is gone, or was put in "
    "past the log.",
    Fault.SET_BACK: "The log was set back, or may have been, since its checkpoint of {place} entries was written: "
    "run `yanlu log mend`. Until then nothing is written into it, and nothing is lost.",
    Fault.UNWRITTEN: "{place} facts in the stores do not stand in the log: they were altered, or kept from it.",
}
ADDRESS = "Address of intake or desk, or of a mirror."
CODE = "The office code on the poster."
LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class UrlFiles:
    """The log's files as an address serves them."""

    client: httpx.Client

    def read(self, path: str) -> bytes | None:
        """See `LogFiles`."""
        with self.client.stream("GET", f"/log/{path}", headers={"Accept-Encoding": "identity"}) as answer:
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
            content = bytearray()
            for piece in plain_parts(answer):
                content += piece
                if len(content) > LONGEST:
                    # An answer without end is no file of a log.
                    raise LogFaulty(Fault.ALTERED, path)
        return bytes(content)


@contextmanager
def telling() -> Generator[None]:
    """Says in words what does not hold."""
    try:
        yield
    except LogFaulty as error:
        code = Exit.NOTHING_THERE if error.fault is Fault.NO_CHECKPOINT else Exit.NOT_VERIFIED
        raise CommandError(code, FAULTS[error.fault], place=error.place) from error


@contextmanager
def files_at(place: str) -> Generator[LogFiles]:
    """A folder, or an address."""
    if not place.startswith(("http://", "https://")):
        yield FolderFiles(Path(place))
        return
    with httpx.Client(base_url=place, timeout=TIMEOUT) as client:
        yield UrlFiles(client)
