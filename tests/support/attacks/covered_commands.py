"""Which commands ask a server, which ask none and why, and which code asks: what the lists of lies are held against."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator

import click

from portal.cli.root import whole
from tests.support.sources.call_graph import Graph, read_modules

ASKS = {
    "portal.cli.responses.reading:whole", "portal.cli.responses.reading:plain_parts",
    "portal.cli.office_source:send_request", "portal.cli.server:Server",
    "portal.cli.transparency_log.log_places:files_at", "portal.cli.transparency_log.log_places:UrlFiles",
}  # fmt: skip
"""Through these every call of a command goes."""
OWN_PLACE = {
    "desk export-identity": "the office as the last pull kept it",
    "desk list": "the office as the last pull kept it",
    "watch unseal open": "the office as the last pull kept it",
    "recovery use": "the office as the last pull kept it",
    "watch run": "HR's files on this machine",
    "demo": "faces of its own, on this machine",
}
"""Commands that name such code, and ask nobody but this machine."""


def commands(found: click.Command | None = None, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its words."""
    found = found or whole()
    if isinstance(found, click.Group):
        for name, inner in found.commands.items():
            yield from commands(inner, f"{path} {name}".strip())
    if not isinstance(found, click.Group) or found.invoke_without_command:
        yield path, found


def asking() -> set[str]:
    """The commands whose code names, however far down, what asks a server."""
    return {path for path, command in commands() if _asks(_place(command))}


@functools.cache
def _graph() -> Graph:
    return Graph(read_modules())


@functools.cache
def _asks(place: str) -> bool:
    return not _graph().named(place).isdisjoint(ASKS)


def _place(command: click.Command) -> str:
    """Module and name of what a command calls, beneath what its decorators put around it."""
    function = inspect.unwrap(command.callback) if command.callback is not None else None
    assert function is not None
    return f"{function.__module__}:{function.__name__}"
