"""A manager who tries people: measures against them, a look at who is asked about, and what the odds are then."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats
from retaliation_watch.review_sampling.measure_reviews import sticky_assignment
from retaliation_watch.review_sampling.ratio import COVER, listed_chance, posterior

GRID: Final = 2000
"""Coins are integrated over so many midpoints: chances of answers are exact to a part in a thousand."""


class Rule(StrEnum):
    """How answers are given: as this package does, and four ways that look alike and betray."""

    STICKY = "sticky"
    FRESH = "fresh-coin-each-time"
    FROM_ENTRY = "coin-again-at-entry"
    COUNTED = "enrolments-counted-as-cover"
    LISTED_ONLY = "only-the-listed"


@dataclass(frozen=True)
class Scene:
    """One attack: how many measures, over how many quarters, on one suspect or on one colleague after the other.

    `suspicion`: the probability that the manager gives the prime suspect beforehand, None for nobody in particular;
    `enrolled`: colleagues whom the manager put on the list by forged packets.
    """

    probes: int
    quarters: int
    suspicion: float | None = None
    is_spread: bool = False
    enrolled: int = 0
    unit: int = 20
    decoys: float = 0.05
    rule: Rule = Rule.STICKY


@dataclass(frozen=True)
class AttackOutcome:
    """What the manager gains: the reporter's mean and highest posterior, the most that anybody's odds rose by.

    Where the manager suspects somebody, the suspicion is right.
    """

    prior: float
    mean: float
    highest: float
    ratio: float


def attack(scene: Scene, worlds: int, seed: int) -> AttackOutcome:
    """Plays a scene so many times; the manager knows the rule, the chances and whom they enrolled themselves."""
    dice = np.random.default_rng([seed, 4])
    odds = _Likelihoods(scene)
    prior = _prior(scene)
    found = [_world(scene, odds, prior, dice) for _ in range(worlds)]
    reporter = np.array([one[0] for one in found])
    return AttackOutcome(float(prior[0]), float(reporter.mean()), float(reporter.max()), max(one[1] for one in found))


def chances(scene: Scene) -> tuple[float, float]:
    """How often a measure is reviewed against the listed and against others."""
    match scene.rule:
        case Rule.LISTED_ONLY:
            return 1.0, 0.0
        case Rule.COUNTED:
            share = min(scene.decoys + scene.enrolled / scene.unit, 0.49)
            return min(1.0, 2 * COVER * (1 - share) / (1 - 2 * share)), COVER
        case _:
            return listed_chance(), COVER


def _prior(scene: Scene) -> Floats:
    """The manager's belief about each colleague; those whom they enrolled themselves come last and are innocent."""
    prior = np.zeros(scene.unit)
    open_to = scene.unit - scene.enrolled
    if scene.suspicion is None:
        prior[:open_to] = 1 / open_to
    else:
        prior[0] = scene.suspicion
        prior[1:open_to] = (1 - scene.suspicion) / (open_to - 1)
    return prior


def _world(scene: Scene, odds: _Likelihoods, prior: Floats, dice: np.random.Generator) -> tuple[float, float]:
    """The posterior of the reporter, and the most by which anybody's odds rose."""
    reporter = int(dice.choice(scene.unit, p=prior)) if scene.suspicion is None else 0
    factor = np.ones(scene.unit)
    for person in _tried(scene):
        listed = person == reporter or bool(dice.random() < scene.decoys)
        begins = int(dice.integers(odds.begins)) if person == reporter else 0
        when = np.arange(odds.probes) >= begins if listed else np.zeros(odds.probes, bool)
        factor[person] = odds.factor(odds.answers(dice.random(odds.probes), when))
    others = (prior * factor).sum() - prior * factor
    before, after = prior / np.maximum(1 - prior, 1e-12), prior * factor / np.maximum(others, 1e-12)
    rose = float((after[prior > 0] / before[prior > 0]).max())
    return posterior(float(prior[reporter]), float(after[reporter] / before[reporter])), rose


def _tried(scene: Scene) -> range:
    return range(min(scene.probes, scene.unit - scene.enrolled)) if scene.is_spread else range(1)


class _Likelihoods:
    """How much likelier each pattern of answers is for the reporter than for a colleague."""

    def __init__(self, scene: Scene) -> None:
        self.rule = scene.rule
        self.probes = 1 if scene.is_spread else scene.probes
        # Over several quarters the report may come before the first measure or between those of the first quarter.
        several = scene.quarters > 1 and self.probes > 1
        self.begins = 1 + -(-self.probes // scene.quarters) if several else 1
        self.listed, self.cover = chances(scene)
        self.decoys = scene.decoys
        self._known: dict[bytes, float] = {}

    def answers(self, draw: Floats, when: Bools) -> Bools:
        """The answers to each measure; `draw` has a coin for each, `when` tells whether the person was listed."""
        chance = np.where(when, self.listed, self.cover)
        match self.rule:
            case Rule.STICKY:
                return np.full(self.probes, bool(sticky_assignment(draw[:1], when[:1])[0]))
            case Rule.COUNTED:
                return np.full(self.probes, bool(draw[0] < chance[0]))
            case Rule.FROM_ENTRY:
                drawn: Floats = np.full(self.probes, draw[0])
                drawn[when] = draw[-1]
                return drawn < chance
            case _:
                return draw < chance

    def factor(self, answers: Bools) -> float:
        """P(answers | the reporter) / P(answers | a colleague)."""
        key = answers.tobytes()
        if key not in self._known:
            never, always = np.zeros(self.probes, bool), np.ones(self.probes, bool)
            entered = [np.arange(self.probes) >= begin for begin in range(self.begins)]
            reporter = float(np.mean([self._chance(answers, when) for when in entered]))
            other = self.decoys * self._chance(answers, always) + (1 - self.decoys) * self._chance(answers, never)
            self._known[key] = reporter / max(other, 1e-12)
        return self._known[key]

    def _chance(self, answers: Bools, when: Bools) -> float:
        """How often these answers come, over all coins."""
        chance = np.where(when, self.listed, self.cover)
        if self.rule in {Rule.FRESH, Rule.LISTED_ONLY}:
            return float(np.where(answers, chance, 1 - chance).prod())
        grid = (np.arange(GRID) + 0.5) / GRID
        if self.rule is Rule.FROM_ENTRY:
            return float(_same(grid, chance[~when], answers[~when]) * _same(grid, chance[when], answers[when]))
        return _same(grid, chance[:1], answers[:1]) if len(set(answers.tolist())) == 1 else 0.0


def _same(grid: Floats, chance: Floats, answers: Bools) -> float:
    """How often one coin gives all these answers."""
    return float(((grid[:, None] < chance[None, :]) == answers[None, :]).all(axis=1).mean()) if len(chance) else 1.0


def scenes(unit: int = 20) -> list[Scene]:
    """The attacks of the table."""
    return [
        Scene(probes, quarters, suspicion, is_spread, unit=unit)
        for is_spread in (False, True)
        for suspicion in (None, 0.5)
        for quarters in (1, 4)
        for probes in (1, 3, 10)
    ] + [
        Scene(10, 4, 0.5, enrolled=9, unit=unit),
        # The suspect was put on the list: listed whether or not a report came from there.
        Scene(10, 1, 0.5, decoys=1.0, unit=unit),
    ]


def worse_scenes(unit: int = 20) -> list[Scene]:
    """The same attack under rules that betray."""
    return [
        Scene(10, 4, 0.5, rule=Rule.FRESH, unit=unit),
        Scene(10, 4, 0.5, rule=Rule.FROM_ENTRY, unit=unit),
        Scene(1, 1, 0.5, enrolled=9, rule=Rule.COUNTED, unit=unit),
        Scene(1, 1, 0.5, rule=Rule.LISTED_ONLY, unit=unit),
    ]
