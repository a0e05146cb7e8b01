"""Who took a case stands on the record as `taken`; `claimed` tells who has opened it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TAKEN = sa.text("kind = 'taken'")


def upgrade() -> None:
    """Adds the index that lists ask now; the one of before is in the way of nothing older, only slower."""
    op.create_index(
        "ix_events_taken",
        "events",
        ["case_id", "n", "actor"],
        sqlite_where=TAKEN,
        postgresql_where=TAKEN,
        if_not_exists=True,
    )
    op.drop_index("ix_events_claimed", "events", if_exists=True)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
