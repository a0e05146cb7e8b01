"""Whose newest roster names a person, so that one who is told again unchanged is not written again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


TELL = """
UPDATE people SET
  sequence = coalesce(
    (SELECT max(d.sequence) FROM deliveries AS d
     WHERE d.source = people.roster AND d.kind = 'roster' AND d.state = 'taken'), sequence),
  seen = coalesce(
    (SELECT d.day FROM deliveries AS d
     WHERE d.source = people.roster AND d.kind = 'roster' AND d.state = 'taken'
     ORDER BY d.sequence DESC LIMIT 1), seen),
  roster = NULL
WHERE roster IS NOT NULL
"""


def upgrade() -> None:
    """Adds the column where there is none; nothing asks for the events of one person by an index any more."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("people")}
    if "roster" not in columns:
        op.add_column("people", sa.Column("roster", sa.String(48)))
    op.drop_index("ix_events_person", "events", if_exists=True)


def downgrade() -> None:
    """Writes to each person which roster told it last: older code reads it there."""
    op.execute(TELL)
