"""Proof of work for a busy office: bound to one request and one window of time; nothing is issued (SPEC §10)."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from crypto.errors import WorkRefused
from crypto.framing import Rng, frame, sha256, u32, u64

WORK_LABEL = "yanlu/v1/work"
# Large enough that a browser's own SHA-256 is hardly slower at it than a program made for the purpose.
BLOCK_SIZE = 16384
# Several small searches in place of one: the time varies half as much, and there is progress to show.
SEARCHES = 4
LEAST_BITS, MOST_BITS = 8, 14
WINDOW_SECONDS = 300
# The window before and the one after are taken too: work takes time, and clocks differ.
WINDOW_SKEW = 1
_NUMBERS = 2**32
_ASK = re.compile(r"1\.([0-9]{1,10})\.([0-9]{1,2})")
_PROOF = re.compile(r"1\.([0-9]{1,10})\.([0-9]{1,2})" + r"\.([0-9]{1,10})" * SEARCHES)


@dataclass(frozen=True)
class WorkAsked:
    """What a busy office asks of everybody alike: leading zero bits of each search, and the window of time."""

    bits: int
    window: int

    @property
    def text(self) -> str:
        """As the header `Yanlu-Work` of an answer says it."""
        return f"1.{self.window}.{self.bits}"


@dataclass(frozen=True)
class Work:
    """A proof: the number that each search ended with."""

    window: int
    bits: int
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        """As the header `Yanlu-Work` of a request carries it."""
        return ".".join(["1", str(self.window), str(self.bits), *map(str, self.numbers)])


def window_at(seconds: int) -> int:
    """The window of a moment, seconds since 1970."""
    return seconds // WINDOW_SECONDS


def work_seed(route: str, window: int, subject: bytes) -> bytes:
    """What a proof is bound to: `METHOD /path`, the window, and the hash of what is sent."""
    return sha256(frame(WORK_LABEL, route, u64(window), subject))


def work_trial(seed: bytes, search: int, number: int) -> bytes:
    """The hash of one trial of a search."""
    head = seed + u32(search) + u32(number)
    return hashlib.sha256(head.ljust(BLOCK_SIZE, b"\0")).digest()


def do_work(
    asked: WorkAsked, route: str, subject: bytes, rng: Rng, progress: Callable[[float], None] | None = None
) -> Work:
    """Searches until the proof is whole; `progress` hears 0.25 to 1. Raises WorkRefused for what no office may ask.

    Searches begin at random numbers, so that the same request sent again gets another proof.
    """
    _check_bits(asked.bits)
    seed = work_seed(route, asked.window, subject)
    numbers: list[int] = []
    for search in range(SEARCHES):
        number = int.from_bytes(rng(4), "big")
        while not _holds(work_trial(seed, search, number), asked.bits):
            number = (number + 1) % _NUMBERS
        numbers.append(number)
        if progress is not None:
            progress(len(numbers) / SEARCHES)
    return Work(asked.window, asked.bits, tuple(numbers))


def read_asked(text: str) -> WorkAsked:
    """Reads what an answer asks; raises WorkRefused, also for more than any office may ask."""
    found = _ASK.fullmatch(text)
    if found is None:
        raise WorkRefused("not what an office asks")
    window, bits = map(int, found.groups())
    _check_bits(bits)
    return WorkAsked(bits, window)


def read_work(text: str) -> Work:
    """Reads a proof; raises WorkRefused. Whether it holds is for `check_work` to say."""
    found = _PROOF.fullmatch(text)
    if found is None:
        raise WorkRefused("not a proof of work")
    window, bits, *numbers = map(int, found.groups())
    _check_bits(bits)
    if max(numbers) >= _NUMBERS:
        raise WorkRefused("a number that no search ends with")
    return Work(window, bits, tuple(numbers))


def check_work(work: Work, route: str, subject: bytes) -> bytes:
    """Raises WorkRefused unless every search holds; gives the 16 bytes under which the proof is spent."""
    seed = work_seed(route, work.window, subject)
    digest = hashlib.sha256()
    for search, number in enumerate(work.numbers):
        found = work_trial(seed, search, number)
        if not _holds(found, work.bits):
            raise WorkRefused("the work is of another request, or not done")
        digest.update(found)
    return digest.digest()[:16]


def is_timely(work: Work, now: int) -> bool:
    """Whether the proof's window is that of `now`, seconds since 1970, or its neighbour."""
    return abs(work.window - window_at(now)) <= WINDOW_SKEW


def _check_bits(bits: int) -> None:
    if not LEAST_BITS <= bits <= MOST_BITS:
        raise WorkRefused("less or more work than an office may ask")


def _holds(digest: bytes, bits: int) -> bool:
    return int.from_bytes(digest[:4], "big") >> (32 - bits) == 0
