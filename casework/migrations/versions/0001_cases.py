"""Cases, their events, claims, and what is on its way to the mailroom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Longer than our functions are: a migration is a frozen list of tables, read from top to bottom.
def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("entity", sa.String(48), nullable=False),
        sa.Column("policy", sa.String(48), nullable=False),
        sa.Column("policy_version", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("stage", sa.String(48), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("access_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("opened_by", sa.LargeBinary(32), nullable=False),
        sa.Column("head_n", sa.Integer, nullable=False),
        sa.Column("head_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("to_office", sa.Integer, nullable=False),
        sa.Column("to_reporter", sa.Integer, nullable=False),
        sa.Column("office_only", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("actor", sa.String(48), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=True),
        sa.Column("event_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("item_hash", sa.LargeBinary(32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.UniqueConstraint("case_id", "item_hash", name="uq_events_item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claims",
        sa.Column("member", sa.String(48), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claims_case", "claims", ["case_id"])
    op.create_table(
        "outbox_items",
        sa.Column("event_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("item", sa.LargeBinary, nullable=True),
        sa.Column("blobs", sa.LargeBinary, nullable=False),
        sa.Column("packet", sa.LargeBinary, nullable=True),
        sa.Column("epoch", sa.Integer, nullable=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("leased_until", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_items_case", "outbox_items", ["case_id", "n"])
