"""The table of rights: for each process and store, what its role may do there, and nothing besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from portal.settings import StoreName

PREFIX: Final = "yanlu_"


class StoreRole(StrEnum):
    """The processes, each with a role of its own; besides, each store has an owner, who alone changes its schema."""

    INTAKE = "intake"
    DESK = "desk"
    WORKER = "worker"
    BACKUP = "backup"
    # On a host of its own: what the officer works with, and what HR reaches; the second reads no entry and no alert.
    WATCH = "watch"
    HR_UPLOAD = "hr-upload"

    @property
    def login(self) -> str:
        """The role's name on the server."""
        return PREFIX + self.value.replace("-", "_")


def owner_of(store: StoreName) -> str:
    """The role that owns a store's database and everything in it."""
    return f"{PREFIX}{store}_owner"


def database_of(store: StoreName) -> str:
    """What a store's database is called where nothing else is said."""
    return PREFIX + store


@dataclass(frozen=True)
class Rights:
    """What a role may do in one store: privileges by table (a column's as `UPDATE (column)`), and functions."""

    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    functions: tuple[str, ...] = ()
    # Reads whatever there is: for backups, which no list of tables may forget.
    reads_all: bool = False


# Every role may ask how new the schema is.
EVERYBODY: Final = ("schema_revision",)
UPLOADS: Final = (
    "part_hash",
    "record_part",
    "upload_parts",
    "whole_upload",
    "claim_upload",
    "unclaimed_bytes",
    "recent_bytes",
    # How much room is left depends on text too.
    "reports_since",
    "waiting_drafts",
)
KEYS: Final = ("store_keys", "find_keys")
# What is published anyway.
READING_LOG: Final = ("log_tile", "log_checkpoint", "log_sizes", "log_newest", "log_index")
REWRITING: Final = ("rewrite_tables",)
# A new report goes in; what they tell of one that is there is the hash of what was sent.
SUBMITTING: Final = ("submit_reports", "insert_report", "open_mailbox", "known_report")

_INTAKE: Final = {
    StoreName.MAILROOM: Rights(
        functions=(
            *SUBMITTING, "mailbox_of", "read_mailbox", "filing_of", "accept_post", "open_draft", "store_draft",
            "part_for_reporter", "slot_numbers", *UPLOADS,
        )
    ),
    StoreName.ERASURE: Rights(functions=KEYS),
    StoreName.LEDGER: Rights(functions=READING_LOG),
}  # fmt: skip

_DESK: Final = {
    StoreName.MAILROOM: Rights(
        # PostgreSQL asks for some UPDATE from anyone who locks a row; this column says nothing new at the desk.
        {
            "mailboxes": ("SELECT", "UPDATE (urgent)"),
            "items": ("SELECT", "INSERT"),
            "grants": ("SELECT", "INSERT", "UPDATE (waits)"),
            "batch": ("SELECT",),
            "batch_keys": ("SELECT",),
            "blobs": ("SELECT",),
            "blob_parts": ("SELECT",),
            # A member has the name of a witness or of the person concerned sealed.
            # A packet that waits for its batch is handed out to those who know its hash.
            "outbox_identity": ("SELECT (packet, content_hash, withdrawal_mark)", "INSERT"),
            "outbox_protection": ("INSERT",),
        },
        # Members take reports down for those who come by telephone, letter or in person.
        (*SUBMITTING, "slot_numbers", *UPLOADS),
    ),
    StoreName.ERASURE: Rights(functions=KEYS),
    StoreName.CASES: Rights(
        {
            "cases": ("SELECT", "UPDATE"),
            "events": ("SELECT", "INSERT"),
            "claims": ("SELECT", "INSERT"),
            "outbox_items": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "outbox_log": ("INSERT",),
            "proposals": ("SELECT", "INSERT", "DELETE"),
            "dues": ("SELECT", "INSERT", "DELETE"),
            "recusals": ("SELECT", "INSERT"),
            "tallies": ("SELECT", "INSERT", "UPDATE"),
            # Counted for those who open nothing.
            "deletions_by_month": ("SELECT",),
            # What was signed stays as it was.
            "duties_done": ("SELECT", "INSERT"),
        }
    ),
    StoreName.ACCOUNTS: Rights(
        {
            "members": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "invites": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "sessions": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "signin_failures": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "keyring": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "passkeys": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "next_keys": ("SELECT", "INSERT", "DELETE"),
            "challenges": ("SELECT", "INSERT", "DELETE"),
        }
    ),
    # Packets by the drawer, and what is asked of them: nothing here tells of a case or of who asked.
    StoreName.IDENTITY: Rights(
        {
            "packets": ("SELECT",),
            "marks": ("SELECT",),
            "requests": ("SELECT", "INSERT"),
            "votes": ("SELECT", "INSERT"),
            "reviews": ("SELECT", "INSERT"),
        }
    ),
    StoreName.LEDGER: Rights(functions=READING_LOG),
}

_WORKER: Final = {
    StoreName.MAILROOM: Rights(
        {
            # A draft whose term is over is hidden under another id before it goes.
            "mailboxes": ("SELECT", "UPDATE (mailbox_id)", "DELETE"),
            "items": ("SELECT", "INSERT", "DELETE"),
            "memos": ("SELECT (mailbox_id)", "DELETE"),
            "drafts": ("SELECT (mailbox_id, day)", "UPDATE (mailbox_id, day)", "DELETE"),
            "grants": ("SELECT", "INSERT", "UPDATE (waits)", "DELETE"),
            "batch": ("SELECT", "INSERT", "DELETE"),
            "batch_keys": ("SELECT", "INSERT", "DELETE"),
            "slots": ("SELECT", "INSERT", "UPDATE"),
            "blobs": ("SELECT", "UPDATE (erasure_id)", "DELETE"),
            "blob_parts": ("SELECT", "UPDATE (place, moved)", "DELETE"),
            "orphans": ("SELECT", "INSERT", "DELETE"),
            "outbox_received": ("SELECT", "UPDATE (leased_until)", "DELETE"),
            "outbox_identity": ("SELECT", "INSERT", "UPDATE (leaves)", "DELETE"),
            "outbox_protection": ("SELECT", "INSERT", "UPDATE (leaves)", "DELETE"),
            "carries": ("SELECT", "INSERT", "UPDATE"),
            "notices": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "on_call": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "shuffles": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        },
        (*UPLOADS, *REWRITING),
    ),
    StoreName.ERASURE: Rights({"erasure_keys": ("SELECT", "DELETE")}, (*KEYS, *REWRITING)),
    StoreName.CASES: Rights(
        {
            "cases": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "events": ("SELECT", "INSERT", "DELETE"),
            "claims": ("SELECT (case_id, epoch)", "DELETE"),
            "outbox_items": ("SELECT", "UPDATE (leased_until, tries, undeliverable)", "DELETE"),
            "outbox_log": ("SELECT", "INSERT", "DELETE"),
            "log_heads": ("SELECT", "INSERT", "DELETE"),
            "proposals": ("SELECT (case_id, day)", "DELETE"),
            "dues": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "recusals": ("SELECT", "INSERT", "DELETE"),
            "reckonings": ("SELECT", "INSERT", "UPDATE"),
            "tallies": ("SELECT",),
            "deletions_by_month": ("SELECT", "INSERT", "UPDATE"),
        },
        REWRITING,
    ),
    # Of the accounts it sees only which cases have an entry in a keyring, never whose.
    StoreName.ACCOUNTS: Rights({"keyring": ("SELECT (case_id, mark)", "DELETE")}, REWRITING),
    # Packets go in; nothing is read but that a packet is there already.
    # Requests that are over it empties, and takes away.
    StoreName.IDENTITY: Rights(
        {
            "packets": ("SELECT (packet_hash)", "INSERT"),
            "marks": ("SELECT", "INSERT"),
            "requests": ("SELECT", "UPDATE (body)", "DELETE"),
            "votes": ("SELECT (request_id, seat)", "DELETE"),
            "reviews": ("SELECT", "DELETE"),
        },
        REWRITING,
    ),
    StoreName.WATCH: Rights(
        {"packets": ("SELECT (packet_hash)", "INSERT"), "outbox_log": ("SELECT", "DELETE")}, REWRITING
    ),
    StoreName.DELETIONS: Rights({"deleted": ("SELECT", "INSERT")}),
    # Checkpoints and entries are only ever added; a tile is exchanged for a wider one, a note gains cosignatures.
    StoreName.LEDGER: Rights(
        {
            "entries": ("SELECT", "INSERT"),
            "tiles": ("SELECT", "INSERT", "DELETE"),
            "checkpoints": ("SELECT", "INSERT", "UPDATE (note)"),
        },
        # It looks where it stands as everybody does, and so do `yanlu log verify` and `mend`.
        READING_LOG,
    ),
}

_WATCH: Final = {
    StoreName.WATCH: Rights(
        {
            "packets": ("SELECT", "DELETE"),
            "agreements": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "entries": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "tallies": ("SELECT", "INSERT", "UPDATE"),
            "waiting": ("SELECT", "INSERT", "UPDATE", "DELETE"),
            "people": ("SELECT",),
            "events": ("SELECT", "UPDATE (kind)"),
            "sources": ("SELECT", "INSERT", "UPDATE"),
            "forms": ("SELECT", "INSERT"),
            "deliveries": ("SELECT", "UPDATE (state)"),
            "quarantined_rows": ("SELECT", "DELETE"),
            "reviews": ("SELECT", "INSERT", "UPDATE (answer)"),
            "draws": ("SELECT", "INSERT"),
            "figures": ("SELECT", "INSERT"),
            "alerts": ("SELECT", "INSERT", "UPDATE"),
            # What the officer had named stays on record.
            "namings": ("SELECT", "INSERT"),
            "outbox_log": ("SELECT", "INSERT"),
        },
        REWRITING,
    ),
}

# HR's side: whatever it may read is what HR sent, or was told by name. Entries, packets and alerts are closed to it.
_HR_UPLOAD: Final = {
    StoreName.WATCH: Rights(
        {
            "agreements": ("SELECT",),
            "people": ("SELECT", "INSERT", "UPDATE"),
            "events": ("SELECT", "INSERT", "UPDATE"),
            "sources": ("SELECT",),
            "forms": ("SELECT",),
            "deliveries": ("SELECT", "INSERT", "UPDATE (state, receipt, accepted)"),
            "quarantined_rows": ("SELECT", "INSERT"),
            "reviews": ("SELECT", "INSERT"),
        }
    ),
}

RIGHTS: Final[Mapping[StoreRole, Mapping[StoreName, Rights]]] = MappingProxyType(
    {
        StoreRole.INTAKE: _INTAKE,
        StoreRole.DESK: _DESK,
        StoreRole.WORKER: _WORKER,
        StoreRole.WATCH: _WATCH,
        StoreRole.HR_UPLOAD: _HR_UPLOAD,
        StoreRole.BACKUP: {store: Rights(reads_all=True) for store in StoreName},
    }
)


def stores_of(role: StoreRole) -> tuple[StoreName, ...]:
    """The stores that a process opens; no other one lets it in."""
    return tuple(RIGHTS[role])
