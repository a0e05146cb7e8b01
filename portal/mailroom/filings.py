"""What a proof of filing needs of the mailroom: which report lies in a mailbox, and under which key."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from crypto.case.payloads import Direction
from crypto.transparency_log.filing import Fact, case_log_key, filed_content, log_entry
from portal.mailroom.context import Mailroom
from portal.mailroom.mailboxes import mailbox_id_of
from portal.mailroom.pg_functions import call
from portal.mailroom.tables import ITEMS, MAILBOXES


@dataclass(frozen=True)
class FiledReport:
    """A report in a mailbox: its hashes, and the log key of its case. Made up where there is none."""

    genuine: bool
    key: bytes = field(repr=False)
    item: bytes = field(repr=False)
    submission: bytes = field(repr=False)

    @property
    def entry(self) -> bytes:
        """The entry that stands in the log, or will."""
        return log_entry(self.key, Fact.SUBMISSION, filed_content(self.item, self.submission))


def filed_report(mailroom: Mailroom, token: bytes) -> FiledReport:
    """The report of a mailbox; for nobody's mailbox random bytes, after the same statements."""
    first = (ITEMS.c.case_id == MAILBOXES.c.case_id) & (ITEMS.c.dir == Direction.TO_OFFICE.value) & (ITEMS.c.seq == 1)
    query = select(MAILBOXES.c.erasure_id, MAILBOXES.c.submission_hash, ITEMS.c.item_hash).join(ITEMS, first)
    with mailroom.store.read() as connection:
        if mailroom.store.embedded:
            row = connection.execute(query.where(MAILBOXES.c.mailbox_id == mailbox_id_of(token))).one_or_none()
        else:
            row = call(connection, "filing_of", token=token).one_or_none()
    key = mailroom.erasure.find_one(bytes(row.erasure_id) if row is not None else mailroom.rng(16))
    if row is None or key is None:
        return FiledReport(genuine=False, key=mailroom.rng(32), item=mailroom.rng(32), submission=mailroom.rng(32))
    hashes = bytes(row.item_hash), bytes(row.submission_hash)
    return FiledReport(genuine=True, key=case_log_key(key), item=hashes[0], submission=hashes[1])
