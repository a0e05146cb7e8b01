# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of mailboxes, slots, bundles, packets, keyring and events."""

import io
from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.sample import TODAY, Drawn, filed
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import Story, office_of

Json = dict[str, Any]


def mailboxes() -> VectorFile:
    """Mailboxes as the reporter reads them."""
    story = Story("vector-mailbox")
    case = story.case
    out = VectorFile("mailbox", "SPEC §6, §7: memo, mailbox, slots", office=office_of(case))
    digits = crypto.draw_receipt(Drawn("vector-mailbox/receipt")).digits
    base = {"office": {"$": "office"}, "digits": digits}
    first, second = case.sealed.submission["memo"], story.post["memo"]
    assert isinstance(first, dict)
    epoch = story.regrant.item.document()
    out.good("read_mailbox", "nothing yet", memo=first, items=[], **base)
    out.good("read_mailbox", "a reply", memo=first, items=[story.reply], **base)
    out.good("read_mailbox", "a new epoch", memo=second, items=[story.reply, epoch], **base)
    out.good("read_mailbox", "the reply withheld", memo=second, items=[], **base)
    out.good("read_mailbox", "the memo rolled back", memo=first, items=[story.reply, epoch], **base)
    out.good("read_mailbox", "reordered", memo=second, items=[epoch, story.reply], **base)
    out.good("read_mailbox", "forged", memo=second, items=[story.reply, epoch | {"seen": 9}], **base)
    _stood_in(out, story, base | {"memo": second})
    newer = office_of(case, sequence=8)
    older = office_of(case, sequence=6)
    out.good("read_mailbox", "a newer directory", memo=first, items=[], **base | {"office": newer})
    out.bad("read_mailbox", "an older directory", "older", memo=first, items=[], **base | {"office": older})
    _lapsed(out, base | {"memo": second, "items": [story.reply, epoch]}, office_of(case), older)
    office = {"office": b64encode(case.office.office), "digits": digits}
    out.good("open_memo", "a memo", memo=first, **office)
    out.bad("open_memo", "another number", "mac", memo=first | {"seq": 2}, **office)
    out.bad("open_memo", "another body", "mac", memo=first | {"body": second["body"]}, **office)
    draft = crypto.seal_draft(case.keys, 1, {"step": 2}, story.rng)
    out.bad("open_memo", "a draft in the memo's place", "mac", memo=draft, **office)
    out.bad("open_memo", "an unknown key", "schema", memo=first | {"x": 1}, **office)
    other = crypto.draw_receipt(Drawn("other")).digits
    out.bad("open_memo", "another receipt", "mac", memo=first, office=office["office"], digits=other)
    _slots(out)
    return out


def _lapsed(out: VectorFile, given: dict[str, Any], office: dict[str, Any], older: dict[str, Any]) -> None:
    """Who comes back reads under a directory that has lapsed, unless the memo has seen a newer one."""
    may = {"today": "2026-12-20", "also_lapsed": True}
    out.good("read_mailbox", "a lapsed directory", **given | {"office": office | may})
    out.bad("read_mailbox", "a lapsed directory, older", "older", **given | {"office": older | may})


def _stood_in(out: VectorFile, story: Story, base: dict[str, Any]) -> None:
    """The outside holder tells of a new epoch: no word of theirs while two holders are there."""
    case = story.case
    gone = [case.office.member(name, until="2026-11-01") for name in ("li-wei", "sun-fang", "zhao-min", "qian-yu")]
    kept = [case.office.member(name) for name in case.office.seeds if name not in {one["id"] for one in gone}]
    office = {"sequence": 9, "members": [*gone, *kept]}
    directory = case.office.directory(**office)
    grant = crypto.open_recovered(directory, case.packet, None, None, case.office.recovery)
    thread = crypto.read_recovered(directory, grant, [case.report])
    made = crypto.seal_recovered([case.office.staff("wai-bu")], directory, grant, thread, ["wai-bu"], story.rng)
    item = made.item.document()
    first = base | {"memo": case.sealed.submission["memo"], "items": [item]}
    out.good(
        "read_mailbox",
        "an outside holder tells of an epoch, all holders are gone",
        **first | {"office": office_of(case, **office)},
    )
    out.good("read_mailbox", "an outside holder tells of an epoch beside the holders", **first)
    foreign = crypto.seal_recovered([case.office.staff("shang-ji")], directory, grant, thread, ["shang-ji"], story.rng)
    out.good(
        "read_mailbox",
        "an outside holder of the superior tells of it",
        **first | {"items": [foreign.item.document()], "office": office_of(case, **office)},
    )


def head(kind: int, ordinal: int, chunk: int, chunks: int, total: int, content: bytes) -> str:
    """A full slot without its random fill."""
    numbers = (
        ordinal.to_bytes(4, "big") + chunk.to_bytes(2, "big") + chunks.to_bytes(2, "big") + total.to_bytes(4, "big")
    )
    return b64encode(b"YLS1" + bytes([kind]) + numbers + len(content).to_bytes(2, "big") + content)


def _slots(out: VectorFile) -> None:
    memo, item = head(0, 0, 0, 1, 3, b"memo"), [head(2, 1, at, 2, 3, bytes([97 + at])) for at in range(2)]
    out.good("read_slots", "an empty mailbox", polls=[[]])
    out.good("read_slots", "a memo and an item in two chunks", polls=[[memo, *item]])
    many = [head(0, 0, 0, 1, 9, b"m")] + [head(2, at, 0, 1, 9, bytes([at])) for at in range(1, 9)]
    out.good("read_slots", "one poll of two", polls=[many[:8]])
    out.good("read_slots", "two polls", polls=[many[:8], many[8:]])
    bad = {
        "a slot missing": [memo, item[0]],
        "chunks swapped": [memo, item[1], item[0]],
        "an unknown kind": [head(3, 0, 0, 1, 1, b"x")],
        "totals that differ": [memo, head(2, 1, 0, 1, 2, b"x")],
        "an empty slot between": [memo, b64encode(b"random"), *item],
        "a memo after an item": [head(2, 0, 0, 1, 2, b"x"), head(0, 1, 0, 1, 2, b"x")],
        "a chunk beyond its count": [head(0, 0, 1, 1, 1, b"x")],
        "a length beyond the slot": [b64encode(b"YLS1\0" + bytes(6) + b"\0\1" + bytes(3) + b"\1\xff\xff")],
    }
    for name, poll in bad.items():
        out.bad("read_slots", name, "slot", polls=[poll])


def bundles() -> VectorFile:
    """Bundles and submissions."""
    rng = Drawn("vector-bundle")
    case = filed("vector-bundle-case")
    new, sink = crypto.draw_case(rng), io.BytesIO()
    content = b"picture " * 10
    picture = crypto.seal_attachment(
        io.BytesIO(content), len(content), "照片.jpg", "image/jpeg", [new.recipient], sink, rng
    )
    holders = crypto.choose_holders(case.directory, "works", "company-whistleblowing", "fraud", [])
    report = crypto.NewReport("see picture", "en", attachments=[picture])
    submission = crypto.seal_report(case.directory, case.keys, new, holders, report, rng).submission
    bundle = io.BytesIO()
    crypto.write_bundle(submission, [io.BytesIO(sink.getvalue())], bundle)
    out = VectorFile(
        "bundle", "SPEC §7: bundles and submissions", bundle=b64encode(bundle.getvalue()), submission=submission
    )
    out.good("read_bundle", "a bundle", bundle={"$": "bundle"})
    edits = {
        "cut": {"cut": -1},
        "a byte more": {"append": "AA"},
        "another magic": {"flip": 3},
        "an attachment altered": {"flip": -1},
        "cut in the head": {"cut": 20},
    }
    for name, edit in edits.items():
        out.bad("read_bundle", name, "bundle", bundle={"$bytes": "bundle"} | edit)
    _shapes(out, submission)
    post, _ = crypto.seal_receipt_confirmed(case.keys, crypto.MailboxCursor(case.sealed.memo, 1), rng)
    _lengths(out, submission, post)
    return out


def _shapes(out: VectorFile, submission: Json) -> None:
    """A submission, and what is wrong in it by shape."""
    out.good("read_submission", "a submission", submission={"$": "submission"})
    changes: dict[str, tuple[str, Json]] = {
        "another suite": ("schema", {"suite": "yanlu-2"}), "another version": ("schema", {"v": 2}), "an unknown key": ("schema", {"x": 1}),
        "plaintext in the grant's place": ("schema", {"grant": b64encode(b"{}")}),
        "plaintext in the packet": ("header", {"packets": {"identity": submission["packets"]["identity"], "protection": b64encode(bytes(16384))}}),
        "an attachment a byte short": ("schema", {"blobs": [_blob(1, 1) | {"size": 65535}]}),
        "an attachment between two lengths": ("schema", {"blobs": [_blob(1, 1) | {"size": 196608}]}),
        "an attachment of a part and a bit": ("schema", {"blobs": [_blob(1, 2) | {"size": crypto.PART_SIZE + 65536}]}),
        "a later item": ("schema", {"item": submission["item"] | {"seq": 2}}),
    }  # fmt: skip
    for name, (stage, change) in changes.items():
        out.bad("read_submission", name, stage, submission=submission | change)


def _lengths(out: VectorFile, submission: Json, post: Json) -> None:
    """The one length of each submission and post, and anyone who sends another."""
    base: Json = {"submission": {"$": "submission"}, "size": 196608}
    for op, given in (("write_submission", {"submission": base["submission"]}), ("write_post", {"post": post})):
        out.good(op, "its one length", **given)
    for bucket in (16, 32):
        grant = {"grant": b64encode(crypto.seal_dummy_grant(bucket, Drawn(f"vector-bundle-{bucket}")))}
        for op in ("write_submission", "read_sent_submission"):
            out.good(op, f"a grant of {bucket}", submission=submission | grant, **_sized(op, 262144))
        out.bad(
            "read_sent_submission",
            f"a grant of {bucket}, shorter",
            "schema",
            submission=submission | grant,
            size=196608,
        )
    for parts, size, other in ((256, 196608, 262144), (257, 393216, 262144)):
        many = submission | {"blobs": [_blob(1, parts - 1), _blob(2, 1)]}
        for op in ("write_submission", "read_sent_submission"):
            out.good(op, f"{parts} parts", submission=many, **_sized(op, size))
        out.bad("read_sent_submission", f"{parts} parts, of another length", "schema", submission=many, size=other)
    out.good("read_sent_submission", "its one length", **base)
    out.bad(
        "read_sent_submission",
        "521 parts",
        "schema",
        submission=submission | {"blobs": [_blob(1, 500), _blob(2, 21)]},
        size=393216,
    )
    wrong: dict[str, tuple[str, Json]] = {
        "a byte less": ("schema", {"size": 196607}), "a byte more": ("schema", {"size": 196609}), "no padding": ("schema", {"size": 0}),
        "longer, of another one's length": ("schema", {"size": 262144}), "longer than any": ("json", {"size": 393217}),
        "a space inside": ("schema", {"change": ['{"v":1,', '{"v": 1,']}), "a space before it": ("schema", {"change": ['{"v":1,', ' {"v":1,']}),
        "a letter written otherwise": ("schema", {"change": ['"urgent"', '"\\u0075rgent"']}),
        "a line's end for a space": ("schema", {"behind": "\n"}), "a tab for a space": ("schema", {"behind": "\t"}),
        "zero for a space": ("json", {"behind": "\0"}),
    }  # fmt: skip
    for name, (stage, change) in wrong.items():
        out.bad("read_sent_submission", name, stage, **(base | change))


def _sized(op: str, size: int) -> Json:
    return {"size": size} if op == "read_sent_submission" else {}


def _blob(number: int, parts: int) -> Json:
    return {
        "blob": b64encode(bytes([number] * 16)),
        "size": parts * crypto.PART_SIZE,
        "parts": [b64encode(bytes([number] * 32))] * parts,
    }


def packets_and_events() -> list[VectorFile]:
    """Identity packets, keyring entries and event streams."""
    story = Story("vector-events")
    case, rng = story.case, story.rng
    custodians = [case.office.staff(f"bao-guan-{at}").identity for at in (1, 2, 3)]
    packet = crypto.seal_identity({"name": "示例"}, rng(16), [one.recipient for one in custodians], 2, rng)
    packets = VectorFile("packets", "SPEC §6: identity packets; §8: keyring", packet=b64encode(packet))
    who = [custodian.text for custodian in custodians]
    base = {"packet": {"$": "packet"}, "m": 2, "n": 3}
    for pair in ([0, 1], [0, 2], [1, 2], [0, 1, 2]):
        packets.good("open_identity", f"custodians {pair}", custodians=[who[at] for at in pair], **base)
    packets.bad("open_identity", "one of two", "payload", custodians=who[:1], **base)
    packets.bad("open_identity", "no custodian", "no-match", custodians=[story.staff.identity.text], **base)
    packets.bad(
        "open_identity", "box altered", "hpke", custodians=who[:2], m=2, n=3, packet={"$bytes": "packet", "flip": 100}
    )
    entry = crypto.seal_keyring_entry(story.staff, story.grant, rng)
    member = {
        "seed": b64encode(case.office.seeds["sun-fang"]),
        "office": b64encode(case.office.office),
        "member": "sun-fang",
    }
    packets.good("open_keyring_entry", "an entry", entry=entry, **member)
    for field, value in {"seq": 2, "case": b64encode(bytes(16)), "mac": b64encode(bytes(32))}.items():
        packets.bad("open_keyring_entry", f"another {field}", "mac", entry=entry | {field: value}, **member)
    return [packets, events(story)]


def events(story: Story) -> VectorFile:
    """Event streams."""
    case, staff = story.case, story.staff
    out = VectorFile("events", "SPEC §9: the event stream", office=office_of(case))
    name = b64encode(story.grant.case)
    base = {"office": {"$": "office"}, "case": name}
    received = crypto.worker_event(crypto.Event(story.grant.case, 0, "received", TODAY, crypto.WORKER))
    prev = received.hash(bytes(32))
    claimed = crypto.sign_event(staff, crypto.Event(story.grant.case, 1, "claimed", TODAY, "sun-fang"), prev)
    one, two = received.document(), claimed.document()
    other = crypto.sign_event(
        case.office.staff("li-wei"), crypto.Event(story.grant.case, 1, "claimed", TODAY, "li-wei"), bytes(32)
    )
    abroad = crypto.staff_keys(case.office.seeds["sun-fang"], bytes(16), "sun-fang")
    elsewhere = crypto.sign_event(abroad, crypto.Event(story.grant.case, 1, "claimed", TODAY, "sun-fang"), prev)
    foreign = crypto.worker_event(crypto.Event(bytes(16), 0, "received", TODAY, crypto.WORKER)).document()
    streams = {
        "two events": [one, two], "a signature missing": [one, two | {"sig": None}], "an event dropped": [two], "an event twice": [one, one, two],
        "signed over another chain": [one, other.document()], "signed for another office": [one, elsewhere.document()], "altered": [one, two | {"payload": claimed.payload.replace("claimed", "replied")}],
        "another case": [foreign, two], "unreadable": [{"payload": "{", "sig": None}, one],
    }  # fmt: skip
    for title, stream in streams.items():
        out.good("verify_events", title, events=stream, **base)
    return out
