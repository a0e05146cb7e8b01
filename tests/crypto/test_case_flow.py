"""A case from the first report to the second epoch, on both sides."""

from dataclasses import replace

import pytest

import crypto
from crypto import Alarm, Direction, ItemFault, Message
from crypto.framing import mac
from tests.crypto.sample import Case, Drawn, filed, listing


def returned(case: Case, memo: object, items: list[object]) -> crypto.ReadMailbox:
    """The reporter comes back with the receipt."""
    opened = crypto.open_mailbox(case.keys, listing(memo, items, Drawn("poll")))
    assert opened is not None
    return crypto.read_mailbox(case.directory, case.keys, opened)


def test_report_reply_answer_and_removal_of_a_holder() -> None:
    """A report is read, answered, answered again, and after a removal only the colleague reads on."""
    case, rng = filed(), Drawn("flow")
    first = case.office.staff("li-wei")
    grant = case.grant("li-wei")
    thread = crypto.read_case(case.directory, grant, [case.report])
    assert [entry.mark for entry in thread.entries] == [None]
    reply = crypto.seal_reply(first, case.directory, grant, thread, Message("收到。"), rng).document()

    came = returned(case, case.sealed.submission["memo"], [reply])
    assert [(e.mark, e.inner and e.inner.type) for e in came.thread.entries] == [(None, "reply")]
    assert came.alarms == []
    post, standing = crypto.seal_message(case.keys, came.cursor, Message("more"), rng)
    crypto.read_post(post)
    items = [case.report, reply, post["item"]]

    second = case.office.staff("sun-fang")
    grant2 = case.grant("sun-fang")
    thread2 = crypto.read_case(case.directory, grant2, items)
    assert [e.mark for e in thread2.entries] == [None] * 3
    regrant = crypto.seal_regrant(second, case.directory, grant2, thread2, ["sun-fang"], rng)
    items.append(regrant.item.document())
    opened = crypto.open_grant(second, regrant.packet, case.directory, grant2.pin).with_history(regrant.history)
    assert opened.epoch == 1
    with pytest.raises(crypto.NotAddressed):
        crypto.open_grant(first, regrant.packet, case.directory)

    came = returned(case, post["memo"], [reply, regrant.item.document()])
    assert came.cursor.memo.epoch == 1
    post, standing = crypto.seal_message(case.keys, came.cursor, Message("only you"), rng)
    items.append(post["item"])
    late = crypto.read_case(case.directory, grant, items)
    assert late.entries[-1].mark is ItemFault.FORGED
    epoch_line = next(e for e in late.entries if e.seq == 2 and e.direction is Direction.TO_REPORTER)
    assert epoch_line.inner is None, "a removed holder must not read the new MAC keys"
    now = crypto.read_case(case.directory, opened, items)
    assert [e.mark for e in now.entries] == [None] * 5
    note = crypto.seal_note(second, case.directory, opened, now, Message("internal"), rng)
    assert crypto.read_case(case.directory, opened, [*items, note.document()]).entries[-1].mark is None
    assert standing.memo.to_office.seq == 3


def test_a_grant_that_forgets_whom_the_report_excludes_opens_for_nobody() -> None:
    """A colleague's re-grant without the exclusion is refused by pin or by the report, and names whom it excludes."""
    case, rng = filed("careless", ("qian-yu",)), Drawn("careless")
    grant = case.grant()
    forgot = crypto.Grant(replace(grant.body, excluded=[]), grant.hash, grant.bucket)
    thread = crypto.read_case(case.directory, grant, [case.report])
    staff = case.office.staff("li-wei")
    made = crypto.seal_regrant(staff, case.directory, forgot, thread, ["li-wei", "qian-yu"], rng)
    opened = crypto.open_grant(case.office.staff("qian-yu"), made.packet, case.directory).with_history(made.history)
    with pytest.raises(crypto.ExclusionMissing) as refused:
        crypto.read_case(case.directory, opened, [case.report, made.item.document()])
    assert refused.value.excluded == ("qian-yu",)
    with pytest.raises(crypto.ExclusionMissing):
        crypto.open_grant(staff, made.packet, case.directory, grant.pin)


def test_a_withheld_answer_and_a_rolled_back_memo_raise_alarms() -> None:
    """The memo tells when an answer is missing, and an answer tells when the memo is old."""
    case, rng = filed(), Drawn("alarms")
    staff, grant = case.office.staff("li-wei"), case.grant()
    thread = crypto.read_case(case.directory, grant, [case.report])
    reply = crypto.seal_reply(staff, case.directory, grant, thread, Message("a"), rng)
    came = returned(case, case.sealed.submission["memo"], [reply.document()])
    post, _ = crypto.seal_message(case.keys, came.cursor, Message("b"), rng)
    assert returned(case, post["memo"], []).alarms == [Alarm.WITHHELD]
    thread = crypto.read_case(case.directory, grant, [case.report, reply.document(), post["item"]])
    again = crypto.seal_reply(staff, case.directory, grant, thread, Message("c"), rng)
    old = returned(case, case.sealed.submission["memo"], [reply.document(), again.document()])
    assert old.alarms == [Alarm.MEMO_ROLLED_BACK]


def test_a_changed_receipt_carries_the_thread_on() -> None:
    """After a change of receipt both sides read on under the new keys, and the old act key is gone."""
    case, rng = filed(), Drawn("change")
    new = crypto.derive_reporter(crypto.draw_receipt(rng), case.office.office, crypto.ReceiptCost(8, 1, 1))
    post, standing = crypto.seal_receipt_change(case.keys, new, case.standing, rng)
    read = crypto.read_post(post)
    assert read.moved is not None
    act, standing = crypto.seal_act(new, standing, crypto.ActText(crypto.Declaration.CONFIRM, ""), rng)
    grant = case.grant()
    items = [case.report, post["item"], act["item"]]
    thread = crypto.read_case(case.directory, grant, items)
    assert [e.mark for e in thread.entries] == [None] * 3
    staff = case.office.staff("li-wei")
    reply = crypto.seal_reply(staff, case.directory, grant, thread, Message("to the new one"), rng).document()
    regrant = crypto.seal_regrant(
        staff, case.directory, grant, crypto.read_case(case.directory, grant, [*items, reply]),
        ["li-wei", "sun-fang"], rng,
    )  # fmt: skip
    opened = crypto.open_mailbox(new, listing(act["memo"], [reply, regrant.item.document()], rng))
    assert opened is not None
    came = crypto.read_mailbox(case.directory, new, opened)
    assert [e.mark for e in came.thread.entries] == [None, None]
    assert (came.alarms, came.cursor.memo.epoch) == ([], 1)
    old_act, _ = crypto.seal_act(case.keys, standing, crypto.ActText(crypto.Declaration.WITHDRAW, ""), rng)
    forged = crypto.read_case(case.directory, grant, [*items, old_act["item"]])
    assert forged.entries[-1].mark is ItemFault.FORGED


def test_trial_keyring_and_claims() -> None:
    """A trial opens for its member, a keyring entry gives the grant back, and claims come in eights."""
    case, rng = filed(), Drawn("trial")
    staff, grant = case.office.staff("li-wei"), case.grant()
    trial = crypto.seal_trial(case.office.office, "li-wei", staff.recipient, "海棠", rng)
    assert crypto.open_trial(staff, trial.packet, trial.items) == "海棠"
    entry = crypto.seal_keyring_entry(staff, grant, rng)
    again = crypto.open_keyring_entry(staff, entry)
    assert (again.pin, again.bucket, again.access) == (grant.pin, grant.bucket, grant.access)
    assert len(crypto.claim_block([grant], rng)) == 8
    assert crypto.find_grant(staff, crypto.seal_dummy_grant(8, rng), case.directory) is None


def test_a_case_takes_255_new_keys_and_says_so_at_the_next() -> None:
    """After the last one everything before still opens, by one history document; a further key is refused by name."""
    case, rng = filed(), Drawn("many")
    staff, grant, items = case.office.staff("li-wei"), case.grant("li-wei"), [case.report]
    thread, history = crypto.read_case(case.directory, grant, items), b""
    for epoch in range(1, crypto.EPOCH_LIMIT + 1):
        made = crypto.seal_regrant(staff, case.directory, grant, thread, ["li-wei", "sun-fang"], rng)
        items.append(made.item.document())
        grant, history, thread = made.grant, made.history, crypto.thread_after(thread, made.item)
        assert grant.epoch == epoch
    assert len(history) == 12 + 131_072 + 16
    opened = crypto.open_grant(case.office.staff("sun-fang"), made.packet, case.directory).with_history(history)
    thread = crypto.read_case(case.directory, opened, items)
    assert [entry.mark for entry in thread.entries] == [None] * len(items)
    with pytest.raises(crypto.EpochsUsedUp):
        crypto.seal_regrant(staff, case.directory, grant, thread, ["li-wei"], rng)


def test_a_holder_who_helps_the_server_lowers_no_number() -> None:
    """A reply that had seen the reporter's second message can't be made to say that it saw the first alone."""
    case, rng = filed("lowered"), Drawn("lowered")
    grant, staff = case.grant("li-wei"), case.office.staff("li-wei")
    thread = crypto.read_case(case.directory, grant, [case.report])
    first = crypto.seal_reply(staff, case.directory, grant, thread, Message("收到。"), rng)
    came = returned(case, case.sealed.submission["memo"], [first.document()])
    post, _ = crypto.seal_message(case.keys, came.cursor, Message("还有。"), rng)
    thread = crypto.read_case(case.directory, grant, [case.report, first.document(), post["item"]])
    second = crypto.seal_reply(staff, case.directory, grant, thread, Message("也收到。"), rng)
    rolled = returned(case, case.sealed.submission["memo"], [first.document(), second.document()])
    assert rolled.alarms == [Alarm.MEMO_ROLLED_BACK]
    # Every holder has the MAC keys: with the server's help li-wei's colleague hides the message that is gone.
    key = case.grant("sun-fang").body.keys.macs.to_reporter
    bare = replace(second, place=replace(second.place, seen=first.place.seen))
    lowered = replace(bare, mac=mac(key, bare.mac_input))
    shown = returned(case, case.sealed.submission["memo"], [first.document(), lowered.document()])
    assert [entry.mark for entry in shown.thread.entries] == [None, ItemFault.FORGED]
