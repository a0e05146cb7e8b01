"""The day on which a draft was last saved: from it its term is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    known = sa.inspect(op.get_bind())
    if "day" not in {column["name"] for column in known.get_columns("drafts")}:
        op.add_column("drafts", sa.Column("day", sa.Date(), nullable=True))


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
