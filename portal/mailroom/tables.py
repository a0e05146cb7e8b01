"""Tables of the mailroom: days never times, random primary keys, sealed rows under an erasure key."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

METADATA = MetaData()


def table(name: str, *parts: Column[object] | Index | UniqueConstraint, metadata: MetaData = METADATA) -> Table:
    """A table without row order: on SQLite it has no hidden row number either."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


MAILBOXES = table(
    "mailboxes",
    # SHA-256 of the token, which only the reporter's device can make.
    Column("mailbox_id", LargeBinary(32), primary_key=True),
    # Empty while the mailbox holds no more than a draft.
    Column("case_id", LargeBinary(16), nullable=True, unique=True),
    Column("entity", String(48), nullable=True),
    Column("policy", String(48), nullable=True),
    Column("erasure_id", LargeBinary(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    # The listing begins with this to-reporter item: a changed receipt does not see earlier ones.
    Column("first_seq", BigInteger, nullable=False),
    # Hash of the submission, so that the same one again is told from another one.
    Column("submission_hash", LargeBinary(32), nullable=True),
)

ITEMS = table(
    "items",
    Column("item_hash", LargeBinary(32), primary_key=True),
    Column("case_id", LargeBinary(16), nullable=False),
    Column("dir", String(12), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("day", Date, nullable=False),
    # The clear act code of a reporter's act: a hint that the desk compares, nothing more.
    Column("hint", String(16), nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("case_id", "dir", "seq", name="uq_items_place"),
)

MEMOS = table(
    "memos",
    Column("mailbox_id", LargeBinary(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

DRAFTS = table(
    "drafts",
    Column("mailbox_id", LargeBinary(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # When it was last saved: its term runs from there. Empty for a draft of an earlier release.
    Column("day", Date, nullable=True),
)

# Each case's own copy of its grant packets, under its erasure key, with the keys of earlier epochs: none in epoch 0.
GRANTS = table(
    "grants",
    Column("grant_id", LargeBinary(16), primary_key=True),
    Column("case_id", LargeBinary(16), nullable=False),
    Column("entity", String(48), nullable=False),
    Column("day", Date, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("erasure_id", LargeBinary(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("history", LargeBinary, nullable=True),
    # Whether it has not been in a slot of the batch yet.
    Column("waits", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("case_id", "epoch", name="uq_grants_epoch"),
    Index("ix_grants_waits", "waits", "entity"),
)

# What members fetch: copies of packets that were in a slot, and dummies, alike in every column. No case id, no hour.
BATCH = table(
    "batch",
    Column("packet_id", LargeBinary(16), primary_key=True),
    Column("entity", String(48), nullable=False),
    # At Greenwich, on which it appeared.
    Column("day", Date, nullable=False),
    # Under the key of that day, which all packets of the day share.
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_batch_day", "entity", "day"),
)

BATCH_KEYS = table(
    "batch_keys",
    Column("day", Date, primary_key=True),
    Column("erasure_id", LargeBinary(16), nullable=False),
)

# Up to which full hour an entity's slots are filled, how many packets the next one takes, and of which size.
SLOTS = table(
    "slots",
    Column("entity", String(48), primary_key=True),
    # Full hours since 1970: the same for everybody, whatever came in.
    Column("hour", BigInteger, nullable=False),
    Column("packets", Integer, nullable=False),
    Column("bucket", Integer, nullable=False),
    # Since when a slot takes so many.
    Column("day", Date, nullable=False),
)

BLOBS = table(
    "blobs",
    Column("blob_id", LargeBinary(16), primary_key=True),
    Column("day", Date, nullable=False),
    # Case, direction and size are empty until a submission, post or step takes the upload.
    Column("case_id", LargeBinary(16), nullable=True),
    Column("dir", String(12), nullable=True),
    Column("size", BigInteger, nullable=True),
    # The first part lies under a key of its own: in the erasure store until the upload is taken …
    Column("erasure_id", LargeBinary(16), nullable=True),
    # … and from then on here, wrapped under the erasure key of the mailbox.
    Column("first_key", LargeBinary(72), nullable=True),
    Index("ix_blobs_case", "case_id"),
)

BLOB_PARTS = table(
    "blob_parts",
    Column("blob_id", LargeBinary(16), primary_key=True),
    Column("k", Integer, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    # The random name of the object in the blob store.
    Column("place", String(32), nullable=False),
    # Whether it was moved after its day was over: only then does a file's age say no more than the day.
    Column("moved", Boolean, nullable=False, server_default=false()),
)

# Objects that no row names any more, or none named when they were seen; removed once their day has come.
ORPHANS = table(
    "orphans",
    Column("place", String(64), primary_key=True),
    Column("day", Date, nullable=False),
)

# What casework has to learn: a case to open, or a message that arrived.
OUTBOX_RECEIVED = table(
    "outbox_received",
    Column("key", LargeBinary(16), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("case_id", LargeBinary(16), nullable=False),
    Column("entity", String(48), nullable=False),
    Column("policy", String(48), nullable=False),
    Column("policy_version", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("access_hash", LargeBinary(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("item_hash", LargeBinary(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    # Seconds since 1970 until which one worker has this row; 0 when nobody has.
    Column("leased_until", BigInteger, nullable=False),
)

OUTBOX_IDENTITY = table(
    "outbox_identity",
    Column("key", LargeBinary(16), primary_key=True),
    Column("packet", LargeBinary, nullable=False),
    # SHA-256 and mark of the packet: anybody who knows one of them finds it, in the same time however many wait.
    Column("content_hash", LargeBinary(32), nullable=False),
    Column("withdrawal_mark", LargeBinary(32), nullable=False),
    # Whether it is in the batch that was closed last; what came later waits for the next one.
    Column("leaves", Boolean, nullable=False, server_default=false()),
    Index("ix_outbox_identity_content_hash", "content_hash"),
    Index("ix_outbox_identity_withdrawal_mark", "withdrawal_mark"),
    Index("ix_outbox_identity_leaves", "leaves"),
)

OUTBOX_PROTECTION = table(
    "outbox_protection",
    Column("key", LargeBinary(16), primary_key=True),
    Column("packet", LargeBinary, nullable=False),
    Column("leaves", Boolean, nullable=False, server_default=false()),
    Index("ix_outbox_protection_leaves", "leaves"),
)

# The day on which each daily task was done last; of a batch of packets, how many dummies it still lacks.
DAILY_TASKS = table(
    "carries",
    Column("kind", String(12), primary_key=True),
    Column("day", Date, nullable=False),
    Column("dummies", Integer, nullable=False, server_default="0"),
)

# The day up to which nothing tells the order of an entity's reports any more; "" is Greenwich, by the hour.
SHUFFLES = table(
    "shuffles",
    Column("entity", String(48), primary_key=True),
    Column("day", Date, nullable=False),
    Column("hour", Integer, nullable=False),
    # Seconds since 1970 until which one worker rewrites; 0 when nobody does.
    Column("leased_until", BigInteger, nullable=False),
)

# Notices to staff: which recipient (a hash) was sent the one of which fixed moment (seconds since 1970).
NOTICES = table(
    "notices",
    Column("recipient", LargeBinary(16), primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    # Seconds since 1970 until which one worker sends it, or waits before it sends it again; 0 when nobody does.
    Column("leased_until", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent", Boolean, nullable=False),
)

# Who on call (a hash) is to be told that an urgent report came in, or was told a moment ago; no row in between.
ON_CALL = table(
    "on_call",
    Column("recipient", LargeBinary(16), primary_key=True),
    # Another one for each report: anyone who is told knows a second copy, the worker a report that came meanwhile.
    Column("mark", LargeBinary(16), nullable=False),
    # Seconds since 1970 until which one worker tells, waits before the next try, or tells nobody again.
    Column("leased_until", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent", Boolean, nullable=False),
)
