"""What a reporter sends has its one length, whatever is in it (SPEC §7)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

import crypto
from casework.policy.reader import shipped_policies, shipped_policy
from crypto.custody.names import About, IdentityText
from crypto.custody.packets import draw_dummy_packets
from crypto.framing import b64encode
from crypto.reporter.lengths import MANY_PARTS, read_sent_submission
from tests.crypto.sample import CHEAP, Case, Drawn, filed

RNG = Drawn("lengths")
SHORT, LONG, LONGEST = 196608, 262144, 393216
# What one character takes: one, three and four bytes; an escape inside an escape, and one of six letters.
LETTERS = ("a", "收", "😀", '"', "\\", "\n", "\x01")
COUNTS = (1, 100, 1000, 4000, 16384)
TEXTS = [letter * count for letter in LETTERS for count in COUNTS]


@cache
def case() -> Case:
    """A reporter with a case."""
    return filed("lengths")


def of_parts(parts: int) -> crypto.Attachment:
    """An attachment of so many parts, as an item names it."""
    size = parts * crypto.PART_SIZE
    return crypto.Attachment(RNG(16), "n" * 255, "application/x", size // 2, size, [RNG(32)] * parts)


def reports(policy: str, version: str) -> Iterator[crypto.SealedReport]:
    """Reports under that policy, very short and very long ones; what fits no text travels as an attachment."""
    policies = [{"id": policy, "version": version, "hash": b64encode(bytes(32)), "entities": ["works"]}]
    row = {"entity": "works", "policy": policy, "category": "*", "members": ["li-wei", "sun-fang"], "left_out": []}
    directory = case().office.directory(policies=policies, holders=[row])
    for urgent in (False, True):
        for text in ("a", "收" * 7000, '"\n' * 3000):
            for answers in ([], [crypto.Answer("where", text[:2000])]):
                files = [of_parts(1)] * 3 if answers else []
                told = crypto.NewReport(text, "zh-CN", answers=answers, attachments=files, urgent=urgent)
                yield report(directory, policy, told)


def report(directory: crypto.VerifiedDirectory, policy: str, told: crypto.NewReport) -> crypto.SealedReport:
    """A report to the works; attachments get ids of their own."""
    holders = crypto.choose_holders(directory, "works", policy, "fraud", [])
    told = replace(told, attachments=[replace(file, blob=RNG(16)) for file in told.attachments])
    return crypto.seal_report(directory, case().keys, crypto.draw_case(RNG), holders, told, RNG)


@pytest.mark.parametrize("policy", [*shipped_policies(), "p" * 48])
def test_a_report_has_one_length_under_every_policy(policy: str) -> None:
    """Urgent or not, with answers, files or neither: 196,608 bytes."""
    version = shipped_policy(policy).version if policy in shipped_policies() else "\x01" * 64
    lengths = {len(crypto.write_submission(sealed.submission)) for sealed in reports(policy, version)}
    assert lengths == {SHORT}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: f"{text[0]!a} {len(text)}")
def test_a_report_has_one_length_with_every_text(text: str) -> None:
    """From one character to 16,384: it has its length, or it is refused before anything is sent, and is long then."""
    told = crypto.NewReport(text, "zh-CN")
    if len(json.dumps(json.dumps(text, ensure_ascii=False), ensure_ascii=False).encode()) > 32000:
        with pytest.raises((crypto.WrongPadding, crypto.WrongShape)):
            report(case().directory, "company-whistleblowing", told)
        told = replace(told, account=text[:1000], attachments=[of_parts(1)])
    sealed = report(case().directory, "company-whistleblowing", told)
    assert len(crypto.write_submission(sealed.submission)) == SHORT


@pytest.mark.parametrize(("bucket", "usual"), [(8, SHORT), (16, LONG), (32, LONG)])
def test_only_packet_size_and_parts_decide_the_length(bucket: int, usual: int) -> None:
    """Every length of text in the item gives the same; the greatest length is there for many parts alone, and holds."""
    told: dict[str, object] = dict(case().sealed.submission)
    told["grant"] = b64encode(crypto.seal_dummy_grant(bucket, RNG))
    told["policy_version"], told["entity"], told["policy"] = "\x01" * 64, "e" * 48, "p" * 48
    for size in crypto.TEXT_SIZES:
        item = told["item"] | {"body": sealed_text(size)}  # type: ignore[operator]
        for files, expected in ((0, usual), (MANY_PARTS, usual), (MANY_PARTS + 1, LONGEST), (520, LONGEST)):
            blobs = many_blobs(files) if files else []
            sent = crypto.write_submission(told | {"item": item, "blobs": blobs})
            assert (len(sent), read_sent_submission(sent).policy) == (expected, "p" * 48)


def sealed_text(size: int) -> str:
    """An item's body of that padded size."""
    from crypto.sealing.age import seal

    return b64encode(seal(bytes(size), [case().office.recovery.recipient], RNG))


def many_blobs(parts: int) -> list[dict[str, object]]:
    """So many parts in as many attachments as may be, the longest listing that there is."""
    sizes = [1] * 63 + [parts - 63]
    return [
        {"blob": b64encode(RNG(16)), "size": one * crypto.PART_SIZE, "parts": [b64encode(bytes(32))] * one}
        for one in sizes
    ]


def posts(text: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Every post that there is, with that text in it where it takes one."""
    made = case()
    keys, standing, directory = made.keys, made.standing, made.directory
    yield "kept", crypto.seal_receipt_confirmed(keys, standing, RNG)[0]
    yield "memo", crypto.seal_memo_post(keys, standing, RNG)[0]
    yield "check-in", crypto.seal_memo_post(keys, standing, RNG, draw_dummy_packets(RNG), [])[0]
    fresh = crypto.derive_reporter(crypto.draw_receipt(Drawn("fresh")), made.office.office, CHEAP)
    yield "new receipt", crypto.seal_receipt_change(keys, fresh, standing, RNG)[0]
    yield "message", crypto.seal_message(keys, standing, crypto.Message(text, [of_parts(1)]), RNG)[0]
    yield "many parts", crypto.seal_message(keys, standing, crypto.Message("", [of_parts(520)]), RNG)[0]
    for act in crypto.Declaration:
        yield act.value, crypto.seal_act(keys, standing, crypto.ActText(act, text), RNG)[0]
    short = text[:50]
    for about in About:
        identity = IdentityText(about, "名" * 10, short, short)
        for sealed in (False, True):
            name = crypto.seal_identity_post(directory, keys, standing, identity, sealed, short, RNG)
            yield f"name of {about.value}", name[0]
    own = IdentityText(About.REPORTER, "甲", "", "")
    named = crypto.seal_identity_post(directory, keys, standing, own, sealed=True, text="", rng=RNG)[1]
    yield "withdrawal", crypto.seal_withdrawal(keys, named, RNG)[0]


@pytest.mark.parametrize("letter", LETTERS, ids=ascii)
@pytest.mark.parametrize("count", [1, 4000])
def test_every_post_has_one_length(letter: str, count: int) -> None:
    """Message, act, finishing post, name, withdrawal, check-in, new receipt: 196,608 bytes each."""
    lengths = {name: len(crypto.write_post(post)) for name, post in posts(letter * count)}
    assert len(lengths) == 6 + len(crypto.Declaration) + len(About) + 1
    assert set(lengths.values()) == {SHORT}


def test_a_post_holds_whatever_a_reader_takes() -> None:
    """The longest item, two memos and 520 parts in 64 attachments are still one post."""
    made = case()
    fresh = crypto.derive_reporter(crypto.draw_receipt(Drawn("fresh")), made.office.office, CHEAP)
    post, _ = crypto.seal_receipt_change(made.keys, fresh, made.standing, RNG)
    item = post["item"] | {"body": sealed_text(32768), "epoch": 16}  # type: ignore[operator]
    longest = post | {"item": item, "blobs": many_blobs(520), "hint": "unsatisfied"}
    assert len(crypto.write_post(longest)) == SHORT
