"""Who had opened a case and reads it no longer is found from what they signed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPENED = sa.text("kind = 'claimed'")


def upgrade() -> None:
    """Adds the index that removals are found by."""
    op.create_index(
        "ix_events_opened",
        "events",
        ["actor", "case_id", "n"],
        sqlite_where=OPENED,
        postgresql_where=OPENED,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
