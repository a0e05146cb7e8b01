"""Wrong digits beside the right secret are counted apart from wrong secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("signin_failures")}
    for column in (
        sa.Column("digit_failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("digits_until", sa.BigInteger, nullable=False, server_default="0"),
    ):
        if column.name not in known:
            op.add_column("signin_failures", column)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
