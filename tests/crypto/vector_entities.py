"""Vectors of what a directory says of an entity (SPEC §4)."""

from collections.abc import Callable
from functools import partial

import crypto
from crypto.framing import b64encode
from tests.crypto.sample import Office
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
        content = crypto.write_json(
            document | {"entities": [*document["entities"][:-1], document["entities"][-1] | change]}
        )
        head = b"\n".join((b"yanlu/v1/directory", b64encode(office.office).encode(), b"7", content, b""))
        note = crypto.sign_note(head, office.keepers).decode()
        (out.good if stage is None else partial(out.bad, stage=stage))("verify_directory", name, **given(note=note))
