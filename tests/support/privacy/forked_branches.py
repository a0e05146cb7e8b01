"""One prepared state and many futures: each runs in a fork, and what it did to files and memory is gone afterwards."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, TypeVar, cast

FORK: Final = multiprocessing.get_context("fork")
T = TypeVar("T")


class Branches:
    """The state in which a folder and this process are now; no file of the folder may be open."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kept = folder, folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self.kept)

    def run(self, future: Callable[[], T]) -> T:
        """What comes of it, in a fork and in files of its own under the same names."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)
        ours, theirs = FORK.Pipe(duplex=False)
        child = FORK.Process(target=_live, args=(theirs, future))
        child.start()
        theirs.close()
        with closing(ours):
            try:
                # A fork that failed has printed why.
                return cast("T", ours.recv())
            except EOFError:
                raise AssertionError("this future came to no end") from None
            finally:
                child.join()

    def close(self) -> None:
        """The copy goes."""
        shutil.rmtree(self.kept)


def _live(to: Connection, future: Callable[[], object]) -> None:
    # Short lives: looking for what can be freed would only copy every page that is shared with the process before.
    gc.disable()
    to.send(future())
    to.close()
