"""Members, their sessions and keys, and what waits for the keepers."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = None
branch_labels = None
depends_on = None


# Longer than our functions are: a baseline is a frozen list of tables, read from top to bottom.
def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "challenges",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("member", sa.String(length=48), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_challenges_expires", "challenges", ["expires"], unique=False)
    op.create_table(
        "invites",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("word_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
        sa.UniqueConstraint("member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keyring",
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("member", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "members",
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("entity", sa.String(length=48), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("signing", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wrapped_key", sa.Text(), nullable=True),
        sa.Column("signin_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(length=20), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "next_keys",
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("signing", sa.LargeBinary(length=32), nullable=False),
        sa.Column("by_former", sa.LargeBinary(length=64), nullable=False),
        sa.Column("by_new", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("member"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "passkeys",
        sa.Column("credential", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("added", sa.Date(), nullable=False),
        sa.Column("signin_hash", sa.Text(), nullable=True),
        sa.Column("wrapped_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("credential"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_passkeys_member", "passkeys", ["member"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("member", sa.String(length=48), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("key_half", sa.LargeBinary(length=32), nullable=False),
        sa.Column("half_drawn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_member", "sessions", ["member"], unique=False)
    op.create_table(
        "signin_failures",
        sa.Column("name_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("refused_until", sa.BigInteger(), nullable=False),
        sa.Column("digit_failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("digits_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name_hash"),
        sqlite_with_rowid=False,
    )
