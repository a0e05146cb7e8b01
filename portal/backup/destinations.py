"""Where archives lie: a folder or a prefix of a bucket; whole or not there, and dated to the day."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.backup.errors import ArchiveMissing, PlaceRefused
from portal.settings import S3Place, Settings, backup_place

CHUNK = 1024 * 1024


class ArchiveDestination(Protocol):
    """Keeps archives by name."""

    @property
    def identity(self) -> str:
        """What tells this destination from every other."""
        ...

    def names(self) -> list[str]:
        """The names of all archives, and of nothing that was not finished."""
        ...

    def store(self, name: str, day: date, chunks: Iterable[bytes]) -> None:
        """Writes an archive in place of one of the same name, or nothing if the iterable raises."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """The archive's bytes; raises `ArchiveMissing`."""
        ...

    def remove(self, name: str) -> None:
        """Removes an archive; one that is not there is no error."""
        ...


class ArchiveFolder:
    """A folder: temporary name, fsync, rename, fsync of the folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder.resolve()

    @property
    def identity(self) -> str:
        """See `ArchiveDestination`."""
        return f"file://{self._folder}"

    def names(self) -> list[str]:
        """See `ArchiveDestination`."""
        return sorted(file.name for file in self._folder.iterdir() if file.is_file() and file.suffix != ".part")

    def store(self, name: str, day: date, chunks: Iterable[bytes]) -> None:
        """See `ArchiveDestination`; what a killed backup left under the temporary name is overwritten."""
        draft = self._folder / f".{name}.part"
        try:
            with draft.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
            os.utime(draft, (midnight, midnight))
            draft.replace(self._folder / name)
            self._sync()
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def read(self, name: str) -> Iterator[bytes]:
        """See `ArchiveDestination`."""
        try:
            with (self._folder / name).open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise ArchiveMissing("There is no archive {name}.", name=name) from error

    def remove(self, name: str) -> None:
        """See `ArchiveDestination`; durable when it returns."""
        (self._folder / name).unlink(missing_ok=True)
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class ArchiveBucket:
    """A prefix of an S3 bucket; an upload that was not finished is never listed."""

    def __init__(self, place: S3Place) -> None:
        endpoint = place.endpoint or f"https://s3.{place.region}.amazonaws.com"
        self._identity = f"s3://{endpoint}/{place.bucket}/{place.prefix}"
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            endpoint=endpoint,
            region=place.region,
            access_key_id=place.key.get_secret_value(),
            secret_access_key=place.secret.get_secret_value(),
            client_options={"allow_http": endpoint.startswith("http://")},
        )

    @property
    def identity(self) -> str:
        """See `ArchiveDestination`."""
        return self._identity

    def names(self) -> list[str]:
        """See `ArchiveDestination`."""
        pages = obstore.list(self._store)  # pyright: ignore[reportUnknownMemberType]  # one overload is Unknown
        return sorted(found["path"] for page in pages for found in page)

    def store(self, name: str, day: date, chunks: Iterable[bytes]) -> None:  # noqa: ARG002  # S3 has no time of ours
        """See `ArchiveDestination`; in parts of 32 MiB, of which S3 takes ten thousand."""
        writer = obstore.open_writer(self._store, name, buffer_size=32 * CHUNK, max_concurrency=1)
        for chunk in chunks:
            writer.write(chunk)
        # Only this makes an object of it: who dies before, or whose pieces end in an error, leaves none.
        writer.close()

    def read(self, name: str) -> Iterator[bytes]:
        """See `ArchiveDestination`."""
        try:
            for chunk in obstore.get(self._store, name).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)
        except FileNotFoundError as error:
            raise ArchiveMissing("There is no archive {name}.", name=name) from error

    def remove(self, name: str) -> None:
        """See `ArchiveDestination`."""
        with suppress(FileNotFoundError):
            obstore.delete(self._store, name)


def open_destination(settings: Settings, text: str) -> ArchiveDestination:
    """The destination that a person names: a folder, or s3://bucket/prefix; raises `PlaceRefused`."""
    place = backup_place(settings, text)
    try:
        return ArchiveBucket(place) if isinstance(place, S3Place) else ArchiveFolder(place)
    except (OSError, BaseError) as error:
        raise PlaceRefused("{place} cannot be used as a destination.", place=text) from error
