"""Both twins take and refuse the same bytes, at the same stage, and neither ever breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import crypto
from tests.fuzz.browser_twin import BrowserTwin, browser_twin
from tests.fuzz.dice import Dice
from tests.fuzz.differences import differences, differences_in_corpus
from tests.fuzz.parsers import PARSERS, Refused, outcome
from tests.fuzz.recipes import RECIPES, made
from tests.fuzz.seeds import SEEDS, seeds

pytestmark = pytest.mark.slow
TIMES = 25


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserTwin]:
    """The browser's code under Node."""
    with browser_twin(tmp_path_factory.mktemp("twin")) as running:
        yield running


def test_every_search_begins_with_something_well_formed() -> None:
    """Each parser has an input that it takes, and each recipe belongs to a parser."""
    assert PARSERS.keys() == SEEDS.keys() >= RECIPES.keys()
    bare = [name for name in PARSERS if all(isinstance(outcome(name, seed), Refused) for seed in seeds(name))]
    assert bare == []


def test_the_twins_agree_on_what_is_well_formed_and_on_the_corpus(twin: BrowserTwin) -> None:
    """Well-formed inputs and every kept finding have the same outcome in Python and in the browser's code."""
    assert [str(found) for found in differences_in_corpus(twin)] == []


def test_the_twins_agree_on_changed_bytes(twin: BrowserTwin) -> None:
    """Bytes changed outside, and insides changed by a holder of the keys, are taken or refused alike."""
    assert [str(found) for found in differences(twin, "suite", TIMES)] == []


def test_changes_reach_beyond_the_first_check() -> None:
    """What the recipes make is refused at many stages and often taken: the search is not stuck at the door."""
    cheap = ("grant", "memo", "office", "events", "keyring", "slots", "sealed", "packet")
    ends = [outcome(name, made(name, Dice(f"reach/{name}/{at}"))) for name in cheap for at in range(40)]
    stages = {end.stage for end in ends if isinstance(end, Refused)}
    assert stages >= {"json", "schema", "padding", "slot", "payload", "root"}
    assert sum(not isinstance(end, Refused) for end in ends) > 40


@pytest.mark.parametrize(("parser", "break_it"), [("json", "lax"), ("office-code", "crash")])
def test_a_twin_that_differs_or_breaks_is_found(
    twin: BrowserTwin, monkeypatch: pytest.MonkeyPatch, parser: str, break_it: str
) -> None:
    """A reader that also takes floats, or one that stumbles over letters, is found within the turns of the suite."""

    def lax(_world: object, content: bytes) -> object:
        import json

        try:
            return json.loads(content)
        except ValueError as error:
            raise crypto.MalformedJson("x") from error

    def crash(_world: object, content: bytes) -> object:
        return int(content.decode("ascii"), 32)

    monkeypatch.setitem(PARSERS, parser, {"lax": lax, "crash": crash}[break_it])
    assert differences(twin, "suite", TIMES, [parser])
