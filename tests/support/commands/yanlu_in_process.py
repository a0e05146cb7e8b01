"""Running `yanlu` inside of this process: a second where a process of its own takes several."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from portal.cli.root import main
from portal.settings import Settings, as_variables
from tests.support.commands.yanlu_process import Ran


@contextmanager
def own_umask() -> Generator[None]:
    """A command sets its process's umask; inside of this one it must not outlive the command."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def inside(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, settings: Settings, *arguments: object
) -> Ran:
    """Runs a command in English, as `tests.support.commands.yanlu_process.yanlu` does, with nobody at the keyboard."""
    with monkeypatch.context() as patch, own_umask():
        for name, value in as_variables(settings).items():
            patch.setenv(name, value)
        # Nothing of a test is remembered in this user's own home.
        patch.setenv("XDG_STATE_HOME", str(settings.data / "state"))
        with pytest.raises(SystemExit) as left:
            main(["--lang", "en", *map(str, arguments)])
    said = capsys.readouterr()
    return Ran(int(str(left.value.code or 0)), said.out, said.err)
