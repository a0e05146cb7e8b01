"""A kill -9 at a named point: before or after a commit, an fsync, a rename, a put, a removal.

The product knows nothing of it: its way to the store, to the disk and to the bucket is wrapped from
outside, in this process (`killed_at`) or in one that starts with it (`tests.support.faults.killable_processes`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

import obstore
import pytest
from sqlalchemy import Connection

from portal.stores.engines import Store

OURS = ("portal.", "casework.", "retaliation_watch.")


class Killed(BaseException):
    """A kill -9, for anyone who only needs that nothing comes after it."""


class Moment(StrEnum):
    """On which side of the deed."""

    BEFORE = "before"
    AFTER = "after"


class Deed(StrEnum):
    """What makes something durable, or takes it away."""

    COMMIT = "commit"
    FSYNC = "fsync"
    RENAME = "rename"
    UNLINK = "unlink"
    PUT = "put"
    DELETE = "delete"
    # A named function of the product, where there is no deed of these kinds.
    CALL = "call"


@dataclass(frozen=True, order=True)
class Place:
    """A deed and the function of the product, `module:name`, that does it."""

    deed: Deed
    where: str

    def __str__(self) -> str:
        return f"{self.deed} {self.where}"


@dataclass(frozen=True, order=True)
class Point:
    """One side of a place: written `before commit portal.mailroom.posts:accept_post`."""

    place: Place
    moment: Moment

    def __str__(self) -> str:
        return f"{self.moment} {self.place}"


def point(text: str) -> Point:
    """The point that is written so."""
    moment, deed, where = text.split(" ")
    return Point(Place(Deed(deed), where), Moment(moment))


Strike = Callable[[Point], None]
"""Told of every point that is passed; what kills does not return."""


def _who() -> str | None:
    """The function of the product that asks, `module:name`; None when somebody else does."""
    frame = sys._getframe(2)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(OURS):
            return f"{module}:{frame.f_code.co_qualname}"
        frame = frame.f_back
    return None


def _around(strike: Strike, deed: Deed, act: Callable[..., Any], where: str | None = None) -> Callable[..., Any]:
    def armed(*arguments: Any, **more: Any) -> Any:
        asked = where or _who()
        if asked is None:
            return act(*arguments, **more)
        place = Place(deed, asked)
        strike(Point(place, Moment.BEFORE))
        made = act(*arguments, **more)
        strike(Point(place, Moment.AFTER))
        return made

    return armed


def _committing(strike: Strike) -> Callable[[Store], AbstractContextManager[Connection]]:
    write = Store.write

    @contextmanager
    def armed(store: Store, place: Place) -> Generator[Connection]:
        with write(store) as connection:
            yield connection
            strike(Point(place, Moment.BEFORE))
        strike(Point(place, Moment.AFTER))

    def begin(store: Store) -> AbstractContextManager[Connection]:
        asked = _who()
        return write(store) if asked is None else armed(store, Place(Deed.COMMIT, asked))

    return begin


def _owner(where: str) -> tuple[Any, str]:
    module, _, path = where.partition(":")
    owner: Any = import_module(module)
    *kinds, name = path.split(".")
    for kind in kinds:
        owner = getattr(owner, kind)
    return owner, name


def watch(patch: pytest.MonkeyPatch, strike: Strike, calls: Iterable[str] = ()) -> None:
    """From now on `strike` is told of every deed of the product in this process, and of the named calls."""
    deeds = (
        (Deed.FSYNC, os, "fsync"),
        (Deed.RENAME, os, "rename"),
        (Deed.UNLINK, os, "unlink"),
        (Deed.PUT, obstore, "put"),
        (Deed.DELETE, obstore, "delete"),
    )
    for deed, owner, name in deeds:
        patch.setattr(owner, name, _around(strike, deed, getattr(owner, name)))
    patch.setattr(Store, "write", _committing(strike))
    for where in calls:
        owner, name = _owner(where)
        patch.setattr(owner, name, _around(strike, Deed.CALL, getattr(owner, name), where))


@contextmanager
def struck_at(patch: pytest.MonkeyPatch, wanted: Point, act: Callable[[], object], after: int = 0) -> Generator[None]:
    """Does something in this process when a point is passed, once it was passed `after` times; it must be passed."""
    passed = 0

    def strike(found: Point) -> None:
        nonlocal passed
        passed += found == wanted
        if found == wanted and passed == after + 1:
            act()

    calls = [wanted.place.where] if wanted.place.deed is Deed.CALL else []
    with patch.context() as armed:
        watch(armed, strike, calls)
        yield
    assert passed > after, f"never came to: {wanted}"


@contextmanager
def killed_at(patch: pytest.MonkeyPatch, where: str, after: int = 0) -> Generator[None]:
    """Dies at a point, or when `module:name` is called, once it was passed `after` times."""
    wanted = point(where if " " in where else f"{Moment.BEFORE} {Deed.CALL} {where}")

    def die() -> None:
        raise Killed

    with struck_at(patch, wanted, die, after), pytest.raises(Killed):
        yield
