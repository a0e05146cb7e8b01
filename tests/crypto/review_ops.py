"""What the vectors ask of a second signer's check."""

from __future__ import annotations

from typing import Any

import crypto
from crypto.framing import b64decode, b64encode
from tests.crypto.vector_custody import office_of, staff_of

Json = dict[str, Any]


def review_regrant(given: Json) -> Json:
    """What a second signer would sign, and the marks of the case as it stands before."""
    directory = office_of(given["office"])
    staff = staff_of(directory, given["staff"])
    own = _own(staff, directory, given)
    waiting = b64decode(given["packet"]), b64decode(given["history"]), crypto.read_proof(given["proof"])
    made = crypto.review_regrant(staff, *waiting, directory, own, given["items"])
    thread = crypto.read_case(directory, own or crypto.before_regrant(made), given["items"])
    marks = [entry.mark and entry.mark.value for entry in thread.entries]
    told = {"case": b64encode(made.case), "epoch": made.epoch, "hash": b64encode(made.hash)}
    unnamed = [] if own else crypto.unnamed_before(directory, made, thread)
    return told | {"holders": made.body.holders, "marks": marks, "unnamed": unnamed}


def _own(staff: crypto.StaffKeys, directory: crypto.VerifiedDirectory, given: Json) -> crypto.Grant | None:
    """The signer's own grant, as their keyring gives it."""
    if given["before"] is None:
        return None
    history = given["before_history"]
    grant = crypto.open_grant(staff, b64decode(given["before"]), directory)
    return grant.with_history(history and b64decode(history))
