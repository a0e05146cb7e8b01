"""A disk that is full or read-only for a while: a small one of its own for root, limits of the process for others."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
SIZE = 24 * MIB


@dataclass(frozen=True)
class SmallDisk:
    """A folder; `mounted` when it is a file system of its own."""

    root: Path
    mounted: bool

    @contextmanager
    def full(self) -> Generator[None]:
        """Not one byte more fits meanwhile."""
        if not self.mounted:
            # No file may grow: what a quota would say.
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            return
        filler = self.root / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                continue
        try:
            yield
        finally:
            filler.unlink()

    @contextmanager
    def read_only(self) -> Generator[None]:
        """Nothing may be written meanwhile; no file may be open for writing when it begins."""
        if self.mounted:
            _mount("-o", "remount,ro", str(self.root))
            try:
                yield
            finally:
                _mount("-o", "remount,rw", str(self.root))
            return
        before = {path: stat.S_IMODE(path.stat().st_mode) for path in (self.root, *self.root.rglob("*"))}
        for path, mode in before.items():
            path.chmod(mode & 0o555)
        try:
            yield
        finally:
            for path, mode in before.items():
                path.chmod(mode)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


@contextmanager
def small_disk(root: Path) -> Generator[SmallDisk]:
    """A small disk at a folder that does not exist yet."""
    root.mkdir()
    mounted = False
    if os.geteuid() == 0:
        with suppress(subprocess.CalledProcessError, FileNotFoundError):
            _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(root))
            mounted = True
    try:
        yield SmallDisk(root, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(root)], check=True, capture_output=True)
