"""Vectors of what a search once found: bytes that the twins took differently, or at which one of them did not end."""

import io
import json
from dataclasses import replace
from typing import Any

import crypto
from crypto.case.items import Author, Place, seal_item
from crypto.case.payloads import Direction
from crypto.custody.packets import SLOT_SIZE
from crypto.framing import b64encode, mac, sha256, u64
from crypto.sealing.age import seal
from crypto.text import write_canonical
from tests.crypto.sample import TODAY, Case, Drawn, filed
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of

MEMBER = "sun-fang"
Json = dict[str, Any]


def refusals() -> VectorFile:
    """Each finding once, at the stage at which both twins refuse it now."""
    rng, case = Drawn("vector-refusals"), filed("vector-refusals", cost=crypto.RECEIPT_COST)
    out = VectorFile("refusals", "SPEC §1 to §9: what the twins once took differently, and lies that took for ever")
    _envelopes(out, rng)
    _memos(out, case, rng)
    _documents(out, case)
    _packets(out, case, rng)
    _roots(out, case)
    _two_reports(out, case, rng)
    return out


def _envelopes(out: VectorFile, rng: Drawn) -> None:
    one = crypto.Identity(bytes([5] * 32))
    file = seal(b"text", [one.recipient], rng)
    size = crypto.read_header(file).length
    opened = {"identity": one.text, "counts": [1]}
    for name, cut in {"no nonce": size, "half a nonce": size + 8}.items():
        out.bad("open_sealed", name, "header", file=b64encode(file[:cut]), **opened)
    head = b"age-encryption.org/v1\n-> "
    for name, stage, line in (
        ("another type and nothing more", "stanzas", b"other x\n"),
        ("another type before unprintable bytes", "stanzas", b"other x\n\xff\n"),
        ("another type with an empty argument", "header", b"other  x\nAA\n"),
        ("another type with a space behind it", "header", b"other \nAA\n"),
    ):
        out.bad("check_envelope", name, stage, file=b64encode(head + line), counts=[1])
    folded = one.text.replace("K", "\u212a", 1)
    out.bad("read_identity", "a letter that folds to K", "schema", text=folded)
    sink, content = io.BytesIO(), b"picture " * 400
    named = crypto.seal_attachment(io.BytesIO(content), len(content), "a.jpg", "image/jpeg", [one.recipient], sink, rng)
    base = {"identity": one.text, "attachment": named.document(), "stanzas": 1}
    sealed = sink.getvalue()
    out.good("open_attachment", "an attachment", file=b64encode(sealed), **base)
    _attachment_sizes(out, one, rng)
    for name, wrong in {
        "no envelope at all": b"text",
        "a byte of the header": b"b" + sealed[1:],
        "a byte more": sealed + b"x",
        "cut": sealed[:-1],
        "empty": b"",
    }.items():
        out.bad("open_attachment", name, "payload", file=b64encode(wrong), **base)


def _attachment_sizes(out: VectorFile, one: crypto.Identity, rng: Drawn) -> None:
    """What is sealed has the one length that belongs to the size that the item names, and zeros behind it."""
    most = crypto.padded_attachment(0, 1)
    for name, stage, size, plain in (
        ("another length than its size has", "padding", 100, bytes(most - 1)),
        ("the length of a larger one", "padding", 100, bytes(crypto.padded_attachment(most + 1, 1))),
        ("the length of a smaller one", "padding", most + 1, bytes(most)),
        ("no zero behind it", "padding", 100, bytes(most - 1) + b"x"),
    ):
        file = seal(plain, [one.recipient], rng)
        named = crypto.Attachment(bytes(16), "a.jpg", "image/jpeg", size, len(file), [sha256(file)])
        given = {"identity": one.text, "attachment": named.document(), "stanzas": 1, "file": b64encode(file)}
        out.bad("open_attachment", name, stage, **given)


def _memos(out: VectorFile, case: Case, rng: Drawn) -> None:
    """A body that is no envelope is refused before any key is used; MAC keys may be left out in epoch 0 only."""
    keys = case.keys
    base = {"office": b64encode(keys.office), "digits": crypto.draw_receipt(Drawn("vector-refusals/receipt")).digits}
    memo: Any = case.sealed.submission["memo"]
    out.good("open_memo", "a memo", memo=memo, **base)
    plain = {"body": b64encode(b"{}"), "mac": b64encode(bytes(32))}
    out.bad("open_memo", "plaintext and a wrong MAC", "header", memo=memo | plain, **base)

    def written(**changes: object) -> Json:
        text = json.dumps(case.sealed.memo.document() | changes).encode().ljust(8192)
        body = seal(text, [keys.identity.recipient], rng)
        bound = crypto.frame(crypto.MEMO_LABEL, keys.office, keys.mailbox_id, u64(2), sha256(body))
        return crypto.Sealed(2, mac(keys.memo_key, bound), body).document()

    out.good("open_memo", "256 check-ins", memo=written(checkins=[TODAY] * 256), **base)
    out.bad("open_memo", "257 check-ins", "schema", memo=written(checkins=[TODAY] * 257), **base)
    out.bad("open_memo", "no MAC keys in a later epoch", "schema", memo=written(epoch=1), **base)
    staff = case.office.staff(MEMBER)
    entry = crypto.seal_keyring_entry(staff, case.grant(MEMBER), rng)
    member = {"seed": b64encode(case.office.seeds[MEMBER]), "office": b64encode(staff.office), "member": MEMBER}
    out.bad("open_keyring_entry", "plaintext and a wrong MAC", "header", entry=entry | plain, **member)
    out.bad(
        "open_keyring_entry",
        "plaintext and a case that is none",
        "schema",
        entry=entry | plain | {"case": "A"},
        **member,
    )


def _documents(out: VectorFile, case: Case) -> None:
    """The shape of the whole comes before what is sealed in it; a length beyond the file is no length."""
    submission: Json = dict(case.sealed.submission)
    plain = submission["item"] | {"body": b64encode(b"{}")}
    out.bad("read_submission", "plaintext in the item", "header", submission=submission | {"item": plain})
    out.bad(
        "read_submission",
        "plaintext in the item, and a flag that is none",
        "schema",
        submission=submission | {"item": plain, "urgent": 1},
    )
    out.bad(
        "read_submission",
        "plaintext in the item, and a later place",
        "header",
        submission=submission | {"item": plain | {"seq": 2}},
    )
    for name, size in {"2^63": 2**63, "2^53": 2**53, "1 MiB and one": 2**20 + 1}.items():
        bundle = b"yanlu-bundle/v1\n" + u64(size) + b"{}"
        out.bad("read_bundle", f"a submission of {name} bytes", "bundle", bundle=b64encode(bundle))


def _packets(out: VectorFile, case: Case, rng: Drawn) -> None:
    """A custodian's share that names a quorum which cannot be: its subsets are more than anybody can count."""
    custodians = [case.office.staff(f"bao-guan-{at}").identity for at in (1, 2, 3)]
    handle = rng(16)
    packet = crypto.seal_identity({"name": "甲"}, handle, [one.recipient for one in custodians], 2, rng)
    box = 12 + crypto.IDENTITY_TEXT + 16
    for m, n in ((127, 255),):
        share = custodians[0].recipient.seal(
            rng(32) + handle + sha256(packet[:box]) + bytes([m, n]), "yanlu/v1/identity-share"
        )
        lying = packet[:box] + share + packet[box + SLOT_SIZE :]
        out.bad(
            "open_identity",
            f"a share that says {m} of {n}",
            "hpke",
            packet=b64encode(lying),
            custodians=[custodians[0].text],
            m=2,
            n=3,
        )
    out.bad(
        "open_identity",
        "asked for 127 of 255",
        "schema",
        packet=b64encode(packet),
        custodians=[one.text for one in custodians],
        m=127,
        n=255,
    )


def _roots(out: VectorFile, case: Case) -> None:
    office = case.office
    head = f"yanlu/v1/root\n{b64encode(office.office)}\n1\n".encode()

    def given(**changes: object) -> Json:
        text = head + write_canonical(office.root_document(**changes)) + b"\n"
        root = crypto.sign_note(text, office.keepers[:2]).decode()
        code = crypto.write_checked_code(sha256(text))
        return {"code": code, "roots": [root], "note": office.note().decode(), "today": TODAY, "seen": None}

    seats = [
        {
            "id": keeper.id,
            "key": b64encode(keeper.key),
            "nonce": b64encode(keeper.nonce),
            "seat": {"en": "a", "zh": "甲" * 5000},
        }
        for keeper in office.keepers
    ]
    out.good("verify_directory", "a seat of 15,000 bytes", **given(keepers=seats))
    out.bad(
        "verify_directory", "a threshold above the keepers, and no number", "schema", **given(threshold=4, number=None)
    )
    out.bad("verify_directory", "a threshold above the keepers", "root", **given(threshold=4))


def _two_reports(out: VectorFile, case: Case, rng: Drawn) -> None:
    """A report that comes later leaves out people just like the first."""
    grant = case.grant(MEMBER)
    first: Any = case.report
    item = crypto.read_item(first)
    place = Place(grant.case, 0, Direction.TO_OFFICE, 2, item.hash, 0)
    opened = crypto.read_case(case.directory, grant, [first]).entries[0].inner
    assert opened is not None
    assert isinstance(opened.content, crypto.Report)
    told = replace(opened.content, excluded=["zhao-min"]).document()
    second = seal_item(
        place, "report", told, Author(), case.keys.macs.to_office, [grant.body.case_identity.recipient], rng
    )
    given = {"office": office_of(case), "staff": staff_of(case, MEMBER), "packet": b64encode(case.packet), "pin": None}
    out.bad(
        "read_case", "a second report that excludes somebody", "excluded", items=[first, second.document()], **given
    )
