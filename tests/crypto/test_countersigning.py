"""The second signature under a re-grant: what a colleague checks before giving it, and each lie by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import crypto
from crypto.case.grant import RegrantSignature, regrant_frame, seal_body, write_packet
from crypto.case.grant_body import GrantBody
from crypto.framing import sha256
from tests.crypto.sample import MEMBERS, Case, Drawn, filed

CASE = filed("countersign", ("li-wei",))
TWO = CASE.office.directory(regrant_threshold=2, sequence=8)
HOLDERS = ["sun-fang", "zhao-min", "qian-yu"]


def proposed(case: Case = CASE, by: str = "sun-fang", holders: list[str] | None = None) -> crypto.Regrant:
    """A re-grant with its first signature."""
    grant = case.grant(by)
    thread = crypto.read_case(case.directory, grant, [case.report])
    rng = Drawn(f"proposed/{by}")
    return crypto.seal_regrant(case.office.staff(by), TWO, grant, thread, holders or HOLDERS[:2], rng)


def altered(change: Callable[[GrantBody], GrantBody], signer: str = "sun-fang") -> bytes:
    """A proposal whose body somebody with keys changed before signing it."""
    made = proposed()
    body = change(made.grant.body)
    members = [TWO.valid_member(holder) for holder in body.holders]
    recipients = [member.recipient for member in members if member]
    sealed = seal_body(body, recipients, made.grant.bucket, Drawn("altered"))
    signature = CASE.office.staff(signer).sign(regrant_frame(body, sha256(sealed)))
    return write_packet(sealed, [RegrantSignature(signer, signature)], made.grant.bucket)


def cosign(packet: bytes, member: str = "zhao-min", own: crypto.Grant | None = None) -> bytes:
    """What a colleague makes of a proposal."""
    grant = own or CASE.grant(member)
    return crypto.cosign_regrant(CASE.office.staff(member), packet, TWO, grant, [CASE.report])


def test_two_signatures_open_and_one_does_not() -> None:
    """What a second holder has reviewed and signed opens under a threshold of two; half signed it does not."""
    made = proposed()
    whole = cosign(made.packet)
    staff, pin = CASE.office.staff("zhao-min"), CASE.grant("zhao-min").pin
    assert crypto.open_grant(staff, whole, TWO, pin).hash == made.grant.hash
    assert [entry.member for entry in crypto.read_packet(whole).signatures] == ["sun-fang", "zhao-min"]
    with pytest.raises(crypto.SignatureRefused):
        crypto.open_grant(staff, made.packet, TWO, pin)


def test_the_notice_of_the_second_signer_tells_the_reporter() -> None:
    """The epoch item that the co-signer makes after a reply meanwhile verifies at the reporter's."""
    made = proposed()
    own, staff = CASE.grant("zhao-min"), CASE.office.staff("zhao-min")
    thread = crypto.read_case(TWO, own, [CASE.report])
    reply = crypto.seal_reply(staff, TWO, own, thread, crypto.Message("稍等。"), Drawn("between"))
    reviewed = crypto.review_regrant(staff, made.packet, TWO, own, [CASE.report, reply.document()])
    notice = crypto.announce_regrant(staff, TWO, own, crypto.thread_after(thread, reply), reviewed, Drawn("notice"))
    items: list[object] = [reply.document(), notice.document()]
    read = crypto.read_mailbox(TWO, CASE.keys, crypto.Mailbox(CASE.sealed.memo, 1, None, 0, items))
    assert [entry.mark for entry in read.thread.entries] == [None, None]
    assert (read.standing.memo.epoch, read.standing.memo.grant) == (1, made.grant.hash)


def other_keys(body: GrantBody) -> GrantBody:
    """The keys of another case in place of those of epoch 0."""
    return replace(body, seeds=[crypto.Identity.draw(Drawn("other")), *body.seeds[1:]])


def other_reporter(body: GrantBody) -> GrantBody:
    """Answers go to a key of the proposer's own."""
    return replace(body, reporter=crypto.Identity.draw(Drawn("mine")).recipient)


LIES: dict[str, tuple[Callable[[GrantBody], GrantBody], crypto.Stage]] = {
    "drops an exclusion": (lambda body: replace(body, excluded=[]), crypto.Stage.EXCLUDED),
    "lets in whom it excludes": (
        lambda body: replace(body, excluded=[*body.excluded, "sun-fang"]),
        crypto.Stage.EXCLUDED,
    ),
    "another grant before": (lambda body: replace(body, previous=bytes(32)), crypto.Stage.SUCCESSOR),
    "other holders before": (lambda body: replace(body, previous_holders=HOLDERS[:2]), crypto.Stage.SUCCESSOR),
    "a skipped epoch": (
        lambda body: replace(body, epoch=2, seeds=body.seeds + body.seeds[-1:], macs=body.macs + body.macs[-1:]),
        crypto.Stage.EPOCH,
    ),
    "other keys": (other_keys, crypto.Stage.SUCCESSOR),
    "another act key": (lambda body: replace(body, act=bytes(31) + b"\1"), crypto.Stage.SUCCESSOR),
    "another reporter": (other_reporter, crypto.Stage.SUCCESSOR),
    "another policy": (lambda body: replace(body, policy="else"), crypto.Stage.SUCCESSOR),
    "another office": (lambda body: replace(body, office=bytes(16)), crypto.Stage.SCHEMA),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_proposal_that_changes_more_than_its_readers_is_refused_by_name(lie: str) -> None:
    """Whatever of the case a proposer alters, however rightly signed, the colleague does not sign it."""
    change, stage = LIES[lie]
    with pytest.raises(crypto.CryptoError) as refused:
        cosign(altered(change))
    assert refused.value.stage is stage


def test_the_second_signature_is_another_members() -> None:
    """Whoever proposed, somebody who is no holder, and a signature of nobody are refused as signatures."""
    made = proposed()
    with pytest.raises(crypto.SignatureRefused):
        cosign(made.packet, "sun-fang")
    parts = crypto.read_packet(made.packet)
    for entries in (
        [],
        [RegrantSignature("sun-fang", bytes(64))],
        [RegrantSignature("qian-yu", parts.signatures[0].signature)],
        [RegrantSignature("li-wei", parts.signatures[0].signature)],
    ):
        with pytest.raises(crypto.SignatureRefused):
            cosign(write_packet(parts.sealed, entries, parts.bucket))


def test_a_member_who_left_counts_for_nothing() -> None:
    """A proposer, or a co-signer, whose time in the directory is over: refused as a signature."""
    made = proposed()
    for gone, signer in (("sun-fang", "zhao-min"), ("zhao-min", "zhao-min")):
        members = [CASE.office.member(name, **({"until": "2026-11-23"} if name == gone else {})) for name in MEMBERS]
        later = CASE.office.directory(regrant_threshold=2, sequence=9, members=members)
        with pytest.raises((crypto.SignatureRefused, crypto.WrongShape)):
            crypto.cosign_regrant(CASE.office.staff(signer), made.packet, later, CASE.grant(signer), [CASE.report])


def test_an_epoch_that_has_passed_is_refused() -> None:
    """A proposal for the epoch that is already there is no successor, and an older one is stale."""
    made = proposed()
    whole = cosign(made.packet)
    now = crypto.open_grant(CASE.office.staff("zhao-min"), whole, TWO)
    with pytest.raises(crypto.WrongEpoch):
        cosign(proposed(by="qian-yu").packet, own=now)


def test_whoever_would_be_removed_cannot_review_it() -> None:
    """A holder whom the proposal leaves out can't open it, and so signs nothing unseen."""
    made = proposed(holders=["sun-fang", "zhao-min"])
    with pytest.raises(crypto.NotAddressed):
        cosign(made.packet, "qian-yu")


def test_a_lonely_holder_is_countersigned_by_the_outside_holder() -> None:
    """With one living holder the outside holder, who has no grant before, reviews the case itself and signs."""
    case = filed("lonely", ("sun-fang", "zhao-min", "qian-yu"))
    lonely = replace(case, directory=with_two(case))
    grant = case.grant("wai-bu") if "wai-bu" in case.sealed.memo.holders else case.grant("li-wei")
    [holder] = grant.body.holders
    outside = "shang-ji" if holder == "wai-bu" else "wai-bu"
    thread = crypto.read_case(case.directory, grant, [case.report])
    staff = case.office.staff(holder)
    made = crypto.seal_regrant(staff, lonely.directory, grant, thread, [holder, outside], Drawn("lonely"))
    other = case.office.staff(outside)
    whole = crypto.cosign_regrant(other, made.packet, lonely.directory, None, [case.report])
    assert crypto.open_grant(other, whole, lonely.directory).epoch == 1
    with pytest.raises(crypto.WrongShape):
        crypto.cosign_regrant(other, made.packet, lonely.directory, None, [])
    forgot = crypto.Grant(replace(grant.body, excluded=[]), grant.hash, grant.bucket)
    lying = crypto.seal_regrant(staff, lonely.directory, forgot, thread, [holder, outside], Drawn("forgot"))
    with pytest.raises(crypto.ExcludedHolder):
        crypto.cosign_regrant(other, lying.packet, lonely.directory, None, [case.report])


def with_two(case: Case) -> crypto.VerifiedDirectory:
    """The directory of a case's office under a threshold of two."""
    return case.office.directory(regrant_threshold=2, sequence=8)
