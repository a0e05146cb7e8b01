# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of the office key: the first words of a case for the office alone, and each way to forge or replace it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import crypto
from crypto import Message
from crypto.case.grant import move_of, seal_body, unsigned_proof
from crypto.case.items import Author, Item, office_key_mac, office_mac_key, seal_item, signed_frame
from crypto.framing import b64encode, mac, sha256
from crypto.office.holders import fill_bucket
from crypto.sealing.age import seal
from tests.crypto.sample import Drawn, filed
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of

Json = dict[str, Any]


class Keyed:
    """A case of three whose first note was written in epoch 0, and what somebody with its keys makes of the place."""

    def __init__(self, name: str, cost: crypto.ReceiptCost | None = None) -> None:
        left_out = ("zhao-min",)
        self.case = filed(name, left_out) if cost is None else filed(name, left_out, cost)
        self.rng = Drawn(f"{name}/keyed")
        self.grant = self.case.grant("sun-fang")
        self.key = self.made("sun-fang")
        self.note = self.noted("sun-fang", self.key, "note")
        self.items: list[Any] = [self.case.report, self.key.document(), self.note.document()]

    def read(self, *items: Item) -> crypto.Thread:
        """The reading of sun-fang, behind the report."""
        return crypto.read_case(self.case.directory, self.grant, [self.case.report, *(one.document() for one in items)])

    def made(self, member: str) -> Item:
        """The office key as a holder makes it."""
        staff, grant = self.case.office.staff(member), self.case.grant(member)
        return crypto.seal_office_key(staff, self.case.directory, grant, self.read(), self.rng)

    def noted(self, member: str, key: Item, text: str) -> Item:
        """A note under an office key that holds."""
        staff, thread = self.case.office.staff(member), self.read(key)
        return crypto.seal_note(staff, self.case.directory, self.grant, thread, Message(text), self.rng)

    @property
    def readers(self) -> list[crypto.Recipient]:
        """To whom an honest holder seals it."""
        office = self.case.office
        return [*(office.staff(one).identity.recipient for one in self.grant.body.holders), office.recovery.recipient]

    def forged(
        self,
        author: Author,
        *,
        seed: crypto.Identity | None = None,
        key: bytes | None = None,
        to: Sequence[crypto.Recipient] | None = None,
        bucket: int = 8,
        **place: Any,
    ) -> Item:
        """An office key as a liar with the case key makes it."""
        drawn = seed or crypto.Identity.draw(self.rng)
        full = fill_bucket(list(self.readers if to is None else to), bucket, self.rng)
        there = replace(self.key.place, **place)
        payload: Json = {"seed": drawn.text}
        return seal_item(there, "office-key", payload, author, key or self.mac, full, self.rng)

    @property
    def mac(self) -> bytes:
        """The MAC key, which the reporter's device can derive too."""
        return office_key_mac(self.grant.body.case_identity)

    def author(self, member: str) -> Author:
        """A member who signs."""
        staff = self.case.office.staff(member)
        return Author(member, staff.sign, staff.office)

    def under(self, seed: crypto.Identity, behind: Item, member: str = "sun-fang") -> Json:
        """A note under any office key, behind any item."""
        place = replace(behind.place, seq=behind.place.seq + 1, prev=behind.hash)
        note: Json = {"text": "x", "attachments": []}
        return seal_item(
            place, "note", note, self.author(member), office_mac_key(seed), [seed.recipient], self.rng
        ).document()

    def proposal(self, office: crypto.Identity | None) -> Json:
        """A re-grant by sun-fang without li-wei, whose history has this office key of epoch 0, as qian-yu reviews it."""
        staff, directory = self.case.office.staff("sun-fang"), self.case.directory
        made = crypto.seal_regrant(staff, directory, self.grant, self.read(), ["sun-fang", "qian-yu"], self.rng)
        past = replace(self.grant.body.keys, office=office)
        name, history = crypto.seal_history([past], made.grant.case, self.rng)
        body = replace(made.grant.body, history=name)
        to = [self.case.office.staff(one).identity.recipient for one in body.holders]
        sealed = seal_body(body, [*to, self.case.office.recovery.recipient], 8, self.rng)
        proof = crypto.sign_regrant(staff, move_of(body, sha256(sealed)), unsigned_proof(body))
        return {
            "office": {"$": "office"}, "staff": staff_of(self.case, "qian-yu"), "before": {"$": "packet"}, "before_history": None,
            "packet": b64encode(crypto.write_packet(sealed, 8)), "history": b64encode(history), "proof": proof.document(),
        }  # fmt: skip

    def raw(self, kind: str, payload: Json) -> Json:
        """Anything in the place of the office key, signed and sealed as that is."""
        place, author = self.key.place, self.author("sun-fang")
        text = crypto.write_json(payload).decode()
        assert author.sign is not None
        sig = author.sign(signed_frame(author.office, place, kind, text))
        inner = {"v": 1, "type": kind, "payload": text, "signer": "sun-fang", "sig": b64encode(sig)}
        body = seal(crypto.pad_text(crypto.write_json(inner)), fill_bucket(self.readers, 8, self.rng), self.rng)
        item = Item(place, bytes(32), body)
        return replace(item, mac=mac(self.mac, item.mac_input)).document()


def office_keys() -> VectorFile:
    """Office keys as desks read them."""
    keyed = Keyed("vector-office-key")
    case = keyed.case
    out = VectorFile(
        "office-key", "SPEC §6: the office key of epoch 0", office=office_of(case), packet=b64encode(case.packet)
    )
    _good(out, keyed)
    _forged(out, keyed)
    _second(out, keyed)
    _later(out, keyed)
    _misshapen(out, keyed)
    _altered(out, keyed)
    _who_opens(out, keyed)
    _after(out, keyed)
    _reporter(out)
    return out


def _given(keyed: Keyed, member: str = "sun-fang") -> Json:
    return {
        "office": {"$": "office"}, "staff": staff_of(keyed.case, member), "packet": {"$": "packet"}, "pin": None,
    }  # fmt: skip


def _good(out: VectorFile, keyed: Keyed) -> None:
    given = _given(keyed)
    out.good("read_case", "an office key and a note", items=keyed.items, **given)
    out.good("read_case", "another holder reads both", items=keyed.items, **_given(keyed, "qian-yu"))
    for bucket in (16, 32):
        seed = crypto.Identity.draw(keyed.rng)
        key = keyed.forged(keyed.author("sun-fang"), seed=seed, bucket=bucket)
        items = [keyed.case.report, key.document(), keyed.under(seed, key)]
        out.good("read_case", f"a key of {bucket} stanzas", items=items, **given)


def _forged(out: VectorFile, keyed: Keyed) -> None:
    """Each is followed by a note under the seed that it tells."""
    given, case = _given(keyed), keyed.case
    body, office = keyed.grant.body, case.office.office
    reporter = case.keys.sign_message
    seed = crypto.Identity.draw(keyed.rng)
    sun = keyed.author("sun-fang")
    other = crypto.Identity.draw(keyed.rng)
    for name, key in {
        "by the reporter, who can't sign": keyed.forged(Author(), seed=seed),
        "by the reporter, in a holder's name": keyed.forged(Author("sun-fang", reporter, office), seed=seed),
        "by a member whom the report leaves out": keyed.forged(keyed.author("zhao-min"), seed=seed),
        "by a member who holds nothing": keyed.forged(keyed.author("bao-guan-1"), seed=seed),
        "by nobody known": keyed.forged(Author("nobody", sun.sign, office), seed=seed),
        "by the server, without the case key": keyed.forged(sun, seed=seed, key=office_key_mac(other)),
        "under the MAC key of notes": keyed.forged(sun, seed=seed, key=office_mac_key(seed)),
        "under the MAC key of a direction": keyed.forged(sun, seed=seed, key=body.keys.macs.to_office),
        "of another case": keyed.forged(sun, seed=seed, case=bytes(16)),
        "sealed to the case key": keyed.forged(sun, seed=seed, to=[body.case_identity.recipient]),
        "sealed to others only": keyed.forged(sun, seed=seed, to=[case.office.staff("li-wei").identity.recipient]),
    }.items():
        items = [case.report, key.document(), keyed.under(seed, key)]
        out.good("read_case", f"a key {name}", items=items, **given)
    left_out = keyed.forged(sun, seed=seed, to=[case.office.staff("sun-fang").identity.recipient])
    items = [case.report, left_out.document(), keyed.under(seed, left_out)]
    out.good("read_case", "a key sealed to its maker alone, as the maker reads it", items=items, **given)
    out.good(
        "read_case", "a key sealed to its maker alone, as a colleague reads it", items=items, **_given(keyed, "qian-yu")
    )


def _second(out: VectorFile, keyed: Keyed) -> None:
    """The first one that holds stays; where the first does not hold nothing takes its place."""
    given, report, key = _given(keyed), keyed.case.report, keyed.key.document()
    seed = crypto.Identity.draw(keyed.rng)
    other = keyed.forged(keyed.author("qian-yu"), seed=seed)
    mine = keyed.note.document()
    out.good("read_case", "the same key again", items=[report, key, key, mine], **given)
    out.good(
        "read_case",
        "a second key of another holder",
        items=[report, key, other.document(), mine, keyed.under(seed, keyed.key)],
        **given,
    )
    out.good(
        "read_case",
        "a second key served first",
        items=[report, other.document(), key, keyed.under(seed, other), mine],
        **given,
    )
    bad = keyed.forged(Author(), seed=seed)
    out.good("read_case", "a key behind one that nobody signed", items=[report, bad.document(), key, mine], **given)


def _later(out: VectorFile, keyed: Keyed) -> None:
    given, report, key = _given(keyed), keyed.case.report, keyed.key.document()
    seed, sun = crypto.Identity.draw(keyed.rng), keyed.author("sun-fang")
    next_place: Json = {"seq": 2, "prev": keyed.key.hash}
    held = keyed.read(keyed.key).office_key
    assert held is not None
    later = seal_item(
        replace(keyed.key.place, **next_place),
        "office-key",
        {"seed": seed.text},
        sun,
        office_mac_key(held),
        [held.recipient],
        keyed.rng,
    ).document()
    out.good("read_case", "a second key as the next item", items=[report, key, later], **given)
    place = replace(keyed.key.place, seq=3, prev=keyed.note.hash)
    late = seal_item(
        place, "office-key", {"seed": seed.text}, sun, keyed.mac, fill_bucket(keyed.readers, 8, keyed.rng), keyed.rng
    )
    out.good(
        "read_case", "a second key under the key of the first, later", items=[*keyed.items, late.document()], **given
    )


def _misshapen(out: VectorFile, keyed: Keyed) -> None:
    given, report = _given(keyed), keyed.case.report
    seed = crypto.Identity.draw(keyed.rng)
    for name, payload in {
        "without a seed": {}, "with a seed that is none": {"seed": "AGE-SECRET-KEY-PQ-1"}, "with one more key": {"seed": seed.text, "text": ""},
        "in lower case": {"seed": seed.text.lower()}, "with a recipient": {"seed": seed.recipient.text},
    }.items():  # fmt: skip
        out.good(
            "read_case",
            f"a key {name}",
            items=[report, keyed.raw("office-key", payload), keyed.note.document()],
            **given,
        )
    words: Json = {"text": "x", "attachments": []}
    out.good("read_case", "a note in the place of the key", items=[report, keyed.raw("note", words)], **given)
    for name, stanzas in {"one stanza": 1, "nine stanzas": 9}.items():
        to = fill_bucket(keyed.readers, 16, keyed.rng)[:stanzas]
        item = seal_item(
            keyed.key.place, "office-key", {"seed": seed.text}, keyed.author("sun-fang"), keyed.mac, to, keyed.rng
        )
        out.good("read_case", f"a key of {name}", items=[report, item.document()], **given)


def _altered(out: VectorFile, keyed: Keyed) -> None:
    given, report, key = _given(keyed), keyed.case.report, keyed.key.document()
    seed = crypto.Identity.draw(keyed.rng)
    for field, value in {
        "mac": b64encode(bytes(32)),
        "seen": 0,
        "prev": b64encode(bytes([1]) + bytes(31)),
        "seq": 2,
        "epoch": 1,
    }.items():
        out.good(
            "read_case",
            f"a key with another {field}",
            items=[report, key | {field: value}, keyed.note.document()],
            **given,
        )
    inner = crypto.write_json(
        {
            "v": 1,
            "type": "office-key",
            "payload": crypto.write_json({"seed": seed.text}).decode(),
            "signer": None,
            "sig": None,
        }
    )
    out.good("read_inner", "an office key", direction="office-only", content=inner.decode())
    for direction in ("to-office", "to-reporter"):
        out.bad("read_inner", f"an office key in {direction}", "schema", direction=direction, content=inner.decode())


def _who_opens(out: VectorFile, keyed: Keyed) -> None:
    """Whom the body is sealed to, and who must never open it."""
    case, office = keyed.case, keyed.case.office
    file: Json = {"file": b64encode(keyed.key.body), "counts": [8]}
    for name, identity in {"a holder": office.staff("li-wei").identity, "the recovery key": office.recovery}.items():
        out.good("open_sealed", f"an office key with {name}", identity=identity.text, **file)
    for name, identity in {
        "the receipt": case.keys.identity,
        "the case key": keyed.grant.body.case_identity,
        "a member whom the report leaves out": office.staff("zhao-min").identity,
    }.items():
        out.bad("open_sealed", f"an office key with {name}", "no-match", identity=identity.text, **file)


def _after(out: VectorFile, keyed: Keyed) -> None:
    """Re-grants: from the first on the key travels in the grant and its history."""
    case, staff = keyed.case, keyed.case.office.staff("sun-fang")
    thread = keyed.read(keyed.key, keyed.note)
    for name, holders, reader in (
        ("to the same readers", keyed.grant.body.holders, "qian-yu"),
        ("by which a colleague joins", [*keyed.grant.body.holders, "wai-bu"], "wai-bu"),
        ("by which somebody leaves", ["sun-fang", "qian-yu"], "qian-yu"),
    ):
        made = crypto.seal_regrant(staff, case.directory, keyed.grant, thread, holders, keyed.rng)
        items = [*keyed.items, made.item.document()]
        read = crypto.read_case(case.directory, made.grant, items)
        note = crypto.seal_note(staff, case.directory, made.grant, read, Message("later"), keyed.rng)
        given: Json = {
            "office": {"$": "office"}, "staff": staff_of(case, reader), "packet": b64encode(made.packet),
            "history": b64encode(made.history), "pin": None,
        }  # fmt: skip
        out.good("open_history", f"the office key after a re-grant {name}", **given)
        out.good("read_case", f"a re-grant {name}", items=[*items, note.document()], **given)
    _late(out, keyed)
    _reviewed(out, keyed)


def _reviewed(out: VectorFile, keyed: Keyed) -> None:
    """A second signer compares the key in the history with the one that they read; who was kept from it can't."""
    case, held = keyed.case, keyed.read(keyed.key).office_key
    other = crypto.Identity.draw(keyed.rng)
    kept = keyed.forged(keyed.author("li-wei"), seed=other, to=[case.office.staff("sun-fang").identity.recipient])
    report, key, hidden = case.report, keyed.key.document(), kept.document()
    for name, office, items in (
        ("with the office key that was read", held, [report, key]),
        ("with an office key that was kept from the signer", other, [report, hidden]),
        ("without an office key that was kept from the signer", None, [report, hidden]),
        ("without any office key", None, [report]),
    ):
        out.good("review_regrant", f"a history {name}", **keyed.proposal(office), items=items)
    for name, office, items in (
        ("without the office key that was read", None, [report, key]),
        ("with another office key", other, [report, key]),
        ("with an office key where nothing stands", other, [report]),
    ):
        out.bad("review_regrant", f"a history {name}", "successor", **keyed.proposal(office), items=items)


def _late(out: VectorFile, keyed: Keyed) -> None:
    """A key of epoch 0 that comes once a re-grant made another: no reader of the new epoch takes it."""
    case, staff = keyed.case, keyed.case.office.staff("sun-fang")
    made = crypto.seal_regrant(staff, case.directory, keyed.grant, keyed.read(), ["sun-fang", "qian-yu"], keyed.rng)
    seed = crypto.Identity.draw(keyed.rng)
    late = keyed.forged(keyed.author("li-wei"), seed=seed)
    items = [case.report, made.item.document()]
    read = crypto.read_case(case.directory, made.grant, items)
    note = crypto.seal_note(staff, case.directory, made.grant, read, Message("later"), keyed.rng).document()
    given: Json = {
        "office": {"$": "office"}, "staff": staff_of(case, "qian-yu"), "packet": b64encode(made.packet),
        "history": b64encode(made.history), "pin": None,
    }  # fmt: skip
    out.good(
        "read_case",
        "a key of the first epoch by somebody who left",
        items=[*items, late.document(), keyed.under(seed, late, "li-wei")],
        **given,
    )
    out.good(
        "read_case",
        "a key of the first epoch behind a note of the second",
        items=[*items, note, late.document()],
        **given,
    )
    place = replace(keyed.key.place, epoch=1, seen=1)
    office = made.grant.body.keys.office
    assert office is not None
    item = seal_item(
        place,
        "office-key",
        {"seed": seed.text},
        keyed.author("sun-fang"),
        office_mac_key(office),
        [office.recipient],
        keyed.rng,
    )
    out.good("read_case", "a key of the second epoch", items=[*items, item.document()], **given)


def _reporter(out: VectorFile) -> None:
    """A server that gives the reporter what is for the office alone."""
    name = "vector-office-key/reporter"
    keyed = Keyed(name, crypto.RECEIPT_COST)
    digits = crypto.draw_receipt(Drawn(f"{name}/receipt")).digits
    given: Json = {
        "office": office_of(keyed.case), "digits": digits, "memo": keyed.case.sealed.submission["memo"],
    }  # fmt: skip
    out.good("read_mailbox", "an office key among the reporter's items", items=[keyed.key.document()], **given)
