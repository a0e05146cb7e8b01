"""A server that shows one member another report under a case that the others know."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crypto import b64decode, b64encode
from crypto.case.grant import open_body, read_packet, seal_body, write_packet
from crypto.case.items import Author, open_item, read_item, seal_item
from crypto.keys.receipt import MacKeys
from crypto.sealing.recipients import Identity, Recipient
from tests.support.attacks.case_files import in_place_of
from tests.support.attacks.tampering_proxy import Alter

INVENTED = "Nothing of this was ever reported."


@dataclass(frozen=True, repr=False)
class Second:
    """What the server says of the case to this member: a grant of its own making, and a report under it."""

    packet: str
    item: dict[str, object]

    def told(self, file: dict[str, Any]) -> dict[str, Any]:
        """The case's file with them; the record is the true one."""
        return file | {"packet": self.packet, "items": [self.item], "keyring": None}

    def alter(self, case: str) -> Alter:
        """The lie, for the proxy."""
        return in_place_of(case, self.told)


def second_report(file: Mapping[str, Any], reader: Identity, victim: Recipient) -> Second:
    """A grant for the victim alone, with keys of the server's own; the rest is that of the true one.

    A server needs no colleague for it: what it takes from the true grant here, it knows or may draw.
    """
    read = read_packet(b64decode(file["packet"]))
    body = open_body(read.sealed, read.bucket, reader)
    report = read_item(next(one for one in file["items"] if (one["dir"], one["seq"]) == ("to-office", 1)))
    said = open_item(report, body.case_identity).content.document() | {"account": INVENTED}
    seed, macs = Identity.draw(os.urandom), MacKeys(os.urandom(32), os.urandom(32))
    own = replace(body, keys=replace(body.keys, seed=seed, macs=macs), access=os.urandom(32))
    packet = write_packet(seal_body(own, [victim], read.bucket, os.urandom), read.bucket)
    item = seal_item(report.place, "report", said, Author(), macs.to_office, [seed.recipient], os.urandom)
    return Second(b64encode(packet), item.document())
