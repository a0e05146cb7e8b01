"""Where a log's files lie for a command, and in words what is wrong with them."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx

from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import TIMEOUT
from portal.cli.responses.reading import plain_parts
from portal.transparency_log.files import FolderFiles, LogFiles
from portal.transparency_log.verifying import Fault, LogFaulty

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
    Fault.REMOVED: "Something that stood in the stores at the checkpoint of {place} entries is gone, or was put in "
    "past the log.",
    Fault.SET_BACK: "The log was set back, or may have been, since its checkpoint of {place} entries was written: "
    "run `yanlu log mend`. Until then nothing is written into it, and nothing is lost.",
    Fault.MEMORY: "{place} is not what this witness wrote. A witness without its memory signs nothing: never put an "
    "older copy there; set up a new witness in another folder, and have the keepers name it.",
    Fault.NOT_SET_UP: "The witness in {place} has no office yet: run `yanlu log witness-setup` with the code on the "
    "poster.",
    Fault.SET_UP: "There is a witness in {place} already. One for another office, or another log of this one, needs a "
    "folder of its own.",
    Fault.CLOCK: "The newest checkpoint is of {place}: the office's log stands still, or the clock of this machine is "
    "wrong. Nothing was signed.",
    Fault.OLDER_ROOT: "The office's log names root {place}, and this witness has signed a later one. Nothing was "
    "signed: telephone a keeper.",
    Fault.OTHER_ROOT: "There are two roots with the number {place}. Nothing was signed: telephone a keeper.",
    Fault.NOT_HANDED_OVER: "Root {place} was not handed over by the keepers and witnesses before it. Nothing was "
    "signed: telephone a keeper.",
    Fault.OLDER_DIRECTORY: "The office's log names directory {place}, and this witness has signed a later one. Nothing "
    "was signed: telephone a keeper.",
    Fault.OTHER_DIRECTORY: "There are two directories with the number {place}. Nothing was signed: telephone a keeper.",
    Fault.NO_DIRECTORY: "The directory that the office's log names does not hold today ({place}). Nothing was signed: "
    "telephone a keeper.",
    Fault.NOT_SERVED: "The office's log names number {place}, and its server gives another. That is so for an hour "
    "after keepers have signed; if it lasts a day, telephone a keeper. Nothing was signed.",
    Fault.NOT_ENTERED: "What the office's log names does not stand in it ({place}). Nothing was signed: telephone a "
    "keeper.",
    Fault.SECOND_SUCCESSOR: "This witness has signed another root {place}, and signs one of each number, ever. Nothing "
    "was signed: telephone a keeper.",
    Fault.NO_SUCCESSOR: "This is not the next root of the office whose log this witness signs, or the root in force "
    "does not name this witness ({place}). Nothing was signed: telephone a keeper.",
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


def fault_in_words(error: LogFaulty, own: Mapping[Fault, str] = MappingProxyType({})) -> CommandError:
    """The error in words, in `own` ones where there are any."""
    code = Exit.NOTHING_THERE if error.fault is Fault.NO_CHECKPOINT else Exit.NOT_VERIFIED
    return CommandError(code, own.get(error.fault, FAULTS[error.fault]), place=error.place)


@contextmanager
def faults_in_words(own: Mapping[Fault, str] = MappingProxyType({})) -> Generator[None]:
    """Turns a faulty log into an error in words."""
    try:
        yield
    except LogFaulty as error:
        raise fault_in_words(error, own) from error


NO_PLACE = "{place}: this is neither an address, which begins with https:// or http://, nor a folder here."


@contextmanager
def files_at(place: str) -> Generator[LogFiles]:
    """A folder, or an address; raises CommandError for what is neither."""
    if not place.startswith(("http://", "https://")):
        if not (Path(place).is_dir() or Path(place).is_absolute()):
            raise CommandError(Exit.USAGE, NO_PLACE, place=place)
        yield FolderFiles(Path(place))
        return
    with httpx.Client(base_url=place, timeout=TIMEOUT) as client:
        yield UrlFiles(client)
