"""Vectors of who has to sign a directory that names custodians, and of one that has lapsed."""

from __future__ import annotations

from collections.abc import Callable

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


def lapsed(out: VectorFile, given: Callable[..., dict[str, object]], newer: dict[str, object]) -> None:
    """A directory that has lapsed, where one that has may do."""
    op, may = "verify_directory", {"also_lapsed": True}
    for name, day in ("not lapsed yet", "12-19"), ("lapsed today", "12-20"):
        out.good(op, name, **given(today=f"2026-{day}"), **may)
    out.good(op, "lapsed for thirty days", **given(today="2027-01-18"), **may)
    out.bad(op, "lapsed for longer", "expired", **given(today="2027-01-19"), **may)
    out.bad(op, "issued later, and a lapsed one may do", "expired", **given(today="2026-11-18"), **may)
    out.bad(op, "lapsed, and a newer one seen", "older", **given(today="2026-12-20", seen=newer), **may)
