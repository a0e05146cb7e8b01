"""Many reporters at little cost: one sealed report under ids, packets and endings of their own."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import crypto
from crypto.case.payloads import Message
from tests.crypto.sample import Case, Drawn
from tests.support.offices.edge import Edge, put_part, report, sealed_parts


@dataclass
class Visitor:
    """A reporter whose envelopes nobody can open, but the server cannot tell."""

    submission: dict[str, Any]
    post: dict[str, Any]
    token: bytes
    part: bytes
    blob: bytes

    @property
    def seeds(self) -> set[bytes]:
        """What a thief who knows this reporter's ids and packets would look for."""
        read, said = crypto.read_submission(self.submission), crypto.read_post(self.post)
        packets = (read.identity, read.protection, said.identity, said.protection)
        items = {item.hash for item in (read.item, said.item) if item}
        return {read.case, read.mailbox, self.blob, *items, *(sha256(packet).digest() for packet in packets)}


def _ending(text: str, size: int = 32) -> str:
    content = crypto.b64decode(text)
    return crypto.b64encode(content[:-size] + os.urandom(size))


def _packets(packets: dict[str, str]) -> dict[str, str]:
    return {kind: _ending(packet) for kind, packet in packets.items()}


def _visitor(case: Case, post: dict[str, Any], part: bytes) -> Visitor:
    token, name, blob = os.urandom(32), crypto.b64encode(os.urandom(16)), os.urandom(16)
    part = part[:-32] + os.urandom(32)
    submission: dict[str, Any] = copy.deepcopy(case.sealed.submission)  # type: ignore[assignment]
    listing = {"blob": crypto.b64encode(blob), "size": len(part), "parts": [crypto.b64encode(sha256(part).digest())]}
    submission |= {"mailbox": crypto.b64encode(sha256(token).digest()), "case": name, "blobs": [listing]}
    submission["item"]["case"] = name
    submission["packets"] = _packets(submission["packets"])
    first = crypto.read_submission(submission).item.hash
    post = copy.deepcopy(post)
    post |= {"token": crypto.b64encode(token), "packets": _packets(post["packets"])}
    post["item"] |= {"case": name, "prev": crypto.b64encode(first)}
    return Visitor(submission, post, token, part, blob)


def crowd(edge: Edge) -> Iterator[Visitor]:
    """As many as you like, each with one attachment and a message to post later."""
    case = report(edge, "crowd")
    post, _ = crypto.seal_message(case.keys, case.standing, Message("补充", []), Drawn("message"))
    _, (part,) = sealed_parts(b"x", [crypto.Identity.draw(Drawn("file")).recipient], Drawn("part"))
    while True:
        yield _visitor(case, post, part)


def send_report(edge: Edge, visitor: Visitor) -> None:
    """Uploads the attachment and submits."""
    assert put_part(edge, visitor.blob, 0, visitor.part).status_code == 204
    assert edge.send("/api/submissions", visitor.submission).status_code == 201


def send_message(edge: Edge, visitor: Visitor) -> None:
    """Posts the message."""
    assert edge.send("/api/posts", visitor.post).status_code == 202
