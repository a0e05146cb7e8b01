"""A line that is too slow is shut down and gives its thread back; one that keeps to the rate is left alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from portal.edge.min_rate import GRACE_SECONDS, MIN_BYTES_PER_SECOND, LineWatchdog, Rate, TimedBody, line_of
from tests.support.faults.slow_socket import Line, trickling

MIB = 1024 * 1024


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a line: nginx's and the face's."""
    there, here = socket.socketpair()
    with there, here:
        yield there, here


def test_a_mebibyte_has_two_minutes_and_a_half() -> None:
    """The rate is 8 KiB a second after twenty seconds' grace."""
    assert Rate().seconds(MIB) == GRACE_SECONDS + MIB / MIN_BYTES_PER_SECOND == 148


def test_a_line_that_drips_is_shut_down(line: tuple[socket.socket, socket.socket]) -> None:
    """A byte now and then, each well before any silence would count, does not keep the reader."""
    there, here = line
    body = TimedBody(Line(here), here, LineWatchdog(Rate(grace=0.3, minimum=1e9), interval=0.05), 0)
    with trickling(there):
        found = body.read(MIB)
    assert set(found) <= {ord("x")}
    assert len(found) < MIB
    assert here.recv(10) == b""


def test_a_line_that_keeps_to_the_rate_is_left_alone(line: tuple[socket.socket, socket.socket]) -> None:
    """Readings that end in time leave nothing behind that could shut the line down later."""
    there, here = line
    glass = LineWatchdog(Rate(grace=0.2, minimum=1e9), interval=0.02)
    body = TimedBody(Line(here), here, glass, 0)
    for _ in range(3):
        there.send(b"whole")
        assert body.read(5) == b"whole"
    time.sleep(0.4)
    there.send(b"again")
    assert body.read(5) == b"again"


def test_an_answer_that_nobody_takes_is_shut_down(line: tuple[socket.socket, socket.socket]) -> None:
    """Anyone who asks for an attachment and reads none of it does not keep the writer."""
    _there, here = line
    end = LineWatchdog(Rate(grace=0.2, minimum=1e9), interval=0.05).begin(here, MIB)
    with pytest.raises(OSError, match="Broken pipe"):
        here.sendall(bytes(8 * MIB))
    end()


def test_the_whole_body_has_the_time_of_its_length(line: tuple[socket.socket, socket.socket]) -> None:
    """Many readings that are each in time do not add up to hours."""
    there, here = line
    body = TimedBody(Line(here), here, LineWatchdog(Rate(grace=0.3, minimum=1e9), interval=0.02), 100)
    with trickling(there):
        found = [body.read(1) for _ in range(40)]
    assert found[0] == b"x"
    assert found[-1] == b""


def test_a_server_that_tells_no_line_has_none() -> None:
    """A test client tells none; gunicorn does."""
    there, here = socket.socketpair()
    with there, here:
        assert line_of({"gunicorn.socket": here}) is here
        assert line_of({"gunicorn.socket": None}) is line_of({}) is None
