"""One of each family runs, which one changes with the code, and what stands in no draw always runs."""

from __future__ import annotations

from tests.support.suite.rotation import IN_TURN, ONE_OF, ROOT, family, passed_over, seed

STRIP = "tests/journeys/test_strip.py::test_a_page_says_whose_it_is"
NODES = [f"{STRIP}[{kind}-{clock}]" for kind in ("chromium", "firefox") for clock in ("a wrong clock", "no connection")]
EXIT = "tests/journeys/test_quick_exit.py::test_the_exit_leaves_nothing_from_any_step[firefox]"
KILLS = "tests/portal/crashes/test_kills.py::test_nothing_is_lost_whoever_is_killed"


def test_a_family_is_a_test_without_its_browser_size_and_language() -> None:
    """What else a test varies stays apart, and every one of those runs."""
    assert {family(node) for node in NODES} == {f"{STRIP}[a wrong clock]", f"{STRIP}[no connection]"}
    assert family(f"{STRIP}[firefox-desktop-en]") == family(f"{STRIP}[chromium-phone-zh]")
    assert family(f"{STRIP}[french-firefox-en]") != family(f"{STRIP}[all-firefox-en]")


def test_one_of_each_family_runs_and_over_some_seeds_each_of_it() -> None:
    """Nothing that stands in no draw is passed over."""
    run = [set(NODES) - passed_over([*NODES, EXIT], str(seeded)) for seeded in range(40)]
    assert {frozenset(family(node) for node in some) for some in run} == {frozenset(family(node) for node in NODES)}
    assert all(len(some) == 2 for some in run)
    assert set().union(*run) == set(NODES)
    assert passed_over([EXIT], seed()) == set()


def test_both_pairs_of_stores_are_a_family() -> None:
    """So are all places of a turn, whatever they vary."""
    assert family(f"{KILLS}[sqlite-folder]") == family(f"{KILLS}[postgres-s3]")
    for turn in IN_TURN:
        nodes = [f"{place}_{at}[zh]" for place in turn for at in range(3)]
        runs = [set(nodes) - passed_over(nodes, str(seeded)) for seeded in range(200)]
        assert {len(run) for run in runs} == {1}
        assert set().union(*runs) == set(nodes)


def test_every_place_of_the_draw_is_there() -> None:
    """A test that was renamed would run in full again without anybody noticing."""
    for place in (*ONE_OF, *(place for turn in IN_TURN for place in turn)):
        file, _, name = place.partition("[")[0].partition("::")
        assert f"def {name}" in (ROOT / file).read_text("utf-8"), place
