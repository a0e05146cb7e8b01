# ruff: noqa: E501 — cases are read across, one a line.
"""Writes `crypto/vectors/*.json`: python -m tests.crypto.write_vectors."""

from collections.abc import Callable

import crypto
from crypto.framing import b64encode
from crypto.sealing.age import seal
from crypto.sealing.recipients import Identity, bech32_encode
from crypto.text import write_canonical
from tests.crypto.sample import TODAY, Drawn, Office
from tests.crypto.torsion import crafted, honest
from tests.crypto.vector_changed_receipts import all_reviews, all_threads
from tests.crypto.vector_codes import write_codes
from tests.crypto.vector_entities import entity_settings, overseers
from tests.crypto.vector_file import VectorFile
from tests.crypto.vector_guarded import guarded, lapsed
from tests.crypto.vector_languages import localized_texts
from tests.crypto.vector_names import file_names
from tests.crypto.vector_raised import raised_directories
from tests.crypto.write_bound_vectors import bound
from tests.crypto.write_case_vectors import grants
from tests.crypto.write_chain_vectors import chains
from tests.crypto.write_claim_vectors import claims
from tests.crypto.write_duty_vectors import duty_done
from tests.crypto.write_history_vectors import histories
from tests.crypto.write_item_vectors import inners
from tests.crypto.write_log_vectors import log
from tests.crypto.write_mailbox_vectors import bundles, mailboxes, packets_and_events
from tests.crypto.write_non_reader_vectors import non_readers
from tests.crypto.write_office_key_vectors import office_keys
from tests.crypto.write_protection_vectors import protections
from tests.crypto.write_publication_vectors import publications
from tests.crypto.write_refusal_vectors import refusals
from tests.crypto.write_regrant_vectors import regrants
from tests.crypto.write_rotation_vectors import rotation
from tests.crypto.write_staff_vectors import holders, staff, wrong_places
from tests.crypto.write_taken_down_vectors import taken_down
from tests.crypto.write_unsealing_vectors import unsealings
from tests.crypto.write_witness_vectors import witness_vectors
from tests.crypto.write_work_vectors import work

DIGITS = crypto.draw_receipt(Drawn("receipt")).digits


def b64(text: str | bytes) -> str:
    """base64url of text or bytes."""
    return b64encode(text.encode() if isinstance(text, str) else text)


def receipts() -> VectorFile:
    """Reading receipts, and what follows from one."""
    out = VectorFile("receipt", "SPEC §3: normalisation, check digit, derivations")
    groups = crypto.read_receipt(DIGITS).groups()
    wide = DIGITS.translate({48 + digit: chr(0xFF10 + digit) for digit in range(10)})
    good = {
        "plain": DIGITS,
        "groups with spaces": " ".join(groups),
        "hyphens and dashes": "-".join(groups[:3]) + "–" + "—".join(groups[3:]),
        "full-width digits": wide,
        "ideographic spaces and middle dots": "\u3000".join(groups[:4]) + "・" + "·".join(groups[4:]) + "。\n",
        "byte order mark and tabs": "\ufeff" + "\t".join(groups) + "\r\n",
    }
    for name, text in good.items():
        out.good("read_receipt", name, text=text)
    wrong = str((int(DIGITS[5]) + 1) % 10)
    at = next(i for i in range(27) if DIGITS[i] != DIGITS[i + 1])
    bad = {
        "one wrong digit": DIGITS[:5] + wrong + DIGITS[6:],
        "two neighbours swapped": DIGITS[:at] + DIGITS[at + 1] + DIGITS[at] + DIGITS[at + 2 :],
        "a digit missing": DIGITS[:-1],
        "a digit too many": DIGITS + "0",
        "empty": "",
        "a letter": DIGITS[:-1] + "O",
        "Arabic-Indic digits": DIGITS.translate({48 + digit: chr(0x660 + digit) for digit in range(10)}),
        "an underscore": DIGITS[:4] + "_" + DIGITS[4:],
    }
    for name, text in bad.items():
        out.bad("read_receipt", name, "receipt", text=text)
    for office in (bytes(range(16)), bytes(16)):
        out.good("derive_reporter", f"office {office.hex()}", digits=DIGITS, office=b64(office))
    return out


def framing() -> VectorFile:
    """Frames whose bytes would collide without lengths, codes, keys, padding."""
    out = VectorFile("framing", "SPEC §1, §2: frames, codes, padding, keys as text, signatures")
    for fields in (["ab", "c"], ["a", "bc"], ["abc", ""], ["", "abc"], ["abc"], []):
        out.good("frame", f"fields {fields}", label="yanlu/v1/test", fields=[b64(field) for field in fields])
    out.good("frame", "a byte moved over the label's border", label="yanlu/v1/testa", fields=[b64("b"), b64("c")])
    for length in (0, 1, 4096, 4097, 8193, 32768):
        out.good("pad_text", f"{length} bytes", length=length)
    out.bad("pad_text", "over 32 KiB", "padding", length=32769)
    for stanzas in (1, 2):
        fits = crypto.padded_attachment(0, stanzas)
        most = crypto.padded_attachment(2**32, stanzas) + 7 * crypto.PART_SIZE
        for length in (0, fits, fits + 1, 65536, 8_000_000, 8_388_608, 20_000_001, 2**32, most - 2**17):
            out.good("attachment_size", f"{length} bytes, {stanzas}", length=length, stanzas=stanzas)
        out.bad("attachment_size", f"more than 520 parts, {stanzas}", "padding", length=most, stanzas=stanzas)
    write_codes(out)
    _keys(out)
    _signatures(out)
    return out


def _keys(out: VectorFile) -> None:
    identity = Identity(bytes(range(32)))
    recipient = identity.recipient.text
    out.good("read_identity", "an identity", text=identity.text)
    out.good("read_recipient", "a recipient", text=recipient)
    last = "q" if recipient[-1] != "q" else "p"
    out.bad("read_recipient", "a wrong last letter", "schema", text=recipient[:-1] + last)
    out.bad("read_recipient", "upper case", "schema", text=recipient.upper())
    out.bad("read_recipient", "a classic recipient", "schema", text=bech32_encode("age", bytes(32)))
    out.bad("read_recipient", "too short", "schema", text=bech32_encode("age1pq", bytes(1215)))
    out.bad("read_recipient", "not an ML-KEM key", "schema", text=bech32_encode("age1pq", b"\xff" * 1216))
    out.bad("read_identity", "lower case", "schema", text=identity.text.lower())
    out.bad("read_identity", "mixed case", "schema", text=identity.text[:-1] + identity.text[-1].lower())
    classic = bech32_encode("age-secret-key-", bytes(32)).upper()
    out.bad("read_identity", "a classic identity", "schema", text=classic)


def _signatures(out: VectorFile) -> None:
    staff = crypto.staff_keys(bytes(32), bytes(16), "li-wei")
    message, key = b"yanlu", staff.signing_key
    sig = staff.sign(message)
    out.good("check_signature", "a signature", key=b64(key), message=b64(message), sig=b64(sig))
    order = 2**252 + 27742317777372353535851937790883648493
    big = sig[:32] + (int.from_bytes(sig[32:], "little") + order).to_bytes(32, "little")
    bad = {
        "S not canonical": (key, message, big),
        "another message": (key, b"yanlv", sig),
        "a key of small order": (bytes([1]) + bytes(31), message, sig),
        "R of small order": (key, message, bytes([1]) + bytes(63)),
        "too short": (key, message, sig[:63]),
    }
    k, m, s = honest(message)
    out.good("check_signature", "the key of what follows", key=b64(k), message=b64(m), sig=b64(s))
    for name, (k, m, s) in (bad | crafted(message)).items():
        out.bad("check_signature", name, "signature", key=b64(k), message=b64(m), sig=b64(s))


def json_texts() -> VectorFile:
    """Texts that strict JSON accepts and refuses."""
    out = VectorFile("json", "SPEC §1: strict JSON")
    good = [
        '{"a":1,"b":[true,false,null]}', '{"a":"言路😀"}   ', '"\\ud83d\\ude00"', ' \n\t{"a" : [ ] }\r\n', "9007199254740991",
        "-9007199254740991", '{"__proto__":1,"constructor":2}', "[" * 16 + "]" * 16, '"\\u0000"', "0",
    ]  # fmt: skip
    for text in good:
        out.good("read_json", text[:40], content=b64(text))
    bad: list[str | bytes] = [
        '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', "1.0", "1e3", "-0", "9007199254740992", "-9007199254740992", "NaN", "Infinity",
        '"\\ud800"', '"\\udc00x"', "[" * 17 + "]" * 17, '{"a":1}x', "{'a':1}", "[1,]", '{"a":1,}', "01", "+1", '"\n"', '"\\x41"',
        "", " ", "\ufeff{}", b"\xff", b'"\xed\xa0\x80"', b'"\xc0\x80"', "\u00a0{}", "{}\0", '"a', "tru", "123456789012345678901234567890",
        "// no\n{}", '{"a":1 "b":2}',
    ]  # fmt: skip
    for at, text in enumerate(bad):
        out.bad("read_json", f"{at}: {text[:30]!r}", "json", content=b64(text))
    out.bad("read_json", "longer than the limit", "json", content=b64(" " * 65536 + "1"))
    return out


def envelopes() -> VectorFile:
    """Age files: headers, stanzas, payloads."""
    rng = Drawn("age")
    one, other = Identity.draw(rng), Identity.draw(rng)
    file = seal(b"hello, " * 4, [one.recipient, other.recipient], rng)
    large = seal(bytes(65536) + b"tail", [one.recipient], rng)
    out = VectorFile("envelope", "SPEC §2: age files", file=b64(file), large=b64(large), one=one.text, other=other.text)
    opened = {"identity": {"$": "one"}, "counts": [2]}
    header = len(file) - 16 - 28 - 16
    out.good("open_sealed", "two recipients, the first", file={"$": "file"}, **opened)
    out.good("open_sealed", "two recipients, the second", file={"$": "file"}, identity={"$": "other"}, counts=[2])
    out.good("check_envelope", "the header alone", file={"$bytes": "file", "cut": header}, counts=[2, 8])
    out.bad("open_sealed", "another key", "no-match", file={"$": "file"}, identity=Identity(bytes(32)).text, counts=[2])
    out.bad(
        "open_sealed", "not the number expected", "stanzas", file={"$": "file"}, identity={"$": "one"}, counts=[1, 8]
    )
    out.bad("open_sealed", "MAC altered", "header", file={"$bytes": "file", "flip": header - 1}, **opened)
    out.bad("open_sealed", "header MAC of other bytes", "header-mac", file=b64(swap_mac(file)), **opened)
    out.bad("open_sealed", "payload altered", "payload", file={"$bytes": "file", "flip": -1}, **opened)
    out.bad("open_sealed", "nonce altered", "payload", file={"$bytes": "file", "flip": header}, **opened)
    out.bad("open_sealed", "cut by one byte", "payload", file={"$bytes": "file", "cut": -1}, **opened)
    out.bad("open_sealed", "extended", "payload", file={"$bytes": "file", "append": b64("x")}, **opened)
    out.bad("open_sealed", "version", "header", file={"$bytes": "file", "flip": 20}, **opened)
    out.bad("open_sealed", "plaintext", "header", file=b64('{"account":"in the clear"}'), **opened)
    out.bad("open_sealed", "empty", "header", file="", **opened)
    wide = {"identity": {"$": "one"}, "counts": [1]}
    out.bad("open_sealed", "cut at the chunk border", "payload", file={"$bytes": "large", "cut": -20}, **wide)
    out.bad("open_sealed", "cut in the last chunk", "payload", file={"$bytes": "large", "cut": -4}, **wide)
    _stanza_lines(out, file, opened)
    return out


def swap_mac(file: bytes) -> bytes:
    """The file with the first characters of its header MAC changed for others of the alphabet."""
    at = file.index(b"\n--- ") + 5
    return file[:at] + (b"AAAA" if file[at : at + 4] != b"AAAA" else b"BBBB") + file[at + 4 :]


def _stanza_lines(out: VectorFile, file: bytes, opened: dict[str, object]) -> None:
    lines = file.split(b"\n", 6)

    def with_lines(*middle: bytes) -> str:
        return b64(b"\n".join([lines[0], *middle, *lines[5:]]))

    x25519 = b"-> X25519 " + b"A" * 43
    out.bad(
        "open_sealed", "a classic stanza beside", "stanzas", file=with_lines(x25519, b"A" * 43, *lines[1:5]), **opened
    )
    out.bad(
        "open_sealed", "a grease stanza", "stanzas", file=with_lines(*lines[1:5], b"-> abc-grease x", b""), **opened
    )
    out.bad("open_sealed", "CRLF", "header", file=with_lines(lines[1] + b"\r", *lines[2:5]), **opened)
    out.bad(
        "open_sealed", "padding in a body", "header", file=with_lines(lines[1], lines[2] + b"=", *lines[3:5]), **opened
    )
    out.bad("open_sealed", "a second argument", "header", file=with_lines(lines[1] + b" x", *lines[2:5]), **opened)
    out.bad(
        "open_sealed", "a body too short", "header", file=with_lines(lines[1], lines[2][:-3], *lines[3:5]), **opened
    )
    out.bad("open_sealed", "nobody addressed", "header", file=with_lines(), **opened)
    out.bad("open_sealed", "33 stanzas", "stanzas", file=with_lines(*(lines[1:3] * 33)), **opened)
    out.bad(
        "open_sealed", "stanzas in another order", "header-mac", file=with_lines(*lines[3:5], *lines[1:3]), **opened
    )


def directories() -> VectorFile:
    """Roots and directories, good and each way of bad."""
    office = Office(Drawn("directory"))
    first = office.roots[0]
    second_text = crypto.root_text(office.root_document(number=2))
    second = crypto.sign_note(second_text, office.keepers)
    good = {
        "code": office.code,
        "roots": [first.decode()],
        "note": office.note().decode(),
        "today": TODAY,
        "seen": None,
    }
    out = VectorFile("directory", "SPEC §4: notes, roots, directory", good=good)

    def given(**changes: object) -> dict[str, object]:
        return {key: changes.get(key, good[key]) for key in good}

    found = out.good("verify_directory", "a directory", **given())
    stranger = [crypto.draw_keeper("stranger", Drawn("stranger"))]
    text = crypto.directory_text(office.directory_document())
    one = crypto.sign_note(text, office.keepers[:1]).decode()
    out.good(
        "verify_directory",
        "all three keepers and a stranger",
        **given(note=crypto.sign_note(text, office.keepers + stranger).decode()),
    )
    out.bad("verify_directory", "one signature", "directory", **given(note=one))
    out.bad("verify_directory", "one keeper twice", "directory", **given(note=one + one.splitlines()[-1] + "\n"))
    foreign = crypto.sign_note(text, office.keepers[:1] + stranger).decode()
    out.bad("verify_directory", "a keeper and a stranger", "directory", **given(note=foreign))
    _ways_of_bad(out, given, good["note"], text)
    _roots(out, office, given, second, second_text)
    _days(out, given, found["hash"])
    _shapes(out, office, given)
    raised_directories(out, office, given)
    return out


def _ways_of_bad(out: VectorFile, given: Callable[..., dict[str, object]], note: str, text: bytes) -> None:
    altered = note.replace("Example Office", "Altered Office")
    out.bad("verify_directory", "altered", "directory", **given(note=altered))
    out.bad("verify_directory", "no signature line", "schema", **given(note=text.decode()))
    out.bad("verify_directory", "another office's code", "foreign", **given(code=crypto.write_checked_code(bytes(12))))
    out.bad("verify_directory", "not a code", "schema", **given(code="XYZ"))
    code = str(given()["code"])
    digest = b64(crypto.anchor_of(crypto.read_note(given()["roots"][0].encode()).text).digest)
    out.good("verify_directory", "a link's code and hash", **given(code=f"{code}&h={digest}"))
    out.bad(
        "verify_directory", "the code right, the hash another's", "foreign", **given(code=f"{code}&h={b64(bytes(32))}")
    )
    other = crypto.write_checked_code(bytes(12))
    out.bad("verify_directory", "the hash right, the code another's", "foreign", **given(code=f"{other}&h={digest}"))
    for name, mark in (("short", digest[:-1]), ("of another length", b64(bytes(31))), ("empty", "")):
        out.bad("verify_directory", f"a hash that is none: {name}", "schema", **given(code=f"{code}&h={mark}"))
    out.bad("verify_directory", "no roots", "root", **given(roots=[]))


def _days(out: VectorFile, given: Callable[..., dict[str, object]], digest: str) -> None:
    out.bad("verify_directory", "expired", "expired", **given(today="2026-12-20"))
    out.good("verify_directory", "the last day", **given(today="2026-12-19"))
    out.good("verify_directory", "issued tomorrow", **given(today="2026-11-19"))
    out.bad("verify_directory", "issued later", "expired", **given(today="2026-11-18"))
    lapsed(out, given, {"sequence": 8, "hash": digest})
    seen = {"sequence": 7, "hash": digest}
    out.good("verify_directory", "seen before", **given(seen=seen))
    out.good("verify_directory", "an older one seen", **given(seen={"sequence": 6, "hash": b64(bytes(32))}))
    out.bad("verify_directory", "a newer one seen", "older", **given(seen={**seen, "sequence": 8}))
    out.bad("verify_directory", "another of the same number", "older", **given(seen={**seen, "hash": b64(bytes(32))}))


def _roots(out: VectorFile, office: Office, given: Callable[..., dict], second: bytes, second_text: bytes) -> None:
    first = office.roots[0]
    note = office.note(root=2).decode()
    bad = {
        "root 2 with one signature": [first, crypto.sign_note(second_text, office.keepers[:1])],
        "root 2 twice": [first, second, second],
        "root 3 after root 1": [first, crypto.sign_note(crypto.root_text(office.root_document(number=3)), office.keepers)],
        "root 2 by its own new keepers only": [first, taken_over(office)],
        "root 2 of another office": [first, crypto.sign_note(crypto.root_text(office.root_document(number=2, office=b64(bytes(16)))), office.keepers)],
    }  # fmt: skip
    out.good("verify_directory", "two roots", **given(roots=[first.decode(), second.decode()], note=note))
    for name, roots in bad.items():
        out.bad("verify_directory", name, "root", **given(roots=[root.decode() for root in roots], note=note))
    out.bad(
        "verify_directory",
        "a directory under the old root",
        "directory",
        **given(roots=[first.decode(), second.decode()]),
    )
    weak = crypto.sign_note(crypto.root_text(office.root_document()), office.keepers[:1])
    out.bad("verify_directory", "root 1 with one signature", "root", **given(roots=[weak.decode()]))


def taken_over(office: Office) -> bytes:
    """A root 2 that names strangers alone and is signed by them."""
    strangers = [crypto.draw_keeper(name, Drawn(name)) for name in ("stranger-1", "stranger-2", "stranger-3")]
    keepers = [
        {"id": one.id, "key": b64(one.key), "nonce": b64(one.nonce), "seat": {"en": "x", "zh": "x"}}
        for one in strangers
    ]
    document = office.root_document(number=2, keepers=keepers)
    return crypto.sign_note(crypto.root_text(document), strangers)


def _calendars(out: VectorFile, office: Office, given: Callable[..., dict[str, object]]) -> None:
    document = office.directory_document()
    for name, calendars in (("calendars named by hash", b64(bytes([7] * 32))), ("no calendars", None)):
        named = crypto.directory_text(document | {"calendars": calendars})
        out.good("verify_directory", name, **given(note=crypto.sign_note(named, office.keepers).decode()))
    for name, calendars in (("calendars by half a hash", b64(bytes(16))), ("calendars that are no text", 7)):
        content = write_canonical(document | {"calendars": calendars}).decode()
        head = f"yanlu/v1/directory\n{b64(office.office)}\n7\n{content}\n".encode()
        out.bad("verify_directory", name, "schema", **given(note=crypto.sign_note(head, office.keepers).decode()))


def _shapes(out: VectorFile, office: Office, given: Callable[..., dict[str, object]]) -> None:
    _calendars(out, office, given)
    entity_settings(out, office, given)
    overseers(out, office, given)
    localized_texts(out, office, given)
    guarded(out, office)
    document = office.directory_document()
    twice = [*document["members"], document["members"][0]]
    same_key = [*document["members"][:-1], office.member("bao-guan-3", recipient=office.staff("li-wei").recipient)]
    changes: dict[str, dict[str, object]] = {
        "an unknown key": {"extra": 1},
        "another suite": {"suite": "yanlu-2"},
        "a member twice": {"members": twice},
        "a recipient twice": {"members": same_key},
        "a superior that stands nowhere": {"entities": [office.entity("works", superior="nowhere")]},
        "an unknown role": {"members": [office.member("li-wei", role="king")]},
        "a quorum larger than the custodians": {"custodians": {"m": 4, "members": ["bao-guan-1"]}},
        "a day that does not exist": {"expires": "2027-02-30"},
        "a custodian of another role": {"custodians": {"m": 1, "members": ["li-wei"]}},
        "a custodian who holds cases": {"holders": [document["holders"][0] | {"members": ["li-wei", "bao-guan-1"]}]},
        "a custodian who oversees": {"oversight": ["bao-guan-1"]},
        "a custodian outside": {
            "entities": [office.entity("group", outside=["bao-guan-1"]), *document["entities"][1:]]
        },
    }
    for name, change in (changes | wrong_places(office)).items():
        content = crypto.write_json(document | change).decode()
        head = f"yanlu/v1/directory\n{b64(office.office)}\n7\n{content}\n".encode()
        out.bad("verify_directory", name, "schema", **given(note=crypto.sign_note(head, office.keepers).decode()))
    text = crypto.directory_text(office.directory_document(office=b64(bytes(16))))
    other = crypto.sign_note(text, office.keepers).decode()
    out.bad("verify_directory", "of another office", "foreign", **given(note=other))
    broken = crypto.sign_note(f"yanlu/v1/directory\n{b64(office.office)}\n7\n{{]\n".encode(), office.keepers).decode()
    out.bad("verify_directory", "broken JSON", "json", **given(note=broken))
    root = crypto.sign_note(crypto.root_text(office.root_document()), office.keepers)
    out.bad("verify_directory", "a root in the directory's place", "schema", **given(note=root.decode()))


def main() -> None:
    """Write every file."""
    simple = (
        receipts, framing, json_texts, envelopes, directories, holders, staff, taken_down, duty_done, log, work, unsealings, protections, rotation, witness_vectors,
        file_names, chains, all_reviews, office_keys, publications,
    )  # fmt: skip
    for make in simple:
        make().write()
    for file in (histories(grants()), bound(all_threads()), inners(), mailboxes(), bundles(), refusals(), regrants(), claims(), non_readers(), *packets_and_events()):  # fmt: skip
        file.write()


if __name__ == "__main__":
    main()
