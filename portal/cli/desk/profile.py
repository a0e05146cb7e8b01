"""A member's folder for work off line: nothing in it opens without passphrase and device secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

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
    seal_keyring_entry,
    staff_in_force,
    unwrap_staff_seed,
)
from crypto.framing import Rng
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments
from portal.office.files import write_secret

Document = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Unlocking:
    """What a member knows and has: passphrase and device secret."""

    passphrase: str
    device_secret: str


class Profile:
    """`profile.json`, `office.json`, `rules.json`, `cases/`, `keyring/`, `blobs/` under one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _read(self, name: str) -> Document | None:
        file = self.path / name
        return cast("Document", json.loads(file.read_text("utf-8"))) if file.is_file() else None

    def _write(self, name: str, document: Document) -> None:
        write_secret(self.path / name, json.dumps(document, ensure_ascii=False).encode())

    def facts(self) -> Document:
        """Desk, office code, member, wrapped key; raises CommandError before the first pull."""
        found = self._read("profile.json")
        if found is None:
            raise CommandError(
                Exit.NOTHING_THERE, "{path} is no desk profile yet: run `yanlu desk pull` first.", path=self.path
            )
        return found

    def start(self, desk: str, code: str, member: str, wrapped: Document) -> None:
        """Remember where and who."""
        before = self._read("profile.json") or {}
        facts = {"v": 1, "desk": desk, "office_key": code, "member": member, "wrapped_key": wrapped}
        self._write("profile.json", {**facts, "seen": before.get("seen")})

    def seen(self) -> Seen | None:
        """The newest directory that this profile accepted."""
        found = (self._read("profile.json") or {}).get("seen")
        return Seen(found["sequence"], b64decode(found["hash"], 32)) if found else None

    def keep_office(self, office: OfficeDocuments, seen: Seen) -> None:
        """Keep the verified documents for work off line."""
        texts = {name: content.decode() for name, content in office.texts.items()}
        self._write("office.json", {"v": 1, "roots": office.roots, "directory": office.directory, "texts": texts})
        facts = self.facts()
        self._write("profile.json", {**facts, "seen": {"sequence": seen.sequence, "hash": b64encode(seen.hash)}})

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
        self._write(f"keyring/{b64encode(grant.case)}.json", entry)
        return entry

    def grant(self, staff: StaffKeys, case: str) -> Grant | None:
        """The grant of a case from the keyring, which is also the pin."""
        entry = self._read(f"keyring/{case}.json")
        return open_keyring_entry(staff, entry) if entry else None

    def keep_case(self, case: str, document: Document) -> None:
        """Keep a case as the server gave it, still sealed."""
        self._write(f"cases/{case}.json", document)

    def case(self, case: str) -> Document | None:
        """A case as kept."""
        return self._read(f"cases/{case}.json")

    def keep_rules(self, document: Document) -> None:
        """Keep the rules and calendars of all cases."""
        self._write("rules.json", document)

    def rules(self) -> Document | None:
        """The rules and calendars as kept."""
        return self._read("rules.json")

    def cases(self) -> Iterator[str]:
        """The ids of the cases kept here."""
        yield from sorted(file.stem for file in (self.path / "cases").glob("*.json"))

    def blob(self, name: str) -> Path:
        """Where a sealed attachment is kept."""
        return self.path / "blobs" / f"{name}.age"
