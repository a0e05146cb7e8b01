"""The watch's own store: an inbox of sealed protection packets, real and dummy alike."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, Table

METADATA = MetaData()

PACKETS = Table(
    "packets",
    METADATA,
    # SHA-256 of the packet: a batch that is carried twice leaves one row.
    Column("packet_hash", LargeBinary(32), primary_key=True),
    Column("packet", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
