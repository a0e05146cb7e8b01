# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of an office that asks for two signatures where one was enough until a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import crypto
from crypto.framing import b64encode
from crypto.text import write_canonical
from tests.crypto.sample import TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of

if TYPE_CHECKING:
    from tests.crypto.write_regrant_vectors import Moved

Json = dict[str, Any]
BEFORE = "2026-11-23"
RAISED: Json = {"regrant_threshold": 2, "sequence": 9, "issued": TODAY, "regrant_single_until": TODAY}
EARLIER: Json = RAISED | {"regrant_single_until": BEFORE}


def raised(out: VectorFile, moved: Moved) -> None:
    """A re-grant of `TODAY` that one signed: it holds where that was the last day on which one was enough."""
    made, case = moved.made, moved.case
    given: Json = {
        "staff": staff_of(case, "sun-fang"), "packet": b64encode(made.packet), "pin": None, "before": b64encode(case.packet),
    }  # fmt: skip
    proven: Json = given | {"proof": made.proof.document()}
    out.good(
        "check_proof",
        "signed by one on the last day on which one was enough",
        office=office_of(case, **RAISED),
        **proven,
    )
    out.bad(
        "check_proof",
        "signed by one on the first day on which two must",
        "signature",
        office=office_of(case, **EARLIER),
        **proven,
    )
    none = given | {"proof": moved.signed().document()}
    out.bad(
        "check_proof",
        "signed by nobody on a day on which one was enough",
        "signature",
        office=office_of(case, **RAISED),
        **none,
    )
    stranger = given | {"proof": moved.signed("wai-bu").document()}
    out.bad(
        "check_proof",
        "signed by one who may not on a day on which one was enough",
        "successor",
        office=office_of(case, **RAISED),
        **stranger,
    )
    _told(out, moved)


def _told(out: VectorFile, moved: Moved) -> None:
    made, case = moved.made, moved.case
    memo, notice = moved.story.post["memo"], moved.notice(made.proof)
    told: Json = {
        "digits": crypto.draw_receipt(Drawn("vector-regrants/receipt")).digits,
        "memo": memo,
        "items": [moved.story.reply, notice],
    }
    read: Json = {
        "staff": staff_of(case, "qian-yu"),
        "packet": b64encode(made.packet),
        "history": b64encode(made.history),
        "pin": None,
    }
    items = [*moved.story.items, notice]
    for name, changes in (("last day on which one was enough", RAISED), ("first day on which two must", EARLIER)):
        office = {"office": office_of(case, **changes)}
        out.good("read_mailbox", f"told of a change that one signed on the {name}", **office, **told)
        out.good("read_case", f"the desk sees a change that one signed on the {name}", **office, **read, items=items)


def raised_directories(out: VectorFile, office: Office, given: Any) -> None:
    """The day up to which one was enough: not long after the issue, and not beside a threshold of one."""
    two = {"regrant_threshold": 2}
    for name, until in (
        ("until the day of issue", "2026-11-20"),
        ("until fourteen days later", "2026-12-04"),
        ("until a day long ago", "2025-01-01"),
        ("never", None),
    ):
        note = office.note(**two, regrant_single_until=until)
        out.good("verify_directory", f"two sign, one was enough {name}", **given(note=note.decode()))
    for name, changes in {
        "two sign, one would be enough until fifteen days later": two | {"regrant_single_until": "2026-12-05"},
        "two sign, one would be enough for ever": two | {"regrant_single_until": "9999-12-31"},
        "one signs, and was enough until a day": {"regrant_single_until": "2026-11-20"},
        "two sign, one was enough until no day": two | {"regrant_single_until": "2026-11-31"},
        "two sign, one was enough until a number": two | {"regrant_single_until": 20261120},
    }.items():
        content = write_canonical(office.directory_document(**changes)).decode()
        head = f"yanlu/v1/directory\n{b64encode(office.office)}\n7\n{content}\n".encode()
        note = crypto.sign_note(head, office.keepers)
        out.bad("verify_directory", name, "schema", **given(note=note.decode()))
