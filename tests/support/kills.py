"""A kill -9 at a named place, for whatever keeps nothing but what is durable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest


class Killed(BaseException):
    """A kill -9."""


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, place: str, after: int = 0) -> Iterator[None]:
    """Dies when `module:name` or `module:Class.name` is called, once it was called `after` times."""
    module, _, path = place.partition(":")
    owner: Any = import_module(module)
    *kinds, name = path.split(".")
    for kind in kinds:
        owner = getattr(owner, kind)
    before: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def die(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return before(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        with pytest.raises(Killed):
            yield
