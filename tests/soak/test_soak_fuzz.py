"""The searches of tests/fuzz for as long as one likes, over other inputs each time; a finding says how to repeat it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fuzz.browser_twin import browser_twin
from tests.fuzz.dice import Dice
from tests.fuzz.differences import differences
from tests.fuzz.parsers import PARSERS
from tests.fuzz.server_parsers import SERVER, changed
from tests.fuzz.test_bodies import hammer
from tests.fuzz.test_hunt import HUNTS, hunt
from tests.fuzz.test_messages_still_list import browser_differs, hidden
from tests.support.offices.desk import DeskRoom, desk_room
from tests.support.stores.backends import Stores

Going = Callable[[], bool]
GROUPS = 12


def fresh() -> str:
    """A name that no run had before; it is part of every finding's name."""
    return f"soak-{os.urandom(4).hex()}"


def test_the_twins_agree_for_long(going: Going, tmp_path: Path) -> None:
    """However long one looks, the twins take and refuse the same bytes at the same stage."""
    rounds = 0
    with browser_twin(tmp_path) as twin:
        while going():
            assert [str(found) for found in differences(twin, fresh(), 120)] == []
            rounds += 1
    sys.stdout.write(f"{rounds} rounds over {len(PARSERS)} parsers" + "\n")


def test_parsers_of_the_server_hold_for_long(going: Going) -> None:
    """However long one looks, parsers of bodies, paths and operators' files raise nothing but their refusals."""
    tried = 0
    while going():
        run = fresh()
        for name, parser in SERVER.items():
            for number in range(200):
                parser.run(changed(name, Dice(f"{run}/{name}/{number}")))
                tried += 1
    sys.stdout.write(f"{tried} inputs over {len(SERVER)} parsers" + "\n")


@HUNTS
@pytest.mark.parametrize("group", range(GROUPS))
def test_no_parser_breaks_under_a_long_led_search(group: int, minutes: float, tmp_path: Path) -> None:
    """Each twelfth of the parsers is searched by libFuzzer for a twelfth of the time, within time and memory."""
    names = [name for at, name in enumerate((*PARSERS, *SERVER)) if at % GROUPS == group]
    seconds = max(5, int(60 * minutes / GROUPS))
    done = hunt(tmp_path, "--parsers", ",".join(names), f"-max_total_time={seconds}")
    assert done.returncode == 0, done.stderr[-4000:]


@HUNTS
def test_a_parser_that_breaks_is_found_by_the_led_search(tmp_path: Path) -> None:
    """A planted parser that breaks behind three letters is reached, and its input is kept."""
    (tmp_path / "planted.py").write_text(
        "from tests.fuzz import hunt\n"
        "def stumble(world, content):\n"
        "    if content[:1] == b'Y' and content[1:2] == b'L' and content[2:3] == b'S': raise KeyError(content)\n"
        "    return True\n"
        "hunt.PARSERS['json'] = hunt.atheris.instrument_func(stumble)\n"
        f"hunt.main([{str(tmp_path / 'found')!r}, '--parsers', 'json', '-runs=400000', '-seed=1'])\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, tmp_path / "planted.py"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert [path.read_bytes()[1:4] for path in (tmp_path / "found/broke").iterdir()] == [b"YLS"]


@pytest.mark.parametrize("parser", ["case", "mailbox"])
def test_ten_thousand_altered_items_hide_no_other(parser: str) -> None:
    """Ten thousand mutated envelopes, keys and lengths on each side leave every genuine item listed and verified."""
    assert hidden(parser, fresh(), 20, 500) == []


def test_the_browser_lists_the_same_for_long(tmp_path: Path) -> None:
    """Ten thousand altered items are marked by the pages' code as Python marks them."""
    with browser_twin(tmp_path) as twin:
        assert browser_differs(twin, fresh(), 25, 200) == []


@pytest.fixture
def room(stores: Stores, tmp_path: Path) -> Iterator[DeskRoom]:
    """Both faces of a sample office on each pair of stores."""
    with desk_room(stores, tmp_path) as opened:
        yield opened


def test_changed_calls_are_refused_in_words_for_long(room: DeskRoom, going: Going) -> None:
    """However many changed bodies and paths come, no face fails and the next report goes through."""
    assert hammer(room, fresh(), 400) == []
    while going():
        assert hammer_again(room) == []


def hammer_again(room: DeskRoom) -> list[str]:
    """The same on fresh accounts: a member can enrol once."""
    from tests.fuzz.calls import intake_calls
    from tests.fuzz.test_bodies import wrong_answers
    from tests.support.offices.edge import random_report

    case = random_report(room.edge)
    room.file(case)
    return wrong_answers(intake_calls(room, case), fresh(), 100)
