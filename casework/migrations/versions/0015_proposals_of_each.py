"""Each holder of a case may have a re-grant waiting, beside those of others."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAMES = (
    "case_id", "actor", "invited", "grant_hash", "access_hash", "epoch", "day", "packet", "proof", "history",
)  # fmt: skip


def upgrade() -> None:
    """Puts the proposer into the key of the table, where a step back has not left it there."""
    if "actor" in sa.inspect(op.get_bind()).get_pk_constraint("proposals")["constrained_columns"]:
        return
    op.create_table(
        "proposals_of_each",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("actor", sa.String(48), primary_key=True),
        sa.Column("invited", sa.String(48), nullable=True),
        sa.Column("grant_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("access_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("packet", sa.LargeBinary, nullable=False),
        sa.Column("proof", sa.LargeBinary, nullable=False),
        sa.Column("history", sa.LargeBinary, nullable=True),
        sqlite_with_rowid=False,
    )
    old, new = (sa.table(name, *map(sa.column, NAMES)) for name in ("proposals", "proposals_of_each"))
    op.execute(sa.insert(new).from_select(NAMES, sa.select(old)))
    op.drop_table("proposals")
    op.rename_table("proposals_of_each", "proposals")


def downgrade() -> None:
    """Older code reads one proposal of a case: of several all but one are proposed again."""
    op.execute(
        "DELETE FROM proposals WHERE EXISTS (SELECT 1 FROM proposals AS other"
        " WHERE other.case_id = proposals.case_id AND other.actor < proposals.actor)"
    )
