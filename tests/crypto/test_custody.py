"""A reporter's name, from the finishing post to the opening by two of three custodians."""

from dataclasses import replace

import pytest

import crypto
from crypto.case.memo import read_memo
from crypto.custody.reasons import seal_to
from crypto.errors import UnexpectedStanzas
from crypto.framing import b64decode, sha256
from tests.crypto.sample import Case, Drawn, filed
from tests.crypto.write_unsealing_vectors import ASKER, WHO, Custody

CASE = filed("custody")
NAME = crypto.IdentityText(crypto.About.REPORTER, "王小明", "13800000000", "")


def named_post(case: Case, sealed: bool, text: str = "") -> tuple[dict[str, object], crypto.MailboxCursor]:
    """The post that gives a name, in place of the finishing post."""
    return crypto.seal_identity_post(case.directory, case.keys, case.standing, NAME, sealed, text, Drawn("post"))


def packet_of(post: dict[str, object]) -> bytes:
    """The identity packet of a post."""
    return crypto.read_post(post).identity


def lengths(value: object) -> object:
    """A document with the length in place of every text."""
    if isinstance(value, dict):
        return {key: lengths(member) for key, member in value.items()}
    return len(value) if isinstance(value, str) else value


def test_a_post_with_a_name_looks_like_the_finishing_post() -> None:
    """Key by key, a sealed name, a given name and a withdrawal are as long as the post that only finishes."""
    rng = Drawn("alike")
    plain, _ = crypto.seal_receipt_confirmed(CASE.keys, CASE.standing, rng)
    sealed, standing = named_post(CASE, sealed=True)
    given, _ = named_post(CASE, sealed=False)
    assert lengths(sealed) == lengths(given) == lengths(plain)
    later, _ = crypto.seal_receipt_confirmed(CASE.keys, standing, rng)
    back, _ = crypto.seal_withdrawal(CASE.keys, standing, rng)
    assert lengths(back) == lengths(later)


def test_the_office_reads_the_seal_and_not_the_name() -> None:
    """A sealed name reaches the office as handle and packet hash alone; a given name reaches it whole."""
    sealed, standing = named_post(CASE, sealed=True, text="可以下班后联系")
    grant = CASE.grant()
    entry = crypto.read_case(CASE.directory, grant, [CASE.report, sealed["item"]]).entries[1]
    assert entry.mark is None
    assert entry.inner is not None
    found = entry.inner.content
    assert isinstance(found, crypto.Named)
    assert found.seal is not None
    assert (found.name, found.contact, found.text) == ("", "", "可以下班后联系")
    assert found.seal.packet == sha256(packet_of(sealed))
    assert found.seal.handle == standing.memo.identity_handle
    given, _ = named_post(CASE, sealed=False)
    entry = crypto.read_case(CASE.directory, grant, [CASE.report, given["item"]]).entries[1]
    assert entry.inner is not None
    assert isinstance(entry.inner.content, crypto.Named)
    assert (entry.inner.content.name, entry.inner.content.seal) == ("王小明", None)


def test_a_colleague_cannot_name_a_reporter() -> None:
    """A name that is not signed with the act key is shown as unsigned: holders know the MAC key, not that one."""
    stranger = replace(CASE.keys, act_seed=Drawn("stranger")(32))
    post, _ = crypto.seal_identity_post(
        CASE.directory, stranger, CASE.standing, NAME, sealed=False, text="", rng=Drawn("n")
    )
    thread = crypto.read_case(CASE.directory, CASE.grant(), [CASE.report, post["item"]])
    assert thread.entries[1].mark is crypto.ItemFault.FORGED


def test_a_name_that_takes_the_place_of_another_takes_it_back() -> None:
    """The second packet carries the mark of the first; a withdrawal carries the mark in a dummy."""
    first, standing = named_post(CASE, sealed=True)
    handle = standing.memo.identity_handle or b""
    again, after = crypto.seal_identity_post(
        CASE.directory, CASE.keys, standing, NAME, sealed=True, text="", rng=Drawn("again")
    )
    assert crypto.mark_of(packet_of(again)) == crypto.withdrawal_mark(handle)
    assert crypto.mark_of(packet_of(first)) != crypto.withdrawal_mark(handle)
    last = after.memo.identity_handle or b""
    back, gone = crypto.seal_withdrawal(CASE.keys, after, Drawn("back"))
    assert crypto.mark_of(packet_of(back)) == crypto.withdrawal_mark(last)
    assert gone.memo.identity_handle is None
    with pytest.raises(crypto.WrongShape):
        crypto.seal_withdrawal(CASE.keys, gone, Drawn("back"))


def test_the_name_of_a_witness_is_taken_back_and_no_other() -> None:
    """The memo remembers each in its order; a withdrawal carries the mark of that one, and the own name stays."""
    witness = replace(NAME, about=crypto.About.WITNESS)

    def seal(standing: crypto.MailboxCursor, identity: crypto.IdentityText, name: str) -> crypto.MailboxCursor:
        post = (CASE.directory, CASE.keys, standing, identity)
        return crypto.seal_identity_post(*post, sealed=True, text="", rng=Drawn(name))[1]

    own = seal(CASE.standing, NAME, "own")
    both = seal(seal(own, witness, "first"), witness, "second")
    first, second = both.memo.other_handles
    back, after = crypto.seal_withdrawal(CASE.keys, both, Drawn("back"), first)
    assert crypto.mark_of(packet_of(back)) == crypto.withdrawal_mark(first)
    assert (after.memo.other_handles, after.memo.identity_handle) == ([second], own.memo.identity_handle)
    for unknown in (first, bytes(16), own.memo.identity_handle):
        with pytest.raises(crypto.WrongShape):
            crypto.seal_withdrawal(CASE.keys, after, Drawn("back"), unknown)
    full = replace(both, memo=replace(both.memo, other_handles=[bytes([at]) * 16 for at in range(8)]))
    with pytest.raises(crypto.WrongShape):
        seal(full, witness, "ninth")


def test_the_memo_remembers_that_the_own_name_was_given() -> None:
    """A given own name is remembered through the mailbox, a witness's is not taken for it."""
    for about, named in ((crypto.About.REPORTER, True), (crypto.About.WITNESS, False)):
        post = (CASE.directory, CASE.keys, CASE.standing, replace(NAME, about=about))
        _, after = crypto.seal_identity_post(*post, sealed=False, text="", rng=Drawn("given"))
        assert read_memo(after.memo.document()).named is named


def test_a_name_too_long_is_refused() -> None:
    """What would make the post longer than the finishing post is refused, and so is a name of nothing."""
    with pytest.raises(crypto.WrongShape):
        named_post(CASE, sealed=True, text="字" * 200)
    for said in (replace(NAME, name=""), replace(NAME, name="a" * 257)):
        for sealed in (True, False):
            with pytest.raises(crypto.WrongShape):
                crypto.seal_identity_post(CASE.directory, CASE.keys, CASE.standing, said, sealed, "", Drawn("n"))
    quotes = replace(NAME, name='"' * 256, contact='"' * 256)
    with pytest.raises(crypto.WrongPadding):
        crypto.seal_identity_post(
            CASE.directory, CASE.keys, CASE.standing, quotes, sealed=False, text='"' * 512, rng=Drawn("n")
        )


def test_an_office_without_custodians_seals_no_name() -> None:
    """Where there are no custodians, or one whose term is over, nothing is sealed."""
    nobody = CASE.office.directory(custodians={"m": 0, "members": []})
    past = [CASE.office.member(name, until="2026-11-01") for name in WHO]
    members = [*CASE.office.directory_document()["members"][:-3], *past]
    for directory in (nobody, CASE.office.directory(members=members)):
        with pytest.raises(crypto.DirectoryRefused):
            crypto.seal_identity_post(directory, CASE.keys, CASE.standing, NAME, sealed=True, text="", rng=Drawn("n"))


def test_two_of_three_open_and_everybody_else_does_not() -> None:
    """With the packet, the request and every key but those of two custodians nothing opens; with them it does."""
    custody = Custody("custody-closed")
    request, rng = custody.request(), custody.rng
    packet, everybody = custody.sealed.packet, custody.office.seeds
    alone = [custody.vote(WHO[0], request).document()]
    staff = custody.office.staff(ASKER)
    opened = crypto.open_request(staff, custody.directory, request.document())
    with pytest.raises(crypto.PayloadDamaged):
        crypto.unseal(staff, custody.directory, opened, alone)
    for member in everybody:
        if member not in WHO:
            with pytest.raises(crypto.NotAddressed):
                crypto.open_shares(packet, custody.office.staff(member).identity)
    strings = {share.slot: share.string for share in crypto.open_shares(packet, custody.office.staff(WHO[0]).identity)}
    for guess in (strings, strings | {slot: rng(32) for slot in range(30) if slot not in strings}):
        with pytest.raises(crypto.PayloadDamaged):
            crypto.open_identity(packet, guess, 2, 3)
    with pytest.raises(crypto.PayloadDamaged):
        crypto.open_identity(packet, strings, 1, 3)
    two = [*alone, custody.vote(WHO[2], request).document()]
    assert crypto.unseal(staff, custody.directory, opened, two).name == "王小明"


def test_a_request_ends_on_the_second_sunday() -> None:
    """Every day of a week gives the same end, at most 14 days away, and always a Sunday."""
    ends = {crypto.next_expiry(f"2026-11-{day}") for day in range(23, 30)}
    assert ends == {"2026-12-06"}
    assert crypto.next_expiry("2026-11-30") == "2026-12-13"


def test_no_reader_is_left_out_for_want_of_room() -> None:
    """As many as there is room for are sealed to, one more is refused; who is no member today takes no room."""
    custody = Custody("custody-room")
    two = ["bao-guan-1", "bao-guan-2"]
    assert len(seal_to(custody.directory, [*two, *two, "nobody"], 2, Drawn("room"))) == 2
    with pytest.raises(UnexpectedStanzas):
        seal_to(custody.directory, [*two, "bao-guan-3"], 2, Drawn("room"))


def test_oversight_reads_the_reason_and_not_the_packet() -> None:
    """The outside member who oversees opens the words of a request, never handle or packet."""
    custody = Custody("custody-oversight")
    request = custody.request(notify=crypto.NotifyWhen.AFTER, delay="会毁灭证据").document()
    overseer = custody.office.staff("shang-ji")
    reason = crypto.read_reason(overseer, custody.directory, request)
    assert (reason.requester, reason.text, reason.delay) == (ASKER, "她已书面同意。", "会毁灭证据")
    with pytest.raises(crypto.NotAddressed):
        crypto.open_request(overseer, custody.directory, request)
    assert len(b64decode(str(request["body"]))) == len(b64decode(str(custody.request().document()["body"])))
