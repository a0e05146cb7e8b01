"""Re-grants that wait for a second signature."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    op.create_table(
        "proposals",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("actor", sa.String(48), nullable=False),
        sa.Column("invited", sa.String(48), nullable=True),
        sa.Column("grant_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("access_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("packet", sa.LargeBinary, nullable=False),
        sa.Column("proof", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
