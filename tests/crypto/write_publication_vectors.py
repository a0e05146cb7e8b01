"""The vectors of publications: what one holds, where it may stand, and items that only claim to be one."""

from __future__ import annotations

from typing import Any

import crypto
from crypto import Attachment, Direction, Message
from crypto.case.items import Author, office_mac_key, seal_item, signed_frame
from crypto.desk.answering import office_identity
from crypto.framing import b64encode
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of
from tests.crypto.write_item_vectors import inner
from tests.crypto.write_office_key_vectors import Keyed

TEXT = "公布处理结果\n公布对象：本公司\n\n处理结果\n补发工资，×××道歉。"
"""Begins as the text of a publication does; what it is, its type says alone."""
WORDS: dict[str, Any] = {"text": TEXT, "attachments": []}
ATTACHED = Attachment(bytes(16), "公告.pdf", "application/pdf", 3, 100, [bytes(32)]).document()


def publications() -> VectorFile:
    """What is read as a publication, and what is not."""
    out = VectorFile("publication", "SPEC §6: a text that was published, and what only claims to be one")
    _shapes(out)
    _read_at_the_desk(out)
    return out


def _shapes(out: VectorFile) -> None:
    where = {"direction": "office-only"}
    for name, payload in (("a text", WORDS), ("a text and a file", WORDS | {"attachments": [ATTACHED]})):
        out.good("read_inner", f"a publication: {name}", **where, content=inner("publication", payload))
    out.good("read_inner", "a note of the same words is a note", **where, content=inner("note", WORDS))
    changes: dict[str, dict[str, Any]] = {
        "a day": {"day": "2026-11-29"}, "readers": {"audience": "company"}, "another type inside": {"type": "note"},
        "text that is none": {"text": None}, "an attachment that is none": {"attachments": [{}]},
    }  # fmt: skip
    for name, change in changes.items():
        out.bad(
            "read_inner", f"no publication: {name}", "schema", **where, content=inner("publication", WORDS | change)
        )
    for key in WORDS:
        lacking = {name: value for name, value in WORDS.items() if name != key}
        out.bad(
            "read_inner", f"no publication: without {key}", "schema", **where, content=inner("publication", lacking)
        )
    claiming = inner("note", WORDS | {"type": "publication"})
    out.bad("read_inner", "a note that claims to be a publication", "schema", **where, content=claiming)
    for kind in ("publications", "Publication", "published", ""):
        out.bad("read_inner", f"a publication as {kind!r}", "schema", **where, content=inner(kind, WORDS))
    for direction in (Direction.TO_OFFICE, Direction.TO_REPORTER):
        content = inner("publication", WORDS)
        out.bad("read_inner", f"a publication in {direction}", "schema", direction=direction.value, content=content)


def _read_at_the_desk(out: VectorFile) -> None:
    """Each beside what a liar with the case's keys makes of it: the type is signed, and so is the place."""
    keyed = Keyed("vector-publications")
    case, grant, staff = keyed.case, keyed.grant, keyed.case.office.staff("sun-fang")
    before, thread = [case.report, keyed.key.document()], keyed.read(keyed.key)

    def sealed(kind: str) -> crypto.Item:
        message = Message(TEXT)
        return crypto.seal_note(staff, case.directory, grant, thread, message, keyed.rng, kind)

    publication, note = sealed("publication"), sealed("note")
    given: dict[str, Any] = {"office": office_of(case), "staff": staff_of(case, "sun-fang"), "pin": None}
    given["packet"] = b64encode(case.packet)

    def read(name: str, item: dict[str, object]) -> None:
        out.good("read_case", name, items=[*before, item], **given)

    def made(kind: str, author: Author) -> dict[str, object]:
        key = office_identity(grant, thread)
        assert key is not None
        place, mac = publication.place, office_mac_key(key)
        return seal_item(place, kind, WORDS, author, mac, [key.recipient], keyed.rng).document()

    def claimed(kind: str, signed_as: str) -> dict[str, object]:
        place = publication.place

        def sign(_frame: bytes) -> bytes:
            return staff.sign(signed_frame(staff.office, place, signed_as, crypto.write_json(WORDS).decode()))

        author = Author("sun-fang", sign, staff.office)
        return made(kind, author)

    read("a publication", publication.document())
    read("a note of the same words", note.document())
    read("a publication made by hand, signed as one", claimed("publication", "publication"))
    read("a note that was signed, under the type of a publication", claimed("publication", "note"))
    read("a publication that was signed, under the type of a note", claimed("note", "publication"))
    read("a publication with the MAC of a note", publication.document() | {"mac": note.document()["mac"]})
    read("a publication that nobody signed", made("publication", Author()))


def main() -> None:
    """Write the one file."""
    publications().write()


if __name__ == "__main__":
    main()
