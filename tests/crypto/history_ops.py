"""What the vectors ask of a history document."""

from __future__ import annotations

from typing import Any

import crypto
from crypto.framing import b64decode, b64encode, sha256


def told(body: crypto.GrantBody, history: str | None) -> dict[str, Any]:
    """How many epochs the document of that grant holds, and the hash of the JSON of their keys."""
    past = crypto.open_history(body, None if history is None else b64decode(history))
    return {"epochs": len(past), "hash": b64encode(sha256(crypto.write_json([keys.document() for keys in past])))}
