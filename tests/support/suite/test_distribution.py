"""How the suite is spread over its workers."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.suite.distribution import ALONE, LONG, LONGEST, ROOT, SLOW, group, in_slow_place, longest_first


@dataclass
class Named:
    """An item of which only the name matters."""

    nodeid: str


def test_every_name_is_that_of_a_file_or_folder() -> None:
    """A renamed file or test does not quietly lose its place."""
    assert [name for name in (*LONGEST, *ALONE, *SLOW, *LONG) if not _is_there(name)] == []
    assert not _is_there(f"{ALONE[0]}::test_of_yesterday")
    assert not _is_there("tests/yesterday.py::test_a")


def _is_there(name: str) -> bool:
    place, _, test = name.partition("::")
    function = f"def {test.partition('[')[0]}("
    return (ROOT / place).exists() and (not test or function in (ROOT / place).read_text("utf-8"))


def test_slow_places_are_what_lies_in_them_and_no_more() -> None:
    """A folder, its files and a single file are slow places; what only begins like one is none."""
    assert all(in_slow_place(ROOT / name) for name in ("tests/journeys", "tests/journeys/test_x.py", SLOW[-2], LONG[0]))
    assert not any(in_slow_place(ROOT / name) for name in ("tests", "tests/journeys_x.py", "tests/casework/test_x.py"))


def test_a_file_stays_together_unless_its_tests_stand_alone() -> None:
    """Two tests of a file have one group, and those of the main journey have each their own."""
    assert group("tests/fuzz/test_hunt.py::test_a[x::y]") == group("tests/fuzz/test_hunt.py::test_b")
    assert group(f"{ALONE[0]}::test_a[x]") != group(f"{ALONE[0]}::test_a[y]")


def test_the_longest_begin_and_the_rest_keeps_its_order() -> None:
    """What takes minutes stands in front; everything else stays as it was shuffled."""
    first, then = (start for start in LONGEST[:4] if "::" not in start)
    names = ["tests/b.py::one", f"{then}::one", "tests/a.py::one", f"{first}::one", f"{then}::two"]
    items = [Named(name) for name in names]
    longest_first(items)
    assert [item.nodeid for item in items] == [names[3], names[1], names[4], names[0], names[2]]
