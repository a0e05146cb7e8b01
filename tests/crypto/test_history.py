"""The history document of a case: what keys of earlier epochs travel in, and each way to get another one believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import crypto
from crypto.case.grant_body import EpochKeys
from crypto.case.history import SEALED_SIZES
from crypto.keys.receipt import MacKeys
from tests.crypto.sample import Case, Drawn, filed
from tests.crypto.test_countersigning import CASE, altered, cosign, proposed


def twice(case: Case, name: str) -> tuple[crypto.Regrant, crypto.Regrant, list[object]]:
    """Two re-grants of a case one after the other, and its items."""
    staff, grant, rng = case.office.staff("li-wei"), case.grant("li-wei"), Drawn(name)
    thread = crypto.read_case(case.directory, grant, [case.report])
    first = crypto.seal_regrant(staff, case.directory, grant, thread, ["li-wei", "sun-fang"], rng)
    note = crypto.seal_note(
        staff, case.directory, first.grant, crypto.thread_after(thread, first.item), crypto.Message("note"), rng
    )
    items = [case.report, first.item.document(), note.document()]
    thread = crypto.read_case(case.directory, first.grant, items)
    second = crypto.seal_regrant(staff, case.directory, first.grant, thread, ["li-wei", "qian-yu"], rng)
    return first, second, [*items, second.item.document()]


def opened(case: Case, made: crypto.Regrant, history: bytes | None) -> crypto.Grant:
    """A re-grant as the colleague who joined opens it, with a document that the server gives."""
    return crypto.open_grant(case.office.staff("qian-yu"), made.packet, case.directory).with_history(history)


def marks(
    case: Case, grant: crypto.Grant, items: list[object]
) -> tuple[list[crypto.ItemFault | None], list[crypto.Alarm]]:
    """The marks of every line, and the alarms."""
    thread = crypto.read_case(case.directory, grant, items)
    return [entry.mark for entry in thread.entries], thread.alarms


def test_whoever_joins_reads_all_of_a_case_with_its_history() -> None:
    """A colleague who came with the second re-grant opens the report, both changes of keys and the first note."""
    case = filed("joins")
    _, second, items = twice(case, "joins")
    assert marks(case, opened(case, second, second.history), items) == ([None] * 4, [])


def test_the_keys_of_earlier_epochs_are_in_no_grant() -> None:
    """A grant holds the keys of its own epoch alone, and names the document of the others by hash and key."""
    case = filed("own")
    first, second, _ = twice(case, "own")
    told = crypto.write_json(second.grant.body.document()).decode()
    earlier = [case.grant().body.keys, first.grant.body.keys]
    secrets = [keys.seed.text for keys in earlier] + [crypto.b64encode(keys.macs.to_office) for keys in earlier]
    assert not [secret for secret in secrets if secret in told]
    assert second.grant.body.keys.seed.text in told


@pytest.mark.parametrize("lie", ["none", "of the epoch before", "of another case", "damaged", "cut"])
def test_with_another_history_earlier_items_are_said_to_be_unreadable_and_later_ones_open(lie: str) -> None:
    """A server that keeps the document back or swaps it hides what was written before, by name, and nothing since."""
    case, other = filed("swapped"), filed("other")
    first, second, items = twice(case, f"swapped/{lie}")
    told = {
        "none": None, "of the epoch before": first.history, "of another case": twice(other, "other")[1].history,
        "damaged": second.history[:-1] + bytes([second.history[-1] ^ 1]), "cut": second.history[:-1],
    }[lie]  # fmt: skip
    grant = opened(case, second, told)
    staff = case.office.staff("qian-yu")
    thread = crypto.read_case(case.directory, grant, items, [crypto.read_item(item).hash for item in items[1:]])
    note = crypto.seal_note(staff, case.directory, grant, thread, crypto.Message("later"), Drawn("later"))
    found, alarms = marks(case, grant, [*items, note.document()])
    assert found[:4] == [crypto.ItemFault.UNREADABLE] * 4
    assert crypto.Alarm.HISTORY in alarms
    assert found[-1] is None


def test_nobody_re_grants_a_case_whose_earlier_keys_are_not_there() -> None:
    """Else the next document would hold less than the one before."""
    case = filed("lost")
    _, second, items = twice(case, "lost")
    grant = opened(case, second, None)
    thread = crypto.read_case(case.directory, grant, items)
    with pytest.raises(crypto.WrongSuccessor):
        crypto.seal_regrant(
            case.office.staff("qian-yu"), case.directory, grant, thread, ["li-wei", "qian-yu"], Drawn("no")
        )


def with_past(change: Callable[[EpochKeys], EpochKeys], epochs: int = 1) -> crypto.Regrant:
    """A proposal whose maker wrote other earlier keys into the history that it names."""
    past = [change(CASE.grant("sun-fang").body.keys)] * epochs
    name, history = crypto.seal_history(past, CASE.grant("sun-fang").case, Drawn("past"))
    return replace(altered(lambda body: replace(body, history=name)), history=history)


OTHER_KEYS: dict[str, Callable[[EpochKeys], EpochKeys]] = {
    "seed": lambda keys: replace(keys, seed=crypto.Identity.draw(Drawn("other"))),
    "MAC keys": lambda keys: replace(keys, macs=MacKeys(bytes(32), bytes(32))),
    "office key": lambda keys: replace(keys, office=crypto.Identity.draw(Drawn("other"))),
}


@pytest.mark.parametrize("what", OTHER_KEYS)
def test_a_colleague_signs_no_history_with_other_keys_than_the_own(what: str) -> None:
    """Anyone who joins believes these keys: with others a proposer could show them another past."""
    with pytest.raises(crypto.WrongSuccessor):
        cosign(with_past(OTHER_KEYS[what]))
    assert cosign(with_past(lambda keys: keys)).signatures


def test_a_history_of_another_epoch_is_refused() -> None:
    """Sealed for the second epoch and named by the grant of the first: it does not open."""
    with pytest.raises(crypto.PayloadDamaged):
        cosign(with_past(lambda keys: keys, epochs=2))


def test_another_document_than_the_one_named_gets_no_second_signature() -> None:
    """Whatever the server hands out beside a proposal."""
    made = proposed()
    with pytest.raises(crypto.WrongSuccessor):
        cosign(replace(made, history=made.history[:-1] + bytes([made.history[-1] ^ 1])))


def test_a_history_document_has_one_of_six_lengths() -> None:
    """Any other is refused before a key is used."""
    made = proposed()
    assert len(made.history) == SEALED_SIZES[0] == 4124
    assert SEALED_SIZES[-1] == 131_100
    for wrong in (made.history + b"\0", made.history[:-1], b"", bytes(262_144)):
        with pytest.raises(crypto.WrongShape):
            crypto.check_history_size(wrong)


def test_a_second_re_grant_draws_a_new_key_for_its_history() -> None:
    """Anyone who was removed has the old key: it opens nothing that comes after."""
    first, second, _ = twice(filed("fresh"), "fresh")
    one, two = first.grant.body.history, second.grant.body.history
    assert one is not None
    assert two is not None
    assert one.key != two.key
