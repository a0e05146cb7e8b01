"""Reviews of openings in danger to life."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    op.create_table(
        "reviews",
        sa.Column("request_id", sa.LargeBinary(length=16), primary_key=True),
        sa.Column("seat", sa.LargeBinary(length=32), primary_key=True),
        sa.Column("review", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
