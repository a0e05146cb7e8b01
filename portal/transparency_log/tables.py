"""Tables of the ledger: it changes at fixed hours alone, and holds nothing that is not published."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table

METADATA: Final = MetaData()

# Where each entry stands: so that no fact is written down twice, and that it can be proven.
ENTRIES: Final = Table(
    "entries",
    METADATA,
    Column("entry", LargeBinary(32), primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The level of the entries themselves among the tiles.
BUNDLES: Final = -1

# The files of C2SP tlog-tiles: hashes by level, and bundles of entries; each as wide as it is by now.
TILES: Final = Table(
    "tiles",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

CHECKPOINTS: Final = Table(
    "checkpoints",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    # Seconds since 1970 of the fixed hour: no two checkpoints are of one.
    Column("hour", BigInteger, nullable=False, unique=True),
    Column("note", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
