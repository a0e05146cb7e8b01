"""A keyring entry knows the hash that the deletion list would have for its case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    known = sa.inspect(op.get_bind())
    if "mark" not in {column["name"] for column in known.get_columns("keyring")}:
        op.add_column("keyring", sa.Column("mark", sa.LargeBinary(32), nullable=True))


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
