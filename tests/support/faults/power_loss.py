"""A disk that loses its power: whatever was not fsynced is gone, content of files and names of files alike.

The worst that a file system may do: a file holds what it held at its last fsync, a folder lists what it
listed at its last fsync. Python's own fsyncs are seen at `os.fsync`; SQLite's at the method of its files
that it calls for them, and at its opening of a folder, which it does to fsync that folder.
"""

from __future__ import annotations

import ctypes
import os
import sqlite3
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

METHODS_SIZE = 8 + 18 * ctypes.sizeof(ctypes.c_void_p)
# Of a file's methods the fifth, after its version: close, read, write, truncate, sync.
SYNC_AT = 8 + 4 * ctypes.sizeof(ctypes.c_void_p)

_Open = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_OpenFolder = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_SetCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_GetCall = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, as https://sqlite.org/c3ref/vfs.html has it."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        *((name, ctypes.c_void_p) for name in ("next", "name", "app", "open", "delete", "access", "full_path")),
        *((name, ctypes.c_void_p) for name in ("dl_open", "dl_error", "dl_sym", "dl_close", "randomness", "sleep")),
        *((name, ctypes.c_void_p) for name in ("time", "error", "time64", "set_call", "get_call", "next_call")),
    )


Told = Callable[[Path], None]
"""Told of a path that has just been fsynced."""


@dataclass
class _Hook:
    """What stands between SQLite and its files; what it made must live as long as any of them is open."""

    told: Told | None = None
    kept: list[object] = field(default_factory=list[object])
    paths: dict[int, Path] = field(default_factory=dict[int, Path])
    tables: dict[int, ctypes.Array[ctypes.c_char]] = field(default_factory=dict[int, ctypes.Array[ctypes.c_char]])

    def tell(self, path: Path | None) -> None:
        """Passes on that a path was fsynced."""
        if self.told is not None and path is not None:
            self.told(path)


@cache
def _hook() -> _Hook:
    """Puts itself between SQLite and its files, once for this process; before any store is opened."""
    vfs, hook = _default_vfs(), _Hook()
    first = _Open(vfs.open)

    def opened(itself: int, name: int | None, file: int, flags: int, out: int) -> int:
        # The name goes on as the pointer it is: SQLite keeps it, and reads behind its end.
        code = first(itself, name, file, flags, out)
        methods = ctypes.c_void_p.from_address(file)
        if code == 0 and name and methods.value:
            hook.paths[file] = _path(name)
            methods.value = ctypes.addressof(_watched(hook, methods.value))
        return code

    def folder_opened(name: int, descriptor: int) -> int:
        code: int = ordinary(name, descriptor)
        hook.tell(_path(name).parent)
        return code

    ordinary = _OpenFolder(_GetCall(vfs.get_call)(ctypes.addressof(vfs), b"openDirectory"))
    ours = (_Open(opened), _OpenFolder(folder_opened))
    hook.kept += [vfs, first, ordinary, *ours]
    vfs.open = ctypes.cast(ours[0], ctypes.c_void_p).value
    _SetCall(vfs.set_call)(ctypes.addressof(vfs), b"openDirectory", ctypes.cast(ours[1], ctypes.c_void_p))
    return hook


def _path(name: int) -> Path:
    return Path(os.fsdecode(ctypes.string_at(name)))


def _default_vfs() -> _Vfs:
    # The very library that the driver is linked to, wherever it lies.
    assert sqlite3.sqlite_version
    maps = Path("/proc/self/maps").read_text().split()
    libraries = sorted({path for path in maps if "sqlite3" in path and path.startswith("/")}, key=lambda p: "_" in p)
    for path in libraries:
        library = ctypes.CDLL(path)
        if hasattr(library, "sqlite3_vfs_find"):
            library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
            return library.sqlite3_vfs_find(None).contents
    raise RuntimeError("SQLite's library is not to be found")


def _watched(hook: _Hook, methods: int) -> ctypes.Array[ctypes.c_char]:
    """A copy of a file's table of methods whose fsync tells us."""
    if methods not in hook.tables:
        table = ctypes.create_string_buffer(METHODS_SIZE)
        ctypes.memmove(table, methods, METHODS_SIZE)
        slot = ctypes.c_void_p.from_buffer(table, SYNC_AT)
        first = _Sync(slot.value or 0)

        def synced(file: int, flags: int) -> int:
            code: int = first(file, flags)
            hook.tell(hook.paths.get(file))
            return code

        ours = _Sync(synced)
        hook.kept += [first, ours, table]
        slot.value = ctypes.cast(ours, ctypes.c_void_p).value
        # Anyone who opens a file that was watched already meets our own table.
        hook.tables[methods] = hook.tables[ctypes.addressof(table)] = table
    return hook.tables[methods]


class Names(StrEnum):
    """Which names a file system has kept: both happen."""

    SYNCED = "those of the folders' last fsync"
    ALL = "every one, with the content of the files' last fsync"


@dataclass
class Disk:
    """What of a folder would survive a power cut now. All that lay in it when this began counts as old and safe."""

    root: Path
    _contents: dict[int, bytes] = field(default_factory=dict[int, bytes], repr=False)
    _folders: dict[int, dict[str, int]] = field(default_factory=dict[int, dict[str, int]], repr=False)
    # Held open, so that no number is given to another file.
    _held: dict[int, int] = field(default_factory=dict[int, int], repr=False)

    def __post_init__(self) -> None:
        for folder, _, names in os.walk(self.root):
            self.synced(Path(folder))
            for name in names:
                self.synced(Path(folder, name))

    def synced(self, path: Path) -> None:
        """Notes that a file or folder was fsynced just now."""
        if not path.is_relative_to(self.root) or not path.exists():
            return
        number = self._hold(path)
        if path.is_dir():
            self._folders[number] = self._listed(path)
            return
        self._contents[number] = _whole(self._held[number])

    def _listed(self, folder: Path) -> dict[str, int]:
        return {entry.name: self._hold(Path(entry.path)) for entry in os.scandir(folder)}

    def _hold(self, path: Path) -> int:
        number = path.stat().st_ino
        if number not in self._held:
            # Never closed before the end: a close would take SQLite's locks on that file away.
            self._held[number] = os.open(path, os.O_RDONLY)
        return number

    def lose_power(self, target: Path, names: Names) -> None:
        """Writes what is left into a new folder."""
        self._rebuild(self.root.stat().st_ino, self.root, target, names)

    def _rebuild(self, number: int, now: Path, target: Path, names: Names) -> None:
        target.mkdir()
        there = self._listed(now) if names is Names.ALL and now.is_dir() else self._folders.get(number, {})
        for name, inner in there.items():
            if stat.S_ISDIR(os.fstat(self._held[inner]).st_mode):
                self._rebuild(inner, now / name, target / name, names)
            else:
                (target / name).write_bytes(self._contents.get(inner, b""))

    def close(self) -> None:
        """Lets go of every file."""
        for descriptor in self._held.values():
            os.close(descriptor)


def _whole(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


@contextmanager
def losing_disk(patch: pytest.MonkeyPatch, root: Path) -> Generator[Disk]:
    """Watches every fsync under a folder; stores must be opened inside of it."""
    disk, hook, fsync = Disk(root), _hook(), os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        disk.synced(Path(f"/proc/self/fd/{descriptor}").readlink())

    hook.told = disk.synced
    with patch.context() as armed:
        armed.setattr(os, "fsync", noted)
        try:
            yield disk
        finally:
            hook.told = None
            disk.close()
