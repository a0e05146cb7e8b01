"""What was used for which store: a file of hashes, so that two stores never share a key or a destination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from crypto.framing import b64encode, sha256
from crypto.sealing.recipients import Recipient
from crypto.shape import Fields
from crypto.text import read_json, write_json
from portal.backup.destinations import ArchiveDestination
from portal.backup.errors import SharedPlace
from portal.backup.names import require_own_place
from portal.office.files import write_secret
from portal.settings import StoreName

FILE = "backups.json"
LIMIT = 65536


@dataclass(frozen=True)
class StoreBackup:
    """One store with its own destination and its own key."""

    store: StoreName
    place: ArchiveDestination = field(repr=False)
    recipient: Recipient = field(repr=False)

    def used(self) -> dict[str, str]:
        """The hashes under which the ledger knows them."""
        place = sha256(self.place.identity.encode())
        return {"key": b64encode(sha256(self.recipient.content)), "to": b64encode(place)}


def require_apart(plans: Sequence[StoreBackup], folder: Path) -> None:
    """Raises `SharedPlace` when two stores, now or in earlier backups, have a key or a destination in common."""
    known = {name: used for name, used in _read(folder / FILE).items() if name not in {plan.store for plan in plans}}
    for plan in plans:
        require_own_place(plan.place, plan.store)
        for other in plans:
            _require_outside(plan, other)
        for name, used in known.items():
            _require_differ(plan.store.value, plan.used(), name, used)
        known[plan.store.value] = plan.used()


def note_used_keys(plans: Sequence[StoreBackup], folder: Path) -> None:
    """Remembers what was used."""
    known = _read(folder / FILE) | {plan.store.value: plan.used() for plan in plans}
    write_secret(folder / FILE, write_json({name: known[name] for name in sorted(known)}))


def _require_differ(store: str, used: dict[str, str], other: str, theirs: dict[str, str]) -> None:
    if used["key"] == theirs["key"]:
        raise SharedPlace("{store} and {other} have the same key: each store has its own.", store=store, other=other)
    if used["to"] == theirs["to"]:
        raise SharedPlace(
            "{store} and {other} have the same destination: each store has its own.", store=store, other=other
        )


def _require_outside(plan: StoreBackup, other: StoreBackup) -> None:
    if plan is not other and other.place.identity.startswith(f"{plan.place.identity.rstrip('/')}/"):
        raise SharedPlace(
            "The destination of {other} is within that of {store}: each store has its own.",
            store=plan.store.value,
            other=other.store.value,
        )


def _read(file: Path) -> dict[str, dict[str, str]]:
    if not file.is_file():
        return {}
    found = cast("dict[str, object]", read_json(file.read_bytes(), LIMIT))
    return {StoreName(name): _entry(value) for name, value in found.items()}


def _entry(value: object) -> dict[str, str]:
    fields = Fields(value, "key", "to")
    return {"key": fields.text("key", 64), "to": fields.text("to", 64)}
