"""What a directory is still good for in the thirty days after its end, and what it no longer is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

import crypto
from crypto.sealing.recipients import Identity
from crypto.watch.protection import Bond, Linked, Protection, RequestKind, seal_link, seal_protection_packet
from tests.crypto.sample import Case, Drawn, filed
from tests.crypto.write_protection_vectors import watched
from tests.crypto.write_unsealing_vectors import ASKER, WHO, Custody

RNG = Drawn("lapsed")
END = date(2026, 12, 20)
FIRST, LAST = END, END + timedelta(days=29)
CASE = filed("lapsed")
KEY = Identity.draw(RNG)
WATCH = watched(CASE.office, KEY.recipient.text)


def lapsed(case: Case, day: date = FIRST, **changes: object) -> crypto.VerifiedDirectory:
    """The office's directory as somebody has it who comes back to a case after its end."""
    note, roots = case.office.note(**changes), case.office.roots
    return crypto.verify_directory(case.office.code, roots, note, day.isoformat(), also_lapsed=True)


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_case_that_is_there_goes_on(day: date) -> None:
    """For thirty days reporter and holder read each other and answer; the next directory reads it all."""
    directory, staff = lapsed(CASE, day), CASE.office.staff("li-wei")
    grant = crypto.open_grant(staff, CASE.packet, directory)
    thread = crypto.read_case(directory, grant, [CASE.report])
    reply = crypto.seal_reply(staff, directory, grant, thread, crypto.Message("名录虽已到期，我们仍在处理。"), RNG)
    mailbox = crypto.Mailbox(CASE.sealed.memo, 1, None, 0, [reply.document()])
    read = crypto.read_mailbox(directory, CASE.keys, mailbox)
    assert [entry.mark for entry in read.thread.entries] == [None]
    post, _ = crypto.seal_message(CASE.keys, read.cursor, crypto.Message("收到。"), RNG)
    answered = crypto.read_case(CASE.directory, CASE.grant(), [CASE.report, reply.document(), post["item"]])
    assert [entry.mark for entry in answered.entries] == [None, None, None]


def test_it_ends_after_thirty_days() -> None:
    """Nothing is verified on the day after, nor on the first for who wants a directory that is in force."""
    note, roots = CASE.office.note(), CASE.office.roots
    with pytest.raises(crypto.DirectoryExpired):
        lapsed(CASE, LAST + timedelta(days=1))
    with pytest.raises(crypto.DirectoryExpired):
        crypto.verify_directory(CASE.office.code, roots, note, FIRST.isoformat())


def _regrant(directory: crypto.VerifiedDirectory) -> object:
    grant = CASE.grant()
    thread = crypto.read_case(directory, grant, [CASE.report])
    return crypto.seal_regrant(CASE.office.staff("li-wei"), directory, grant, thread, ["li-wei", "sun-fang"], RNG)


def _second_signature(directory: crypto.VerifiedDirectory) -> object:
    grant, current = CASE.grant(), CASE.office.directory(regrant_threshold=2, sequence=8)
    thread = crypto.read_case(current, grant, [CASE.report])
    made = crypto.seal_regrant(CASE.office.staff("li-wei"), current, grant, thread, ["li-wei", "sun-fang"], RNG)
    own = CASE.grant("sun-fang")
    staff = CASE.office.staff("sun-fang")
    return crypto.cosign_regrant(staff, made.packet, made.history, made.proof, directory, own, [CASE.report])


def _report(directory: crypto.VerifiedDirectory) -> object:
    holders = crypto.choose_holders(CASE.directory, "works", "company-whistleblowing", "fraud", [])
    report = crypto.NewReport("迟了。", "zh-CN")
    return crypto.seal_report(directory, CASE.keys, crypto.draw_case(RNG), holders, report, RNG)


def _name(directory: crypto.VerifiedDirectory) -> object:
    name = crypto.IdentityText(crypto.About.REPORTER, "王小明", "", "")
    return crypto.seal_identity_post(directory, CASE.keys, CASE.standing, name, sealed=True, text="", rng=RNG)


def _link(directory: crypto.VerifiedDirectory) -> object:
    return seal_link(directory, "works", Linked(Bond.REPORTER, bytes(16)), RNG)


def _protection(directory: crypto.VerifiedDirectory) -> object:
    wish = Protection(
        RequestKind.PROTECT, "works", bytes(16), Bond.REPORTER, "王小明", "E-1", "", None, _current_link()
    )
    return seal_protection_packet(directory, wish, RNG)


def _current_link() -> bytes:
    return seal_link(CASE.office.directory(**WATCH), "works", Linked(Bond.REPORTER, bytes(16)), RNG)


@pytest.mark.parametrize("seal", [_regrant, _second_signature, _report, _name, _link, _protection])
def test_nothing_is_sealed_to_whom_it_names(seal: Callable[[crypto.VerifiedDirectory], object]) -> None:
    """A directory in force seals it; the same one refuses on the first day after its end."""
    named = WATCH if seal in (_link, _protection) else {}
    assert seal(CASE.office.directory(**named))
    with pytest.raises(crypto.DirectoryExpired):
        seal(lapsed(CASE, **named))


def test_a_sealed_name_stays_sealed() -> None:
    """Neither is asked for a name nor agreed under a lapsed directory."""
    custody = Custody("lapsed-custody")
    today = (END - timedelta(days=7)).isoformat()
    asking = custody.asking(expires=crypto.next_expiry(today))
    asker, packet = custody.office.staff(ASKER), custody.sealed.packet
    request = crypto.seal_request(asker, custody.directory, RNG(16), packet, asking, RNG)
    note = custody.office.note(oversight=[custody.oversight])
    ended = crypto.verify_directory(custody.office.code, custody.office.roots, note, END.isoformat(), also_lapsed=True)
    staff = custody.office.staff(WHO[0])
    opened = crypto.open_request(
        staff, custody.office.directory(today, oversight=[custody.oversight]), request.document()
    )
    with pytest.raises(crypto.DirectoryExpired):
        crypto.approve_request(staff, ended, opened, set(), RNG)
    assert crypto.approve_request(staff, custody.directory, opened, set(), RNG)
    with pytest.raises(crypto.DirectoryExpired):
        crypto.seal_request(asker, ended, RNG(16), packet, asking, RNG)
