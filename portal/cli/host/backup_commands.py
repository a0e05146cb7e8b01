"""`yanlu backup`, `yanlu restore`, `yanlu backup-key`: one archive, one key, one destination per store."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from crypto.sealing.recipients import Identity
from portal.backup.destinations import open_destination
from portal.backup.errors import (
    ArchiveMissing,
    BackupRefused,
    KeyRefused,
    PlaceRefused,
    SharedPlace,
)
from portal.backup.keys import read_identity, read_recipient
from portal.backup.names import newest_archive
from portal.backup.sources import ArchiveSource
from portal.backup.used_keys import StoreBackup
from portal.cli.errors import CommandError, Exit
from portal.cli.ready import ready_settings
from portal.cli.terminal import Terminal, pass_terminal, write_private
from portal.cli.words import one_or_more
from portal.db_roles.privileges import StoreRole
from portal.office.files import write_published
from portal.settings import Settings, StoreName, settings_from_environment
from portal.wiring.backup import build_backup, build_restore

T = TypeVar("T")
ALL = "all"
EACH = "{store}"
ONE_LOST = "{count} part of an attachment is lost: its row is there, it is not."
LOST = "{count} parts of attachments are lost: their rows are there, they are not."
CHOICES = click.Choice([ALL, *(name.value for name in StoreName)])
FILE = click.Path(path_type=Path, dir_okay=False)
CODES: tuple[tuple[type[BackupRefused], Exit], ...] = (
    (KeyRefused, Exit.USAGE),
    (SharedPlace, Exit.USAGE),
    (PlaceRefused, Exit.UNREACHABLE),
    (ArchiveMissing, Exit.NOTHING_THERE),
    (BackupRefused, Exit.REFUSED),
)


@contextmanager
def _said() -> Generator[None]:
    """Turns a refusal into its sentence and exit code."""
    try:
        yield
    except BackupRefused as error:
        code = next(code for kind, code in CODES if isinstance(error, kind))
        raise CommandError(code, error.sentence, **error.values) from error


def _named(wanted: tuple[str, ...]) -> list[StoreName]:
    return list(StoreName) if ALL in wanted else [StoreName(name) for name in dict.fromkeys(wanted)]


def _for_each(stores: list[StoreName], text: str, made: Callable[[str], T]) -> list[T]:
    """One for each store, from a text in which {store} stands for its name."""
    if len(stores) > 1 and EACH not in text:
        raise CommandError(
            Exit.USAGE, "{text} is one place for several stores: put the word {each} into it.", text=text, each=EACH
        )
    return [made(text.replace(EACH, store.value)) for store in stores]


@click.command()
@click.option("--store", "wanted", type=CHOICES, multiple=True, required=True, help="Which store; may be repeated.")
@click.option("--to", help="A folder or s3://bucket/prefix; {store} stands for the store's name.")
@click.option("--key-file", type=FILE, required=True, help="The public key age1pq1…; {store} as above.")
@click.option(
    "--keep",
    type=click.IntRange(1, 3660),
    help="Leave so many of the newest archives of each store, remove older ones.",
)
@pass_terminal
def backup(terminal: Terminal, wanted: tuple[str, ...], to: str | None, key_file: Path, keep: int | None) -> None:
    """Make an archive of each store, while all goes on serving. This machine cannot read them."""
    settings, stores = ready_settings(StoreRole.BACKUP), _named(wanted)
    with _said():
        keys = _for_each(stores, str(key_file), lambda text: read_recipient(Path(text)))
        places = [open_destination(settings, text) for text in _places(settings, stores, to)]
        plans = [StoreBackup(*parts) for parts in zip(stores, places, keys, strict=True)]
        with closing(build_backup(settings)) as made_by:
            made = made_by.make(plans, keep)
    rows: list[dict[str, object]] = [
        {
            "store": one.store.value, "name": one.name, "rows": one.tally.rows, "objects": one.tally.objects,
            "missing": one.tally.missing, "bytes": one.tally.size, "pruned": one.pruned,
        }
        for one in made
    ]  # fmt: skip
    missing = sum(one.tally.missing for one in made)
    if missing:
        terminal.note(one_or_more(missing, ONE_LOST, LOST), count=missing)
    terminal.result({"archives": rows}, *(f"{row['name']}  {row['rows']}  {row['bytes']}" for row in rows))


def _places(settings: Settings, stores: list[StoreName], to: str | None) -> list[str]:
    """Copies of the erasure store go where the worker destroys them in time, if the settings say where."""
    copies = settings.erasure_copies
    if copies is not None and stores == [StoreName.ERASURE]:
        if to not in (None, copies):
            raise CommandError(
                Exit.USAGE, "Copies of the erasure store go to {place} (YANLU_ERASURE_COPIES).", place=copies
            )
        return [copies]
    if to is None:
        raise CommandError(Exit.USAGE, "Say with --to where the archives go.")
    found = zip(stores, _for_each(stores, to, str), strict=True)
    return [copies if store is StoreName.ERASURE and copies is not None else text for store, text in found]


@click.command()
@click.option("--store", "wanted", type=CHOICES, multiple=True, required=True, help="Which store; may be repeated.")
@click.option("--from", "place", required=True, help="Where the archives lie; {store} stands for the store's name.")
@click.option("--key-file", type=FILE, required=True, help="The secret key AGE-SECRET-KEY-PQ-1…; {store} as above.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The archive of this day; else the newest.")
@click.option("--older-list", is_flag=True, help="The deletion list is lost, and only an older one is left.")
@pass_terminal
def restore(
    terminal: Terminal, wanted: tuple[str, ...], place: str, key_file: Path, day: datetime | None, older_list: bool
) -> None:
    """Restore stores into empty ones; what is on the deletion list stays deleted."""
    settings, stores = settings_from_environment(), _named(wanted)
    with _said():
        keys = _for_each(stores, str(key_file), lambda text: read_identity(Path(text)))
        places = _for_each(stores, place, lambda text: open_destination(settings, text))
        sources = [
            ArchiveSource(store, there, newest_archive(there, store, None if day is None else day.date()), key)
            for store, there, key in zip(stores, places, keys, strict=True)
        ]
        with closing(build_restore(settings)) as made_by:
            done = made_by.restore(sources, older_list=older_list)
    rows: list[dict[str, object]] = [
        {"store": one.store.value, "name": one.name, "rows": one.rows, "objects": one.objects} for one in done
    ]
    terminal.result(
        {"restored": rows},
        *(f"{row['name']}  {row['rows']}  {row['objects']}" for row in rows),
        terminal.words("Everybody has to sign in again. Revoke again those who were revoked since that day."),
    )


@click.command("backup-key")
@click.option("--out", type=FILE, required=True, help="Write the secret key (0600); keep it off the servers.")
@click.option("--recipient-out", type=FILE, help="Write the public key, which `yanlu backup` takes.")
@pass_terminal
def backup_key(terminal: Terminal, out: Path, recipient_out: Path | None) -> None:
    """Make a key for the archives of one store, on a machine that is none of the servers."""
    if out.exists():
        raise CommandError(Exit.USAGE, "{path} is there already.", path=out)
    identity = Identity.draw(os.urandom)
    write_private(out, f"{identity.text}\n")
    if recipient_out is not None:
        write_published(recipient_out, f"{identity.recipient.text}\n".encode())
    terminal.result(
        {"file": str(out), "recipient": identity.recipient.text},
        terminal.words("Secret key: {path}. Without it no archive opens.", path=out),
        identity.recipient.text,
    )
