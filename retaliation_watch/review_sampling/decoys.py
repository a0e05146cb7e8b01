"""Cover entries: colleagues of like place and grade who are put on the list and say nothing about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Ints
from retaliation_watch.review_sampling.randomization import RandomizationKey, uniform_draw, uniform_draws

DECOYS_PER_ENTRY: Final = 10
"""Cover entries for each real one, in its unit and grade band as far as there are people."""
SHARE: Final = 0.05
"""Part of every unit and grade band that is covered though nobody reported."""
STEP: Final = 5
"""Numbers are rounded up to full steps, so that one more report rarely shows in them."""
ECHOES: Final = 2
"""For each group that needs more so many others of about its size get as many."""
MOST: Final = 0.4
"""Part of a group that is covered at most; what is missing goes to the same grade band, then anywhere."""
TERM_MONTHS: Final = 24


@dataclass(frozen=True)
class RosterGroups:
    """Everybody of the roster by place: id, unit, grade band, whether they work there now, and who is on the list.

    `real` and `decoys` mark running entries; arrays have one value per person.
    """

    ids: list[str]
    unit: Ints
    band: Ints
    at_work: Bools
    real: Bools
    decoys: Bools


@dataclass(frozen=True)
class CoverPlan:
    """Who is to be entered this month (places in the roster), and how many cover entries are still missing."""

    persons: Ints
    missing: int


def plan_decoys(
    roster: RosterGroups, month: str, key: RandomizationKey, opened: int = 0, entered: int = 0, hidden: int = 0
) -> CoverPlan:
    """Chooses this month's cover entries; the same inputs choose the same people.

    `month`: `YYYY-MM`; `opened`: real packets opened so far, where that is more than the running entries; `entered`:
    entries of this month that are there already; `hidden`: so many of `roster.decoys` are no cover. Some are entered
    every month, whether anybody reported or not: a twenty-fourth of the usual share at least.
    """
    group = roster.unit.astype(np.int64) * (int(roster.band.max(initial=0)) + 1) + roster.band
    free = np.flatnonzero(roster.at_work & ~roster.real & ~roster.decoys)
    shuffled = free[
        np.argsort(uniform_draws(key, [roster.ids[one] for one in free.tolist()], "decoy", month), kind="stable")
    ]
    wanted = _wanted(roster, group, key)
    existing = np.bincount(group[roster.decoys & roster.at_work], minlength=len(wanted))
    chosen = _first_of_each(shuffled, group, np.maximum(wanted - existing, 0))
    shortfall = DECOYS_PER_ENTRY * max(int(roster.real.sum()), opened) + hidden - int(roster.decoys.sum()) - len(chosen)
    least = least_a_month(int(roster.at_work.sum())) - entered - len(chosen)
    rest = shuffled[~np.isin(shuffled, chosen)]
    near = np.isin(roster.band[rest], roster.band[roster.real])
    more = np.concatenate([rest[near], rest[~near]]) if shortfall > 0 else rest
    added = more[: max(shortfall, least, 0)]
    return CoverPlan(np.sort(np.concatenate([chosen, added])), max(shortfall - len(added), 0))


def least_a_month(at_work: int) -> int:
    """So many are entered in a month whether anybody reported or not, where so many work."""
    return -(-int(SHARE * at_work) // TERM_MONTHS)


def _wanted(roster: RosterGroups, group: Ints, key: RandomizationKey) -> Ints:
    """Cover entries that each group should have; what one group needs, groups of about its size get too."""
    size = np.bincount(group[roster.at_work], minlength=int(group.max(initial=0)) + 1)
    usual = np.ceil(SHARE * size).astype(np.int64)
    needed = DECOYS_PER_ENTRY * np.bincount(group[roster.real], minlength=len(size))
    wanted = np.maximum(usual, needed)
    for one in np.flatnonzero(needed > usual).tolist():
        for other in _echoes(size, one, key):
            wanted[other] = max(wanted[other], int(needed[one]))
    stepped = np.where(wanted > usual, -(-wanted // STEP) * STEP, wanted)
    return np.minimum(stepped, np.maximum((MOST * size).astype(np.int64), usual))


def _echoes(size: Ints, group: int, key: RandomizationKey) -> list[int]:
    """The groups that go along with a group, for ever the same ones."""
    others = np.flatnonzero((size > 0) & (np.arange(len(size)) != group))
    near = others[np.argsort(np.abs(size[others] - size[group]), kind="stable")][: 4 * ECHOES]
    return sorted(near.tolist(), key=lambda other: uniform_draw(key, "echo", str(group), str(other)))[:ECHOES]


def _first_of_each(shuffled: Ints, group: Ints, wanted: Ints) -> Ints:
    """The first so many people of each group, in a shuffled order."""
    order = shuffled[np.argsort(group[shuffled], kind="stable")]
    begins = np.searchsorted(group[order], group[order], side="left")
    return order[np.arange(len(order)) - begins < wanted[group[order]]]
