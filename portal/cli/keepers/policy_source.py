"""A policy by its name or from a file, with bindings; and in whose language its texts are shown."""

from __future__ import annotations

from pathlib import Path

import click

from casework.errors import PolicyError
from casework.policy.binding import bind_policy
from casework.policy.numbers import NUMBERS
from casework.policy.policy import Policy
from casework.policy.reader import read_policy, shipped_policies, shipped_policy
from casework.policy_check.policy_words import Say
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.office_words import folder_of
from portal.cli.keepers.refused_files import PolicyFileRefused
from portal.cli.terminal import Terminal

BINDINGS = click.option(
    "--bindings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What the office binds to the policy: its numbers, holders and missing parts.",
)


def say_in(terminal: Terminal) -> Say:
    """What a text says in the person's language."""
    return terminal.words.of


def find_policy(name: str, bindings: Path | None) -> tuple[Policy, str]:
    """A policy by its name or number, or in a file, with bindings if there are any; and its file's name.

    A name is that of a policy that ships, else of a text that the office of the settings keeps.

    Raises `CommandError` with file, key and reason.
    """
    name = NUMBERS.get(name.upper(), name)
    try:
        if name in shipped_policies():
            found, file = shipped_policy(name), f"{name}.toml"
        elif Path(name).is_file():
            found, file = read_policy(Path(name).read_bytes(), name), name
        elif Path(name).name == name and (own := folder_of(None).own_texts / f"{name}.toml").is_file():
            found, file = read_policy(own.read_bytes(), str(own)), str(own)
        else:
            raise CommandError(Exit.NOTHING_THERE, "There is no policy {name}, and no such file.", name=name)
        if bindings is not None:
            found = bind_policy(found, bindings.read_bytes(), str(bindings))
    except PolicyError as error:
        raise PolicyFileRefused(error) from error
    return found, file
