"""The gate: nothing asked at ease, more with each call beyond, never more because of what was refused."""

from __future__ import annotations

from crypto.reporter.work import LEAST_BITS, MOST_BITS
from portal.edge.load_limiter import MOST_SPENT, Allowance, LoadLimiter, Randomization, Throttle, random_weights
from portal.wiring.shared import build_load_limiter
from tests.crypto.sample import Drawn


class Seconds:
    """Ticks that a test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The seconds so far."""
        return self.now


def gate(burst: float = 10, refill: float = 1, step: float = 4) -> tuple[LoadLimiter, Seconds]:
    """A gate with a small allowance."""
    seconds = Seconds()
    return LoadLimiter(Allowance(burst, refill, step), seconds), seconds


def test_a_face_at_ease_asks_for_nothing() -> None:
    """Calls within burst and refill pass without work, for as long as they come at that pace."""
    small, seconds = gate()
    for _ in range(1000):
        assert small.admit(0) == 0
        seconds.now += 1
    assert small.required_bits() == 0


def test_calls_beyond_the_allowance_are_asked_for_more_and_more() -> None:
    """The first call too many is asked for the least, each step beyond for a bit more, up to the most."""
    small, _ = gate()
    assert [small.admit(0) for _ in range(11)] == [0] * 10 + [LEAST_BITS]
    asked = [small.required_bits() for _ in range(100) if small.admit(MOST_BITS) == 0]
    assert asked == sorted(asked)
    assert set(asked) == set(range(LEAST_BITS, MOST_BITS + 1))


def test_what_is_refused_raises_nothing_for_others() -> None:
    """Ten thousand calls without work leave what is asked where it was."""
    small, _ = gate()
    while small.admit(0) == 0:
        continue
    assert {small.admit(0) for _ in range(10000)} == {LEAST_BITS}
    assert small.admit(LEAST_BITS) == 0


def test_the_measure_falls_when_the_load_ends() -> None:
    """After the greatest load that counts, nothing is asked again within a known time."""
    small, seconds = gate()
    for _ in range(1000):
        small.admit(MOST_BITS)
    assert small.required_bits() == MOST_BITS
    seconds.now += 4 * (MOST_BITS - LEAST_BITS + 1) + 1
    assert small.required_bits() == 0


def test_one_bit_less_than_asked_is_taken() -> None:
    """Work that was asked a moment ago is good though the measure has gone up by one since; below the least is none."""
    small, _ = gate()
    while small.required_bits() < LEAST_BITS + 2:
        small.admit(MOST_BITS)
    assert small.admit(LEAST_BITS) == LEAST_BITS + 2
    assert small.admit(LEAST_BITS + 1) == 0
    again, _ = gate(burst=0)
    assert again.admit(LEAST_BITS - 1) == LEAST_BITS


def test_a_kind_of_call_can_ask_by_itself() -> None:
    """A least amount holds for that kind of call although the gate asks for nothing."""
    small, _ = gate()
    assert small.admit(0, least=9) == 9
    assert small.admit(9, least=9) == 0
    assert small.admit(0) == 0


def test_processes_take_a_proof_once_each_and_count_it() -> None:
    """With three processes one proof is good for three uses and no fourth, and each raises what is asked there."""
    ticks = Seconds()
    processes = [LoadLimiter(Allowance().shared(3), ticks) for _ in range(3)]
    spent = [gate.spend_proof(5, b"mark") for gate in [*processes, *processes]]
    assert spent == [True] * 3 + [False] * 3
    for gate in processes:
        while not gate.required_bits():
            gate.admit(0)
        before = gate.required_bits()
        used = [gate.admit(MOST_BITS) for _ in range(int(Allowance().shared(3).step) + 1)]
        assert used == [0] * len(used)
        assert gate.required_bits() > before


def test_a_proof_is_spent_once_and_memory_is_bounded() -> None:
    """The same mark is refused the second time, old windows are forgotten, and no window holds more than its bound."""
    small, _ = gate()
    assert [small.spend_proof(5, b"a"), small.spend_proof(5, b"a"), small.spend_proof(6, b"a")] == [True, False, True]
    for number in range(MOST_SPENT + 10):
        small.spend_proof(7, number.to_bytes(16, "big"))
    assert len(small._spent[7]) == MOST_SPENT
    small.spend_proof(20, b"a")
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
        room.delay()

    room = Throttle(1, 0.05, sleep)
    room.delay()
    room.delay()
    assert slept == [0.05, 0.05]
    Throttle(0).delay()


def watched(chance: Randomization, foreign: int) -> int:
    """How many calls one outsider gets in without work within three seconds at a full gate while others make some."""
    seconds = Seconds()
    shipped = LoadLimiter(Allowance(), seconds, randomization=chance)
    while shipped.admit(0) == 0:
        continue
    got = 0
    for look in range(3000):
        seconds.now += 0.001
        if foreign and look == 1500:
            assert [shipped.admit(MOST_BITS) for _ in range(foreign)] == [0] * foreign
        got += shipped.admit(0) == 0
    return got


def told_apart(chances: list[Randomization], foreign: int) -> float:
    """How often the best reading of that number says rightly whether others called."""
    without, with_them = ([watched(chance, more) for chance in chances] for more in (0, foreign))
    marks = set(without + with_them)
    right = max(sum(one >= mark for one in without) + sum(one < mark for one in with_them) for mark in marks)
    return right / (2 * len(chances))


def test_nobody_reads_off_the_gate_that_others_call() -> None:
    """At the edge of an exact measure a single call of others shows; with drawn weights not even a report does."""
    assert told_apart([Randomization()] * 2, foreign=1) == 1
    drawn = [random_weights(Drawn(f"outsider {number}")) for number in range(60)]
    assert told_apart(drawn, foreign=1) < 0.65
    assert told_apart(drawn, foreign=4) < 0.8


def test_a_call_counts_for_one_on_average() -> None:
    """What is drawn takes nothing from anybody's allowance in the long run, and blurs a number both ways."""
    drawn = random_weights(Drawn("average"))
    assert 0.97 < sum(drawn.weight() for _ in range(20000)) / 20000 < 1.03
    blurs = [drawn.blur() for _ in range(20000)]
    assert (min(blurs) >= 0.75, max(blurs) <= 1.25) == (True, True)
    assert 0.99 < sum(blurs) / 20000 < 1.01


def test_what_ships_draws() -> None:
    """Five gates as a face opens them are never full after the same number of calls."""

    def full() -> int:
        shipped = build_load_limiter(1)
        return next(number for number in range(10000) if shipped.admit(0))

    assert len({full() for _ in range(5)}) > 1
