"""Running `yanlu` inside of this process: a second where a process of its own takes several."""

from __future__ import annotations

import os

import pytest

from portal.cli.root import main
from portal.settings import Settings, as_variables
from tests.support.command import Ran


def inside(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, settings: Settings, *arguments: object
) -> Ran:
    """Runs a command in English, as `tests.support.command.yanlu` does, with nobody at the keyboard."""
    before = os.umask(0o077)
    with monkeypatch.context() as patch:
        for name, value in as_variables(settings).items():
            patch.setenv(name, value)
        try:
            with pytest.raises(SystemExit) as left:
                main(["--lang", "en", *map(str, arguments)])
        finally:
            os.umask(before)
    said = capsys.readouterr()
    return Ran(int(str(left.value.code or 0)), said.out, said.err)
