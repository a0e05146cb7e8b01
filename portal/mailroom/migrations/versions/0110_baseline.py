"""The mailroom: mailboxes and what is in them, drafts, packets in their slots, uploads, outboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = None
branch_labels = None
depends_on = None


# Longer than our functions are: a baseline is a frozen list of tables, read from top to bottom.
def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "batch",
        sa.Column("packet_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("packet_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_day", "batch", ["entity", "day"], unique=False)
    op.create_table(
        "batch_keys",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("erasure_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blob_parts",
        sa.Column("blob_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("moved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "k"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blobs",
        sa.Column("blob_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("dir", sa.String(length=12), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("erasure_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("first_key", sa.LargeBinary(length=72), nullable=True),
        sa.PrimaryKeyConstraint("blob_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blobs_case", "blobs", ["case_id"], unique=False)
    op.create_table(
        "carries",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dummies", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drafts",
        sa.Column("mailbox_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("mailbox_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "grants",
        sa.Column("grant_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("erasure_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("history", sa.LargeBinary(), nullable=True),
        sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("grant_id"),
        sa.UniqueConstraint("case_id", "epoch", name="uq_grants_epoch"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_grants_waits", "grants", ["waits", "entity"], unique=False)
    op.create_table(
        "items",
        sa.Column("item_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("dir", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item_hash"),
        sa.UniqueConstraint("case_id", "dir", "seq", name="uq_items_place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailboxes",
        sa.Column("mailbox_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("entity", sa.String(length=48), nullable=True),
        sa.Column("policy", sa.String(length=48), nullable=True),
        sa.Column("erasure_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("submission_hash", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("mailbox_id"),
        sa.UniqueConstraint("case_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "memos",
        sa.Column("mailbox_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notices",
        sa.Column("recipient", sa.LargeBinary(length=16), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", "slot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "on_call",
        sa.Column("recipient", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("recipient"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "orphans",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_identity",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("withdrawal_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaves", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_identity_content_hash", "outbox_identity", ["content_hash"], unique=False)
    op.create_index("ix_outbox_identity_withdrawal_mark", "outbox_identity", ["withdrawal_mark"], unique=False)
    op.create_index("ix_outbox_identity_leaves", "outbox_identity", ["leaves"], unique=False)
    op.create_table(
        "outbox_protection",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.Column("leaves", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_protection_leaves", "outbox_protection", ["leaves"], unique=False)
    op.create_table(
        "outbox_received",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("policy", sa.String(length=48), nullable=False),
        sa.Column("policy_version", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("access_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("item_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shuffles",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "slots",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("packets", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("entity"),
        sqlite_with_rowid=False,
    )
