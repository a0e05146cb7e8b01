"""The identity store: sealed packets, real and dummy alike, and what is asked of them; nothing joins it with a case."""

from __future__ import annotations

from sqlalchemy import Column, Date, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

PACKETS = Table(
    "packets",
    METADATA,
    # SHA-256 of the packet: a batch that is carried twice leaves one row.
    Column("packet_hash", LargeBinary(32), primary_key=True),
    Column("packet", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Where a packet may take an earlier one back; random bytes in nearly all of them (`crypto/SPEC.md` §11).
MARKS = Table("marks", METADATA, Column("withdrawal", LargeBinary(32), primary_key=True), sqlite_with_rowid=False)

REQUESTS = Table(
    "requests",
    METADATA,
    Column("request_id", LargeBinary(16), primary_key=True),
    Column("ground", String(16), nullable=False),
    Column("notify", String(8), nullable=False),
    # Always a Sunday: the rows of a week look alike.
    Column("expires", Date, nullable=False),
    Column("reason", LargeBinary, nullable=False),
    # Empty once it is over: what is left of an opening in danger waits for its review.
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

VOTES = Table(
    "votes",
    METADATA,
    # Both columns mean something in this one request alone.
    Column("request_id", LargeBinary(16), primary_key=True),
    Column("seat", LargeBinary(32), primary_key=True),
    Column("vote", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What was found about an opening in danger to life; by seat, as votes are.
REVIEWS = Table(
    "reviews",
    METADATA,
    Column("request_id", LargeBinary(16), primary_key=True),
    Column("seat", LargeBinary(32), primary_key=True),
    Column("review", Text, nullable=False),
    sqlite_with_rowid=False,
)
