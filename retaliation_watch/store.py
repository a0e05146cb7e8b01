"""The watch's own store: sealed packets, protected people, HR's records, alerts; nothing joins it with another one."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

PACKETS = Table(
    "packets",
    METADATA,
    # SHA-256 of the packet: a batch that is carried twice leaves one row.
    Column("packet_hash", LargeBinary(32), primary_key=True),
    Column("packet", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What lets the watch of an entity work: who agreed, when, to which paper.
AGREEMENTS = Table(
    "agreements",
    METADATA,
    Column("entity", String(48), primary_key=True),
    Column("body", String(200), nullable=False),
    Column("day", Date, nullable=False),
    Column("paper", LargeBinary(32), nullable=False),
    # Kinds that touch health count only where the agreement says so.
    Column("health", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# Reporters, witnesses, relatives and cover, all alike: no column says which is which, or when it was entered.
ENTRIES = Table(
    "entries",
    METADATA,
    Column("entry_id", LargeBinary(16), primary_key=True),
    Column("person", LargeBinary(32), nullable=False, index=True),
    Column("handle_mark", LargeBinary(32), nullable=False, unique=True),
    # The first of a month, all three. What HR is asked about follows the entry from `start` on, up to `until`, which
    # is not included; what HR records counts from `counted` on, or from `start` where older code wrote the row.
    Column("start", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("counted", Date),
    Column("link", LargeBinary(7356), nullable=False),
    sqlite_with_rowid=False,
)

# How many people packets have entered, by month: what cover is reckoned by, and what caps the enrolment of many.
TALLIES = Table(
    "tallies",
    METADATA,
    Column("entity", String(48), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("entered", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Since which month a packet waits for a place, and for which month one that waited got one; goes when that begins.
# Named by the packet's hash, which nothing of an entry is made from.
WAITING = Table(
    "waiting",
    METADATA,
    Column("packet_hash", LargeBinary(32), primary_key=True),
    Column("entity", String(48), nullable=False),
    Column("since", Date, nullable=False),
    # Whether the person is watched already: then the others go first.
    Column("watched", Boolean, nullable=False),
    Column("entered", Date),
    sqlite_with_rowid=False,
)

# Employees under a pseudonym; the number in HR's records is in `ciphertext`, under the host's key.
PEOPLE = Table(
    "people",
    METADATA,
    Column("person", LargeBinary(32), primary_key=True),
    Column("entity", String(48), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    # Of the roster that told it last, as long as `roster` names none.
    Column("sequence", Integer, nullable=False),
    Column("seen", Date, nullable=False),
    *(Column(name, String(96), nullable=False) for name in ("org_unit", "team", "location", "job_family", "grade")),
    Column("manager", LargeBinary(32)),
    Column("hired", Date),
    Column("contract_type", String(96), nullable=False),
    Column("contract_end", Date),
    Column("ended", Date),
    # The source whose newest roster names the person as it stands here: then sequence and day are that roster's.
    Column("roster", String(48)),
    sqlite_with_rowid=False,
)

# Every version of every event; the one of the highest sequence counts.
EVENTS = Table(
    "events",
    METADATA,
    Column("event", LargeBinary(32), primary_key=True),
    Column("content", LargeBinary(32), primary_key=True),
    Column("source", String(48), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("delivery", LargeBinary(32), nullable=False, index=True),
    Column("person", LargeBinary(32), nullable=False),
    # As HR calls it, and the kind that the form in force makes of it; none where no form knows it.
    Column("kind_text", String(96), nullable=False),
    Column("kind", String(32)),
    Column("effective", Date, nullable=False),
    Column("recorded", Date, nullable=False),
    *(Column(name, String(32), nullable=False) for name in ("before", "after", "reason", "batch")),
    Column("initiator", LargeBinary(32)),
    sqlite_with_rowid=False,
)

# What a feed no longer tells is asked by source and day, and answered from the index alone.
Index("ix_events_source", EVENTS.c.source, EVENTS.c.recorded, EVENTS.c.kind)

# HR's systems: each pushes with a key of its own, for one entity, and reads nothing but its own receipts.
SOURCES = Table(
    "sources",
    METADATA,
    Column("source", String(48), primary_key=True),
    Column("entity", String(48), nullable=False),
    Column("key", LargeBinary(32), nullable=False),
    Column("ended", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

FORMS = Table(
    "forms",
    METADATA,
    Column("source", String(48), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("form", Text, nullable=False),
    sqlite_with_rowid=False,
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    # A hash of source, kind, sequence and file.
    Column("delivery", LargeBinary(32), primary_key=True),
    Column("source", String(48), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("accepted", Integer, nullable=False),
    # A file of three times the usual size waits for the officer.
    Column("state", String(16), nullable=False),
    Column("receipt", Text, nullable=False),
    # A file's number, and the newest files of a kind, without a look at the others and their long receipts.
    Index("ix_deliveries_sequence", "source", "kind", "sequence"),
    sqlite_with_rowid=False,
)

# Rows that could not be read, under the host's key.
QUARANTINED_ROWS = Table(
    "quarantined_rows",
    METADATA,
    Column("delivery", LargeBinary(32), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("code", String(32), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Severe measures that HR or a manager proposes: every one is looked at alike. And recorded ones that were drawn for
# review: their source is the rule's name, which no source has.
REVIEWS = Table(
    "reviews",
    METADATA,
    Column("review", LargeBinary(16), primary_key=True),
    Column("source", String(48), nullable=False),
    Column("person", LargeBinary(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("planned", Date, nullable=False),
    Column("received", Date, nullable=False),
    # The day on which the answer is given, whatever it is.
    Column("due", Date, nullable=False),
    Column("answer", String(16)),
    sqlite_with_rowid=False,
)

# What the coin of everybody said against whom a measure of middle gravity was recorded: it is never asked again, so
# that a row which HR dates back changes no answer.
DRAWS = Table(
    "draws",
    METADATA,
    Column("person", LargeBinary(32), primary_key=True),
    Column("reviewed", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

ALERTS = Table(
    "alerts",
    METADATA,
    Column("alert", LargeBinary(16), primary_key=True),
    Column("person", LargeBinary(32), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("level", String(8), nullable=False),
    # Up to two weeks later, by lot: when the officer learns of it says nothing of the day.
    Column("shown", Date, nullable=False),
    Column("state", String(16), nullable=False),
    # As of the last run, with everything that was told and when.
    Column("evidence", Text, nullable=False),
    # When it was told last: with its first day, or again; none where older code wrote the row: then with its first.
    Column("notified_on", Date),
    sqlite_with_rowid=False,
)

# Whom the officer had named, one at a time.
NAMINGS = Table(
    "namings",
    METADATA,
    Column("naming", LargeBinary(16), primary_key=True),
    Column("officer", String(48), nullable=False),
    Column("day", Date, nullable=False),
    Column("alert", LargeBinary(16), nullable=False),
    sqlite_with_rowid=False,
)

# What the next checkpoint of the log takes over: hashes of requests and evidence; the worker takes them away.
OUTBOX_LOG = Table(
    "outbox_log",
    METADATA,
    Column("content", LargeBinary(32), primary_key=True),
    Column("fact", String(32), nullable=False),
    sqlite_with_rowid=False,
)

# What was told of a quarter or a year, as it was told first: what comes later changes nothing of it.
FIGURES = Table(
    "figures",
    METADATA,
    Column("entity", String(48), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("disclosed", Text, nullable=False),
    sqlite_with_rowid=False,
)

INBOX = MetaData()
for _one in (PACKETS, OUTBOX_LOG):
    _one.to_metadata(INBOX)
"""What the worker, who carries packets and writes the log, has to do with."""
