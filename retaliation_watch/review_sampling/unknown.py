"""Planning cover where nothing tells which entries are real: known are those of this sitting, of others how many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retaliation_watch.arrays import Bools
from retaliation_watch.review_sampling.decoys import DECOYS_PER_ENTRY, CoverPlan, RosterGroups, plan_decoys
from retaliation_watch.review_sampling.randomization import RandomizationKey


def plan_with_unknown(roster: RosterGroups, month: str, key: RandomizationKey, opened: int, entered: int) -> CoverPlan:
    """As `plan_decoys`, where `roster.real` are those who are entered now and `roster.decoys` everybody on the list.

    Where somebody is entered now, one in eleven of the others there may be real: each has ten others.
    `opened` counts all people whom packets ever entered, these too: the others hide among the list.
    """
    among = roster.decoys & ~roster.real
    counted = replace(roster, real=roster.real | _maybe_real(roster, among), decoys=among)
    counted = replace(counted, decoys=among & ~counted.real)
    hidden = max(opened - int(counted.real.sum()), 0)
    return plan_decoys(counted, month, key, opened, entered, hidden)


def _maybe_real(roster: RosterGroups, among: Bools) -> Bools:
    """In each group where somebody is entered now, one in eleven of those on the list."""
    group = roster.unit.astype(np.int64) * (int(roster.band.max(initial=0)) + 1) + roster.band
    here = np.flatnonzero(among & np.isin(group, group[roster.real]))
    here = here[np.argsort(group[here], kind="stable")]
    began = np.searchsorted(group[here], group[here], side="left")
    ended = np.searchsorted(group[here], group[here], side="right")
    marks = np.zeros(len(group), bool)
    marks[here[np.arange(len(here)) - began < (ended - began) // (DECOYS_PER_ENTRY + 1)]] = True
    return marks
