"""Help texts and usage errors in the person's language: Click knows only its own English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import cleandoc
from types import ModuleType

import click
from click import core, decorators, exceptions, formatting, parser, termui, types

from portal.cli.words import Catalogue

# The modules of Click that speak to a person, each through its own `_`.
SPEAKING: tuple[ModuleType, ...] = (core, decorators, exceptions, formatting, parser, termui, types)


def commands(root: click.Command) -> Iterator[click.Command]:
    """The command and all those under it."""
    yield root
    if isinstance(root, click.Group):
        for inner in root.commands.values():
            yield from commands(inner)


def sentences(root: click.Command) -> Iterator[str]:
    """Every help text of the tree: what the catalogues must hold."""
    for command in commands(root):
        yield cleandoc(command.help or "")
        yield from (option.help for option in command.params if isinstance(option, click.Option) and option.help)


def speak(root: click.Command, words: Catalogue) -> None:
    """Puts all help texts and Click's own words into the language of `words`, for this whole process."""
    for command in commands(root):
        command.help = words(cleandoc(command.help or ""))
        command.short_help = _first_sentence(command.help)
        for option in command.params:
            if isinstance(option, click.Option) and option.help:
                option.help = words(option.help)
    for module in SPEAKING:
        # Each of these modules took the names from gettext when it was loaded.
        module.__dict__.update({"_": words, "ngettext": _either(words)})


def _either(words: Catalogue) -> Callable[[str, str, int], str]:
    def choose(one: str, many: str, count: int) -> str:
        return words(one if count == 1 else many)

    return choose


def _first_sentence(text: str) -> str:
    """Chinese has no blanks at which Click could cut; its full stop ends the line of a list."""
    first = text.split("\n\n", maxsplit=1)[0].replace("\n", " ")
    return first.split("。", maxsplit=1)[0] if "。" in first else ""
