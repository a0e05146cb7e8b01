"""Blob stores for the bytes of attachments: a folder, or an S3 store through obstore."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError
from obstore.store import S3Store

from portal.mailroom.errors import BlobsAway
from portal.mailroom.part_buffers import BufferPool
from portal.settings import S3Place, Settings
from portal.stores.engines import StoreAway

CHUNK = 256 * 1024
# Parts in memory at once, per process: an S3 put needs its part whole.
PARTS_IN_MEMORY = 2


@dataclass(frozen=True)
class Timeouts:
    """Timeouts of one call when a bucket fails or hangs, in seconds; `bound` is their sum."""

    buffer: float = 20
    request: float = 20
    # From the first attempt on; none begins later.
    retry: float = 10
    tries: int = 4

    @property
    def bound(self) -> float:
        """The longest wait for an object."""
        return self.buffer + self.retry + self.request


TIMEOUTS = Timeouts()
# For a health probe, which must answer at once.
PROBE_TIMEOUTS = Timeouts(buffer=0, request=2, retry=0, tries=0)


class BlobStore(Protocol):
    """Keeps objects under random names; one that `store` has returned for survives a power cut."""

    def store(self, place: str, chunks: Iterable[bytes]) -> None:
        """Stores all chunks as one object, or nothing if the iterable raises."""
        ...

    def read(self, place: str) -> Iterator[bytes]:
        """The object's bytes; raises FileNotFoundError when it is not there."""
        ...

    def remove(self, place: str) -> None:
        """Removes the object; one that is not there is no error."""
        ...

    def places(self) -> Iterator[str]:
        """The names of all objects there are, and of what an interrupted `store` left."""
        ...


class FolderBlobs:
    """A folder: temporary name, fsync, rename, fsync of the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._whole = False
        # A disk that cannot be written yet keeps nobody from starting: the next part tries again.
        with suppress(OSError):
            self._make_folders()

    def _make_folders(self) -> None:
        """All of them beforehand: a folder's own age must not be that of the first part in it."""
        fans = [self._folder / f"{number:02x}" for number in range(256)]
        missing = [fan for fan in fans if not fan.is_dir()]
        for fan in missing:
            fan.mkdir(parents=True, exist_ok=True)
        if missing:
            _sync_folder(self._folder)
        self._whole = True

    def _path(self, place: str) -> Path:
        return self._folder / place.lstrip(".")[:2] / place

    def store(self, place: str, chunks: Iterable[bytes]) -> None:
        """See `BlobStore`; memory stays at one chunk."""
        if not self._whole:
            self._make_folders()
        path = self._path(place)
        fresh = path.with_name(f".{place}.part")
        try:
            with fresh.open("wb", buffering=0) as file:
                for chunk in chunks:
                    _write_all(file.fileno(), chunk)
                os.fsync(file.fileno())
            # No finer time than the beginning of the epoch may tell when somebody reported.
            os.utime(fresh, (0, 0))
            fresh.rename(path)
            _sync_folder(path.parent)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def read(self, place: str) -> Iterator[bytes]:
        """See `BlobStore`."""
        with open(_open_without_atime(self._path(place)), "rb", buffering=0) as file:  # of a descriptor
            while chunk := file.read(CHUNK):
                yield chunk

    def remove(self, place: str) -> None:
        """See `BlobStore`."""
        self._path(place).unlink(missing_ok=True)

    def places(self) -> Iterator[str]:
        """See `BlobStore`; one inner folder at a time is in memory."""
        for inner in sorted(self._folder.iterdir()):
            yield from sorted(file.name for file in inner.iterdir())


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _open_without_atime(path: Path) -> int:
    """Opens without an access time: a reporter may be fetching this. Only a file's owner can."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NOATIME)
    except PermissionError:
        return os.open(path, os.O_RDONLY)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BucketBlobs:
    """An S3 bucket; a part of at most 8 MiB is one put, which is durable when it answers.

    Every verb raises `BlobsAway` when the bucket fails or says nothing for too long.
    """

    def __init__(self, store: S3Store, patience: float = TIMEOUTS.buffer) -> None:
        self._store = store
        self._buffers = BufferPool(PARTS_IN_MEMORY, patience)

    def store(self, place: str, chunks: Iterable[bytes]) -> None:
        """See `BlobStore`."""
        with self._buffers.acquire() as buffer:
            for chunk in chunks:
                buffer.add(chunk)
            with _translated_errors():
                obstore.put(self._store, place, buffer.close(), use_multipart=False)

    def read(self, place: str) -> Iterator[bytes]:
        """See `BlobStore`."""
        with _translated_errors():
            for chunk in obstore.get(self._store, place).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    def remove(self, place: str) -> None:
        """See `BlobStore`."""
        try:
            with _translated_errors():
                obstore.delete(self._store, place)
        except FileNotFoundError:
            return

    def places(self) -> Iterator[str]:
        """See `BlobStore`; a thousand names at a time are in memory."""
        with _translated_errors():
            for page in obstore.list(self._store):  # pyright: ignore[reportUnknownMemberType]  # one overload is Unknown
                yield from (found["path"] for found in page)


@contextmanager
def _translated_errors() -> Generator[None]:
    """The library's own errors name bucket, object and address: none of it may reach an answer or a log."""
    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError:
        raise BlobsAway from None


def open_blobs(settings: Settings) -> BlobStore:
    """The blob store that the settings name."""
    match settings.blobs:
        case Path() as folder:
            folder.mkdir(parents=True, exist_ok=True)
            return FolderBlobs(folder)
        case S3Place() as place:
            return BucketBlobs(_bucket(place, TIMEOUTS), TIMEOUTS.buffer)


def blob_probe(settings: Settings) -> Callable[[], None]:
    """A probe that checks, without writing, whether attachments can be stored now; it raises `StoreAway`."""
    match settings.blobs:
        case Path() as folder:
            return lambda: _probe_folder(folder)
        case S3Place() as place:
            bucket = _bucket(place, PROBE_TIMEOUTS)
            return lambda: _probe_bucket(bucket)


def _probe_folder(folder: Path) -> None:
    try:
        fit = os.access(folder, os.W_OK | os.X_OK) and not os.statvfs(folder).f_flag & os.ST_RDONLY
    except OSError as error:
        raise StoreAway("blobs") from error
    if not fit:
        raise StoreAway("blobs")


def _probe_bucket(bucket: S3Store) -> None:
    try:
        obstore.head(bucket, "pulse")
    except (FileNotFoundError, PermissionDeniedError):
        # Nothing is called so, and keys that may not list are told nothing: either is an answer.
        return
    except BaseError:
        raise StoreAway("blobs") from None


def _bucket(place: S3Place, patience: Timeouts) -> S3Store:
    endpoint = place.endpoint or f"https://s3.{place.region}.amazonaws.com"
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        endpoint=endpoint,
        region=place.region,
        access_key_id=place.key.get_secret_value(),
        secret_access_key=place.secret.get_secret_value(),
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "timeout": timedelta(seconds=patience.request),
            "connect_timeout": timedelta(seconds=min(5, patience.request)),
        },
        retry_config={"max_retries": patience.tries, "retry_timeout": timedelta(seconds=patience.retry)},
    )
