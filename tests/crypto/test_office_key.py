"""The office key of epoch 0: who makes it, who has it, and how it goes into the first re-grant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import crypto
from crypto import Direction, ItemFault, Message
from crypto.case.grant import move_of, seal_body, unsigned_proof, write_packet
from crypto.case.items import Item
from tests.crypto.sample import Drawn, filed
from tests.crypto.write_office_key_vectors import Keyed

KEYED = Keyed("office-key")
TWO = KEYED.case.office.directory(regrant_threshold=2, sequence=8)


def read(member: str, *items: object) -> tuple[crypto.Grant, crypto.Thread]:
    """The grant and the thread of a member, behind the report."""
    grant = KEYED.case.grant(member)
    return grant, crypto.read_case(KEYED.case.directory, grant, [KEYED.case.report, *items])


def regrant(holders: list[str], *items: Item, by: str = "sun-fang") -> crypto.Regrant:
    """A re-grant behind these items, under a directory that asks for two."""
    grant, thread = read(by, *(one.document() for one in items))
    return crypto.seal_regrant(KEYED.case.office.staff(by), TWO, grant, thread, holders, Drawn("regrant"))


def cosign(made: crypto.Regrant, member: str, *items: Item) -> crypto.RegrantProof:
    """What a colleague makes of it, who was served these items."""
    staff, served = KEYED.case.office.staff(member), [KEYED.case.report, *(one.document() for one in items)]
    return crypto.cosign_regrant(staff, made.packet, made.history, made.proof, TWO, KEYED.case.grant(member), served)


def told(made: crypto.Regrant, change: Callable[[crypto.EpochKeys], crypto.EpochKeys]) -> crypto.Regrant:
    """The same re-grant, had its maker put other keys of epoch 0 into the history."""
    assert made.grant.past is not None
    past, rng = [change(made.grant.past[0])], Drawn("told")
    name, history = crypto.seal_history(past, made.grant.case, rng)
    body = replace(made.grant.body, history=name)
    members = [TWO.valid_member(holder) for holder in body.holders]
    sealed = seal_body(body, [member.recipient for member in members if member], made.grant.bucket, rng)
    packet = write_packet(sealed, made.grant.bucket)
    grant = crypto.Grant(body, crypto.read_packet(packet).hash, made.grant.bucket, tuple(past))
    proof = crypto.sign_regrant(KEYED.case.office.staff("sun-fang"), move_of(body, grant.hash), unsigned_proof(body))
    return replace(made, packet=packet, history=history, proof=proof, grant=grant)


def test_a_note_before_the_office_key_is_refused_and_behind_it_read() -> None:
    """One member makes the key and writes; every holder, and the recovery key, read it under epoch 0."""
    case, staff = KEYED.case, KEYED.case.office.staff("sun-fang")
    grant, bare = read("sun-fang")
    assert crypto.needs_office_key(grant, bare)
    with pytest.raises(crypto.WrongEpoch):
        crypto.seal_note(staff, case.directory, grant, bare, Message("x"), Drawn("note"))
    items = [KEYED.key.document(), KEYED.note.document()]
    for member in grant.body.holders:
        own, thread = read(member, *items)
        assert [entry.mark for entry in thread.entries] == [None] * 3
        assert not crypto.needs_office_key(own, thread)
    recovered = crypto.open_recovered(case.directory, case.packet, None, None, case.office.recovery)
    assert [
        entry.mark for entry in crypto.read_recovered(case.directory, recovered, [case.report, *items]).entries
    ] == [None] * 3


def test_the_key_is_made_once_and_only_where_nothing_stands() -> None:
    """No second key behind one that holds, nor behind one that does not; none by anyone who holds nothing."""
    case, staff = KEYED.case, KEYED.case.office.staff("qian-yu")
    forged = KEYED.forged(KEYED.author("zhao-min"))
    for item in (KEYED.key, forged):
        grant, thread = read("qian-yu", item.document())
        assert thread.last[Direction.OFFICE_ONLY].seq == 1
        assert not crypto.needs_office_key(grant, thread)
        with pytest.raises(crypto.WrongEpoch):
            crypto.seal_office_key(staff, case.directory, grant, thread, Drawn("again"))
    grant, thread = read("qian-yu")
    with pytest.raises(crypto.ExcludedHolder):
        crypto.seal_office_key(case.office.staff("zhao-min"), case.directory, grant, thread, Drawn("by no holder"))


def test_a_lapsed_directory_names_nobody_to_seal_the_key_to() -> None:
    """People are named by the directory in force alone."""
    case = filed("office-key/lapsed")
    lapsed = crypto.verify_directory(
        case.office.code, case.office.roots, case.office.note(issued="2026-10-01", expires="2026-11-20"), "2026-11-24",
        also_lapsed=True,
    )  # fmt: skip
    thread = crypto.read_case(case.directory, case.grant(), [case.report])
    with pytest.raises(crypto.DirectoryExpired):
        crypto.seal_office_key(case.office.staff("li-wei"), lapsed, case.grant(), thread, Drawn("lapsed"))


def test_the_first_regrant_carries_the_key_on_and_a_joiner_reads_what_was_noted() -> None:
    """Where nobody leaves the office key stays; who joins has it from the history and reads the first note."""
    made = regrant([*KEYED.grant.body.holders, "wai-bu"], KEYED.key, KEYED.note)
    _, thread = read("sun-fang", KEYED.key.document())
    assert thread.office_key is not None
    assert made.grant.body.keys.office is not None
    assert made.grant.body.keys.office.text == thread.office_key.text
    cosign(made, "qian-yu", KEYED.key, KEYED.note)
    opened = crypto.open_grant(KEYED.case.office.staff("wai-bu"), made.packet, TWO).with_history(made.history)
    items = [*KEYED.items, made.item.document()]
    entries = crypto.read_case(TWO, opened, items).entries
    notes = [entry for entry in entries if entry.direction is Direction.OFFICE_ONLY]
    assert [(entry.mark, entry.inner and entry.inner.type) for entry in notes] == [(None, None), (None, "note")]


def test_a_removal_forces_another_key() -> None:
    """Who leaves knows the office key of epoch 0, so it is not that of the new epoch; a signer refuses it there."""
    made = regrant(["sun-fang", "qian-yu"], KEYED.key, KEYED.note)
    assert made.grant.past is not None
    assert made.grant.past[0].office is not None
    assert made.grant.body.keys.office is not None
    assert made.grant.body.keys.office.text != made.grant.past[0].office.text
    cosign(made, "qian-yu", KEYED.key, KEYED.note)


@pytest.mark.parametrize("other", [None, crypto.Identity.draw(Drawn("other office key"))], ids=["none", "another"])
def test_a_second_signer_compares_the_office_key_in_the_history(other: crypto.Identity | None) -> None:
    """A history with another office key of epoch 0, or none, would take the first notes from who joins."""
    made = told(regrant(["sun-fang", "qian-yu"], KEYED.key, KEYED.note), lambda keys: replace(keys, office=other))
    with pytest.raises(crypto.WrongSuccessor, match="office key of the first epoch"):
        cosign(made, "qian-yu", KEYED.key, KEYED.note)


def test_a_signer_from_whom_the_key_was_kept_takes_that_of_the_history() -> None:
    """A dishonest maker seals it to some holders only: the others mend that by a re-grant of one who has it."""
    seed = crypto.Identity.draw(Drawn("kept back"))
    some = [KEYED.case.office.staff(one).identity.recipient for one in ("li-wei", "sun-fang")]
    key = KEYED.forged(KEYED.author("li-wei"), seed=seed, to=some)
    _, kept = read("qian-yu", key.document())
    assert kept.office_key is None
    assert [entry.mark for entry in kept.entries] == [None, ItemFault.UNREADABLE]
    made = regrant(["sun-fang", "qian-yu"], key)
    assert made.grant.past is not None
    assert made.grant.past[0].office is not None
    cosign(made, "qian-yu", key)


def test_a_proposal_from_before_the_office_key_gets_no_second_signature() -> None:
    """Made before the first note, its history lacks the key; the server drops such a proposal, a client refuses it."""
    made = regrant(["sun-fang", "qian-yu"])
    assert made.grant.past is not None
    assert made.grant.past[0].office is None
    cosign(made, "qian-yu")
    with pytest.raises(crypto.WrongSuccessor):
        cosign(made, "qian-yu", KEYED.key)


def test_the_keyring_reads_the_office_key_too() -> None:
    """A grant from the keyring opens it as the grant of the batch does."""
    staff = KEYED.case.office.staff("qian-yu")
    entry = crypto.seal_keyring_entry(staff, KEYED.case.grant("qian-yu"), Drawn("keyring"))
    grant = crypto.open_keyring_entry(staff, entry)
    thread = crypto.read_case(KEYED.case.directory, grant, KEYED.items)
    assert [entry.mark for entry in thread.entries] == [None] * 3


def test_the_secret_is_printed_nowhere() -> None:
    """What is printed of the payload shows no seed."""
    _, thread = read("sun-fang", KEYED.key.document())
    key = thread.entries[-1].inner
    assert key is not None
    assert thread.office_key is not None
    assert thread.office_key.text not in repr(key.content)
