"""What each person's coin was answered, and the way from a delivery to its events."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    op.create_table(
        "draws",
        sa.Column("person", sa.LargeBinary(32), primary_key=True),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("ix_events_delivery", "events", ["delivery"], if_not_exists=True)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
