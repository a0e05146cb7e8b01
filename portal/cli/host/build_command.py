"""`yanlu build`: the static pages of both faces, from a checkout."""

from __future__ import annotations

import click

from portal.cli.terminal import Terminal, pass_terminal
from portal.site_build.pages import build_site


@click.command()
@pass_terminal
def build(terminal: Terminal) -> None:
    """Render the pages and bundle their scripts (needs node; `make build` brings it)."""
    counts = build_site()
    lines = [terminal.words("{face}: {count} files", face=face, count=count) for face, count in counts.items()]
    terminal.result({"files": counts}, *lines)
