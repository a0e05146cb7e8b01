"""What waits for the log."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    fresh = not sa.inspect(op.get_bind()).has_table("outbox_log")
    op.create_table(
        "outbox_log",
        sa.Column("content", sa.LargeBinary(32), primary_key=True),
        sa.Column("case_id", sa.LargeBinary(16), nullable=False),
        sa.Column("fact", sa.String(16), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("ix_outbox_log_case", "outbox_log", ["case_id"], if_not_exists=True)
    if fresh:
        # What happened before there was a log stands in its first checkpoints.
        op.execute("INSERT INTO outbox_log (content, case_id, fact) SELECT event_hash, case_id, 'event' FROM events")


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
