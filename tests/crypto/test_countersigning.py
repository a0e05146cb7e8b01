"""The second signature under a re-grant: what a colleague checks before giving it, and each lie by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import crypto
from crypto.case.grant import move_of, seal_body, unsigned_proof, write_packet
from crypto.case.grant_body import GrantBody
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


def altered(change: Callable[[GrantBody], GrantBody], signer: str = "sun-fang") -> crypto.Regrant:
    """A proposal whose body somebody with keys changed before signing it."""
    made = proposed()
    body = change(made.grant.body)
    members = [TWO.valid_member(holder) for holder in body.holders]
    recipients = [member.recipient for member in members if member]
    sealed = seal_body(body, recipients, made.grant.bucket, Drawn("altered"))
    packet = write_packet(sealed, made.grant.bucket)
    grant = crypto.Grant(body, crypto.read_packet(packet).hash, made.grant.bucket)
    proof = crypto.sign_regrant(CASE.office.staff(signer), move_of(body, grant.hash), unsigned_proof(body))
    return replace(made, packet=packet, proof=proof, grant=grant)


def cosign(
    made: crypto.Regrant,
    member: str = "zhao-min",
    own: crypto.Grant | None = None,
    proof: crypto.RegrantProof | None = None,
) -> crypto.RegrantProof:
    """What a colleague makes of a proposal."""
    grant, staff = own or CASE.grant(member), CASE.office.staff(member)
    return crypto.cosign_regrant(staff, made.packet, made.history, proof or made.proof, TWO, grant, [CASE.report])


def test_two_signatures_open_and_one_does_not() -> None:
    """What a second holder has reviewed and signed opens under a threshold of two; half signed it does not."""
    made = proposed()
    whole = cosign(made)
    staff, own = CASE.office.staff("zhao-min"), CASE.grant("zhao-min")
    opened = crypto.open_grant(staff, made.packet, TWO, own.pin)
    crypto.check_proof(TWO, opened, whole, own.body)
    assert [entry.member for entry in whole.signatures] == ["sun-fang", "zhao-min"]
    with pytest.raises(crypto.SignatureRefused):
        crypto.check_proof(TWO, opened, made.proof, own.body)


def test_the_notice_of_the_second_signer_tells_the_reporter() -> None:
    """The epoch item that the co-signer makes after a reply meanwhile verifies at the reporter's."""
    made = proposed()
    own, staff = CASE.grant("zhao-min"), CASE.office.staff("zhao-min")
    thread = crypto.read_case(TWO, own, [CASE.report])
    reply = crypto.seal_reply(staff, TWO, own, thread, crypto.Message("稍等。"), Drawn("between"))
    items_there = [CASE.report, reply.document()]
    reviewed = crypto.review_regrant(staff, made.packet, made.history, made.proof, TWO, own, items_there)
    proof = crypto.cosign_regrant(staff, made.packet, made.history, made.proof, TWO, own, items_there)
    notice = crypto.announce_regrant(own, crypto.thread_after(thread, reply), reviewed, proof, Drawn("notice"))
    items: list[object] = [reply.document(), notice.document()]
    read = crypto.read_mailbox(TWO, CASE.keys, crypto.Mailbox(CASE.sealed.memo, 1, None, 0, items))
    assert [entry.mark for entry in read.thread.entries] == [None, None]
    assert (read.cursor.memo.epoch, read.cursor.memo.grant) == (1, made.grant.hash)


def other_reporter(body: GrantBody) -> GrantBody:
    """Answers go to a key of the proposer's own."""
    return replace(body, reporter=crypto.Identity.draw(Drawn("mine")).recipient)


OTHER = crypto.HistoryName(bytes(32), bytes(32))
BEFORE = CASE.grant("sun-fang").body.keys


def kept(**keys: object) -> Callable[[GrantBody], GrantBody]:
    """A change that leaves keys of the epoch before in force."""
    return lambda body: replace(body, keys=replace(body.keys, **keys))  # type: ignore[arg-type]


def macs(to_office: bytes = bytes(32), to_reporter: bytes = bytes(32)) -> crypto.MacKeys:
    """MAC keys, of which one is known from before."""
    return crypto.MacKeys(to_office, to_reporter)


LIES: dict[str, tuple[Callable[[GrantBody], GrantBody], crypto.CheckStage]] = {
    "drops an exclusion": (lambda body: replace(body, excluded=[]), crypto.CheckStage.EXCLUDED),
    "lets in whom it excludes": (
        lambda body: replace(body, excluded=[*body.excluded, "sun-fang"]),
        crypto.CheckStage.EXCLUDED,
    ),
    "another grant before": (lambda body: replace(body, previous=bytes(32)), crypto.CheckStage.SUCCESSOR),
    "other holders before": (lambda body: replace(body, previous_holders=HOLDERS[:2]), crypto.CheckStage.SUCCESSOR),
    "a skipped epoch": (
        lambda body: replace(body, epoch=2),
        crypto.CheckStage.EPOCH,
    ),
    "another history": (lambda body: replace(body, history=OTHER), crypto.CheckStage.SUCCESSOR),
    "a key that does not open the history": (
        lambda body: replace(body, history=replace(body.history or OTHER, key=bytes(32))),
        crypto.CheckStage.PAYLOAD,
    ),
    "the case key of before": (kept(seed=BEFORE.seed), crypto.CheckStage.SUCCESSOR),
    "a MAC key of before": (kept(macs=macs(to_office=BEFORE.macs.to_office)), crypto.CheckStage.SUCCESSOR),
    "the other MAC key of before": (kept(macs=macs(to_reporter=BEFORE.macs.to_reporter)), crypto.CheckStage.SUCCESSOR),
    "the MAC keys of before, swapped": (
        kept(macs=macs(BEFORE.macs.to_reporter, BEFORE.macs.to_office)),
        crypto.CheckStage.SUCCESSOR,
    ),
    "another act key": (lambda body: replace(body, act=bytes(31) + b"\1"), crypto.CheckStage.SUCCESSOR),
    "another reporter": (other_reporter, crypto.CheckStage.SUCCESSOR),
    "another policy": (lambda body: replace(body, policy="else"), crypto.CheckStage.SUCCESSOR),
    "another office": (lambda body: replace(body, office=bytes(16)), crypto.CheckStage.SCHEMA),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_proposal_that_changes_more_than_its_readers_is_refused_by_name(lie: str) -> None:
    """Whatever of the case a proposer alters, however rightly signed, the colleague does not sign it."""
    change, stage = LIES[lie]
    with pytest.raises(crypto.CryptoError) as refused:
        cosign(altered(change))
    assert refused.value.stage is stage


@pytest.mark.parametrize(
    ("holders", "refused"), [(["sun-fang", "zhao-min", "qian-yu"], False), (["sun-fang", "zhao-min"], True)]
)
def test_the_office_key_stays_only_while_nobody_leaves(holders: list[str], *, refused: bool) -> None:
    """Somebody who was removed would read the notes that follow; for the same readers it is carried on."""
    case = filed("office-key", ("li-wei",))
    first = crypto.seal_regrant(
        case.office.staff("sun-fang"), case.directory, case.grant("sun-fang"),
        crypto.read_case(case.directory, case.grant("sun-fang"), [case.report]), ["sun-fang", "zhao-min", "qian-yu"],
        Drawn("first"),
    )  # fmt: skip
    grant, items = first.grant, [case.report, first.item.document()]
    thread = crypto.read_case(case.directory, grant, items)
    made = crypto.seal_regrant(case.office.staff("sun-fang"), case.directory, grant, thread, holders, Drawn("next"))
    body = replace(made.grant.body, keys=replace(made.grant.body.keys, office=grant.body.keys.office))
    members = [case.directory.valid_member(holder) for holder in holders]
    sealed = seal_body(body, [one.recipient for one in members if one], made.grant.bucket, Drawn("kept"))
    packet = write_packet(sealed, made.grant.bucket)
    move = move_of(body, crypto.read_packet(packet).hash)
    proof = crypto.sign_regrant(case.office.staff("sun-fang"), move, unsigned_proof(body))
    other = case.office.staff(holders[1])
    own = crypto.open_grant(other, first.packet, case.directory).with_history(first.history)
    given = other, packet, made.history, proof, case.directory, own, items
    if refused:
        with pytest.raises(crypto.WrongSuccessor):
            crypto.review_regrant(*given)
    else:
        assert crypto.review_regrant(*given).body.holders == holders


def test_whoever_leaves_makes_no_regrant() -> None:
    """The maker draws the new keys: a holder who is not among the next ones is refused before anything is sealed."""
    with pytest.raises(crypto.WrongSuccessor):
        proposed(holders=["zhao-min", "qian-yu"])


def test_the_second_signature_is_another_members() -> None:
    """The proposer signs no second time; a signature of nobody, or somebody who may not, is refused by its name."""
    made = proposed()
    with pytest.raises(crypto.SignatureRefused):
        cosign(made, "sun-fang")
    [first] = made.proof.signatures
    wrong = {
        "signature": [(), (replace(first, signature=bytes(64)),)],
        "successor": [(replace(first, member="qian-yu"),)],
        "excluded": [(replace(first, member="li-wei"),)],
    }
    for stage, lines in wrong.items():
        for signatures in lines:
            with pytest.raises(crypto.CryptoError) as refused:
                cosign(made, proof=replace(made.proof, signatures=signatures))
            assert refused.value.stage == stage


def test_a_colleague_signs_only_the_keys_that_are_in_the_grant() -> None:
    """A proposer who has keys of one's own signed under the right grant, or another day, gets no second signature."""
    made = proposed()
    body = made.grant.body
    mine = replace(body, keys=replace(body.keys, seed=crypto.Identity.draw(Drawn("mine"))))
    for lie in (unsigned_proof(mine), replace(unsigned_proof(body), day="2026-11-23")):
        proof = crypto.sign_regrant(CASE.office.staff("sun-fang"), move_of(body, made.grant.hash), lie)
        with pytest.raises(crypto.WrongSuccessor):
            cosign(made, proof=proof)


def test_a_member_who_left_counts_for_nothing() -> None:
    """A proposer, or a co-signer, whose time in the directory is over: refused as a signature."""
    made = proposed()
    for gone, signer in (("sun-fang", "zhao-min"), ("zhao-min", "zhao-min")):
        members = [CASE.office.member(name, **({"until": "2026-11-23"} if name == gone else {})) for name in MEMBERS]
        later = CASE.office.directory(regrant_threshold=2, sequence=9, members=members)
        with pytest.raises((crypto.SignatureRefused, crypto.WrongShape)):
            cosign_by(later, signer, made)


def cosign_by(directory: crypto.VerifiedDirectory, signer: str, made: crypto.Regrant) -> crypto.RegrantProof:
    """A second signature under another directory."""
    grant, staff = CASE.grant(signer), CASE.office.staff(signer)
    return crypto.cosign_regrant(staff, made.packet, made.history, made.proof, directory, grant, [CASE.report])


def test_an_epoch_that_has_passed_is_refused() -> None:
    """A proposal for the epoch that is already there is no successor, and an older one is stale."""
    made = proposed()
    now = crypto.open_grant(CASE.office.staff("zhao-min"), made.packet, TWO)
    with pytest.raises(crypto.WrongEpoch):
        cosign(proposed(by="qian-yu", holders=["qian-yu", "zhao-min"]), own=now)


def test_whoever_would_be_removed_cannot_review_it() -> None:
    """A holder whom the proposal leaves out can't open it, and so signs nothing unseen."""
    made = proposed(holders=["sun-fang", "zhao-min"])
    with pytest.raises(crypto.NotAddressed):
        cosign(made, "qian-yu")


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
    whole = crypto.cosign_regrant(other, made.packet, made.history, made.proof, lonely.directory, None, [case.report])
    opened = crypto.open_grant(other, made.packet, lonely.directory).with_history(made.history)
    crypto.check_proof(lonely.directory, opened, whole)
    with pytest.raises(crypto.WrongShape):
        crypto.cosign_regrant(other, made.packet, made.history, made.proof, lonely.directory, None, [])
    forgot = crypto.Grant(replace(grant.body, excluded=[]), grant.hash, grant.bucket)
    lying = crypto.seal_regrant(staff, lonely.directory, forgot, thread, [holder, outside], Drawn("forgot"))
    with pytest.raises(crypto.ExcludedHolder):
        crypto.cosign_regrant(other, lying.packet, lying.history, lying.proof, lonely.directory, None, [case.report])
    # The outside holder, who has no grant before, tells the reporter all the same.
    before = crypto.before_regrant(opened)
    notice = crypto.announce_regrant(
        before, crypto.read_case(lonely.directory, before, [case.report]), opened, whole, Drawn("told")
    )
    mailbox = crypto.Mailbox(case.sealed.memo, 1, None, 0, [notice.document()])
    assert crypto.read_mailbox(lonely.directory, case.keys, mailbox).cursor.memo.epoch == 1


def with_two(case: Case) -> crypto.VerifiedDirectory:
    """The directory of a case's office under a threshold of two."""
    return case.office.directory(regrant_threshold=2, sequence=8)


def test_nobody_joins_whom_the_directory_places_nowhere() -> None:
    """Neither the maker nor an honest second signer takes in a member without any place; one who has one joins."""
    rows = [
        row | {"members": [one for one in row["members"] if one != "qian-yu"], "left_out": []}
        for row in CASE.office.directory_document()["holders"]
    ]
    placeless = CASE.office.directory(regrant_threshold=2, sequence=9, holders=rows)
    grant, staff = CASE.grant("sun-fang"), CASE.office.staff("sun-fang")
    smaller = replace(grant, body=replace(grant.body, holders=["sun-fang", "zhao-min"]))
    thread = crypto.read_case(CASE.directory, grant, [CASE.report])
    wanted = ["sun-fang", "zhao-min", "qian-yu"]
    with pytest.raises(crypto.WrongSuccessor):
        crypto.seal_regrant(staff, placeless, smaller, thread, wanted, Drawn("placeless"))
    made = crypto.seal_regrant(staff, TWO, smaller, thread, wanted, Drawn("placed"))
    own = replace(CASE.grant("zhao-min"), body=smaller.body)
    keys = CASE.office.staff("zhao-min")
    with pytest.raises(crypto.WrongSuccessor):
        crypto.review_regrant(keys, made.packet, made.history, made.proof, placeless, own, [CASE.report])
    assert (
        crypto.review_regrant(keys, made.packet, made.history, made.proof, TWO, own, [CASE.report]).hash
        == made.grant.hash
    )
