"""A manager who tries people learns little, and the same attack succeeds against rules that only look alike."""

from __future__ import annotations

import pytest

from retaliation_watch.review_sampling.ratio import BOUND, posterior
from retaliation_watch.simulation.attack import Rule, Scene, attack, scenes, worse_scenes

WORLDS = 300


@pytest.mark.parametrize("scene", scenes(), ids=str)
def test_no_attack_multiplies_the_odds_by_more_than_two(scene: Scene) -> None:
    """One, three, ten probes over one and four quarters, with and without suspicion, with colleagues enrolled."""
    found = attack(scene, WORLDS, 7)
    assert found.ratio <= BOUND + 1e-9
    assert found.prior <= found.highest <= posterior(max(found.prior, scene.suspicion or 0), BOUND) + 1e-9


@pytest.mark.parametrize("scene", worse_scenes(), ids=str)
def test_the_same_attack_succeeds_where_the_rule_betrays(scene: Scene) -> None:
    """Fresh coins, coins that change at the entry, enrolments that count as cover, and no cover: each breaks two."""
    assert attack(scene, WORLDS, 7).ratio > BOUND + 0.1


def test_every_scene_of_the_table_is_played() -> None:
    """The table has every number of probes with every span of time, with and without a suspect."""
    played = {(one.probes, one.quarters, one.suspicion is None) for one in scenes() if one.rule is Rule.STICKY}
    assert {(p, q, s) for p in (1, 3, 10) for q in (1, 4) for s in (True, False)} <= played
    assert any(one.enrolled for one in scenes())
    assert all(one.unit == 20 for one in scenes())
