"""Each quoted rule deleted, each condition dropped, each limit moved by one: how many a test of the texts sees."""

from __future__ import annotations

import sys
from collections import Counter

from tests.casework.rule_mutants import EQUIVALENT, mutants
from tests.casework.rule_witnesses import seen_by
from tests.casework.written import SLUGS

WANTED = 0.97


def test_nearly_every_changed_rule_is_seen() -> None:
    """At least 97 of 100, the equivalent ones aside; no test is needed by which a policy as it ships would fail."""
    assert [number for number in SLUGS if seen_by(None, number)] == []
    made, caught, survived, seen = Counter[str](), Counter[str](), list[str](), list[str]()
    for number in SLUGS:
        for mutant in mutants(number):
            if mutant.label in EQUIVALENT:
                seen += [mutant.label] if seen_by(mutant, number) else []
                continue
            made[mutant.how] += 1
            if seen_by(mutant, number):
                caught[mutant.how] += 1
            else:
                survived.append(mutant.label)
    share = caught.total() / made.total()
    sys.stdout.write(
        f"\nrule mutants: {caught.total()} of {made.total()} caught ({share:.1%}); {dict(caught)} of {dict(made)}\n"
    )
    sys.stdout.write("\n".join(survived) + "\n")
    labels = Counter(one.label for number in SLUGS for one in mutants(number))
    assert [label for label in EQUIVALENT if labels[label] != 1] == [], "no mutant of this name, or several"
    assert seen == [], "equivalent to nothing: a test sees it"
    assert share >= WANTED, survived
