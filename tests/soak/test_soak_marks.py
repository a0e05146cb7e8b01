"""Every mark of the twenty written policies, with what it rests on taken away."""

from __future__ import annotations

from tests.casework.marks.book import declared, holds, without


def test_every_mark_fails_without_the_code_it_rests_on() -> None:
    """All marks hold as the code stands, and none does once any code that it names is replaced by a refusal."""
    standing = [one.name for one in declared().values() if not holds(one)]
    assert standing == []
    survived: list[str] = []
    for one in declared().values():
        for code in one.rests_on:
            with without(code):
                survived += [f"{one.name} {code}"] if holds(one) else []
    assert survived == []
