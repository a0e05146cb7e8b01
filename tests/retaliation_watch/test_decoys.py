"""Cover entries stand where real ones do, ten for one, and their number tells no single report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retaliation_watch.arrays import Ints
from retaliation_watch.review_sampling.decoys import DECOYS_PER_ENTRY, SHARE, TERM_MONTHS, RosterGroups, plan_decoys
from retaliation_watch.review_sampling.randomization import RandomizationKey

KEY = RandomizationKey(bytes(range(32)))


def place(sizes: list[int], real: dict[int, int] | None = None, gone: int = 0) -> RosterGroups:
    """A company of groups of these sizes, two grade bands alternating; so many real entries in a group."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    marks = np.zeros(len(group), bool)
    for one, count in (real or {}).items():
        marks[np.flatnonzero(group == one)[:count]] = True
    at_work = np.ones(len(group), bool)
    at_work[:gone] = False
    return RosterGroups(
        [str(number) for number in range(len(group))], group // 2, group % 2, at_work, marks, np.zeros(len(group), bool)
    )


def groups_of(place: RosterGroups, persons: Ints) -> list[int]:
    """How many of these people each group has."""
    group = place.unit * 2 + place.band
    return np.bincount(group[persons], minlength=int(group.max()) + 1).tolist()


@given(
    st.lists(st.integers(1, 150), min_size=2, max_size=12),
    st.dictionaries(st.integers(0, 11), st.integers(1, 4), max_size=4),
    st.integers(0, 5),
)
def test_there_are_ten_for_each_real_entry_or_it_says_how_many_are_missing(
    sizes: list[int], real: dict[int, int], gone: int
) -> None:
    """Nobody twice, nobody real, nobody who left; ten for one wherever there are so many people."""
    company = place(sizes, {one: count for one, count in real.items() if one < len(sizes)}, min(gone, sizes[0]))
    planned = plan_decoys(company, "2026-03", KEY)
    assert len(set(planned.persons.tolist())) == len(planned.persons)
    assert not (company.real | ~company.at_work)[planned.persons].any()
    assert len(planned.persons) + planned.missing >= DECOYS_PER_ENTRY * int(company.real.sum())
    free = int((company.at_work & ~company.real).sum())
    assert not planned.missing or len(planned.persons) == free


def test_units_and_grades_of_real_entries_are_covered_first() -> None:
    """A group with two real entries gets twenty, and the others their usual part."""
    company = place([100] * 12, {3: 2})
    found = groups_of(company, plan_decoys(company, "2026-03", KEY).persons)
    assert found[3] == 20
    assert sorted(found)[:9] == [5] * 9


def test_a_covered_group_does_not_stand_alone() -> None:
    """Two other groups of its size get as many, so that a look at the list does not tell where somebody reported."""
    company = place([100] * 12, {3: 2})
    found = groups_of(company, plan_decoys(company, "2026-03", KEY).persons)
    assert [one for one, count in enumerate(found) if count == 20] != [3]
    assert found.count(20) == 3


def test_entries_come_every_month_whether_anybody_reported_or_not() -> None:
    """A month without reports enters some, and a repeated plan chooses the same people."""
    company = place([100] * 12)
    first = plan_decoys(company, "2026-03", KEY)
    assert first.persons.tolist() == plan_decoys(company, "2026-03", KEY).persons.tolist()
    marks = company.decoys.copy()
    marks[first.persons] = True
    second = plan_decoys(replace(company, decoys=marks), "2026-04", KEY)
    assert len(second.persons) == -(-int(SHARE * 1200) // TERM_MONTHS) == 3
    assert plan_decoys(company, "2026-04", KEY).persons.tolist() != first.persons.tolist()


def test_packets_of_people_who_left_count_too() -> None:
    """As many as were ever opened are covered ten times, though none of them runs any more."""
    company = place([200] * 4)
    assert len(plan_decoys(company, "2026-03", KEY, opened=30).persons) == 300
