"""Loads that the mailroom refuses are counted, and set aside in the end: nothing waits behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ADDED = (("tries", sa.Integer(), "0"), ("aside", sa.Boolean(), sa.false()))


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("outbox_items")}
    for name, kind, default in ADDED:
        if name not in there:
            op.add_column("outbox_items", sa.Column(name, kind, nullable=False, server_default=default))


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
