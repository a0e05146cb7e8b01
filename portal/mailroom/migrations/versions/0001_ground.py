"""The first tables of the mailroom."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Longer than our functions are: a migration is a frozen list of tables, read from top to bottom.
def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "blob_parts",
        sa.Column("blob_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
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
        sa.PrimaryKeyConstraint("kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drafts",
        sa.Column("mailbox_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dummies_due",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dummy_days",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "day"),
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
        sa.PrimaryKeyConstraint("grant_id"),
        sa.UniqueConstraint("case_id", "epoch", name="uq_grants_epoch"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_grants_batch", "grants", ["entity", "day"], unique=False)
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
        "outbox_identity",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_protection",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
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
