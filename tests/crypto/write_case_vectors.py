# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of grants and of threads at the desk."""

from dataclasses import replace
from typing import Any

import crypto
from crypto import Direction, Message
from crypto.case.grant import seal_body
from crypto.case.items import Author, Place, office_mac_key, seal_item
from crypto.framing import b64encode, mac
from tests.crypto.sample import TODAY, Case, Drawn, cosigned, filed
from tests.crypto.vector_file import VectorFile


def office_of(case: Case, **changes: Any) -> dict[str, Any]:
    """The office as vectors hold it."""
    office = case.office
    return {
        "code": office.code,
        "roots": [office.roots[0].decode()],
        "note": office.note(**changes).decode(),
        "today": TODAY,
    }


def staff_of(case: Case, member: str) -> dict[str, str]:
    """A member as vectors hold it."""
    return {"seed": b64encode(case.office.seeds[member]), "member": member}


def pin_of(grant: crypto.Grant, **changes: Any) -> dict[str, Any]:
    """A pin as vectors hold it."""
    pin = grant.pin
    return {"epoch": pin.epoch, "hash": b64encode(pin.hash), "holders": pin.holders, "excluded": pin.excluded} | changes


class Story:
    """A case with a reply, an answer and a removal, as both sides made it."""

    def __init__(
        self, name: str, excluded: tuple[str, ...] = (), cost: crypto.ReceiptCost = crypto.RECEIPT_COST
    ) -> None:
        self.rng = Drawn(name)
        self.case = filed(name, excluded, cost=cost)
        case = self.case
        self.staff = case.office.staff("sun-fang")
        self.grant = case.grant("sun-fang")
        thread = self.read([case.report])
        self.reply = crypto.seal_reply(
            self.staff, case.directory, self.grant, thread, Message("收到。"), self.rng
        ).document()
        came = self.returned(case.sealed.submission["memo"], [self.reply])
        self.post, self.standing = crypto.seal_message(case.keys, came.cursor, Message("谢谢"), self.rng)
        self.items: list[Any] = [case.report, self.reply, self.post["item"]]
        self.thread = self.read(self.items)
        holders = [holder for holder in self.grant.body.holders if holder != "li-wei"]
        made = crypto.seal_regrant(self.staff, case.directory, self.grant, self.thread, holders, self.rng)
        self.regrant = cosigned(made, case.office.staff("qian-yu"), self.grant, self.thread, self.rng)
        self.all = [*self.items, self.regrant.item.document()]

    def read(self, items: list[Any], grant: crypto.Grant | None = None) -> crypto.Thread:
        """The desk's reading."""
        return crypto.read_case(self.case.directory, grant or self.grant, items)

    def returned(self, memo: object, items: list[Any]) -> crypto.ReadMailbox:
        """The reporter's reading."""
        seq, found = crypto.open_memo(self.case.keys, memo)
        mailbox = crypto.Mailbox(found, seq, None, 0, items)
        return crypto.read_mailbox(self.case.directory, self.case.keys, mailbox)


def grants() -> VectorFile:
    """Grant packets, first and later."""
    story = Story("vector-grants", ("zhao-min",))
    case, after = story.case, story.regrant
    out = VectorFile(
        "grant", "SPEC §5: grants", office=office_of(case),
        first=b64encode(case.packet), second=b64encode(after.packet),
    )  # fmt: skip
    base: dict[str, Any] = {"office": {"$": "office"}, "pin": None}
    fang, wei = {"staff": staff_of(case, "sun-fang")}, {"staff": staff_of(case, "li-wei")}
    one, two = {"packet": {"$": "first"}}, {"packet": {"$": "second"}}
    pin1 = pin_of(story.grant)
    out.good("open_grant", "a holder", **base | fang | one)
    out.good("open_grant", "the same grant again", **base | fang | one | {"pin": pin1})
    out.good("open_grant", "the next epoch after its pin", **base | fang | two | {"pin": pin1})
    out.good("open_grant", "a colleague's first sight of epoch 1", **base | fang | two)
    out.bad("open_grant", "somebody excluded", "no-match", **base | {"staff": staff_of(case, "zhao-min")} | one)
    out.bad("open_grant", "no holder", "no-match", **base | {"staff": staff_of(case, "bao-guan-1")} | one)
    out.bad("open_grant", "a removed holder", "no-match", **base | wei | two | {"pin": pin1})
    _pins(out, story, base | fang)
    _forged(out, story, base | fang)
    return out


def _pins(out: VectorFile, story: Story, given: dict[str, Any]) -> None:
    after = story.regrant
    one, two = {"packet": {"$": "first"}}, {"packet": {"$": "second"}}
    pin2 = pin_of(after.grant)
    out.bad("open_grant", "a lower epoch", "epoch", **given | one | {"pin": pin2})
    other = pin_of(after.grant, hash=b64encode(bytes(32)))
    out.bad("open_grant", "a second grant of the same epoch", "successor", **given | two | {"pin": other})
    out.bad(
        "open_grant",
        "not the pinned grant before",
        "successor",
        **given | two | {"pin": pin_of(story.grant, hash=b64encode(bytes(32)))},
    )
    out.bad(
        "open_grant",
        "other holders before",
        "successor",
        **given | two | {"pin": pin_of(story.grant, holders=["sun-fang"])},
    )
    out.bad(
        "open_grant",
        "an exclusion dropped",
        "excluded",
        **given | two | {"pin": pin_of(story.grant, excluded=["bao-guan-1", "zhao-min"])},
    )
    out.bad("open_grant", "cut", "schema", **given | {"packet": {"$bytes": "first", "cut": -1}})
    out.bad("open_grant", "a byte behind the grant", "schema", **given | {"packet": {"$bytes": "first", "flip": -1}})
    out.bad("open_grant", "sealed bytes altered", "payload", **given | {"packet": {"$bytes": "first", "flip": 15000}})


def _forged(out: VectorFile, story: Story, given: dict[str, Any]) -> None:
    """Grants whose bodies lie, made by somebody who has every key."""
    grant, office = story.grant, story.case.office

    def sealed(**changes: Any) -> str:
        body = replace(grant.body, **changes)
        file = seal_body(body, [office.staff("sun-fang").identity.recipient], 8, story.rng)
        return b64encode(crypto.write_packet(file, 8))

    held = grant.body.holders
    out.bad(
        "open_grant", "the member is not named a holder", "excluded", **given | {"packet": sealed(holders=["li-wei"])}
    )
    out.bad(
        "open_grant",
        "somebody excluded is a holder",
        "excluded",
        **given | {"packet": sealed(holders=[*held, "zhao-min"])},
    )
    out.bad("open_grant", "another office", "schema", **given | {"packet": sealed(office=bytes(16))})
    out.bad(
        "open_grant",
        "epoch 0 with an office key",
        "schema",
        **given | {"packet": sealed(keys=replace(grant.body.keys, office=crypto.Identity.draw(Drawn("too many"))))},
    )
    out.bad("open_grant", "epoch 0 with a grant before it", "schema", **given | {"packet": sealed(previous=bytes(32))})


def forged(item: Any, **changes: Any) -> Any:
    """An item with some of its clear fields changed."""
    return item | changes


def written(
    story: Story, place: Place, kind: str, payload: dict[str, Any], author: Author, key: bytes
) -> dict[str, object]:
    """An item with a right MAC, no matter who made it."""
    body = story.grant.body
    one = [body.case_identity.recipient]
    to = [body.reporter, *one] if place.direction is Direction.TO_REPORTER else one
    return seal_item(place, kind, payload, author, key, to, story.rng).document()


def threads() -> VectorFile:
    """Threads as the desk reads them."""
    story = Story("vector-threads")
    case = story.case
    out = VectorFile(
        "thread", "SPEC §6: items and threads at the desk", office=office_of(case), packet=b64encode(case.packet)
    )
    base = {"office": {"$": "office"}, "staff": staff_of(case, "sun-fang"), "packet": {"$": "packet"}, "pin": None}
    report, reply, message = story.items

    def thread(name: str, *items: Any) -> None:
        out.good("read_case", name, items=list(items), **base)

    thread("report, reply, message", report, reply, message)
    thread("replayed", report, report, reply)
    thread("in another order", message, report)
    thread("the report is missing", message)
    thread("the reply is withheld", report, message)
    for field, value in {
        "case": b64encode(bytes(16)), "epoch": 1, "seq": 2, "prev": b64encode(bytes([1]) + bytes(31)), "seen": 1,
        "dir": "office-only", "mac": b64encode(bytes(32)), "body": message["body"],
    }.items():  # fmt: skip
        thread(f"{field} altered", forged(report, **{field: value}), message)
    thread("the last epoch that a case has", forged(report, epoch=255))
    thread("an epoch that no case has", forged(report, epoch=256))
    thread("an unknown key", forged(report, extra=1), message)
    thread("a direction swapped", report, forged(reply, dir="to-office"))
    _wrong_slots(story, thread, report)
    _authors(story, thread, report)
    second = VectorFile.good
    later = {
        "office": {"$": "office"},
        "staff": staff_of(case, "sun-fang"),
        "packet": b64encode(story.regrant.packet),
        "history": b64encode(story.regrant.history),
        "pin": None,
    }
    second(out, "read_case", "after a removal", items=story.all, **later)
    _after_removal(out, story, later)
    return out


def _wrong_slots(story: Story, thread: Any, report: Any) -> None:
    """Each type in each direction that is not its own, with right MAC and signature."""
    case, body = story.case, story.grant.body
    kinds = {
        "message": Direction.TO_OFFICE, "receipt-kept": Direction.TO_OFFICE, "act": Direction.TO_OFFICE, "reply": Direction.TO_REPORTER,
        "status": Direction.TO_REPORTER, "note": Direction.OFFICE_ONLY,
    }  # fmt: skip
    payloads: dict[str, dict[str, Any]] = {
        "message": {"text": "x", "attachments": []}, "receipt-kept": {}, "act": {"act": "confirm", "text": ""},
        "reply": {"text": "x", "attachments": []}, "status": {"stage": "open", "next": None, "due": None, "text": ""},
        "note": {"text": "x", "attachments": []},
    }  # fmt: skip
    first = case.sealed.memo.to_office
    for kind, home in kinds.items():
        for direction in (Direction.TO_OFFICE, Direction.TO_REPORTER):
            if direction is home:
                continue
            start = first if direction is Direction.TO_OFFICE else crypto.Position()
            place = Place(body.case, 0, direction, start.seq + 1, start.hash, 0)
            key = body.keys.macs.to_office if direction is Direction.TO_OFFICE else body.keys.macs.to_reporter
            thread(f"{kind} in {direction}", report, slotted(story, place, kind, payloads[kind], key))


def slotted(story: Story, place: Place, kind: str, payload: dict[str, Any], key: bytes) -> dict[str, object]:
    """An item whose type does not belong there: sealed by hand, since the verbs refuse."""
    from crypto.case.items import Item, signed_frame
    from crypto.sealing.age import seal

    text = crypto.write_json(payload).decode()
    sig = b64encode(story.staff.sign(signed_frame(story.case.office.office, place, kind, text)))
    inner = {"v": 1, "type": kind, "payload": text, "signer": "sun-fang", "sig": sig}
    if place.direction is Direction.TO_OFFICE:
        inner |= {"signer": None, "sig": None}
    case = story.grant.body.case_identity.recipient
    to = [story.grant.body.reporter, case] if place.direction is Direction.TO_REPORTER else [case]
    item = Item(place, bytes(32), seal(crypto.pad_text(crypto.write_json(inner)), to, story.rng))
    return replace(item, mac=mac(key, item.mac_input)).document()


def _authors(story: Story, thread: Any, report: Any) -> None:
    case, body, office = story.case, story.grant.body, story.case.office.office
    key, text = body.keys.macs.to_reporter, {"text": "x", "attachments": []}
    place = Place(body.case, 0, Direction.TO_REPORTER, 1, bytes(32), 1)
    removed, sun = case.office.staff("bao-guan-1").sign, story.staff.sign
    for name, author in {
        "MAC right, signature missing": Author(),
        "signed by no holder": Author("bao-guan-1", removed, office),
        "signed with another's key": Author("sun-fang", removed, office),
        "signed by nobody known": Author("nobody", removed, office),
        "a signature over something else": Author("sun-fang", lambda _: sun(b"another frame"), office),
    }.items():
        thread(name, report, written(story, place, "reply", text, author, key))
    to_office = Place(body.case, 0, Direction.TO_OFFICE, 2, case.sealed.memo.to_office.hash, 0)
    act, mac = {"act": "withdraw", "text": ""}, body.keys.macs.to_office
    for name, author in {
        "an act": Author("reporter", case.keys.sign_message, office),
        "an act without signature": Author(),
        "an act signed by staff": Author("reporter", sun, office),
        "an act in a member's name": Author("sun-fang", sun, office),
    }.items():
        thread(name, report, written(story, to_office, "act", act, author, mac))
    _receipt_changes(story, thread, report)


def _receipt_changes(story: Story, thread: Any, report: Any) -> None:
    case = story.case
    new = crypto.derive_reporter(crypto.draw_receipt(story.rng), case.office.office)
    post, standing = crypto.seal_receipt_change(case.keys, new, case.standing, story.rng)
    act, _ = crypto.seal_act(new, standing, crypto.ActText(crypto.Declaration.CONFIRM, ""), story.rng)
    old, _ = crypto.seal_act(case.keys, standing, crypto.ActText(crypto.Declaration.CONFIRM, ""), story.rng)
    thread("a changed receipt and an act under it", report, post["item"], act["item"])
    thread("a changed receipt and an act under the old one", report, post["item"], old["item"])
    change = crypto.ReceiptChange(new.identity.recipient, new.act_key, case.keys.sign_message(b"x"), new.mailbox_id)
    place = Place(story.grant.case, 0, Direction.TO_OFFICE, 2, case.sealed.memo.to_office.hash, 0)
    signed = Author("reporter", case.keys.sign_message, case.office.office)
    key = story.grant.body.keys.macs.to_office
    bad = written(story, place, "receipt-change", change.document(), signed, key)
    thread("a change that the new act key did not prove", report, bad)
    liar = replace(case.keys, act_seed=new.act_seed)
    worse, _ = crypto.seal_receipt_change(liar, new, case.standing, story.rng)
    thread("a change signed with the new act key only", report, worse["item"])


def _after_removal(out: VectorFile, story: Story, given: dict[str, Any]) -> None:
    case, after = story.case, story.regrant.grant
    memo = story.returned(story.post["memo"], [story.reply, story.regrant.item.document()])
    fresh, _ = crypto.seal_message(case.keys, memo.cursor, Message("new key"), story.rng)
    late, _ = crypto.seal_message(case.keys, story.standing, Message("old key, not yet read"), story.rng)
    items = [*story.all, fresh["item"]]
    out.good("read_case", "the reporter under the new key", items=items, **given)
    out.good("read_case", "the reporter who has not read of it", items=[*story.all, late["item"]], **given)
    stale = Place(after.case, 0, Direction.TO_OFFICE, 3, memo.cursor.memo.to_office.hash, 2)
    key = story.grant.body.keys.macs
    old = written(story, stale, "message", {"text": "x", "attachments": []}, Author(), key.to_office)
    out.good(
        "read_case",
        "the key of before by one who has seen a notice that they could not read",
        items=[*story.all, old],
        **given,
    )
    removed = case.office.staff("li-wei")
    place = Place(after.case, 0, Direction.TO_REPORTER, 3, story.regrant.item.hash, 2)
    item = written(
        story,
        place,
        "reply",
        {"text": "x", "attachments": []},
        Author("li-wei", removed.sign, case.office.office),
        key.to_reporter,
    )
    out.good("read_case", "a removed holder under the former key", items=[*story.all, item], **given)
    place = replace(place, epoch=1)
    body = [after.body.reporter, after.body.case_identity.recipient]
    payload: dict[str, object] = {"text": "x", "attachments": []}
    signed = Author("li-wei", removed.sign, case.office.office)
    item2 = seal_item(place, "reply", payload, signed, after.body.keys.macs.to_reporter, body, story.rng).document()
    out.good("read_case", "signed by a removed holder", items=[*story.all, item2], **given)
    thread = story.read(story.all, after)
    note = crypto.seal_note(story.staff, case.directory, after, thread, Message("note"), story.rng)
    out.good("read_case", "a note", items=[*story.all, note.document()], **given)
    bad = replace(note, mac=mac(office_mac_key(story.grant.body.case_identity), note.mac_input))
    out.good("read_case", "a note under another key", items=[*story.all, bad.document()], **given)
