"""Vectors of how many keepers sign, of the one way in which notes are written, and of a directory that has lapsed."""

from __future__ import annotations

import json
from collections.abc import Callable

import crypto
from crypto.framing import b64encode
from crypto.text import write_canonical
from tests.crypto.sample import TODAY, Office
from tests.crypto.vector_file import VectorFile


def guarded(out: VectorFile, office: Office) -> None:
    """Two keepers at least and fewer than all sign; notes leave their makers no free bytes."""
    for name, changes, stage in (
        ("one keeper alone may sign", {"threshold": 1}, "schema"),
        ("all three keepers have to sign", {"threshold": 3}, "root"),
        ("two keepers, both of whom have to sign", {"keepers": office.root_document()["keepers"][:2]}, "root"),
        ("a keeper without a nonce", {"keepers": _keepers(office, nonce=None)}, "schema"),
        ("a nonce of 16 bytes", {"keepers": _keepers(office, nonce=b64encode(bytes(16)))}, "schema"),
    ):
        out.bad("verify_directory", name, stage, **_under(office, write_canonical(office.root_document(**changes))))
    whole = write_canonical(office.root_document()).decode()
    out.good("verify_directory", "a root written in the one way", **_under(office, whole.encode()))
    turned = dict(sorted(office.root_document().items(), reverse=True))
    for name, content in _ways(whole, json.dumps(turned, ensure_ascii=False, separators=(",", ":"))):
        out.bad("verify_directory", f"root 1 with {name}", "schema", **_under(office, content.encode()))
    said = office.directory_document(name={"en": "Example\nOffice", "zh": "Example Office"})
    whole = write_canonical(said).decode()
    out.good("verify_directory", "a line feed in a name", **_named(office, whole))
    turned = dict(sorted(said.items(), reverse=True))
    for name, content in _ways(whole, write_canonical(turned).decode()):
        out.bad("verify_directory", f"a directory with {name}", "schema", **_named(office, content))
    out.bad(
        "verify_directory", "a line feed escaped shortly", "schema", **_named(office, whole.replace(r"\u000a", r"\n"))
    )
    out.bad("verify_directory", "upper-case digits", "schema", **_named(office, whole.replace(r"\u000a", r"\u000A")))


def _ways(whole: str, turned: str) -> list[tuple[str, str]]:
    """The same document in ways that a founder could choose between."""
    return [
        ("a blank between two tokens", whole.replace('"v":1', '"v": 1')),
        ("a blank at its end", f"{whole} "),
        ("a letter escaped", whole.replace('"suite":"yanlu-1"', r'"suite":"\u0079anlu-1"')),
        ("its keys in another order", turned),
    ]


def _keepers(office: Office, nonce: str | None) -> list[dict[str, object]]:
    first, *others = office.root_document()["keepers"]
    fields = {"id": first["id"], "key": first["key"], "nonce": nonce, "seat": first["seat"]}
    return [{key: value for key, value in fields.items() if value is not None}, *others]


def _under(office: Office, root: bytes) -> dict[str, object]:
    """The office's directory under a root 1 of this JSON, whose code is the right one."""
    text = f"yanlu/v1/root\n{b64encode(office.office)}\n1\n".encode() + root + b"\n"
    note = crypto.sign_note(text, office.keepers)
    code = crypto.office_code(note)
    return {"code": code, "roots": [note.decode()], "note": office.note().decode(), "today": TODAY, "seen": None}


def _named(office: Office, document: str) -> dict[str, object]:
    text = f"yanlu/v1/directory\n{b64encode(office.office)}\n7\n{document}\n".encode()
    note = crypto.sign_note(text, office.keepers).decode()
    roots = [root.decode() for root in office.roots]
    return {"code": office.code, "roots": roots, "note": note, "today": TODAY, "seen": None}


def lapsed(out: VectorFile, given: Callable[..., dict[str, object]], newer: dict[str, object]) -> None:
    """A directory that has lapsed, where one that has may do."""
    op, may = "verify_directory", {"also_lapsed": True}
    for name, day in ("not lapsed yet", "12-19"), ("lapsed today", "12-20"):
        out.good(op, name, **given(today=f"2026-{day}"), **may)
    out.good(op, "lapsed for thirty days", **given(today="2027-01-18"), **may)
    out.bad(op, "lapsed for longer", "expired", **given(today="2027-01-19"), **may)
    out.bad(op, "issued later, and a lapsed one may do", "expired", **given(today="2026-11-18"), **may)
    out.bad(op, "lapsed, and a newer one seen", "older", **given(today="2026-12-20", seen=newer), **may)
