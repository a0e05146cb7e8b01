"""A full house sheds its slowest line for anyone who comes; a line that keeps to the rate loses its place to nobody."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from portal.edge.admission import (
    LEAST_OF_PARTS,
    LIMITS,
    MIB,
    MOST_CALLS,
    MOST_LASTING,
    PART_BYTES,
    PIECE,
    SMALL,
    TEXT_BYTES,
    Admission,
    CapacityLimit,
    Permit,
    StreamedBody,
    receive,
    sent,
)
from portal.edge.min_rate import MIN_BYTES_PER_SECOND
from tests.portal.edge.test_load_limiter import Seconds

PATIENCE = 3.0
TWO = (CapacityLimit(lambda _place: 1, 2),)


@pytest.fixture
def clock() -> Seconds:
    """It stands still."""
    return Seconds()


@pytest.fixture
def lines() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Lines with both of their ends: the caller's, the face's."""
    with ExitStack() as stack:
        made = [socket.socketpair() for _ in range(3)]
        for pair in made:
            for end in pair:
                stack.enter_context(end)
        yield made


def entered(admission: Admission, line: socket.socket, size: int = 0) -> Permit:
    """A place that is there."""
    place = admission.admit(line, size)
    assert place is not None
    return place


def is_shut(line: socket.socket) -> bool:
    """Whether the caller sees the end of the line."""
    line.settimeout(0.01)
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False


def test_the_line_that_is_furthest_behind_gives_its_place_to_whoever_comes(
    clock: Seconds, lines: list[tuple[socket.socket, socket.socket]]
) -> None:
    """Of two that wait the one that sent less is shut, and the one that kept to the rate goes on."""
    admission = Admission(TWO, PATIENCE, clock)
    slow, steady = (entered(admission, here) for _, here in lines[:2])
    for place in (slow, steady):
        place.waits()
    for _ in range(5):
        clock.now += 1
        slow.moved(1)
        steady.moved(MIN_BYTES_PER_SECOND)
    assert admission.admit(lines[2][1], 0) is not None
    assert [is_shut(there) for there, _ in lines] == [True, False, False]


def test_where_nobody_is_behind_whoever_comes_is_asked_to_wait(
    clock: Seconds, lines: list[tuple[socket.socket, socket.socket]]
) -> None:
    """Lines that began a moment ago, and calls that the office itself works on, lose their places to nobody."""
    admission = Admission(TWO, PATIENCE, clock)
    young, working = (entered(admission, here) for _, here in lines[:2])
    young.waits()
    working.waits()
    working.works()
    clock.now += PATIENCE
    assert admission.admit(lines[2][1], 0) is None
    clock.now += 0.1
    assert admission.admit(lines[2][1], 0) is not None
    assert [is_shut(there) for there, _ in lines] == [True, False, False]


def test_what_was_sent_fast_is_no_credit_for_a_rest(
    clock: Seconds, lines: list[tuple[socket.socket, socket.socket]]
) -> None:
    """All but one byte at once, then nothing: that line is behind as soon as one that dripped from the start."""
    admission = Admission(TWO, PATIENCE, clock)
    fast, other = (entered(admission, here) for _, here in lines[:2])
    fast.waits()
    fast.moved(8 * MIB)
    clock.now += PATIENCE + 1
    other.waits()
    assert admission.admit(lines[2][1], 0) is not None
    assert is_shut(lines[0][0])


def test_a_part_must_come_faster_than_a_text(clock: Seconds, lines: list[tuple[socket.socket, socket.socket]]) -> None:
    """There are few places for parts: to hold them all costs a line that sends."""
    text, part = Admission(), Admission((CapacityLimit(lambda place: place.size, 8 * MIB),), PATIENCE, clock)
    assert text.admit(None, MIB) is not None
    place = entered(part, lines[0][1], 8 * MIB)
    place.waits()
    for _ in range(4):
        clock.now += 1
        place.moved(LEAST_OF_PARTS)
    assert part.admit(lines[1][1], 8 * MIB) is None
    for _ in range(4):
        clock.now += 1
        place.moved(MIN_BYTES_PER_SECOND)
    assert part.admit(lines[1][1], 8 * MIB) is not None


def test_each_kind_has_its_bound_and_a_place_is_given_back_once(clock: Seconds) -> None:
    """So many calls, attachments, bytes of text and of parts are inside at once."""
    kinds = {(0, False): MOST_CALLS, (0, True): MOST_LASTING}
    kinds |= {(MIB, False): TEXT_BYTES // MIB, (8 * MIB, True): PART_BYTES // (8 * MIB), (SMALL, False): MOST_CALLS}
    for (size, lasting), most in kinds.items():
        admission = Admission(LIMITS, PATIENCE, clock)
        places = [admission.admit(None, size, lasting=lasting) for _ in range(most)]
        assert None not in places
        assert admission.admit(None, size, lasting=lasting) is None
        for _ in range(2):
            admission.leave(places[0])  # type: ignore[arg-type]
        assert admission.admit(None, size, lasting=lasting) is not None
        assert admission.admit(None, size, lasting=lasting) is None


def test_a_body_is_kept_whole_and_an_answer_leaves_in_pieces(clock: Seconds) -> None:
    """What came and what leaves is the same, byte by byte, whatever its length; a body that breaks off is short."""
    admission = Admission(LIMITS, PATIENCE, clock)
    for size in (1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7):
        content = bytes(at % 251 for at in range(size))
        place = admission.admit(None, size)
        assert place is not None
        assert receive(place, io.BytesIO(content + b"more")).read() == content
        assert receive(place, io.BytesIO(content[:-1])).read() == content[:-1]
        pieces = list(sent(place, iter([content, b"", content])))
        assert b"".join(pieces) == content * 2
        assert max(map(len, pieces)) <= PIECE
        streamed = StreamedBody(place, io.BytesIO(content))
        assert streamed.read(size - 1) + streamed.read() == content
