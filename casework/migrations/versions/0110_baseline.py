"""Cases: the signed stream of each, the tables made from it, and what waits for a second signature."""

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
        "cases",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("policy", sa.String(length=48), nullable=False),
        sa.Column("policy_version", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("access_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.LargeBinary(length=32), nullable=False),
        sa.Column("head_n", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("to_office", sa.Integer(), nullable=False),
        sa.Column("to_reporter", sa.Integer(), nullable=False),
        sa.Column("office_only", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("frozen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("waiting", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=True),
        sa.Column("classification", sa.String(length=48), nullable=True),
        sa.Column("grade", sa.String(length=48), nullable=True),
        sa.Column("departments", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(length=48), nullable=True),
        sa.Column("deputy", sa.String(length=48), nullable=True),
        sa.Column("next_due", sa.BigInteger(), nullable=True),
        sa.Column("wake_at", sa.BigInteger(), nullable=True),
        sa.Column("leaving", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cases_day", "cases", ["day", "case_id"], unique=False)
    op.create_index(
        "ix_cases_deputised_by_day",
        "cases",
        ["deputy", "day", "case_id"],
        unique=False,
        sqlite_where=sa.text("ended IS 0"),
        postgresql_where=sa.text("ended IS false"),
    )
    op.create_index("ix_cases_due", "cases", ["next_due", "case_id"], unique=False)
    op.create_index("ix_cases_mark", "cases", ["mark", "case_id"], unique=False)
    op.create_index(
        "ix_cases_owned_by_day",
        "cases",
        ["owner", "day", "case_id"],
        unique=False,
        sqlite_where=sa.text("ended IS 0"),
        postgresql_where=sa.text("ended IS false"),
    )
    op.create_index(
        "ix_cases_waiting",
        "cases",
        ["day", "case_id"],
        unique=False,
        sqlite_where=sa.text("waiting IS 1 AND ended IS 0"),
        postgresql_where=sa.text("waiting IS true AND ended IS false"),
    )
    op.create_index("ix_cases_wake", "cases", ["wake_at", "case_id"], unique=False)
    op.create_table(
        "deletions_by_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "reason"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "duties_done",
        sa.Column("policy", sa.String(length=48), nullable=False),
        sa.Column("duty", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("policy", "duty", "day", "member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_heads",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_items",
        sa.Column("event_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("item", sa.LargeBinary(), nullable=True),
        sa.Column("blobs", sa.LargeBinary(), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=True),
        sa.Column("history", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leased_until", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("undeliverable", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("event_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_items_case", "outbox_items", ["case_id", "n"], unique=False)
    op.create_table(
        "outbox_log",
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("fact", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("content"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_log_case", "outbox_log", ["case_id"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("invited", sa.String(length=48), nullable=True),
        sa.Column("grant_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("access_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("history", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "actor"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reckonings",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("after", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tallies",
        sa.Column("entity", sa.String(length=48), nullable=False),
        sa.Column("policy", sa.String(length=48), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "policy", "code", "month"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claims",
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("member", "case_id", "epoch"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claims_by_day", "claims", ["member", "day", "case_id"], unique=False)
    op.create_index("ix_claims_case", "claims", ["case_id"], unique=False)
    op.create_table(
        "dues",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("clock", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("remind_at", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "clock"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dues_due", "dues", ["due_at"], unique=False)
    op.create_index("ix_dues_remind", "dues", ["remind_at"], unique=False)
    op.create_table(
        "events",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=True),
        sa.Column("event_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("item_hash", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "n"),
        sa.UniqueConstraint("case_id", "item_hash", name="uq_events_item"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_events_opened",
        "events",
        ["actor", "case_id", "n"],
        unique=False,
        sqlite_where=sa.text("kind = 'claimed'"),
        postgresql_where=sa.text("kind = 'claimed'"),
    )
    op.create_index(
        "ix_events_taken",
        "events",
        ["case_id", "n", "actor"],
        unique=False,
        sqlite_where=sa.text("kind = 'taken'"),
        postgresql_where=sa.text("kind = 'taken'"),
    )
    op.create_table(
        "recusals",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "member"),
        sqlite_with_rowid=False,
    )
