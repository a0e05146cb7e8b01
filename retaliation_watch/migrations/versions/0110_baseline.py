"""The watch: packets and entries, people and events under pseudonyms, alerts, reviews and figures."""

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
        "agreements",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("paper", sa.LargeBinary(length=32), nullable=False),
        sa.Column("health", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entity"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alerts",
        sa.Column("alert", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("shown", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("alert"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_alerts_person"), "alerts", ["person"], unique=False)
    op.create_table(
        "quarantined_rows",
        sa.Column("delivery", sa.LargeBinary(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("delivery", "line"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery", sa.LargeBinary(length=32), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_sequence", "deliveries", ["source", "kind", "sequence"], unique=False)
    op.create_table(
        "draws",
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entries",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("handle_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("counted", sa.Date(), nullable=True),
        sa.Column("link", sa.LargeBinary(length=7356), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
        sa.UniqueConstraint("handle_mark"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_entries_person"), "entries", ["person"], unique=False)
    op.create_table(
        "events",
        sa.Column("event", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind_text", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("recorded", sa.Date(), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("initiator", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("event", "content"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_events_delivery"), "events", ["delivery"], unique=False)
    op.create_index("ix_events_source", "events", ["source", "recorded", "kind"], unique=False)
    op.create_table(
        "figures",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("disclosed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "period"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forms",
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "namings",
        sa.Column("naming", sa.LargeBinary(length=16), nullable=False),
        sa.Column("officer", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("alert", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("naming"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_log",
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fact", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("content"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "packets",
        sa.Column("packet_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("packet_hash"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.Column("org_unit", sa.String(length=96), nullable=False),
        sa.Column("team", sa.String(length=96), nullable=False),
        sa.Column("location", sa.String(length=96), nullable=False),
        sa.Column("job_family", sa.String(length=96), nullable=False),
        sa.Column("grade", sa.String(length=96), nullable=False),
        sa.Column("manager", sa.LargeBinary(length=32), nullable=True),
        sa.Column("hired", sa.Date(), nullable=True),
        sa.Column("contract_type", sa.String(length=96), nullable=False),
        sa.Column("contract_end", sa.Date(), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("roster", sa.String(length=48), nullable=True),
        sa.PrimaryKeyConstraint("person"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reviews",
        sa.Column("review", sa.LargeBinary(length=16), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("planned", sa.Date(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("review"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sources",
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tallies",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "month"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "waiting",
        sa.Column("packet_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("entered", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("packet_hash"),
        sqlite_with_rowid=False,
    )
