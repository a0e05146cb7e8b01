"""Changed keys: whatever order keys and days come in, a former key counts for nothing after its time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crypto
from crypto.sealing.age import seal
from tests.crypto.sample import Drawn, Office
from tests.crypto.write_rotation_vectors import LAST, Changed

OFFICE = Office(Drawn("rotation"))
CHANGED = Changed(OFFICE, "sun-fang", Drawn("rotation/new"))
DIRECTORY = CHANGED.directory
CASE = bytes(range(16))
DAYS = ("2026-11-21", LAST, "2026-11-24", "2026-11-25")
SIGNERS = {"former": CHANGED.before, "new": CHANGED.after, "colleague": OFFICE.staff("li-wei")}


def stream(steps: list[tuple[str, str]]) -> list[crypto.ReadEvent]:
    """A chain of events, each signed by that key on that day, as read under the directory after the change."""
    prev, made = bytes(32), list[object]()
    for n, (signer, day) in enumerate(steps):
        staff = SIGNERS[signer]
        signed = crypto.sign_event(staff, crypto.Event(CASE, n, "noted", day, staff.member), prev)
        made.append(signed.document())
        prev = signed.hash(prev)
    return crypto.verify_events(DIRECTORY, CASE, made)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(sorted(SIGNERS)), st.sampled_from(DAYS)), max_size=7))
def test_a_former_key_never_comes_after_its_time(steps: list[tuple[str, str]]) -> None:
    """Of what is verified, all with the former key is from its days, behind nothing later and behind no newer key."""
    read = stream(steps)
    good = [step for step, event in zip(steps, read, strict=True) if event.wrong is None]
    assert [step for step in steps if step[0] != "former"] == [step for step in good if step[0] != "former"]
    for at, (signer, day) in enumerate(good):
        if signer == "former":
            assert day <= LAST
            assert all(before <= LAST and key != "new" for key, before in good[:at])


def test_what_is_right_is_not_refused() -> None:
    """Days that do not go back, and the new key behind the former one: nothing is marked."""
    read = stream(
        [("former", DAYS[0]), ("colleague", DAYS[1]), ("former", DAYS[1]), ("new", DAYS[1]), ("new", DAYS[3])]
    )
    assert [event.wrong for event in read] == [None] * 5


def test_the_server_takes_no_former_key() -> None:
    """An event that the former key signs within its days is verified where it stands, and refused as the next one."""
    event = crypto.Event(CASE, 0, "noted", DAYS[0], "sun-fang")
    for staff in (CHANGED.before, CHANGED.after):
        signed = crypto.sign_event(staff, event, bytes(32)).document()
        assert crypto.verify_events(DIRECTORY, CASE, [signed])[0].wrong is None
        if staff is CHANGED.after:
            crypto.check_event(DIRECTORY, CASE, 0, bytes(32), signed)
        else:
            with pytest.raises(crypto.EventRefused):
                crypto.check_event(DIRECTORY, CASE, 0, bytes(32), signed)


def test_four_rotations_open_what_each_was_sealed() -> None:
    """Whichever of several seeds a text was sealed to, the one identity opens it; another key does not."""
    rng = Drawn("rotation/four")
    seeds = [rng(32) for _ in range(4)]
    member = crypto.staff_keys(b"".join(seeds), OFFICE.office, "sun-fang")
    for seed in seeds:
        sealed = seal(b"x", [crypto.staff_keys(seed, OFFICE.office, "sun-fang").identity.recipient], rng)
        assert crypto.open_sealed(sealed, member.identity, 1) == b"x"
        for other in (one for one in seeds if one != seed):
            with pytest.raises(crypto.NotAddressed):
                crypto.open_sealed(sealed, crypto.staff_keys(other, OFFICE.office, "sun-fang").identity, 1)
