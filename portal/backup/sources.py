"""Archives read back: opened, read to their end, and held against what they ought to be, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO

from alembic.util import CommandError
from sqlalchemy import create_engine

from crypto.errors import CryptoError, NotAddressed
from crypto.sealing.age import open_stream
from crypto.sealing.recipients import Identity
from portal.backup.chunk_stream import ChunkStream
from portal.backup.destinations import ArchiveDestination
from portal.backup.dump import form_of, tables_of
from portal.backup.errors import ArchiveRefused, RunsDiffer
from portal.backup.format import DAMAGED, ArchiveEnd, ArchiveHead, ArchiveReader, Part, TableForm
from portal.settings import StoreName
from portal.stores.schemas import move_schema


@dataclass(frozen=True)
class ArchiveSource:
    """An archive of one store and the key that opens it."""

    store: StoreName
    place: ArchiveDestination = field(repr=False)
    name: str
    identity: Identity = field(repr=False)


@dataclass(frozen=True)
class CheckedArchive:
    """An archive that was read to its end and is what it says."""

    source: ArchiveSource
    head: ArchiveHead
    end: ArchiveEnd
    digest: bytes


class OpenedArchive:
    """One reading of an archive."""

    def __init__(self, source: ArchiveSource) -> None:
        self._raw = ChunkStream(source.place.read(source.name))
        self._reader = ArchiveReader(ChunkStream(_plain(self._raw, source.identity)))

    @property
    def head(self) -> ArchiveHead:
        """The head; nothing that follows it was looked at yet."""
        return self._reader.head

    def parts(self) -> Iterator[Part]:
        """See `ArchiveReader.parts`."""
        return self._reader.parts()

    def digest(self) -> bytes:
        """SHA-256 of the sealed bytes, once all parts were read."""
        return self._raw.digest()


def _plain(raw: BinaryIO, identity: Identity) -> Iterator[bytes]:
    try:
        yield from open_stream(raw, identity, 1)
    except NotAddressed as error:
        raise ArchiveRefused("The archive is sealed to another key. Nothing was written.") from error
    except CryptoError as error:
        raise ArchiveRefused(DAMAGED) from error


def check_archive(source: ArchiveSource, office: str) -> CheckedArchive:
    """Reads an archive to its end; raises `ArchiveRefused`, `ArchiveMissing`.

    `office` is the code of the office here, empty where there is none yet.
    """
    opened = OpenedArchive(source)
    _check_head(opened.head, source.store, office)
    end = None
    for part in opened.parts():
        end = part
    if not isinstance(end, ArchiveEnd):
        raise ArchiveRefused(DAMAGED)
    return CheckedArchive(source, opened.head, end, opened.digest())


def _check_head(head: ArchiveHead, store: StoreName, office: str) -> None:
    if head.store is not store:
        raise ArchiveRefused("This is an archive of {store}. Nothing was written.", store=head.store.value)
    if office and head.office and head.office != office:
        raise ArchiveRefused("This is an archive of another office. Nothing was written.")
    try:
        forms = forms_of_revision(store, head.revision)
    except CommandError as error:
        raise ArchiveRefused(
            "The archive was made by another version: one from before the first release, or a newer one. Nothing was "
            "written."
        ) from error
    if forms != head.tables:
        raise ArchiveRefused(DAMAGED)


@cache
def forms_of_revision(store: StoreName, revision: str) -> tuple[TableForm, ...]:
    """The tables that a store's history makes up to a revision; raises Alembic's CommandError for an unknown one."""
    scratch = create_engine("sqlite://")
    try:
        with scratch.begin() as connection:
            move_schema(connection, store, revision)
            return tuple(form_of(table) for table in tables_of(connection))
    finally:
        scratch.dispose()


def check_pair(checked: list[CheckedArchive]) -> None:
    """Raises `RunsDiffer` unless mailroom and cases, where both are there, show one moment."""
    runs = {one.head.run for one in checked if one.source.store in (StoreName.MAILROOM, StoreName.CASES)}
    if len(runs) > 1 or (b"" in runs and len(checked) > 1 and _has_both(checked)):
        raise RunsDiffer("The archives of mailroom and cases are of different runs: name another day with --day.")


def _has_both(checked: list[CheckedArchive]) -> bool:
    return {StoreName.MAILROOM, StoreName.CASES} <= {one.source.store for one in checked}
