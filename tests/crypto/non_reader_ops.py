"""The operation of the vectors of signers who were no readers, over the Python twin."""

from __future__ import annotations

from typing import Any

import crypto
from tests.crypto.vector_custody import office_of

Json = dict[str, Any]


def mark_non_readers(grant: crypto.Grant, given: Json) -> Json:
    """What is wrong with each event, once it is known who could read the case."""
    directory = office_of(given["office"])
    thread = crypto.read_case(directory, grant, given["items"])
    read = crypto.verify_events(directory, grant.case, given["events"])
    marked = crypto.mark_non_readers(directory, grant, thread, read)
    return {"wrong": [one.wrong and one.wrong.value for one in marked]}
