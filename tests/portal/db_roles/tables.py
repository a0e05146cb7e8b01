"""What each role may do with whole tables, written down by hand: the table of rights is held against this."""

from __future__ import annotations

from portal.db_roles.privileges import StoreRole
from portal.settings import StoreName

ALL = "SELECT INSERT UPDATE DELETE"

# A store that is missing lets the role not even connect; a table that is missing refuses everything.
MAY_SEE: dict[StoreRole, dict[StoreName, dict[str, str]]] = {
    StoreRole.INTAKE: {StoreName.MAILROOM: {}, StoreName.ERASURE: {}, StoreName.LEDGER: {}},
    StoreRole.DESK: {
        StoreName.MAILROOM: {
            "mailboxes": "SELECT",
            "items": "SELECT INSERT",
            "grants": "SELECT INSERT",
            "batch": "SELECT",
            "batch_keys": "SELECT",
            "blobs": "SELECT",
            "blob_parts": "SELECT",
            "outbox_identity": "INSERT",
            "outbox_protection": "INSERT",
        },
        StoreName.ERASURE: {},
        StoreName.CASES: {
            "cases": "SELECT UPDATE",
            "events": "SELECT INSERT",
            "claims": "SELECT INSERT",
            "outbox_items": ALL,
            "outbox_log": "INSERT",
            "proposals": "SELECT INSERT DELETE",
            "dues": "SELECT INSERT DELETE",
            "recusals": "SELECT INSERT",
            "tallies": "SELECT INSERT UPDATE",
            "deletions_by_month": "SELECT",
            "duties_done": "SELECT INSERT",
        },
        StoreName.ACCOUNTS: {
            "members": ALL,
            "invites": ALL,
            "sessions": ALL,
            "signin_failures": ALL,
            "keyring": ALL,
            "passkeys": ALL,
            "next_keys": "SELECT INSERT DELETE",
            "challenges": "SELECT INSERT DELETE",
        },
        StoreName.IDENTITY: {
            "packets": "SELECT",
            "marks": "SELECT",
            "requests": "SELECT INSERT",
            "votes": "SELECT INSERT",
            "reviews": "SELECT INSERT",
        },
        StoreName.LEDGER: {},
    },
    StoreRole.WORKER: {
        StoreName.MAILROOM: {
            # UPDATE: of the first column, its id, by which a draft is hidden or a row locked.
            "mailboxes": "SELECT UPDATE DELETE",
            "items": "SELECT INSERT DELETE",
            "memos": "DELETE",
            "drafts": "UPDATE DELETE",
            "grants": "SELECT INSERT DELETE",
            "batch": "SELECT INSERT DELETE",
            "batch_keys": "SELECT INSERT DELETE",
            "slots": "SELECT INSERT UPDATE",
            "blobs": "SELECT DELETE",
            "blob_parts": "SELECT DELETE",
            "orphans": "SELECT INSERT DELETE",
            "outbox_received": "SELECT DELETE",
            # The worker pads a batch with dummies of its own.
            "outbox_identity": "SELECT INSERT DELETE",
            "outbox_protection": "SELECT INSERT DELETE",
            "carries": "SELECT INSERT UPDATE",
            "notices": ALL,
            "on_call": ALL,
            "shuffles": ALL,
        },
        StoreName.ERASURE: {"erasure_keys": "SELECT DELETE"},
        StoreName.CASES: {
            "cases": ALL,
            "events": "SELECT INSERT DELETE",
            "claims": "DELETE",
            "outbox_items": "SELECT DELETE",
            "outbox_log": "SELECT INSERT DELETE",
            "log_heads": "SELECT INSERT DELETE",
            "proposals": "DELETE",
            "dues": ALL,
            "recusals": "SELECT INSERT DELETE",
            "reckonings": "SELECT INSERT UPDATE",
            "tallies": "SELECT",
            "deletions_by_month": "SELECT INSERT UPDATE",
        },
        StoreName.ACCOUNTS: {"keyring": "DELETE"},
        StoreName.IDENTITY: {
            "packets": "INSERT",
            "marks": "SELECT INSERT",
            "requests": "SELECT DELETE",
            "votes": "DELETE",
            "reviews": "SELECT DELETE",
        },
        StoreName.WATCH: {"packets": "INSERT", "outbox_log": "SELECT DELETE"},
        StoreName.DELETIONS: {"deleted": "SELECT INSERT"},
        StoreName.LEDGER: {
            "entries": "SELECT INSERT",
            "tiles": "SELECT INSERT DELETE",
            "checkpoints": "SELECT INSERT",
        },
    },
    StoreRole.WATCH: {
        StoreName.WATCH: {
            "packets": "SELECT DELETE",
            "agreements": ALL,
            "entries": ALL,
            "tallies": "SELECT INSERT UPDATE",
            "waiting": ALL,
            "people": "SELECT",
            "events": "SELECT",
            "sources": "SELECT INSERT UPDATE",
            "forms": "SELECT INSERT",
            "deliveries": "SELECT",
            "quarantined_rows": "SELECT DELETE",
            "reviews": "SELECT INSERT",
            "draws": "SELECT INSERT",
            "figures": "SELECT INSERT",
            "alerts": "SELECT INSERT UPDATE",
            "namings": "SELECT INSERT",
            "outbox_log": "SELECT INSERT",
        }
    },
    StoreRole.HR_UPLOAD: {
        StoreName.WATCH: {
            "agreements": "SELECT",
            "people": "SELECT INSERT UPDATE",
            "events": "SELECT INSERT UPDATE",
            "sources": "SELECT",
            "forms": "SELECT",
            "deliveries": "SELECT INSERT",
            "quarantined_rows": "SELECT INSERT",
            "reviews": "SELECT INSERT",
        }
    },
    StoreRole.BACKUP: {store: {"*": "SELECT"} for store in StoreName},
}
