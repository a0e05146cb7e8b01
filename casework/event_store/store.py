"""Tables of the cases store: the workflow in clear, every word sealed and elsewhere."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from casework import ids

CaseId = ids.CaseId
MemberId = ids.MemberId

METADATA: Final = MetaData()

CASES: Final = Table(
    "cases",
    METADATA,
    Column("case_id", LargeBinary(16), primary_key=True),
    Column("entity", String(48), nullable=False),
    Column("policy", String(48), nullable=False),
    Column("policy_version", String(64), nullable=False),
    # The day of receipt, never a time: the reporter caused it.
    Column("day", Date, nullable=False),
    Column("stage", String(48), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("access_hash", LargeBinary(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    # Hash of the report's item: the same opening again is told from another one.
    Column("opened_by", LargeBinary(32), nullable=False),
    Column("head_n", Integer, nullable=False),
    Column("head_hash", LargeBinary(32), nullable=False),
    # The highest seq of each direction that the stream knows of.
    Column("to_office", Integer, nullable=False),
    Column("to_reporter", Integer, nullable=False),
    Column("office_only", Integer, nullable=False),
    # The hash under which the deletion list would name this case.
    Column("mark", LargeBinary(32), nullable=True),
    # From here on, like `stage` and `policy_version`: what folding the stream gives, kept for lists (`projection.py`).
    Column("frozen", Boolean, nullable=False, server_default=false()),
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("ended", Boolean, nullable=False, server_default=false()),
    # The office waits for the reporter.
    Column("waiting", Boolean, nullable=False, server_default=false()),
    Column("kind", String(48), nullable=True),
    Column("classification", String(48), nullable=True),
    Column("grade", String(48), nullable=True),
    Column("departments", Text, nullable=True),
    # Who has the case: the handler, or anyone who claimed it last while none is named; and the deputy.
    Column("owner", String(48), nullable=True),
    Column("deputy", String(48), nullable=True),
    # The end of the first limit of the office that runs, in seconds since 1970.
    Column("next_due", BigInteger, nullable=True),
    # When the worker has something to do here, in seconds since 1970: to remind, to escalate, to end the keeping.
    Column("wake_at", BigInteger, nullable=True),
    # Its keys are being destroyed: nobody writes into it any more.
    Column("leaving", Boolean, nullable=False, server_default=false()),
    Index("ix_cases_day", "day", "case_id"),
    Index("ix_cases_due", "next_due", "case_id"),
    # What ended is on nobody's list of own cases, nor does anybody wait for it.
    Index(
        "ix_cases_owned_by_day",
        "owner",
        "day",
        "case_id",
        sqlite_where=text("ended IS 0"),
        postgresql_where=text("ended IS false"),
    ),
    Index(
        "ix_cases_deputised_by_day",
        "deputy",
        "day",
        "case_id",
        sqlite_where=text("ended IS 0"),
        postgresql_where=text("ended IS false"),
    ),
    Index(
        "ix_cases_waiting",
        "day",
        "case_id",
        sqlite_where=text("waiting IS 1 AND ended IS 0"),
        postgresql_where=text("waiting IS true AND ended IS false"),
    ),
    Index("ix_cases_wake", "wake_at", "case_id"),
    # Whose name stands on the deletion list, and who has none yet.
    Index("ix_cases_mark", "mark", "case_id"),
    sqlite_with_rowid=False,
)

# The clocks of each case that run or stand still; the stream gives them again at any time.
DUES: Final = Table(
    "dues",
    METADATA,
    Column("case_id", LargeBinary(16), primary_key=True),
    Column("clock", String(48), primary_key=True),
    # `ClockKind`, and the role that must stop it.
    Column("kind", String(16), nullable=False),
    Column("who", String(48), nullable=False),
    # The last day in the office, and the end in seconds since 1970; none while it stands still.
    Column("day", Date, nullable=True),
    Column("due_at", BigInteger, nullable=True),
    Column("provisional", Boolean, nullable=False),
    # When to remind, in seconds since 1970; none where there is nothing to remind of any more.
    Column("remind_at", BigInteger, nullable=True),
    # Whether the stream holds the worker's events for this very end.
    Column("reminded", Boolean, nullable=False),
    Column("escalated", Boolean, nullable=False),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    Index("ix_dues_remind", "remind_at"),
    Index("ix_dues_due", "due_at"),
    sqlite_with_rowid=False,
)

# Who has stepped back from which case: to them it is not there.
RECUSALS: Final = Table(
    "recusals",
    METADATA,
    Column("case_id", LargeBinary(16), primary_key=True),
    Column("member", String(48), primary_key=True),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    sqlite_with_rowid=False,
)

# How far all cases were reckoned again after the days of the office changed; one row.
RECKONINGS: Final = Table(
    "reckonings",
    METADATA,
    Column("name", String(16), primary_key=True),
    # Of the calendars by which they are reckoned.
    Column("digest", LargeBinary(32), nullable=False),
    # The case up to which it is done; none once all are.
    Column("after", LargeBinary(16), nullable=True),
    sqlite_with_rowid=False,
)

# Sealed verdicts and measures, counted without their case.
TALLIES: Final = Table(
    "tallies",
    METADATA,
    Column("entity", String(48), primary_key=True),
    Column("policy", String(48), primary_key=True),
    Column("code", String(48), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("case_id", LargeBinary(16), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("kind", String(48), nullable=False),
    Column("actor", String(48), nullable=False),
    # As received: hashes and signatures are over these very bytes.
    Column("payload", Text, nullable=False),
    Column("signature", LargeBinary(64), nullable=True),
    Column("event_hash", LargeBinary(32), nullable=False),
    # The item that the event names; no item is named twice.
    Column("item_hash", LargeBinary(32), nullable=True),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    UniqueConstraint("case_id", "item_hash", name="uq_events_item"),
    # Who took a case, without reading its whole stream.
    Index(
        "ix_events_taken",
        "case_id",
        "n",
        "actor",
        sqlite_where=text("kind = 'taken'"),
        postgresql_where=text("kind = 'taken'"),
    ),
    # What a member has opened, no matter who reads it now.
    Index(
        "ix_events_opened",
        "actor",
        "case_id",
        "n",
        sqlite_where=text("kind = 'claimed'"),
        postgresql_where=text("kind = 'claimed'"),
    ),
    sqlite_with_rowid=False,
)

CLAIMS: Final = Table(
    "claims",
    METADATA,
    Column("member", String(48), primary_key=True),
    Column("case_id", LargeBinary(16), primary_key=True),
    # Counts only while it is the epoch of the case.
    Column("epoch", Integer, primary_key=True),
    # That of the case: a page of a member's cases is then found without a look at any other.
    Column("day", Date, nullable=True),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    Index("ix_claims_case", "case_id"),
    Index("ix_claims_by_day", "member", "day", "case_id"),
    sqlite_with_rowid=False,
)

# What a step has to bring to the mailroom; a row goes once the mailroom has it.
OUTBOX_ITEMS: Final = Table(
    "outbox_items",
    METADATA,
    Column("event_hash", LargeBinary(32), primary_key=True),
    Column("case_id", LargeBinary(16), nullable=False),
    Column("n", Integer, nullable=False),
    # The item's JSON, the grant packet and its history document, under the case's erasure key; the JSON list of uploads
    # taken.
    Column("item", LargeBinary, nullable=True),
    Column("blobs", LargeBinary, nullable=False),
    Column("packet", LargeBinary, nullable=True),
    Column("history", LargeBinary, nullable=True),
    Column("epoch", Integer, nullable=True),
    Column("day", Date, nullable=False),
    # Seconds since 1970 until which one worker has this row; 0 when nobody has.
    Column("leased_until", Integer, nullable=False),
    # How often the mailroom refused it, and whether it is therefore undeliverable: nothing waits for it any more.
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("undeliverable", Boolean, nullable=False, server_default=false()),
    Index("ix_outbox_items_case", "case_id", "n"),
    sqlite_with_rowid=False,
)

# What the next checkpoint of the log takes: a kind of fact, and the hash that tells it from every other.
OUTBOX_LOG: Final = Table(
    "outbox_log",
    METADATA,
    Column("content", LargeBinary(32), primary_key=True),
    Column("case_id", LargeBinary(16), nullable=False),
    Column("fact", String(16), nullable=False),
    Index("ix_outbox_log_case", "case_id"),
    sqlite_with_rowid=False,
)

# What the log had when its last checkpoint was written (`last`), and that it was restored since (`held`).
LOG_HEADS: Final = Table(
    "log_heads",
    METADATA,
    Column("name", String(16), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)

# A re-grant that waits for the second signature; of a case one at a time of each proposer, so that nobody stands in
# another's way.
PROPOSALS: Final = Table(
    "proposals",
    METADATA,
    Column("case_id", LargeBinary(16), primary_key=True),
    Column("actor", String(48), primary_key=True),
    # The outside holder who is asked, where no other holder is left.
    Column("invited", String(48), nullable=True),
    Column("grant_hash", LargeBinary(32), nullable=False),
    Column("access_hash", LargeBinary(32), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("day", Date, nullable=False),
    # The packet, who signed it, and its history document, under the case's erasure key.
    Column("packet", LargeBinary, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    # Older code writes none after a step back.
    Column("history", LargeBinary, nullable=True),
    sqlite_with_rowid=False,
)

# All that stays of a deleted case: how many were deleted in a month, and why; no case, no day, no entity.
DELETIONS_BY_MONTH: Final = Table(
    "deletions_by_month",
    METADATA,
    Column("month", String(7), primary_key=True),
    Column("reason", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# That members did what the office owes again and again, each as they signed it; of no case.
DUTIES_DONE: Final = Table(
    "duties_done",
    METADATA,
    Column("policy", String(48), primary_key=True),
    Column("duty", String(48), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("member", String(48), primary_key=True),
    Column("statement", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
