"""The operation of the vectors of removals, over the Python twin."""

from __future__ import annotations

from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.vector_custody import office_of

Json = dict[str, Any]


def read_removal(given: Json) -> Json:
    """Who reads a case no longer, and who signed each change."""
    found = crypto.read_removal(office_of(given["office"]), given["removal"])
    changes = [{"day": one.day, "by": list(one.by), "missing": one.missing} for one in found.changes]
    return {"case": b64encode(found.case), "member": found.member, "opened": found.opened, "changes": changes}
