"""A member's folder for work off line: nothing in it opens without passphrase and device secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from crypto import (
    CryptoError,
    Grant,
    Seen,
    StaffKeys,
    VerifiedDirectory,
    b64decode,
    b64encode,
    open_keyring_entry,
    read_device_secret,
    read_office,
    seal_keyring_entry,
    staff_in_force,
    unwrap_staff_seed,
    write_office,
)
from crypto.errors import WrongShape
from crypto.framing import Rng
from crypto.shape import Fields, bytes_of
from crypto.text import read_json
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments, is_address
from portal.cli.responses.desk import CaseFile, WrappedKey, read_file, read_wrapped
from portal.cli.responses.reading import LARGEST
from portal.office.files import write_secret

Document = dict[str, Any]
FACTS: Final = ("v", "desk", "office_key", "member", "wrapped_key", "seen")
TEXT_ID: Final = 22
"""Letters of a case id as text, by which files were named once."""
MOST_PASSED: Final = 100_000
DAMAGED: Final = (
    "{path} is not what this machine wrote. It says which office to believe, so nothing was sent. "
    "Delete it, then run `yanlu desk pull` again with the code of the poster."
)


@dataclass(frozen=True, repr=False)
class Unlocking:
    """What a member knows and has: passphrase and device secret."""

    passphrase: str
    device_secret: str


class Profile:
    """`profile.json`, `office.json`, `rules.json`, `passed.json`, `cases/`, `keyring/` under one folder.

    What a server says becomes the content of a case's file, never a name: files of cases are named by the hex of
    their ids, so that no listed id can stand for `profile.json`, which says whom this machine believes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        for kind in ("cases", "keyring"):
            for file in (path / kind).glob(f"{'?' * TEXT_ID}.json"):
                file.rename(_file_of(path, kind, b64decode(file.stem, 16)))

    def _read(self, file: Path) -> object | None:
        return read_json(file.read_bytes(), LARGEST) if file.is_file() else None

    def _write(self, file: Path, document: object) -> None:
        write_secret(file, json.dumps(document, ensure_ascii=False).encode())

    def _facts(self) -> Document | None:
        try:
            found = self._read(self.path / "profile.json")
            return None if found is None else _facts_of(found)
        except CryptoError as error:
            raise CommandError(Exit.NOT_VERIFIED, DAMAGED, path=self.path / "profile.json") from error

    def facts(self) -> Document:
        """Desk, office code, member, wrapped key; raises CommandError before the first pull."""
        found = self._facts()
        if found is None:
            raise CommandError(
                Exit.NOTHING_THERE, "{path} is no desk profile yet: run `yanlu desk pull` first.", path=self.path
            )
        return found

    def start(self, desk: str, code: str, member: str, wrapped: WrappedKey) -> None:
        """Remember where and who."""
        before = self._facts() or {}
        facts = {"v": 1, "desk": desk, "office_key": code, "member": member, "wrapped_key": wrapped}
        self._write(self.path / "profile.json", {**facts, "seen": before.get("seen")})

    def seen(self) -> Seen | None:
        """The newest directory that this profile accepted."""
        found = (self._facts() or {}).get("seen")
        return Seen(found["sequence"], b64decode(found["hash"], 32)) if found else None

    def store_office(self, office: OfficeDocuments, directory: VerifiedDirectory) -> None:
        """Keep the verified documents for work off line: a checkpoint only where witnesses confirmed it."""
        seen, content = directory.seen, office.content
        if directory.confirmed is None:
            content = write_office(replace(read_office(content), checkpoint=None))
        texts = {name: text.decode() for name, text in office.texts.items()}
        document = {"v": 1, "office": content.decode(), "texts": texts}
        self._write(self.path / "office.json", document)
        facts = self.facts()
        self._write(
            self.path / "profile.json", {**facts, "seen": {"sequence": seen.sequence, "hash": b64encode(seen.hash)}}
        )

    def unlock(self, directory: VerifiedDirectory, how: Unlocking) -> StaffKeys:
        """The member's keys, those first that the directory names; raises CommandError for wrong secrets or keys."""
        facts = self.facts()
        try:
            secret = read_device_secret(how.device_secret)
            seeds = unwrap_staff_seed(facts["wrapped_key"], how.passphrase, secret, directory.office, facts["member"])
        except CryptoError as error:
            raise CommandError(Exit.WRONG_SECRET, "Passphrase or device secret is wrong.") from error
        try:
            return staff_in_force(seeds, directory, facts["member"])
        except CryptoError as error:
            raise CommandError(Exit.NOT_VERIFIED, "The directory names another key for you.") from error

    def pin(self, staff: StaffKeys, grant: Grant, rng: Rng) -> Document:
        """Keep an opened grant, sealed to the member; gives the entry for the server."""
        entry = seal_keyring_entry(staff, grant, rng)
        self._write(_file_of(self.path, "keyring", grant.case), entry)
        return entry

    def grant(self, staff: StaffKeys, case: bytes) -> Grant | None:
        """The grant of a case from the keyring, which is also the pin; raises WrongShape for that of another case."""
        entry = self._read(_file_of(self.path, "keyring", case))
        if entry is None:
            return None
        found = open_keyring_entry(staff, entry)
        if found.case != case:
            raise WrongShape("the grant of another case")
        return found

    def passed(self, staff: StaffKeys) -> set[bytes]:
        """The ids of packets of the batch that need not be fetched again: they do not open, or are pinned.

        None for keys other than those that tried: these might open what the former ones did not.
        """
        return set(self._passed(staff))

    def pass_over(self, staff: StaffKeys, ids: Sequence[bytes]) -> None:
        """Remember further ones; the oldest are forgotten, they have left the batch."""
        known = self._passed(staff)
        latest = list(dict.fromkeys([*known, *ids]))[-MOST_PASSED:]
        document = {"v": 1, "recipient": staff.recipient, "ids": [b64encode(one) for one in latest]}
        self._write(self.path / "passed.json", document)

    def _passed(self, staff: StaffKeys) -> list[bytes]:
        try:
            found = self._read(self.path / "passed.json")
            fields = Fields(found, "v", "recipient", "ids")
            fields.version()
            mine = fields.text("recipient", 4096) == staff.recipient
            return fields.list("ids", MOST_PASSED, bytes_of(16)) if mine else []
        except CryptoError:
            # Nothing is lost by trying all of them again.
            return []

    def store_case(self, case: bytes, document: CaseFile) -> None:
        """Keep a case as its reader gave it, still sealed."""
        self._write(_file_of(self.path, "cases", case), document)

    def case(self, case: bytes) -> CaseFile | None:
        """A case as kept; raises WrongShape for the file of another."""
        found = self._read(_file_of(self.path, "cases", case))
        return None if found is None else read_file(found, b64encode(case))

    def store_rules(self, document: Document) -> None:
        """Keep the rules and calendars of all cases."""
        self._write(self.path / "rules.json", document)

    def rules(self) -> Document | None:
        """The rules and calendars as kept."""
        return cast("Document | None", self._read(self.path / "rules.json"))

    def cases(self) -> Iterator[bytes]:
        """The ids of the cases kept here."""
        yield from sorted(bytes.fromhex(file.stem) for file in (self.path / "cases").glob(f"{'?' * 32}.json"))


def _file_of(path: Path, kind: str, case: bytes) -> Path:
    return path / kind / f"{case.hex()}.json"


def _facts_of(value: object) -> Document:
    """Exactly what `start` and `store_office` write; raises WrongShape."""
    fields = Fields(value, *FACTS)
    fields.version()
    seen = fields.maybe("seen", lambda given: Fields(given, "sequence", "hash"))
    if not is_address(fields.text("desk")):
        raise WrongShape("not an address")
    return {
        "v": 1,
        "desk": fields.text("desk"),
        "office_key": fields.text("office_key", 128),
        "member": fields.id("member"),
        "wrapped_key": read_wrapped(fields["wrapped_key"]),
        "seen": seen and {"sequence": seen.integer("sequence"), "hash": b64encode(seen.bytes("hash", 32))},
    }
