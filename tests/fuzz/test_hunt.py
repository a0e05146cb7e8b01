"""Every Python parser under bytes led by the code that they reach (atheris): read or refused, never anything else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.parsers import PARSERS
from tests.fuzz.seeds import CORPUS
from tests.fuzz.server_parsers import SERVER, server_seeds

ROOT = Path(__file__).resolve().parents[2]
# atheris has wheels for Linux on x86-64 only; the other searches run everywhere.
HUNTS = pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this machine")
RUNS = 600


def hunt(found: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """One search; what broke lies in `found/broke`."""
    words = [sys.executable, "-m", "tests.fuzz.hunt", str(found), *flags]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
@HUNTS
def test_no_parser_breaks_under_a_led_search(tmp_path: Path) -> None:
    """Some hundred inputs over all parsers, each bounded in time and memory, end in a value or a declared refusal."""
    done = hunt(tmp_path, f"-runs={RUNS}", "-seed=1")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "\nDone " in done.stderr


@pytest.mark.parametrize("name", SERVER)
def test_parsers_of_the_server_begin_with_something_well_formed(name: str) -> None:
    """Each parser that only the server has takes its well-formed inputs, and reads or refuses the kept corpus."""
    parser = SERVER[name]
    from tests.fuzz.world import world

    assert [parser.run(seed) for seed in parser.seeds(world())].count(False) == 0
    for content in server_seeds(name):
        parser.run(content)


def test_every_folder_of_the_corpus_belongs_to_a_parser() -> None:
    """No finding is kept where nothing reads it, and the corpus stays small."""
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} <= {*PARSERS, *SERVER}
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 600_000
