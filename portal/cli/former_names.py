"""Former names of commands and choices: they still work for one version, and standard error says the new name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from portal.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMER_ROLES: Final = {"drop": "hr-upload"}


class RenamedGroup(click.Group):
    """A group that knows former names of its commands: `former` maps them to today's."""

    def __init__(self, *args: Any, former: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._former = former

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As `click.Group` does, with today's name in place of a former one."""
        return super().resolve_command(ctx, [_current(ctx, args[0], self._former), *args[1:]])


class RenamedChoice(click.Choice[str]):
    """A choice that takes former names of its values too; help and errors show today's alone."""

    def __init__(self, choices: list[str], former: Mapping[str, str]) -> None:
        super().__init__(choices)
        self._former = former

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Today's value; fails as `click.Choice` does."""
        return super().convert(value if ctx is None else _current(ctx, value, self._former), param, ctx)


def _current(ctx: click.Context, given: str, former: Mapping[str, str]) -> str:
    name = former.get(given, given)
    terminal = ctx.find_object(Terminal)
    if name != given and terminal is not None:
        terminal.note("“{old}” is now called “{new}”; the old name goes with the next version.", old=given, new=name)
    return name
