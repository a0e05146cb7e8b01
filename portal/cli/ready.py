"""Settings and stores, ready to work with: what every command on the server begins with."""

from __future__ import annotations

from portal.cli.errors import CommandError, Exit
from portal.settings import Settings, settings_from_environment
from portal.stores import RestoreUnfinished
from portal.wiring import upgrade_stores


def ready_settings() -> Settings:
    """This process's settings, every store at its newest schema; a store that is half restored is refused."""
    settings = settings_from_environment()
    bring_up(settings)
    return settings


def bring_up(settings: Settings) -> None:
    """The same for settings that are at hand."""
    try:
        upgrade_stores(settings)
    except RestoreUnfinished as error:
        raise CommandError(
            Exit.REFUSED, "The store {store} is not restored to its end: run `yanlu restore` again.", store=str(error)
        ) from error
