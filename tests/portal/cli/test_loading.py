"""Each command loads by itself, whichever were loaded before it or not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from portal.cli.root import COMMANDS
from tests.support.commands.preloaded_yanlu import VARIABLES

# The root always comes first, and libraries in any order; what is ours is loaded again for each.
EACH_ALONE = """
import os, sys
import click, flask, sqlalchemy.dialects.postgresql
from portal.cli.root import COMMANDS, cli
one_of_each = {module: name for name, module in COMMANDS.items()}
for name in one_of_each.values():
    if os.fork() == 0:
        cli.get_command(click.Context(cli), name)
        print("loaded", name, flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.mark.slow
def test_each_command_loads_with_no_other_before_it() -> None:
    """No command needs what another one happened to load: anyone who calls it first gets it."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", EACH_ALONE],
        env=VARIABLES, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    names = [line.removeprefix("loaded ") for line in ran.stdout.splitlines()]
    assert {COMMANDS[name] for name in names} == set(COMMANDS.values()), ran.stderr
