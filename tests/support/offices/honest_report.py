"""An honest reporter's whole report by wire: look at the office, seal, send, keep the receipt; work if it is asked."""

from __future__ import annotations

import os

import crypto
from portal.cli.server import Server, as_json
from tests.support.offices.edge import Edge


def whole_report(edge: Edge, address: str) -> crypto.ReporterKeys:
    """Everything between the wish to send and the kept receipt; raises when any of it is refused."""
    server = Server(address, "en", seconds=edge.hands.now.timestamp)
    try:
        server.call("GET", "/office/office.json")
        directory = edge.office.directory()
        keys = crypto.derive_reporter(crypto.draw_receipt(os.urandom), directory.office)
        holders = crypto.choose_holders(directory, "works", "company-whistleblowing", "fraud", ())
        told = crypto.NewReport("验收单是假的。", "zh-CN", attachments=[])
        sealed = crypto.seal_report(directory, keys, crypto.draw_case(os.urandom), holders, told, os.urandom)
        server.call("POST", "/api/submissions", **as_json(crypto.write_submission(sealed.submission)))
        post, _ = crypto.seal_receipt_confirmed(keys, crypto.MailboxCursor(sealed.memo, 1), os.urandom)
        server.call("POST", "/api/posts", **as_json(crypto.write_post(post)))
        return keys
    finally:
        server.close()


def has_arrived(edge: Edge, keys: crypto.ReporterKeys) -> bool:
    """Whether the receipt opens its mailbox, with the memo of the finishing post in it."""
    body = {"v": 1, "token": crypto.b64encode(keys.mailbox_token), "from": 0}
    listing = crypto.read_slots([edge.send("/api/poll", body).data])
    opened = crypto.open_mailbox(keys, listing)
    return opened is not None and opened.memo_seq == 2
