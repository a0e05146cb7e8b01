"""Agreements, entries, people, events, sources and what HR delivers, reviews, alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sqlite_with_rowid=False, if_not_exists=True)


def _bytes(name: str, size: int | None = None, *, key: bool = False, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(size) if size else sa.LargeBinary(), primary_key=key, nullable=nullable)


def _text(name: str, size: int, *, key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), primary_key=key, nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), primary_key=key, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Adds what is not there: a step back leaves it where it lies, so that nothing is lost by it."""
    _people()
    _feed()
    _officer()


def _people() -> None:
    _table(
        "agreements", _text("entity", 48, key=True), _text("body", 200), _day("day"), _bytes("paper", 32),
        sa.Column("health", sa.Boolean(), nullable=False),
    )  # fmt: skip
    _table(
        "entries", _bytes("entry_id", 16, key=True), _bytes("person", 32), _bytes("handle_mark", 32), _day("start"),
        _day("until"), _bytes("link", 7356), sa.UniqueConstraint("handle_mark"),
    )  # fmt: skip
    op.create_index("ix_entries_person", "entries", ["person"], if_not_exists=True)
    _table(
        "tallies", _text("entity", 48, key=True), sa.Column("month", sa.Date(), primary_key=True), _number("entered")
    )
    words = (_text(name, 96) for name in ("org_unit", "team", "location", "job_family", "grade"))
    _table(
        "people", _bytes("person", 32, key=True), _text("entity", 48), _bytes("box"), _number("sequence"),
        _day("seen"), *words, _bytes("manager", 32, nullable=True), _day("hired", nullable=True),
        _text("contract_type", 96), _day("contract_end", nullable=True), _day("ended", nullable=True),
    )  # fmt: skip


def _feed() -> None:
    words = (_text(name, 32) for name in ("before", "after", "reason", "batch"))
    _table(
        "events", _bytes("event", 32, key=True), _bytes("content", 32, key=True), _text("source", 48),
        _number("sequence"), _bytes("delivery", 32), _bytes("person", 32), _text("kind_text", 96),
        _text("kind", 32, nullable=True), _day("effective"), _day("recorded"), *words,
        _bytes("initiator", 32, nullable=True),
    )  # fmt: skip
    op.create_index("ix_events_person", "events", ["person"], if_not_exists=True)
    _table(
        "sources", _text("source", 48, key=True), _text("entity", 48), _bytes("key", 32),
        sa.Column("ended", sa.Boolean(), nullable=False),
    )  # fmt: skip
    _table("forms", _text("source", 48, key=True), _number("version", key=True), sa.Column("form", sa.Text, nullable=False))  # noqa: E501  # fmt: skip
    _table(
        "deliveries", _bytes("delivery", 32, key=True), _text("source", 48), _text("kind", 16), _number("sequence"),
        _day("day"), _number("accepted"), _text("state", 16), sa.Column("receipt", sa.Text(), nullable=False),
    )  # fmt: skip
    _table("aside", _bytes("delivery", 32, key=True), _number("line", key=True), _text("code", 32), _bytes("box"))


def _officer() -> None:
    _table(
        "reviews", _bytes("review", 16, key=True), _text("source", 48), _bytes("person", 32), _text("kind", 32),
        _day("planned"), _day("received"), _day("due"), _text("answer", 16, nullable=True),
    )  # fmt: skip
    _table(
        "alerts", _bytes("alert", 16, key=True), _bytes("person", 32), _day("day"), _text("level", 8), _day("shown"),
        _text("state", 16), sa.Column("evidence", sa.Text(), nullable=False),
    )  # fmt: skip
    op.create_index("ix_alerts_person", "alerts", ["person"], if_not_exists=True)
    _table("namings", _bytes("naming", 16, key=True), _text("officer", 48), _day("day"), _bytes("alert", 16))


def downgrade() -> None:
    """Takes nothing away: older code does not look at what is new here."""
