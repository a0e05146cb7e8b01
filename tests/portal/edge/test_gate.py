"""The gate: nothing asked at ease, more with each call beyond, never more because of what was refused."""

from __future__ import annotations

from crypto.reporter.work import LEAST_BITS, MOST_BITS
from portal.edge.gate import MOST_SPENT, Allowance, Gate, WaitingRoom


class Seconds:
    """Ticks that a test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The seconds so far."""
        return self.now


def gate(burst: float = 10, refill: float = 1, step: float = 4) -> tuple[Gate, Seconds]:
    """A gate with a small allowance."""
    seconds = Seconds()
    return Gate(Allowance(burst, refill, step), seconds), seconds


def test_a_face_at_ease_asks_for_nothing() -> None:
    """Calls within burst and refill pass without work, for as long as they come at that pace."""
    small, seconds = gate()
    for _ in range(1000):
        assert small.enter(0) == 0
        seconds.now += 1
    assert small.asked() == 0


def test_calls_beyond_the_allowance_are_asked_for_more_and_more() -> None:
    """The first call too many is asked for the least, each step beyond for a bit more, up to the most."""
    small, _ = gate()
    assert [small.enter(0) for _ in range(11)] == [0] * 10 + [LEAST_BITS]
    asked = [small.asked() for _ in range(100) if small.enter(MOST_BITS) == 0]
    assert asked == sorted(asked)
    assert set(asked) == set(range(LEAST_BITS, MOST_BITS + 1))


def test_what_is_refused_raises_nothing_for_others() -> None:
    """Ten thousand calls without work leave what is asked where it was."""
    small, _ = gate()
    while small.enter(0) == 0:
        continue
    assert {small.enter(0) for _ in range(10000)} == {LEAST_BITS}
    assert small.enter(LEAST_BITS) == 0


def test_the_measure_falls_when_the_load_ends() -> None:
    """After the greatest load that counts, nothing is asked again within a known time."""
    small, seconds = gate()
    for _ in range(1000):
        small.enter(MOST_BITS)
    assert small.asked() == MOST_BITS
    seconds.now += 4 * (MOST_BITS - LEAST_BITS + 1) + 1
    assert small.asked() == 0


def test_one_bit_less_than_asked_is_taken() -> None:
    """Work that was asked a moment ago is good though the measure has gone up by one since; below the least is none."""
    small, _ = gate()
    while small.asked() < LEAST_BITS + 2:
        small.enter(MOST_BITS)
    assert small.enter(LEAST_BITS) == LEAST_BITS + 2
    assert small.enter(LEAST_BITS + 1) == 0
    again, _ = gate(burst=0)
    assert again.enter(LEAST_BITS - 1) == LEAST_BITS


def test_a_kind_of_call_can_ask_by_itself() -> None:
    """A least amount holds for that kind of call although the gate asks for nothing."""
    small, _ = gate()
    assert small.enter(0, least=9) == 9
    assert small.enter(9, least=9) == 0
    assert small.enter(0) == 0


def test_processes_take_a_proof_once_each_and_count_it() -> None:
    """With three processes one proof is good for three uses and no fourth, and each raises what is asked there."""
    ticks = Seconds()
    processes = [Gate(Allowance().shared(3), ticks) for _ in range(3)]
    spent = [gate.spend(5, b"mark") for gate in [*processes, *processes]]
    assert spent == [True] * 3 + [False] * 3
    for gate in processes:
        while not gate.asked():
            gate.enter(0)
        before = gate.asked()
        used = [gate.enter(MOST_BITS) for _ in range(int(Allowance().shared(3).step) + 1)]
        assert used == [0] * len(used)
        assert gate.asked() > before


def test_a_proof_is_spent_once_and_memory_is_bounded() -> None:
    """The same mark is refused the second time, old windows are forgotten, and no window holds more than its bound."""
    small, _ = gate()
    assert [small.spend(5, b"a"), small.spend(5, b"a"), small.spend(6, b"a")] == [True, False, True]
    for number in range(MOST_SPENT + 10):
        small.spend(7, number.to_bytes(16, "big"))
    assert len(small._spent[7]) == MOST_SPENT
    small.spend(20, b"a")
    assert set(small._spent) == {20}


def test_several_processes_share_one_allowance() -> None:
    """Four processes together give what one alone would."""
    one = Allowance()
    share = one.shared(4)
    assert (share.burst * 4, share.refill * 4, share.step * 4) == (one.burst, one.refill, one.step)


def test_a_full_waiting_room_holds_nobody_else() -> None:
    """Anyone who finds no place is answered at once; anyone who has one is held for the moment."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        room.hold()

    room = WaitingRoom(1, 0.05, sleep)
    room.hold()
    room.hold()
    assert slept == [0.05, 0.05]
    WaitingRoom(0).hold()
