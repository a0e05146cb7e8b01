"""Properties of the wire format that hold for every input."""

import io
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crypto
from crypto.case.memo import read_memo
from crypto.framing import b64decode, b64encode, sha256
from crypto.office.signed_notes import read_note
from crypto.sealing.age import CHUNK, open_stream, seal, sealed_size
from crypto.sealing.recipients import Identity, Recipient, bech32_decode, bech32_encode
from crypto.text import is_canonical, without_padding, write_canonical
from tests.crypto.sample import Drawn, filed

FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
ONE = Identity(bytes(32))
FILE = seal(b"text" * 20, [ONE.recipient, Identity(bytes([1] * 32)).recipient], Drawn("file"))
CASE = filed("properties")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=64), st.binary(max_size=64), st.binary(max_size=64))
def test_frames_do_not_collide(one: bytes, two: bytes, three: bytes) -> None:
    """Two lists of fields give the same frame only when they are the same list."""
    assert crypto.frame("yanlu/v1/x", one + two, three) != crypto.frame("yanlu/v1/x", one, two + three) or not two
    assert crypto.frame("yanlu/v1/x", one, two) != crypto.frame("yanlu/v1/x", one, two, b"")


@given(st.binary())
def test_base64_round_trip(content: bytes) -> None:
    """Base64url reads back, and padding or white space is refused."""
    text = b64encode(content)
    assert b64decode(text) == content
    for bad in (text + "=", text + "\n", " " + text):
        with pytest.raises(crypto.WrongShape):
            b64decode(bad)


@given(st.text(alphabet="AQgwBZ_-+/= é", max_size=9))
def test_bytes_are_written_in_one_way_only(text: str) -> None:
    """Whatever is read as base64url is exactly what its bytes are written as."""
    with suppress(crypto.WrongShape):
        assert b64encode(b64decode(text)) == text


@given(JSON)
def test_json_round_trip(value: object) -> None:
    """What is written as strict JSON reads back the same."""
    content = crypto.write_json(value)
    assert crypto.read_json(content + b"   ", len(content) + 3) == value


WAYS = (b"[%b1]", b"[1%b]", b"[1,%b2]", b'{"a"%b:1}')
BLANKS = [way % blank for way in WAYS for blank in (b" ", b"\t", b"\n", b"\r")]
ESCAPED = [rb'["\u0061"]', rb'["\/"]', rb'["\n"]', rb'["\u000A"]', rb'{"\u0061":1}']
THE_ONE = [b"[1,2]", b'["a b"]', b'["a b\xc2\xa0\x7f",{"c":null}]', rb'["\u000a"]', rb'["\"\\"]']


@pytest.mark.parametrize(
    ("content", "one"), [*((way, False) for way in BLANKS + ESCAPED), *((it, True) for it in THE_ONE)]
)
def test_what_is_written_in_another_way_than_the_one_is_noticed(content: bytes, one: bool) -> None:
    """A blank, a line's end or an escape that need not be: exactly what would be written is taken for canonical."""
    value = crypto.read_json(content, len(content))
    assert is_canonical(content, value) is (content == write_canonical(value)) is one


@given(JSON)
def test_what_is_written_in_the_one_way_is_taken_for_it(value: object) -> None:
    """Whatever it is."""
    assert is_canonical(write_canonical(value), value)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 8192, 3 * 4096 + 5])
def test_spaces_at_the_end_are_padding_however_many(size: int) -> None:
    """None of them is left, and nothing else goes."""
    for content in (b"", b'{"a":1}', b" " * size + b"1", b"1" + b" " * 5000 + b"2\n"):
        assert without_padding(content + b" " * size) == content.rstrip(b" ")
    assert crypto.read_json(b"[1]" + b" " * size, size + 3) == [1]
    with pytest.raises(crypto.MalformedJson):
        crypto.read_json(b"[1]" + b" " * size, size + 2)


@pytest.mark.parametrize("length", [1, 8192, 200_000])
def test_a_long_text_is_nested_no_deeper_than_a_short_one(length: int) -> None:
    """Sixteen levels are read and seventeen refused, however much stands in them; brackets in texts are none."""
    inner = json.dumps("[{" * length).encode()
    content = b"[" * 16 + inner + b"]" * 16
    assert crypto.read_json(content, len(content))
    with pytest.raises(crypto.MalformedJson):
        crypto.read_json(b"[" + content + b"]", len(content) + 2)


@given(st.binary(min_size=10, max_size=10))
def test_codes_round_trip(content: bytes) -> None:
    """A code reads back as typed in lower case and without hyphens."""
    text = crypto.write_code(content)
    assert crypto.read_code(text.lower().replace("-", ""), 10) == content


@given(st.binary(min_size=32, max_size=32), st.integers(0, 60), st.sampled_from("qpzry9x8gf2tvdw0"))
def test_bech32_catches_any_wrong_letter(content: bytes, at: int, letter: str) -> None:
    """A key reads back, and no single letter can be changed."""
    text = bech32_encode("age1pq", content)
    assert bech32_decode("age1pq", text, 32) == content
    place = len("age1pq1") + at % (len(text) - len("age1pq1"))
    if text[place] != letter:
        with pytest.raises(crypto.WrongShape):
            bech32_decode("age1pq", text[:place] + letter + text[place + 1 :], 32)


def test_every_wrong_digit_and_swap_of_a_receipt_is_caught() -> None:
    """At each of 28 places each other digit, and each swap of unlike neighbours, is refused."""
    for draw in range(20):
        digits = crypto.draw_receipt(Drawn(f"receipt {draw}")).digits
        wrong = [
            digits[:at] + other + digits[at + 1 :] for at in range(28) for other in "0123456789" if other != digits[at]
        ]
        wrong += [
            digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            for at in range(27)
            if digits[at] != digits[at + 1]
        ]
        for text in wrong:
            with pytest.raises(crypto.WrongReceipt):
                crypto.read_receipt(text)


def test_each_group_that_was_seen_leaves_ten_thousand_times_fewer_receipts() -> None:
    """Of one group that is not known one in ten fits the check digit: 10^(27 - 4k) are left of k groups seen."""
    digits = crypto.draw_receipt(Drawn("seen")).digits
    for at in (0, 3, 6):
        left = [f"{digits[: 4 * at]}{group:04}{digits[4 * at + 4 :]}" for group in range(10_000)]
        assert sum(crypto.damm(text) == 0 for text in left) == 10 ** (27 - 4 * 6)


def test_receipts_are_drawn_uniformly() -> None:
    """Over 2,000 receipts each digit comes up near one in ten (χ² below the 99.99 % point)."""
    drawn = "".join(crypto.draw_receipt(Drawn(f"uniform {at}")).digits[:27] for at in range(2000))
    expected = len(drawn) / 10
    assert sum((drawn.count(digit) - expected) ** 2 / expected for digit in "0123456789") < 33.7
    assert crypto.draw_receipt(Bytes()).digits[:3] == "012"


class Bytes:
    """Bytes that would be biased under a modulus come first and must be thrown away."""

    def __init__(self) -> None:
        self.given = iter((255, 250, 251, 252, 253, 254, *range(27)))

    def __call__(self, size: int) -> bytes:
        """Gives one byte."""
        assert size == 1
        return bytes([next(self.given)])


@given(st.integers(0, 2**32), st.integers(1, 2))
def test_attachments_come_in_few_lengths(length: int, stanzas: int) -> None:
    """The file holds it, is a doubling of 64 KiB or whole parts of 8 MiB, at most twice as long or a part longer."""
    file, padded = crypto.blob_size(length, stanzas), crypto.padded_attachment(length, stanzas)
    assert file == sealed_size(padded, stanzas)
    assert length <= padded < max(2 * length + 65536, length + crypto.PART_SIZE)
    assert file in {65536 << k for k in range(8)} or file % crypto.PART_SIZE == 0
    assert crypto.blob_size(padded, stanzas) == file


@FEW
@given(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]), st.integers(1, 3))
def test_age_round_trip(length: int, count: int) -> None:
    """What was sealed opens, for every recipient, at every length around a chunk border."""
    identities = [Identity(bytes([at] * 32)) for at in range(count)]
    content = bytes(length)
    file = seal(content, [identity.recipient for identity in identities], Drawn("round"))
    assert len(file) == sealed_size(length, count)
    for identity in identities:
        assert crypto.open_sealed(file, identity, count) == content


@settings(max_examples=300)
@given(st.integers(0, len(FILE) * 8 - 1))
def test_any_bit_flip_is_refused(bit: int) -> None:
    """No bit of an age file can change, for the first of two recipients, but in the other's stanza."""
    changed = bytearray(FILE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(crypto.CryptoError):
        crypto.open_sealed(bytes(changed), ONE, 2)


@pytest.mark.parametrize("chunks", [1, 2, 3])
@pytest.mark.parametrize("extra", [0, 100])
def test_every_cut_at_a_chunk_border_is_refused(chunks: int, extra: int) -> None:
    """A file cut at, before or after any chunk border never opens to its end."""
    file = seal(bytes(chunks * CHUNK + extra), [ONE.recipient], Drawn("cut"))
    start = len(file) - (chunks * (CHUNK + 16) + (extra and extra + 16))
    borders = [start + at * (CHUNK + 16) for at in range(chunks + 1)]
    cuts = {border + step for border in borders for step in (-17, -16, -1, 0, 1, 15, 16, 17)}
    for cut in sorted(cut for cut in cuts if cut < len(file)):
        with pytest.raises(crypto.CryptoError):
            list(open_stream(io.BytesIO(file[:cut]), ONE, 1))


PARSERS = {
    "read_receipt": lambda raw: crypto.read_receipt(raw.decode("latin-1")),
    "read_json": lambda raw: crypto.read_json(raw, 65536),
    "read_header": crypto.read_header,
    "read_note": read_note,
    "read_packet": lambda raw: crypto.read_packet(raw.ljust(24576, b"\0")),
    "read_slots": lambda raw: crypto.read_slots([b"YLS1" + raw.ljust(131068, b"\0")]),
    "read_bundle": lambda raw: crypto.read_bundle(io.BytesIO(b"yanlu-bundle/v1\n" + raw)),
    "open_sealed": lambda raw: crypto.open_sealed(b"age-encryption.org/v1\n" + raw, ONE, 1),
    "unwrap_erasable": lambda raw: crypto.unwrap_erasable(bytes(32), raw),
    "recipient": lambda raw: Recipient.read("age1pq1" + raw.decode("latin-1")),
    "open_shares": lambda raw: crypto.open_shares(raw.ljust(49152, b"\0"), ONE),
}


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_parsers_refuse_random_bytes_with_a_crypto_error(name: str) -> None:
    """Random bytes are read or refused, never anything else."""

    @settings(max_examples=60)
    @given(st.binary(max_size=300))
    def attempt(raw: bytes) -> None:
        with suppress(crypto.CryptoError):
            PARSERS[name](raw)

    attempt()


READERS = {
    "submission": (crypto.read_submission, CASE.sealed.submission),
    "item": (crypto.read_item, CASE.report),
    "memo": (crypto.read_sealed, CASE.sealed.submission["memo"]),
    "directory": (crypto.directory_text, CASE.office.directory_document()),
    "root": (crypto.root_text, CASE.office.root_document()),
    "grant": (crypto.read_grant_body, CASE.grant().body.document()),
    "memo text": (read_memo, CASE.sealed.memo.document()),
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_readers_refuse_altered_documents_with_a_crypto_error(name: str) -> None:
    """A document with any member replaced by any JSON, or removed, is read or refused, never anything else."""
    read, document = READERS[name]
    assert isinstance(document, dict)
    whole: dict[str, Any] = document

    @settings(max_examples=40)
    @given(st.sampled_from(sorted(whole)), JSON)
    def attempt(key: str, value: object) -> None:
        with suppress(crypto.CryptoError):
            read(whole | {key: value})
        with pytest.raises(crypto.WrongShape):
            read({name: member for name, member in whole.items() if name != key})

    attempt()


def test_an_attachment_appears_only_when_whole(tmp_path: Path) -> None:
    """A cut or altered attachment leaves neither file nor temporary file; a whole one is itself."""
    sealed, content = io.BytesIO(), bytes(range(256)) * 1000
    named = crypto.seal_attachment(
        io.BytesIO(content), len(content), "a.bin", "application/octet-stream", [ONE.recipient], sealed, Drawn("a")
    )
    file = sealed.getvalue()
    for bad in (file[:-1], file[:-20], file + b"x", file[:-1] + bytes([file[-1] ^ 1])):
        with pytest.raises(crypto.CryptoError):
            crypto.open_attachment(io.BytesIO(bad), ONE, named, 1, tmp_path / "a.bin")
        assert list(tmp_path.iterdir()) == []
    crypto.open_attachment(io.BytesIO(file), ONE, named, 1, tmp_path / "a.bin")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", content)]


def test_an_attachment_of_another_size_is_refused() -> None:
    """A named size that needs other padding, hides bytes, or another file with the same name is refused."""
    sealed, content = io.BytesIO(), b"x" * 1000
    named = crypto.seal_attachment(io.BytesIO(content), 1000, "a", "text/plain", [ONE.recipient], sealed, Drawn("size"))
    file = sealed.getvalue()

    def opened(attachment: crypto.Attachment) -> bytes:
        return b"".join(crypto.open_attachment_stream(io.BytesIO(file), ONE, attachment, 1))

    assert opened(named) == content
    fits = crypto.padded_attachment(1000, 1)
    for size in (999, fits + 1):
        with pytest.raises(crypto.WrongPadding):
            opened(replace(named, size=size))
    with pytest.raises(crypto.PayloadDamaged):
        opened(replace(named, parts=[bytes(32)]))
    for wrong in (999, 1001):
        with pytest.raises(crypto.WrongShape):
            crypto.seal_attachment(
                io.BytesIO(content), wrong, "a", "text/plain", [ONE.recipient], io.BytesIO(), Drawn("size")
            )


def test_parts_of_eight_mebibytes_are_hashed_one_by_one() -> None:
    """Sizes around the border of a part give one hash per part, in whatever pieces the bytes come."""
    content = bytes(crypto.PART_SIZE + 5)
    whole, pieces = crypto.PartHashes(), crypto.PartHashes()
    whole.update(content)
    for at in range(0, len(content), 65_537):
        pieces.update(content[at : at + 65_537])
    assert whole.parts() == pieces.parts() == [sha256(content[: crypto.PART_SIZE]), sha256(bytes(5))]


@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_the_erasure_layer_opens_under_its_key_only(content: bytes, at: int) -> None:
    """What was wrapped comes back; another key or any flipped bit is refused."""
    key, rng = bytes(32), Drawn("erasure")
    wrapped = crypto.wrap_erasable(key, content, rng)
    assert crypto.unwrap_erasable(key, wrapped) == content
    flipped = bytearray(wrapped)
    flipped[at % len(wrapped)] ^= 1
    for wrong_key, wrong in ((bytes([1] * 32), wrapped), (key, bytes(flipped)), (key, wrapped[:-1])):
        with pytest.raises(crypto.PayloadDamaged):
            crypto.unwrap_erasable(wrong_key, wrong)


def test_secrets_have_no_repr() -> None:
    """No key, seed or receipt shows up when it is printed."""
    receipt = crypto.draw_receipt(Drawn("secret"))
    keys, staff, grant = CASE.keys, CASE.office.staff("li-wei"), CASE.grant()
    shown = f"{receipt!r} {keys!r} {staff!r} {grant!r} {grant.body!r} {CASE.sealed!r} {ONE!r}"
    for secret in (
        receipt.digits,
        repr(keys.act_seed),
        repr(keys.memo_key),
        repr(staff.signing_seed),
        repr(grant.access),
    ):
        assert secret not in shown


def test_only_the_verifier_makes_a_verified_directory() -> None:
    """Neither the constructor nor altered holders get anything sealed."""
    directory = CASE.directory
    with pytest.raises(crypto.DirectoryRefused):
        crypto.VerifiedDirectory(object(), directory.content, directory.hash, directory.today, None)
    holders = crypto.choose_holders(directory, "works", "company-whistleblowing", "fraud", [])
    swapped = [*holders.members[:-1], CASE.directory.member("bao-guan-1")]
    forged = type(holders)(**{**vars(holders), "members": swapped})
    with pytest.raises(crypto.WrongShape):
        crypto.seal_report(
            directory, CASE.keys, crypto.draw_case(Drawn("f")), forged, crypto.NewReport("x", "en"), Drawn("f")
        )


def test_a_regrant_never_admits_anybody_excluded() -> None:
    """A careless colleague who names an excluded person is refused, when sealing and when cosigning."""
    case, rng = filed("careless", ("li-wei",)), Drawn("careless")
    staff, grant = case.office.staff("sun-fang"), case.grant("sun-fang")
    thread = crypto.read_case(case.directory, grant, [case.report])
    with pytest.raises(crypto.ExcludedHolder):
        crypto.seal_regrant(staff, case.directory, grant, thread, ["sun-fang", "li-wei"], rng)
    regrant = crypto.seal_regrant(staff, case.directory, grant, thread, ["sun-fang", "zhao-min"], rng)
    other = case.grant("zhao-min")
    second = case.office.staff("zhao-min")
    proof = crypto.cosign_regrant(
        second, regrant.packet, regrant.history, regrant.proof, case.directory, other, [case.report]
    )
    two = case.office.directory(regrant_threshold=2)
    opened = crypto.open_grant(staff, regrant.packet, two, grant.pin)
    crypto.check_proof(two, opened, proof, grant.body)
    with pytest.raises(crypto.SignatureRefused):
        crypto.check_proof(two, opened, regrant.proof, grant.body)
    with pytest.raises(crypto.NotAddressed):
        crypto.open_grant(case.office.staff("li-wei"), regrant.packet, two)


def test_packets_real_and_dummy_have_one_size() -> None:
    """Identity packets are 49,152 bytes, protection packets 16,384, grants as large as their bucket."""
    rng = Drawn("sizes")
    custodians = [CASE.office.staff(f"bao-guan-{at}").identity for at in (1, 2, 3)]
    real = crypto.seal_identity({"name": "x"}, rng(16), [one.recipient for one in custodians], 3, rng)
    assert {len(real), len(crypto.dummy_identity(rng))} == {49152}
    protection = crypto.seal_protection({"answer": "no"}, ONE.recipient, rng)
    assert {len(protection), len(crypto.dummy_protection(rng))} == {16384}
    assert crypto.open_protection(protection, ONE) == {"answer": "no"}
    for bucket, size in ((8, 24576), (16, 40960), (32, 65536)):
        assert len(crypto.seal_dummy_grant(bucket, rng)) == size
