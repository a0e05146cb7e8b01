"""A line that is too slow is shut down and gives its thread back; one that keeps to the rate is left alone."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from portal.edge.least_rate import GRACE_SECONDS, LEAST_BYTES_A_SECOND, Hourglass, Hurried, Rate, hurry

MIB = 1024 * 1024


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a line: nginx's and the face's."""
    there, here = socket.socketpair()
    with there, here:
        yield there, here


def test_a_mebibyte_has_two_minutes_and_a_half() -> None:
    """The rate is 8 KiB a second after twenty seconds' grace."""
    assert Rate().seconds(MIB) == GRACE_SECONDS + MIB / LEAST_BYTES_A_SECOND == 148


class _Reading:
    """A body that comes from a line, as gunicorn reads one."""

    def __init__(self, here: socket.socket) -> None:
        self._here = here

    def read(self, size: int = -1) -> bytes:
        found = b""
        while len(found) < size and (piece := self._here.recv(size - len(found))):
            found += piece
        return found


def test_a_line_that_drips_is_shut_down(line: tuple[socket.socket, socket.socket]) -> None:
    """A byte now and then, each well before any silence would count, does not keep the reader."""
    there, here = line
    body = Hurried(_Reading(here), here, Hourglass(Rate(grace=0.3, least=1e9), look=0.05), 0)
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.05):
            try:
                there.send(b"x")
            except OSError:
                return

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        found = body.read(MIB)
    finally:
        stop.set()
        dripping.join(10)
    assert set(found) <= {ord("x")}
    assert len(found) < MIB
    assert here.recv(10) == b""


def test_a_line_that_keeps_to_the_rate_is_left_alone(line: tuple[socket.socket, socket.socket]) -> None:
    """Readings that end in time leave nothing behind that could shut the line down later."""
    there, here = line
    glass = Hourglass(Rate(grace=0.2, least=1e9), look=0.02)
    body = Hurried(_Reading(here), here, glass, 0)
    for _ in range(3):
        there.send(b"whole")
        assert body.read(5) == b"whole"
    time.sleep(0.4)
    there.send(b"again")
    assert body.read(5) == b"again"


def test_an_answer_that_nobody_takes_is_shut_down(line: tuple[socket.socket, socket.socket]) -> None:
    """Whoever asks for an attachment and reads none of it does not keep the writer."""
    _there, here = line
    end = Hourglass(Rate(grace=0.2, least=1e9), look=0.05).begin(here, MIB)
    with pytest.raises(OSError, match="Broken pipe"):
        here.sendall(bytes(8 * MIB))
    end()


def test_without_a_line_nothing_changes() -> None:
    """A server that tells no line (a test client) gets the body as it is; one that does, under the rate."""
    bare: dict[str, object] = {"wsgi.input": io.BytesIO(b"x")}
    assert hurry(bare, Hourglass()) is None
    assert isinstance(bare["wsgi.input"], io.BytesIO)
    there, here = socket.socketpair()
    with there, here:
        told: dict[str, object] = {"wsgi.input": io.BytesIO(b"xyz"), "gunicorn.socket": here, "CONTENT_LENGTH": "3"}
        assert hurry(told, Hourglass()) is here
        assert told["wsgi.input"].read() == b"xyz"  # type: ignore[attr-defined]
