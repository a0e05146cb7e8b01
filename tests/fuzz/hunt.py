"""Looks for bytes at which a Python parser breaks, guided by the code that they reach (atheris, libFuzzer).

usage: python -m tests.fuzz.hunt FOUND [--parsers a,b] [flags of libFuzzer]

New inputs that reach new code go to the folder FOUND/reached, and those that break to FOUND/broke; the first byte of
each says which parser it is for. Exit code 0: nothing broke within the time or the number of runs that was asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(  # pyright: ignore[reportAttributeAccessIssue]
    include=["crypto", "casework", "portal", "retaliation_watch"], enable_loader_override=False
):
    from tests.fuzz.dice import Dice
    from tests.fuzz.mutate import change
    from tests.fuzz.parsers import PARSERS, outcome
    from tests.fuzz.recipes import RECIPES, made
    from tests.fuzz.seeds import seeds
    from tests.fuzz.server_parsers import SERVER, server_seeds

LARGEST = 262_144
ALL = (*PARSERS, *SERVER)
# A parser that takes longer or holds more than this for one input is a finding.
BOUNDS = ("-timeout=20", "-rss_limit_mb=1500", "-malloc_limit_mb=600", f"-max_len={LARGEST}")


def begin(name: str) -> list[bytes]:
    """What a parser's search begins with."""
    return seeds(name) if name in PARSERS else server_seeds(name)


def chosen(names: Sequence[str], content: bytes) -> tuple[str, bytes]:
    """The parser that the first byte asks for, and its input."""
    return names[content[0] % len(names)] if content else names[0], content[1:]


def run(names: Sequence[str]) -> Callable[[bytes], None]:
    """Hands bytes to the parser that they ask for; lets pass only what is no refusal."""

    def one_input(content: bytes) -> None:
        name, rest = chosen(names, content)
        if name in PARSERS:
            outcome(name, rest)
        else:
            SERVER[name].run(rest)

    return one_input


def mutator(names: Sequence[str]) -> Callable[[bytes, int, int], bytes]:
    """Changes an input as a hostile sender or a holder of the keys would, or as libFuzzer does."""

    def mutate(content: bytes, most: int, seed: int) -> bytes:
        dice = Dice(str(seed))
        name, rest = chosen(names, content)
        at = bytes([names.index(name)])
        if name in RECIPES and dice.one_in(4):
            return (at + made(name, dice))[:most]
        if dice.one_in(3):
            return at + atheris.Mutate(rest, most - 1)
        return (at + change(dice, rest))[:most]

    return mutate


def main(arguments: Sequence[str]) -> None:
    """Writes down the beginnings and hands over to libFuzzer, which leaves with an exit code of its own."""
    folder, *flags = arguments
    names: Sequence[str] = ALL
    if flags[:1] == ["--parsers"]:
        names, flags = flags[1].split(","), flags[2:]
    begun, reached, broke = (Path(folder) / name for name in ("begun", "reached", "broke"))
    for place in (begun, reached, broke):
        place.mkdir(parents=True, exist_ok=True)
    for at, name in enumerate(names):
        for number, content in enumerate(begin(name)):
            (begun / f"{name}-{number}").write_bytes(bytes([at]) + content)
    words = [sys.argv[0], *BOUNDS, f"-artifact_prefix={broke}/", *flags, str(reached), str(begun)]
    atheris.Setup(words, run(names), custom_mutator=mutator(names))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
