"""Inputs whose outside is in order and whose inside was changed by somebody who holds the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import crypto
from crypto.case.items import STANZAS, office_mac_key, signed_frame
from crypto.case.payloads import Direction
from crypto.custody.packets import SLOT_SIZE, SLOTS
from crypto.framing import b64encode, mac, sha256, u32, u64
from crypto.sealing.age import seal
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields
from tests.fuzz import log_parsers
from tests.fuzz.dice import Dice
from tests.fuzz.mutate import EDGES, change, change_json
from tests.fuzz.seeds import seeds
from tests.fuzz.world import CUSTODIANS, HANDLE, World, world

SIZES = (0, 4095, 4096, 8192, 8193, 16384, 32768)


def _padded(dice: Dice, text: bytes, size: int | None = None) -> bytes:
    """Spaces up to the right size, or now and then to another one."""
    if dice.one_in(10):
        return text.ljust(dice.choice(SIZES), b" ")
    fitting = size or next((one for one in crypto.TEXT_SIZES if len(text) <= one), 32768)
    return text.ljust(fitting, b" " if not dice.one_in(30) else b"\0")


def _grant_packet(dice: Dice, w: World) -> bytes:
    """A changed grant body, sealed to the member."""
    body = _padded(dice, change_json(dice, dice.choice(seeds("grant-body"))), 8192)
    others = [Identity.draw(dice).recipient for _ in range(dice.choice((7, 7, 7, 7, 6, 8)))]
    sealed = seal(body, [w.staff.identity.recipient, *others], dice)
    return crypto.write_packet(sealed, 8)


def _packet(dice: Dice, w: World) -> bytes:
    """A packet whose length or fill is another, now and then with something behind the grant."""
    sealed = crypto.read_packet(w.packet).sealed
    length = len(sealed) + dice.choice((0, 0, 1, -1, 24576, 2**31))
    behind = dice.choice((b"", b"", b"\0", b"\1", bytes(64) + b"\1"))
    return (u32(length) + sealed + behind).ljust(24576, b"\0")


def _office(dice: Dice, w: World) -> bytes:
    """A changed root or directory, signed by the keepers, under the code that fits."""
    office = w.case.office
    root, directory = office.root_document(), office.directory_document()
    head = f"yanlu/v1/%s\n{b64encode(office.office)}\n%d\n"
    texts = [(head % ("root", 1)).encode() + crypto.write_json(root) + b"\n"]
    last = (head % ("directory", 7)).encode() + crypto.write_json(directory) + b"\n"
    match dice.below(4):
        case 0:
            texts[0] = (head % ("root", 1)).encode() + change_json(dice, crypto.write_json(root)) + b"\n"
        case 1:
            second = change_json(dice, crypto.write_json(root | {"number": 2}))
            texts.append((head % ("root", 2)).encode() + second + b"\n")
        case 2:
            last = change(dice, last)
        case _:
            last = (head % ("directory", 7)).encode() + change_json(dice, crypto.write_json(directory)) + b"\n"
    notes = [crypto.sign_note(text, office.keepers[: dice.choice((2, 2, 2, 1, 3))]) for text in (*texts, last)]
    code = crypto.write_checked_code(sha256(texts[0]))
    *roots, note = [content.decode("utf-8", "replace") for content in notes]
    return json.dumps({"code": code, "roots": roots, "note": note, "today": "2026-11-24"}).encode()


def _memo_shaped(label: str, text: bytes, dice: Dice, w: World) -> bytes:
    body = seal(text, [w.keys.identity.recipient], dice)
    bound = crypto.frame(label, w.keys.office, w.keys.mailbox_id, u64(4), sha256(body))
    return json.dumps(crypto.Sealed(4, mac(w.keys.memo_key, bound), body).document()).encode()


def _memo(dice: Dice, w: World) -> bytes:
    text = _padded(dice, change_json(dice, dice.choice(seeds("memo-text"))), 8192)
    return _memo_shaped(crypto.MEMO_LABEL, text, dice, w)


def _draft(dice: Dice, w: World) -> bytes:
    return _memo_shaped(crypto.DRAFT_LABEL, _padded(dice, change_json(dice, b'{"page":"x","answers":[1,2]}')), dice, w)


def _keyring(dice: Dice, w: World) -> bytes:
    inner = {"v": 1, "grant": b64encode(w.grant.hash), "bucket": 8, "body": w.grant.body.document()}
    text = _padded(dice, change_json(dice, crypto.write_json(inner)))
    staff, body = w.staff, seal(text, [w.staff.identity.recipient], dice)
    seq = dice.choice((2, 2, 2, 1, 3))
    bound = crypto.frame("yanlu/v1/keyring", staff.office, staff.member, w.grant.case, u64(seq), sha256(body))
    return json.dumps(crypto.KeyringEntry(w.grant.case, seq, mac(staff.keyring_key, bound), body).document()).encode()


def _event(dice: Dice, w: World) -> bytes:
    """A changed payload, signed by the member who holds the case."""
    events = [dict(event) for event in w.events]
    at = dice.below(len(events))
    payload = change_json(dice, events[at]["payload"].encode()).decode("utf-8", "replace")
    head = bytes(32)
    for event in events[:at]:
        head = crypto.event_hash(head, event["payload"], event["sig"] and crypto.b64decode(event["sig"]))
    bound = crypto.frame("yanlu/v1/event", w.staff.office, w.grant.case, u64(at), head, payload)
    events[at] = {"payload": payload, "sig": b64encode(w.staff.sign(bound)) if at else events[at]["sig"]}
    return json.dumps(events).encode()


def _keys_of(w: World, place: crypto.Place) -> tuple[bytes, list[Recipient]]:
    """The MAC key of a place and to whom an item there is sealed."""
    keys, reporter = w.grant.keys[min(place.epoch, 1)], w.keys.identity.recipient
    case = keys.seed.recipient
    match place.direction:
        case Direction.TO_OFFICE:
            return keys.macs.to_office, [case]
        case Direction.TO_REPORTER:
            return keys.macs.to_reporter, [reporter, case]
        case Direction.OFFICE_ONLY:
            office = keys.office or keys.seed
            return office_mac_key(office), [office.recipient]


def reseal(w: World, item: crypto.Item, text: bytes, rng: Dice) -> crypto.Item:
    """The same item with another text inside, under the right MAC."""
    key, recipients = _keys_of(w, item.place)
    body = seal(text, recipients, rng)
    unsigned = replace(item, body=body)
    return replace(unsigned, mac=mac(key, unsigned.mac_input))


def _signed(w: World, place: crypto.Place, text: bytes) -> bytes:
    """The changed inside with a signature that fits it again, where it still is a signed one."""
    try:
        fields = Fields(crypto.read_json(text, len(text)), "v", "type", "payload", "signer", "sig")
        kind, payload, signer = (fields.text(name) for name in ("type", "payload", "signer"))
        message = signed_frame(w.staff.office, place, kind, payload)
    except crypto.CryptoError:
        return text
    sign = w.keys.sign_message if signer == crypto.REPORTER else w.staff.sign
    return crypto.write_json(
        {"v": fields["v"], "type": kind, "payload": payload, "signer": signer, "sig": b64encode(sign(message))}
    )


def changed_items(dice: Dice, w: World) -> list[Any]:
    """The thread with one item changed: inside by a holder of the keys, in place, or outside by the server."""
    items: list[Any] = [dict(item) for item in w.items]
    at = dice.below(len(items))
    item = crypto.read_item(items[at])
    match dice.below(5):
        case 0 | 1:
            inside = seeds(f"inner-{item.place.direction}")
            text = change_json(dice, dice.choice(inside))
            text = _signed(w, item.place, text) if not dice.one_in(4) else text
            items[at] = reseal(w, item, _padded(dice, text), dice).document()
        case 2:
            seq, epoch = dice.choice((*EDGES[:4], item.place.seq + 1)), dice.choice((0, 1, item.place.epoch))
            seen = dice.choice((0, 1, 2, 3, 9, 2**53 - 1))
            place = replace(item.place, seq=max(1, seq), epoch=epoch, seen=seen)
            inside = dice.choice(seeds(f"inner-{place.direction}"))
            items[at] = reseal(w, replace(item, place=place), _padded(dice, inside), dice).document()
        case 3:
            items.insert(dice.below(len(items) + 1), json.loads(json.dumps(items[at])))
        case _:
            items = items[:at] + items[at + 1 :][:: dice.choice((1, -1))]
    return items


def _on_behalf(dice: Dice, w: World) -> bytes:
    """A changed statement or account, signed again by a member."""
    report = json.loads(dice.choice(seeds("on-behalf")[:2]))
    [answer] = report["answers"]
    text = change_json(dice, answer["value"][0].encode()).decode("utf-8", "replace")
    account = dice.choice((report["account"], report["account"], "x" + report["account"]))
    message = crypto.frame(
        "yanlu/v1/taken-down", w.staff.office, w.grant.case, sha256(report["account"].encode()), text.encode()
    )
    value = [text, dice.choice((w.staff.member, w.staff.member, "nobody")), b64encode(w.staff.sign(message))]
    answers = [{"id": "taken-down", "value": value}] * dice.choice((1, 1, 1, 2))
    return json.dumps(report | {"account": account, "answers": answers}, ensure_ascii=False).encode()


def _case(dice: Dice, w: World) -> bytes:
    return json.dumps(changed_items(dice, w)).encode()


def _mailbox(dice: Dice, w: World) -> bytes:
    return json.dumps([item for item in changed_items(dice, w) if item.get("dir") == "to-reporter"]).encode()


def _trial(dice: Dice, w: World) -> bytes:
    """A dummy case by a server that lies about one word of its body."""
    trial = dict(w.trial)
    parts = crypto.read_packet(crypto.b64decode(trial["packet"]))
    body = crypto.open_sealed(parts.sealed, w.staff.identity, 8).rstrip(b" ")
    text = _padded(dice, change_json(dice, body), 8192)
    to = [w.staff.identity.recipient, *(Identity.draw(dice).recipient for _ in range(7))]
    trial["packet"] = b64encode(crypto.write_packet(seal(text, to, dice), 8))
    return json.dumps(trial).encode()


def _slots(dice: Dice, _world: World) -> bytes:
    """Slots whose fields were changed one by one."""
    poll = bytearray(seeds("slots")[0])
    for _ in range(dice.choice((1, 1, 2))):
        start = 16384 * dice.below(3)
        at, size = dice.choice(((4, 1), (5, 4), (9, 2), (11, 2), (13, 4), (17, 2)))
        value = dice.choice((*EDGES, 3, 16365, 16366))
        poll[start + at : start + at + size] = (value & (256**size - 1)).to_bytes(size, "big")
    return bytes(poll)


def _bundle(dice: Dice, w: World) -> bytes:
    submission = change_json(dice, json.dumps(w.submission).encode())
    head = b"yanlu-bundle/v1\n" + u64(len(submission)) + submission
    return head + w.bundle[len(w.bundle) - 8 - len(w.sealed) :]


def _identity(dice: Dice, w: World) -> bytes:
    """Shares that lie about the quorum, and an identity that is no JSON."""
    custodians = [w.case.office.staff(name).identity.recipient for name in CUSTODIANS]
    packet = bytearray(crypto.seal_identity({"name": "甲"}, HANDLE, custodians, 2, dice))
    box = 12 + crypto.IDENTITY_TEXT + 16
    quorum = bytes([dice.choice((0, 1, 2, 5, 6, 127, 255)), dice.choice((0, 1, 3, 5, 6, 254, 255))])
    tail = HANDLE + sha256(bytes(packet[:box])) + quorum
    for slot in range(dice.choice((1, 2, 6, SLOTS))):
        shares = custodians[slot % 3].seal(dice(32) + tail, "yanlu/v1/identity-share")
        packet[box + slot * SLOT_SIZE : box + (slot + 1) * SLOT_SIZE] = shares
    return bytes(packet)


def _envelope(dice: Dice, w: World) -> bytes:
    """Sealed to the right key, with a payload that ends in odd places."""
    to = [w.first.body.case_identity.recipient] * dice.choice((1, 1, 1, 2))
    sealed = seal(dice(dice.choice((0, 1, 15, 16, 17, 100))), to, dice)
    return change(dice, sealed) if dice.one_in(2) else sealed[: len(sealed) - dice.below(40)]


def _of_log(name: str) -> Callable[[Dice, World], bytes]:
    return lambda dice, _: log_parsers.RECIPES[name](dice, log_parsers.log_world())


RECIPES: dict[str, Callable[[Dice, World], bytes]] = {
    **{name: _of_log(name) for name in log_parsers.RECIPES},
    "grant": _grant_packet, "packet": _packet, "office": _office, "memo": _memo, "draft": _draft, "keyring": _keyring,
    "events": _event, "case": _case, "mailbox": _mailbox, "trial": _trial, "slots": _slots, "bundle": _bundle,
    "identity-packet": _identity, "sealed": _envelope, "on-behalf": _on_behalf,
}  # fmt: skip


def made(parser: str, dice: Dice) -> bytes:
    """One input for a parser: changed outside, or inside where somebody with the keys could."""
    recipe = RECIPES.get(parser)
    if recipe is not None and not dice.one_in(3):
        # What was changed may no longer fit where it has to go.
        with suppress(crypto.CryptoError):
            return recipe(dice, world())
    return change(dice, dice.choice(seeds(parser)))


__all__ = ["STANZAS", "changed_items", "made", "reseal"]
