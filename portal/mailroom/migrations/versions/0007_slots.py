"""The batch comes in slots: copies of packets under the key of their day, apart from the grants of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is not there, and takes away the dummies of the former batch with what planned them."""
    add_tables()
    mark_what_waits()
    op.drop_index("ix_grants_batch", "grants", if_exists=True)
    op.create_index("ix_grants_waits", "grants", ["waits", "entity"], if_not_exists=True)
    op.drop_table("dummies_due", if_exists=True)
    op.drop_table("dummy_days", if_exists=True)


def add_tables() -> None:
    """The batch, the keys of its days, and how far each entity's slots are filled."""
    op.create_table(
        "batch",
        sa.Column("packet_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("entity", sa.String(48), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("ix_batch_day", "batch", ["entity", "day"], if_not_exists=True)
    op.create_table(
        "batch_keys",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("erasure_id", sa.LargeBinary(16), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_table(
        "slots",
        sa.Column("entity", sa.String(48), primary_key=True),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("packets", sa.Integer, nullable=False),
        sa.Column("bucket", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def mark_what_waits() -> None:
    """Removes dummies from the grants, and says of those that stay whether they wait for a slot."""
    known = columns_of_grants()
    if "waits" not in known:
        op.add_column("grants", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("DELETE FROM grants WHERE case_id NOT IN (SELECT case_id FROM mailboxes WHERE case_id IS NOT NULL)")
    if "placed" in known:
        # Those that came after a step back have been in no slot either.
        op.execute("UPDATE grants SET waits = NOT placed")
        op.drop_column("grants", "placed")
    else:
        # None of those that are there has been in a slot.
        op.execute("UPDATE grants SET waits = true")


def downgrade() -> None:
    """Leaves what is new where it lies, marks which grants were in a slot, and makes again what older code plans in."""
    if "placed" not in columns_of_grants():
        op.add_column("grants", sa.Column("placed", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.execute("UPDATE grants SET placed = NOT waits")
    op.create_index("ix_grants_batch", "grants", ["entity", "day"], if_not_exists=True)
    op.create_table(
        "dummies_due",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        sa.Column("entity", sa.String(48), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("bucket", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_table(
        "dummy_days",
        sa.Column("entity", sa.String(48), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def columns_of_grants() -> set[str]:
    """The names of the columns that are there."""
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns("grants")}
