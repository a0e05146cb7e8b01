"""What the stream says under its policy, kept for lists: columns of cases, dues, recusals, and sealed counts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FLAGS = ("frozen", "held", "ended", "waiting")
TEXTS = ("kind", "classification", "grade", "owner", "deputy")
INDEXES = {
    "ix_cases_day": ["day", "case_id"],
    "ix_cases_due": ["next_due", "case_id"],
    "ix_cases_owner": ["owner"],
    "ix_cases_deputy": ["deputy"],
}


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    _columns()
    for name, columns in INDEXES.items():
        op.create_index(name, "cases", columns, if_not_exists=True)
    _dues()
    op.create_table(
        "recusals",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("member", sa.String(48), primary_key=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_table(
        "tallies",
        sa.Column("entity", sa.String(48), primary_key=True),
        sa.Column("policy", sa.String(48), primary_key=True),
        sa.Column("code", sa.String(48), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def _columns() -> None:
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("cases")}
    added = [
        *(sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()) for name in FLAGS),
        *(sa.Column(name, sa.String(48), nullable=True) for name in TEXTS),
        sa.Column("departments", sa.Text, nullable=True),
        sa.Column("next_due", sa.BigInteger, nullable=True),
    ]
    for column in added:
        if column.name not in known:
            op.add_column("cases", column)


def _dues() -> None:
    op.create_table(
        "dues",
        sa.Column("case_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("clock", sa.String(48), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("who", sa.String(48), nullable=False),
        sa.Column("day", sa.Date, nullable=True),
        sa.Column("due_at", sa.BigInteger, nullable=True),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("remind_at", sa.BigInteger, nullable=True),
        sa.Column("reminded", sa.Boolean, nullable=False),
        sa.Column("escalated", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("ix_dues_remind", "dues", ["remind_at"], if_not_exists=True)
    op.create_index("ix_dues_due", "dues", ["due_at"], if_not_exists=True)


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
