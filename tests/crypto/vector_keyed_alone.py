"""The vectors of an outside holder who reviews a case with an office key: its history is all that they have of it."""

from dataclasses import replace
from typing import Any

import crypto
from crypto import Message
from crypto.case.grant import move_of, seal_body, unsigned_proof
from crypto.framing import b64encode, sha256
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of
from tests.crypto.write_review_vectors import ALONE, TWO, Json, Proposed


def keyed_alone(out: VectorFile) -> None:
    """Somebody alone with a case has written a note, and asks an outside holder to sign."""
    one = Proposed("vector-review/alone-keyed", ("sun-fang", "zhao-min", "qian-yu"), ALONE)
    out.shared["alone_keyed"] = office_of(one.case, **TWO)
    who: Json = {
        "office": {"$": "alone_keyed"},
        "staff": staff_of(one.case, "wai-bu"),
        "before": None,
        "before_history": None,
    }
    staff, directory, grant = one.mover.keys(ALONE), one.case.directory, one.first.grant
    report = one.first.items
    key = crypto.seal_office_key(staff, directory, grant, crypto.read_case(directory, grant, report), one.rng)
    thread = crypto.read_case(directory, grant, [*report, key.document()])
    note = crypto.seal_note(staff, directory, grant, thread, Message("note"), one.rng)
    items = [*report, key.document(), note.document()]
    made = crypto.seal_regrant(
        staff, directory, grant, crypto.read_case(directory, grant, items), [ALONE, "wai-bu"], one.rng
    )
    given = {
        "packet": b64encode(made.packet),
        "history": b64encode(made.history),
        "proof": made.proof.document(),
        "items": items,
    }
    out.good("review_regrant", "an outside holder, and an office key", **who, **given)
    for name, office in (
        ("another office key in the history", crypto.Identity.draw(one.rng)),
        ("no office key in the history", None),
    ):
        out.good(
            "review_regrant", f"an outside holder, and {name}", **who, **_with_history(one, made, office), items=items
        )


def _with_history(one: Proposed, made: crypto.Regrant, office: crypto.Identity | None) -> dict[str, Any]:
    """The proposal beside a history with this office key of epoch 0: its maker alone can say what that was."""
    past = replace(one.first.grant.body.keys, office=office)
    name, history = crypto.seal_history([past], made.grant.case, one.rng)
    body = replace(made.grant.body, history=name)
    sealed = seal_body(body, [one.mover.keys(holder).identity.recipient for holder in body.holders], 8, one.rng)
    proof = crypto.sign_regrant(one.mover.keys(ALONE), move_of(body, sha256(sealed)), unsigned_proof(body))
    return {
        "packet": b64encode(crypto.write_packet(sealed, 8)),
        "history": b64encode(history),
        "proof": proof.document(),
    }
