"""Planning cover where nothing tells which entries are real: known are those of this sitting, of others how many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retaliation_watch.arrays import Bools
from retaliation_watch.cover.decoys import TIMES, Place, Planned, plan_decoys
from retaliation_watch.cover.randomization import CoinKey


def plan_beside(place: Place, month: str, key: CoinKey, opened: int, entered: int) -> Planned:
    """As `plan_decoys`, where `place.real` are those who are entered now and `place.decoys` everybody on the list.

    Where somebody is entered now, one in eleven of the others there may be real: each has ten others.
    `opened` counts all people whom packets ever entered, these too: the others hide among the list.
    """
    among = place.decoys & ~place.real
    counted = replace(place, real=place.real | _maybe_real(place, among), decoys=among)
    counted = replace(counted, decoys=among & ~counted.real)
    hidden = max(opened - int(counted.real.sum()), 0)
    return plan_decoys(counted, month, key, opened, entered, hidden)


def _maybe_real(place: Place, among: Bools) -> Bools:
    """In each group where somebody is entered now, one in eleven of those on the list."""
    group = place.unit.astype(np.int64) * (int(place.band.max(initial=0)) + 1) + place.band
    here = np.flatnonzero(among & np.isin(group, group[place.real]))
    here = here[np.argsort(group[here], kind="stable")]
    began = np.searchsorted(group[here], group[here], side="left")
    ended = np.searchsorted(group[here], group[here], side="right")
    marks = np.zeros(len(group), bool)
    marks[here[np.arange(len(here)) - began < (ended - began) // (TIMES + 1)]] = True
    return marks
