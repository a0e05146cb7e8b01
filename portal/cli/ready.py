"""Settings and stores, ready to work with: what every command on the server begins with."""

from __future__ import annotations

from collections.abc import Iterable

from portal.cli.errors import CommandError, Exit
from portal.roles.rights import StoreRole, stores_of
from portal.settings import Settings, StoreName, settings_from_environment
from portal.stores import RestoreUnfinished, SchemaOld
from portal.wiring import keep_deleted, upgrade_stores


def ready_settings(role: StoreRole | None = None) -> Settings:
    """This process's settings, every store at its newest schema; a store that is half restored is refused.

    On PostgreSQL a process of a role looks at its own stores alone: the others don't let it in.
    """
    settings = settings_from_environment()
    bring_up(settings, _own(settings, role))
    return settings


def ready_to_serve(role: StoreRole) -> Settings:
    """The same for a process that stays; whatever a restored store brought back is destroyed again first."""
    settings = ready_settings(role)
    # The roles of both faces may destroy no key: there the worker does it, and `yanlu restore` did already.
    if StoreName.DELETIONS in _own(settings, role):
        keep_deleted(settings)
    return settings


def _own(settings: Settings, role: StoreRole | None) -> tuple[StoreName, ...]:
    if role is None or settings.url(StoreName.ERASURE).startswith("sqlite"):
        return tuple(StoreName)
    return stores_of(role)


def bring_up(settings: Settings, names: Iterable[StoreName] = StoreName) -> None:
    """The same for settings that are at hand."""
    try:
        upgrade_stores(settings, names)
    except RestoreUnfinished as error:
        raise CommandError(
            Exit.REFUSED, "The store {store} is not restored to its end: run `yanlu restore` again.", store=str(error)
        ) from error
    except SchemaOld as error:
        raise CommandError(
            Exit.REFUSED,
            "The schema of {store} is not that of this release: run `yanlu roles apply` as the stores' owners.",
            store=str(error),
        ) from error
