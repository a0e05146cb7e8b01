"""Vectors of what a directory says of an entity, and of who oversees (SPEC §4)."""

from collections.abc import Callable
from functools import partial

import crypto
from crypto.framing import b64encode
from crypto.sealing.recipients import Identity
from tests.crypto.sample import Drawn, Office
from tests.crypto.vector_file import VectorFile


def entity_settings(out: VectorFile, office: Office, given: Callable[..., dict[str, object]]) -> None:
    """How long a watch waits, and whether staff are on call."""
    document = office.directory_document()
    watch = {"recipient": document["recovery"], "active": True, "inside": ["bao-guan-1"], "outside": ["wai-bu"]}
    changes: list[tuple[str, dict[str, object], str | None]] = [
        (f"a watch that waits {delay} days", {"watch": watch | {"delay": delay}}, stage)
        for delay, stage in ((2, None), (30, None), (1, "schema"), (31, "schema"))
    ]
    words = {True: "staff on call", False: "nobody on call", "yes": "staff on call by a word", None: "on call null"}
    changes += [
        (name, {"on_call": value}, None if isinstance(value, bool) else "schema") for value, name in words.items()
    ]
    for name, change, stage in changes:
        entities = [*document["entities"][:-1], document["entities"][-1] | change]
        _write(out, office, given, name, document | {"entities": entities}, stage)


def overseers(out: VectorFile, office: Office, given: Callable[..., dict[str, object]]) -> None:
    """As many as a reason has room for, and one more."""
    document, rng = office.directory_document(), Drawn("overseers")
    for count, stage in ((10, None), (11, "schema")):
        members = [
            document["members"][0]
            | {"id": f"over-{number}", "role": "oversight", "recipient": Identity.draw(rng).recipient.text}
            | {"signing": b64encode(rng(32))}
            for number in range(count)
        ]
        changed = document | {
            "members": [*document["members"], *members], "oversight": [member["id"] for member in members],
        }  # fmt: skip
        _write(out, office, given, f"{count} who oversee", changed, stage)


def _write(
    out: VectorFile,
    office: Office,
    given: Callable[..., dict[str, object]],
    name: str,
    document: object,
    stage: str | None,
) -> None:
    head = b"\n".join(
        (b"yanlu/v1/directory", b64encode(office.office).encode(), b"7", crypto.write_json(document), b"")
    )
    note = crypto.sign_note(head, office.keepers).decode()
    (out.good if stage is None else partial(out.bad, stage=stage))("verify_directory", name, **given(note=note))
