"""Reviews are drawn among everybody: two probes of one person give one answer, and none tells more than promised."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retaliation_watch.kinds import DERIVED, INDEX, KINDS, Measure
from retaliation_watch.review_sampling.classes import WORDING_EN, WORDING_ZH, Class, class_of
from retaliation_watch.review_sampling.decoys import SHARE
from retaliation_watch.review_sampling.measure_reviews import SamplingFrame, person_draw, reviews_of
from retaliation_watch.review_sampling.randomization import RandomizationKey, uniform_draw, uniform_draws
from retaliation_watch.review_sampling.ratio import BOUND, COVER, listed_chance, most, posterior, ratio, together
from retaliation_watch.review_sampling.steps import Refusal, ReviewRequest, judge

ROOT = Path(__file__).resolve().parents[2]
KEY = RandomizationKey(bytes(range(32)))
NEVER = 1 << 30
CHANCES = st.floats(0.01, 0.99)
BOUNDS = st.floats(1.0, 8.0)


def standing(*listed_from: int, size: int = 60) -> SamplingFrame:
    """People of one unit of this size, each listed from a day on; those who are asked about come first."""
    size = max(size, len(listed_from))
    from_day = np.array([*listed_from, *[NEVER] * (size - len(listed_from))])
    ids = [f"{place:03d}" for place in range(size)]
    nobody = np.zeros(size, np.int64)
    return SamplingFrame(ids, from_day, nobody + NEVER, nobody, nobody - 5000, nobody + 100_000)


def reviewed(rows: list[tuple[int, Measure, int]], those: SamplingFrame, key: RandomizationKey = KEY) -> list[bool]:
    """Which of these measures (person, kind, day) are reviewed."""
    person, kind, day = (np.array(column) for column in zip(*[(p, INDEX[k], d) for p, k, d in rows], strict=True))
    return reviews_of(person, kind, day, those, key).reviewed.tolist()


@given(CHANCES, BOUNDS, st.floats(0, 1))
def test_no_answer_multiplies_the_odds_by_more_than_the_bound(cover: float, bound: float, decoys: float) -> None:
    """Reviewed or not, one person or a whole unit: the bound holds whatever share of colleagues is covered."""
    listed = listed_chance(cover, bound)
    assert cover <= listed < 1
    assert ratio(listed, cover, decoys, reviewed=True) <= bound + 1e-9
    assert ratio(listed, cover, decoys, reviewed=False) >= 1 / bound - 1e-9
    assert most(listed, cover) == pytest.approx(bound)


@given(CHANCES, st.floats(0, 0.49))
def test_the_chance_lies_within_the_designs_own_bound(cover: float, decoys: float) -> None:
    """A listed person is reviewed at most as often as the bound on a single answer allows."""
    assert listed_chance(cover) <= min(1.0, BOUND * cover * (1 - decoys) / (1 - 2 * decoys)) + 1e-12


def test_odds_are_what_is_multiplied() -> None:
    """A ratio of two makes two thirds of one half."""
    assert posterior(0.5, 2) == pytest.approx(2 / 3)
    assert posterior(0.05, 1) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="bound"):
        listed_chance(0.25, 0.5)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=4), st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_coins_of_different_things_differ(one: list[str], other: list[str]) -> None:
    """A coin is a fraction that its parts and the key fix; parts that read alike when joined are not alike."""
    assert 0 <= uniform_draw(KEY, *one) < 1
    assert uniform_draw(KEY, *one) == uniform_draw(KEY, *one)
    assume(one != other)
    assert uniform_draw(KEY, *one) != uniform_draw(KEY, *other)
    assert uniform_draw(RandomizationKey(bytes(32)), *one) != uniform_draw(KEY, *one)


def test_coins_are_even_and_the_key_does_not_show() -> None:
    """Ten thousand coins fill the unit evenly; a key is printed nowhere and must be whole."""
    drawn = np.sort(uniform_draws(KEY, [str(number) for number in range(10_000)], "review"))
    assert np.abs(drawn - (np.arange(10_000) + 0.5) / 10_000).max() < 0.02
    assert "\\x" not in repr(KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        RandomizationKey(b"short")


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([k for k in KINDS if class_of(k) is Class.SAMPLED])),
        min_size=1,
        max_size=24,
    ),
    st.lists(st.integers(0, 4000), min_size=6, max_size=6),
    st.integers(0, 255),
)
def test_two_probes_of_one_person_give_one_answer(
    probes: list[tuple[int, Measure]], listed_from: list[int], byte: int
) -> None:
    """However often, whenever, by which sampled measure: one answer, though the person comes onto the list between."""
    rows = [(person, kind, 100 * turn) for turn, (person, kind) in enumerate(probes)]
    answers = reviewed(rows, standing(*listed_from), RandomizationKey(bytes([byte] * 32)))
    for person in range(6):
        assert len({answer for answer, row in zip(answers, rows, strict=True) if row[0] == person}) <= 1


def test_coming_onto_the_list_changes_no_answer() -> None:
    """Anyone who was tried before a report keeps that answer; anyone who was not is reviewed more often."""
    people = 4000
    rows = [(person, Measure.WRITTEN_WARNING, day) for day in (100, 900) for person in range(people)]
    before = np.array(reviewed(rows, standing(*[NEVER] * people)))
    after = np.array(reviewed(rows, standing(*[500] * people)))
    assert np.array_equal(before, after)
    first = np.array(reviewed(rows[people:], standing(*[500] * people)))
    assert before[:people].mean() == pytest.approx(COVER, abs=0.03)
    assert first.mean() == pytest.approx(listed_chance(), abs=0.03)
    assert not (before[:people] & ~first).any()


def test_the_size_of_a_unit_is_that_of_the_day_of_the_first_measure() -> None:
    """People hired later do not change an answer, and other units do not count."""
    unit = np.array([0] * 30 + [1] * 30)
    hired = np.where(np.arange(60) % 30 < 15, -500, 300)
    those = SamplingFrame([str(one) for one in range(60)], unit + NEVER, unit + NEVER, unit, hired, unit * 0 + 700)
    assert those.unit_size(np.array([0, 31, 0, 0]), np.array([100, 100, 300, 700])).tolist() == [15, 15, 30, 0]
    rows = [(person, Measure.TRANSFER, day) for day in (100, 400) for person in range(15)]
    assert not any(reviewed(rows, those))
    assert any(reviewed(rows[15:], those))


def test_grave_and_repeated_measures_are_reviewed_whoever_they_hit() -> None:
    """Every dismissal and every third sampled measure in thirteen weeks, on the list or not, in small units too."""
    rows = [
        (0, Measure.DISMISSAL, 5),
        (1, Measure.WRITTEN_WARNING, 5),
        (1, Measure.TRANSFER, 40),
        (1, Measure.VERBAL_WARNING, 90),
    ]
    for those in (standing(NEVER, NEVER, size=5), standing(0, 0, size=5)):
        assert reviewed(rows, those) == [True, False, False, True]
    late = [*rows[:3], (1, Measure.VERBAL_WARNING, 96)]
    assert reviewed(late, standing(NEVER, NEVER, size=5)) == [True, False, False, False]


def test_daily_measures_are_never_reviewed() -> None:
    """Shifts, leave and what comes in rounds are asked about for nobody."""
    daily = [kind for kind in KINDS if class_of(kind) is Class.DAILY]
    assert {Measure.SHIFT_CHANGE, Measure.LEAVE_DENIED, *DERIVED} <= {*daily}
    assert not any(reviewed([(0, kind, 100 * turn) for turn, kind in enumerate(daily)], standing(0)))


@given(
    st.sampled_from(KINDS),
    st.integers(1, 400),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([None, True, False]),
    st.booleans(),
    st.lists(st.floats(1, 3), max_size=4),
)
def test_no_step_that_is_allowed_breaks_the_promise(
    kind: Measure, size: int, draw: float, answered: bool | None, is_repeated: bool, earlier: list[float]
) -> None:
    """All allowed steps together stay within the bound, and every refused one would go beyond or prove it."""
    found = judge(ReviewRequest(kind, size, draw, answered, is_repeated, tuple(earlier)))
    before = float(np.prod(earlier))
    if found.is_allowed:
        assert found.odds_ratio == 1 or found.cumulative_odds_ratio <= BOUND + 1e-9
        assert found.cumulative_odds_ratio == pytest.approx(before * found.odds_ratio)
    else:
        assert found.cumulative_odds_ratio == inf or size < 20 or before > BOUND


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (ReviewRequest(Measure.DISMISSAL, 3, 0.99), None),
        (ReviewRequest(Measure.SHIFT_CHANGE, 60, 0.0), Refusal.DAILY),
        (ReviewRequest(Measure.SHIFT_CHANGE, 60, 0.9, is_repeated=True), None),
        (ReviewRequest(Measure.WRITTEN_WARNING, 60, 0.39), None),
        (ReviewRequest(Measure.WRITTEN_WARNING, 60, 0.41), Refusal.NOT_DRAWN),
        (ReviewRequest(Measure.WRITTEN_WARNING, 19, 0.1), Refusal.SMALL_UNIT),
        (ReviewRequest(Measure.WRITTEN_WARNING, 60, 0.1, answered=False), Refusal.UNANSWERED),
        (ReviewRequest(Measure.WRITTEN_WARNING, 60, 0.9, answered=True), None),
        (ReviewRequest(Measure.WRITTEN_WARNING, 60, 0.3, earlier=(1.9,)), Refusal.NOT_DRAWN),
        (ReviewRequest(Measure.WRITTEN_WARNING, 60, 0.1, earlier=(1.5, 1.5)), Refusal.RATIO),
    ],
)
def test_a_refused_step_says_why(wish: ReviewRequest, refusal: Refusal | None) -> None:
    """Each reason has its own name, and what would be done for anybody is refused to nobody."""
    assert judge(wish).refusal is refusal


def test_a_persons_coin_is_the_one_that_reviews_use() -> None:
    """Wish and plan look at the same coin."""
    drawn = [person_draw(KEY, f"{place:03d}") for place in range(50)]
    plan = reviewed([(place, Measure.TRANSFER, 1) for place in range(50)], standing(*[NEVER] * 50))
    assert plan == [one < COVER for one in drawn]


def test_the_words_to_hr_give_nothing_away() -> None:
    """One text for every review, without the words that would say what it is for."""
    assert not any(word in WORDING_EN.casefold() for word in ("report", "protected", "retaliat", "alert"))
    assert not any(word in WORDING_ZH for word in ("举报", "保护", "报复", "预警", "警报"))


@pytest.mark.parametrize("page", ["retaliation_watch/README.md", "retaliation_watch/README.zh-CN.md", "SECURITY.md"])
def test_the_bound_is_that_of_one_reporter_and_the_pages_say_what_holds_for_a_group(page: str) -> None:
    """One person's odds rise by two at most, those of people who report together further: by what the pages say."""
    measured = (2.4, 3.8, 5.8, 9.1)
    assert [together(people, SHARE) for people in range(2, 6)] == pytest.approx(measured, rel=0.02)
    assert together(1) <= most(listed_chance(), COVER) == pytest.approx(BOUND)
    text = (ROOT / page).read_text("utf-8")
    first, *others = (str(one) for one in measured)
    assert first in text
    assert all(one in text[text.index(first) :][:60] for one in others)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_officers_pages_promise_the_bound_to_one_reporter_alone(language: str) -> None:
    """The ladder says of whom the bound holds, and by how much more it may be for a group."""
    catalogue = (ROOT / f"templates/locale/{language}/LC_MESSAGES/watch.po").read_text("utf-8")
    (said,) = (part for part in catalogue.split("\n\n") if "{bound}" in part and "{together}" in part)
    told = json.loads(said.split("msgstr ", 1)[1])
    assert ("独自举报" if language == "zh" else "reported alone") in told
