"""Settings and stores, ready to work with: what every command on the server begins with."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager

from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.db_roles.privileges import StoreRole, stores_of
from portal.edge.readiness import StoreReadiness
from portal.settings import Settings, StoreName, settings_from_environment
from portal.stores.engines import RestoreUnfinished, SchemaOld, SchemaUnknown, StoreAway, noticing_away
from portal.stores.schemas import upgrade_stores
from portal.wiring.deletion import destroy_deleted_again


def ready_settings(role: StoreRole | None = None) -> Settings:
    """This process's settings, every store at its newest schema; a store that is half restored is refused.

    On PostgreSQL a process of a role looks at its own stores alone: the others don't let it in.
    """
    settings = settings_from_environment()
    prepare_stores(settings, _own(settings, role))
    return settings


def forget_callers(terminal: Terminal, bind: str) -> None:
    """A face that callers reach without the shipped nginx begins again, so that it overwrites memory it gives back.

    Behind nginx, on a socket, no address and no browser comes in that could stay there.
    """
    from portal.edge.data_minimization import can_overwrite_memory, needs_memory_overwriting, restart_overwriting_memory

    if needs_memory_overwriting(bind):
        restart_overwriting_memory()
    if not bind.startswith("unix:") and not can_overwrite_memory():
        terminal.note(
            "Freed memory is not overwritten on this system, so addresses may stay in it: put nginx in front."
        )


def ready_to_serve(settings: Settings, role: StoreRole) -> StoreReadiness:
    """The stores of a process that stays: looked at once now, and again by anyone who waits for those that are away.

    Whatever a restored store brought back is destroyed again first.
    """
    stores = StoreReadiness(lambda: _check_schema(settings, role))
    stores.check_now()
    return stores


def _check_schema(settings: Settings, role: StoreRole) -> None:
    own = _own(settings, role)
    with _in_words():
        upgrade_stores(settings, own)
    # The roles of both faces may destroy no key: there the worker does it, and `yanlu restore` did already.
    if StoreName.DELETIONS in own:
        with noticing_away(StoreName.DELETIONS):
            destroy_deleted_again(settings)


def _own(settings: Settings, role: StoreRole | None) -> tuple[StoreName, ...]:
    if role is StoreRole.WATCH or role is StoreRole.HR_UPLOAD:
        # A host of its own has no other store, not even an empty one.
        return stores_of(role)
    if role is None or settings.url(StoreName.ERASURE).startswith("sqlite"):
        return tuple(StoreName)
    return stores_of(role)


def prepare_stores(settings: Settings, names: Iterable[StoreName] = StoreName) -> None:
    """Every store at its newest schema, for settings that are at hand; one that is away is told too."""
    try:
        with _in_words():
            upgrade_stores(settings, names)
    except StoreAway as error:
        raise CommandError(
            Exit.UNREACHABLE,
            "The store {store} cannot be reached: check its YANLU_URL_ setting and that its server runs or its disk "
            "can be written.",
            store=str(error),
        ) from error


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except RestoreUnfinished as error:
        raise CommandError(
            Exit.REFUSED, "The store {store} is not restored to its end: run `yanlu restore` again.", store=str(error)
        ) from error
    except SchemaUnknown as error:
        raise CommandError(
            Exit.REFUSED,
            "The store {store} was made by another version: one from before the first release, or a newer one. This "
            "version cannot take it over and changes nothing in it. Start with empty stores; a demo, with another "
            "--data folder.",
            store=str(error),
        ) from error
    except SchemaOld as error:
        raise CommandError(
            Exit.REFUSED,
            "The schema of {store} is not that of this release: run `yanlu roles apply` as the stores' owners.",
            store=str(error),
        ) from error
