"""Vectors of who has to sign a directory that names custodians."""

from __future__ import annotations

import crypto
from tests.crypto.sample import TODAY, Office
from tests.crypto.vector_file import VectorFile


def guarded(out: VectorFile, office: Office) -> None:
    """An office whose threshold is one: one keeper signs a directory without custodians, and none that names any."""
    root = crypto.sign_note(crypto.root_text(office.root_document(threshold=1)), office.keepers)
    given: dict[str, object] = {
        "code": crypto.office_code(root),
        "roots": [root.decode()],
        "today": TODAY,
        "seen": None,
    }
    document = office.directory_document()
    members = [one for one in document["members"] if one["role"] != "custodian"]
    unguarded = document | {"members": members, "custodians": {"m": 0, "members": []}}
    for name, content, keepers, stage in (
        ("no custodians, by one keeper where one is enough", unguarded, 1, None),
        ("custodians by two keepers where one is enough", document, 2, None),
        ("custodians by one keeper where one is enough", document, 1, "directory"),
    ):
        note = crypto.sign_note(crypto.directory_text(content), office.keepers[:keepers]).decode()
        if stage is None:
            out.good("verify_directory", name, **given, note=note)
        else:
            out.bad("verify_directory", name, stage, **given, note=note)
