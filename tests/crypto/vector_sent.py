"""The operations of the vectors on what a reporter sends, with its length."""

from collections.abc import Callable
from typing import Any

import crypto
from crypto.framing import b64encode, sha256

Json = dict[str, Any]


def sent(given: Json) -> bytes:
    """A document as somebody may send it: compact, a text in it changed, spaces up to a size, something behind."""
    before, after = given.get("change", ["", ""])
    content = crypto.write_json(given["submission"]).decode().replace(before, after, 1).encode()
    behind: bytes = given.get("behind", "").encode()
    return content.ljust(given["size"] - len(behind)) + behind


def written(content: bytes) -> Json:
    """Length and hash of what is sent."""
    return {"size": len(content), "hash": b64encode(sha256(content))}


SENT_OPS: dict[str, Callable[[Json], Json]] = {
    "read_sent_submission": lambda g: {"case": b64encode(crypto.read_sent_submission(sent(g)).case)},
    "write_submission": lambda g: written(crypto.write_submission(g["submission"])),
    "write_post": lambda g: written(crypto.write_post(g["post"])),
}
