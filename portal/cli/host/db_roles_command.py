"""`yanlu roles print|apply`: the roles that keep each process to its own on PostgreSQL."""

from __future__ import annotations

import click
from sqlalchemy import make_url

from portal.cli.errors import CommandError, Exit
from portal.cli.ready import prepare_stores
from portal.cli.terminal import Terminal, pass_terminal
from portal.db_roles.privileges import database_of
from portal.db_roles.statements import superuser_script
from portal.settings import Settings, StoreName, settings_from_environment


@click.group()
def roles() -> None:
    """Roles on PostgreSQL: one for each process, an owner for each store. SQLite has none."""


def _databases(settings: Settings) -> dict[StoreName, str]:
    """What each store's database is called: as its URL says, else as usual."""
    urls = {store: make_url(settings.url(store)) for store in StoreName}
    scaled = {store: url.database for store, url in urls.items() if url.get_backend_name() == "postgresql"}
    return {store: scaled.get(store) or database_of(store) for store in StoreName}


@roles.command("print")
@pass_terminal
def print_(terminal: Terminal) -> None:
    """Print what PostgreSQL's administrator runs once: `yanlu roles print | psql`."""
    script = superuser_script(_databases(settings_from_environment()))
    terminal.result({"sql": script}, script.rstrip())


@roles.command()
@pass_terminal
def apply(terminal: Terminal) -> None:
    """As the stores' owners: bring schemas and functions up to date, and give each role its rights."""
    settings = settings_from_environment()
    if any(settings.url(store).startswith("sqlite") for store in StoreName):
        raise CommandError(Exit.USAGE, "SQLite has no roles: anybody who may read the files reads everything in them.")
    prepare_stores(settings)
    terminal.result({"stores": [*StoreName]}, terminal.words("Schemas are the newest, and each role has its rights."))
