"""2,000 pairs of months of a desk: what it tells a member who was left out differs in nothing that tells.

Both months of a pair have the same visible acts; in one of them a report is filed besides that excludes the member, and
is re-granted three times, decided and deleted. Before and after every act the member asks all that a call answers.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.support.classifier import Features, advantage, chance_advantage, pair_signs
from tests.support.hidden_months import LEAKS, PAIRS_OF_A_HOUSE, pairs

PAIRS = int(os.environ.get("LEFT_OUT_PAIRS", "2000"))
PLANTED = max(20, PAIRS // 50)


def _pairs(number: int, folder: Path, leak: str | None = None) -> list[tuple[Features, Features]]:
    """As many pairs, each ten of them in a house of their own; one process for each core."""
    houses = range(-(-number // PAIRS_OF_A_HOUSE))
    found: list[tuple[Features, Features]] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        size = min(number, PAIRS_OF_A_HOUSE)
        waiting = [pool.submit(pairs, lot, size, folder / f"{leak}-{lot}", leak) for lot in houses]
        for done in waiting:
            found += done.result()
            sys.stderr.write(f"{len(found)} of {number} pairs\n")
    return found


@pytest.mark.timeout(0)
def test_no_month_tells_that_a_report_is_hidden(tmp_path: Path) -> None:
    """The advantage over a coin stays within what chance gives in 99 of 100."""
    signs = pair_signs(_pairs(PAIRS, tmp_path))
    bound = chance_advantage(signs)
    found = advantage(signs)
    sys.stderr.write(f"advantage {found:.3f}, chance at 99 % {bound:.3f}, {signs.any(axis=0).sum()} features\n")
    assert found <= bound


@pytest.mark.timeout(0)
@pytest.mark.parametrize("leak", sorted(LEAKS))
def test_a_planted_leak_is_found(tmp_path: Path, leak: str) -> None:
    """A signer in clear, an entry that vanishes, one packet more, another size: each is told in nine of ten pairs."""
    assert advantage(pair_signs(_pairs(PLANTED, tmp_path, leak))) >= 0.8
