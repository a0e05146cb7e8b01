"""The vectors of what signatures bind: an item whose fields a holder changed, and one signed for another office."""

from dataclasses import replace
from typing import Any

import crypto
from crypto import Direction
from crypto.case.items import Author, Place
from crypto.case.thread import change_frame
from crypto.framing import mac
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import Story, staff_of, written


def lowered(item: Any, key: bytes) -> dict[str, object]:
    """An item that says its sender had seen nothing, under a MAC that fits again: what a holder can make of it."""
    made = crypto.read_item(item)
    bare = replace(made, place=replace(made.place, seen=0))
    return replace(bare, mac=mac(key, bare.mac_input)).document()


def bound(out: VectorFile) -> VectorFile:
    """The same file, and what a signature binds beside the text: how much its author had seen, and the office."""
    # Drawn as the story of the file is: the same keys, so that its packet opens these items too.
    story = Story("vector-threads")
    report, staff = story.case.report, staff_of(story.case, "sun-fang")

    def thread(name: str, *items: Any) -> None:
        given = {"office": {"$": "office"}, "staff": staff, "packet": {"$": "packet"}, "pin": None}
        out.good("read_case", name, items=list(items), **given)

    case, body = story.case, story.grant.body
    told = story.returned(story.post["memo"], [story.reply])
    read, _ = crypto.seal_act(case.keys, told.cursor, crypto.ActText(crypto.Declaration.CONFIRM, ""), story.rng)
    thread("`seen` of a reply lowered by a holder", report, lowered(story.reply, body.keys.macs.to_reporter))
    items = [story.reply, story.post["item"]]
    thread("an act by one who has read the reply", report, *items, read["item"])
    thread("`seen` of an act lowered by a holder", report, *items, lowered(read["item"], body.keys.macs.to_office))
    place = Place(body.case, 0, Direction.TO_REPORTER, 1, bytes(32), 1)
    text: dict[str, Any] = {"text": "x", "attachments": []}
    author = Author("sun-fang", story.staff.sign, bytes(16))
    thread(
        "signed for another office", report, written(story, place, "reply", text, author, body.keys.macs.to_reporter)
    )
    to_office = Place(body.case, 0, Direction.TO_OFFICE, 2, case.sealed.memo.to_office.hash, 0)
    author = Author("reporter", case.keys.sign_message, bytes(16))
    act = written(story, to_office, "act", {"act": "withdraw", "text": ""}, author, body.keys.macs.to_office)
    thread("an act signed for another office", report, act)
    thread("a change that the new act key proved to another office", report, _moved_elsewhere(story))
    return out


def _moved_elsewhere(story: Story) -> Any:
    """A change of receipt whose proof the new key gave to another office."""
    case, body = story.case, story.grant.body
    new = crypto.derive_reporter(crypto.draw_receipt(story.rng), case.office.office)
    bare = crypto.ReceiptChange(new.identity.recipient, new.act_key, bytes(64), new.mailbox_id)
    proof = new.sign_message(change_frame(bytes(16), body.case, 0, bare))
    place = Place(body.case, 0, Direction.TO_OFFICE, 2, case.sealed.memo.to_office.hash, 0)
    author = Author("reporter", case.keys.sign_message, case.office.office)
    payload = replace(bare, proof=proof).document()
    return written(story, place, "receipt-change", payload, author, body.keys.macs.to_office)
