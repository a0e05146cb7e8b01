"""A re-grant comes with the history document that its grant names."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("outbox_items", "proposals")


def upgrade() -> None:
    """Adds what is not there; a proposal without the document can't be reviewed, and is made again."""
    for table in TABLES:
        there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
        if "history" not in there:
            op.add_column(table, sa.Column("history", sa.LargeBinary(), nullable=True))
    op.execute("DELETE FROM proposals WHERE history IS NULL")


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
