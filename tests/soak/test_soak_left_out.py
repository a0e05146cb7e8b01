"""2,000 pairs of months of a desk: what it tells a member who was left out differs in nothing that tells.

Both months of a pair begin in the same state and have the same visible acts; in one of them a report is filed besides
that excludes the member, and is re-granted three times, decided and deleted. Around every act the member asks all that
a call answers.

`LEFT_OUT_PAIRS` asks for another number of pairs, `LEFT_OUT_PROCESSES` for fewer processes than there are cores. With
`LEFT_OUT_FOLDER` each lot of pairs is kept there once it is done: a run that was stopped goes on where it stood, and a
larger number of pairs adds to those that are there. What is kept is of one state of the code: a change needs another
folder.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.support.privacy.leak_classifier import Features, advantage, chance_advantage, pair_signs
from tests.support.privacy.paired_months import LEAKS, PAIRS_OF_A_HOUSE, pairs

PAIRS = int(os.environ.get("LEFT_OUT_PAIRS", "2000"))
PROCESSES = int(os.environ.get("LEFT_OUT_PROCESSES", "0")) or os.cpu_count()
PLANTED = min(PAIRS_OF_A_HOUSE, max(20, PAIRS // 50))
Pairs = Sequence[tuple[Features, Features]]


def apart(pair: tuple[Features, Features]) -> Features:
    """Where the first month of a pair has more of something, and where less."""
    one, other = pair
    found = {name: one.get(name, 0.0) - other.get(name, 0.0) for name in sorted({*one, *other})}
    return {name: 1.0 if value > 0 else -1.0 for name, value in found.items() if value}


def lot_of(number: int, size: int, folder: Path, leak: str | None) -> Pairs:
    """One house's pairs; those that were kept are not made again."""
    name = f"{leak or 'none'}-{number}-{size}"
    place = os.environ.get("LEFT_OUT_FOLDER")
    kept = Path(place) / f"{name}.json" if place else None
    if kept is None or not kept.is_file():
        found = [apart(pair) for pair in pairs(number, size, folder / name, leak)]
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            half = kept.with_suffix(".half")
            half.write_text(json.dumps(found), "utf-8")
            half.replace(kept)
    else:
        found = json.loads(kept.read_text("utf-8"))
    return [(one, {}) for one in found]


def _pairs(number: int, folder: Path, leak: str | None = None) -> Iterator[tuple[Features, Features]]:
    """As many pairs, some of them in a house of their own."""
    houses, done = -(-number // PAIRS_OF_A_HOUSE), 0
    with ProcessPoolExecutor(PROCESSES) as pool:
        size = min(number, PAIRS_OF_A_HOUSE)
        for lot in [pool.submit(lot_of, house, size, folder, leak) for house in range(houses)]:
            yield from lot.result()
            done += size
            sys.stderr.write(f"{done} of {number} pairs\n")


@pytest.mark.timeout(0)
def test_no_month_tells_that_a_report_is_hidden(tmp_path: Path) -> None:
    """The advantage over a coin stays within what chance gives in 99 of 100."""
    signs = pair_signs([*_pairs(PAIRS, tmp_path)])
    bound = chance_advantage(signs)
    found = advantage(signs)
    sys.stderr.write(f"advantage {found:.3f}, chance at 99 % {bound:.3f}, {signs.any(axis=0).sum()} features\n")
    assert found <= bound


@pytest.mark.timeout(0)
@pytest.mark.parametrize("leak", sorted(LEAKS))
def test_a_planted_leak_is_found(tmp_path: Path, leak: str) -> None:
    """A signer in clear, an entry that vanishes, one packet more, another size: each is told in nine of ten pairs."""
    assert advantage(pair_signs([*_pairs(PLANTED, tmp_path, leak)])) >= 0.8
