"""Six digits are used once: a command that follows too soon waits, or says so, and asks the desk nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.cli.desk.totp import PERIOD, totp_code
from portal.cli.desk.totp_replay import FILE, REMEMBERED_SECONDS, UsedCodes
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class Hands:
    """A clock that sleeping moves."""

    now = 1_111_111_109.0
    slept = 0.0

    def __call__(self) -> float:
        """Now."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Moves the hands."""
        self.slept += seconds
        self.now += seconds


@pytest.fixture
def hands() -> Iterator[Hands]:
    """The clock of RFC 6238's example."""
    return Hands()


def test_digits_from_a_secret_wait_for_the_next_ones(
    tmp_path: Path, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first sign-in waits for nothing; the second within the same step waits for its end, and says so."""
    terminal, digits = Terminal(Catalogue("en"), as_json=False), UsedCodes(tmp_path, hands, hands.sleep)
    first = digits.fresh(terminal, SECRET)
    assert (first, hands.slept) == ("081804", 0)
    # Not used yet: a sign-in that failed spends none.
    assert digits.fresh(terminal, SECRET) == first
    digits.remember(first)
    second = digits.fresh(terminal, SECRET)
    assert second == totp_code(SECRET, 1_111_111_110)
    assert 0 < hands.slept <= PERIOD
    assert "waiting for the next ones" in capsys.readouterr().err
    digits.remember(second)
    hands.now += PERIOD
    assert digits.fresh(terminal, SECRET) not in {first, second}
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_digits_that_were_typed_twice_are_told_before_anything_is_sent(tmp_path: Path, hands: Hands) -> None:
    """The same six again are refused here, others are not; after a while, and from a damaged file, nothing is known."""
    terminal, digits = Terminal(Catalogue("en"), as_json=False), UsedCodes(tmp_path, hands, hands.sleep)
    digits.remember("123456")
    with pytest.raises(CommandError, match="used already") as refused:
        digits.fresh(terminal, "123456")
    assert (refused.value.code, hands.slept) == (Exit.WRONG_SECRET, 0)
    assert digits.fresh(terminal, "654321") == "654321"
    hands.now += REMEMBERED_SECONDS
    assert digits.fresh(terminal, "123456") == "123456"
    for damaged in (b"", b"[]", b'{"at":"x","digits":1}'):
        (tmp_path / FILE).write_bytes(damaged)
        assert digits.fresh(terminal, "123456") == "123456"
