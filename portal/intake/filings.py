"""`POST /api/filings`: what a reporter needs to prove that a report was filed; as long for nobody's mailbox."""

from __future__ import annotations

from flask import Blueprint, Response

from crypto.office.signed_notes import read_note
from crypto.office.witnesses import SIGNATURE_SIZES
from crypto.shape import Fields
from crypto.transparency_log.filing import FILING_SIZE, Placed, seal_filing
from crypto.transparency_log.tlog import inclusion_path
from portal.edge.bodies import whole_body
from portal.intake.response_timing import ResponseTiming
from portal.mailroom.context import Mailroom
from portal.mailroom.filings import FiledReport, filed_report
from portal.mailroom.shapes import SMALL_LIMIT, read_shape
from portal.transparency_log.ledger import Ledger

SEALED = "application/octet-stream"


def _token_of(value: object) -> bytes:
    fields = Fields(value, "v", "token")
    fields.version()
    return fields.bytes("token", 32)


def filing_views(mailroom: Mailroom, ledger: Ledger, pace: ResponseTiming) -> Blueprint:
    """The one call."""
    views = Blueprint("filings", __name__, url_prefix="/api")

    @views.post("/filings")
    def filing() -> Response:
        token = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, _token_of)
        with pace.quantized():
            content = _answer(mailroom, ledger, token)
        return Response(content, mimetype=SEALED)

    return views


def _answer(mailroom: Mailroom, ledger: Ledger, token: bytes) -> bytes:
    """Sealed under a key of the token; random bytes where no report lies, or none that a checkpoint has yet."""
    found, newest = filed_report(mailroom, token), ledger.newest()
    index = ledger.index_of(found.entry)
    placed = _place(mailroom, ledger, newest, index)
    if not found.genuine or index is None or placed is None:
        return mailroom.rng(FILING_SIZE)
    return _sealed(mailroom, token, found, placed)


def _sealed(mailroom: Mailroom, token: bytes, found: FiledReport, placed: Placed) -> bytes:
    return seal_filing(token, (found.key, found.item, found.submission), placed, mailroom.rng)


def _place(mailroom: Mailroom, ledger: Ledger, newest: bytes | None, index: int | None) -> Placed | None:
    """Where the entry stands; for one that is not there the same work is done at some other place."""
    if newest is None:
        return None
    size = int(read_note(newest, SIGNATURE_SIZES).text.split(b"\n")[1])
    at = int.from_bytes(mailroom.rng(8), "big") % size if index is None else index
    return Placed(at, inclusion_path(ledger.hashes, at, size), newest)
