"""One command makes a machine a witness: its key, the office of the printed code, and a look each hour."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.office import OfficeFolder
from portal.office.log_key import found_log
from portal.transparency_log.witness_file import WitnessFolder
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, open_edge
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import prepared_files, ready_embedded_stores

ROOT = Path(__file__).resolve().parents[2]
NAME = "union.example/log"


@pytest.fixture
def edge(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """An office whose keepers have named its log."""
    prepared = prepared_files(tmp_path_factory.mktemp("prepared"))
    opened = open_edge(ready_embedded_stores(tmp_path, prepared), tmp_path)
    found_log(OfficeFolder(opened.settings.office), opened.office.keepers[:2], Drawn("log"))
    yield opened
    opened.close()


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A home, with a systemd that writes down what it is told, and the files that the command belongs to."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("systemctl", "loginctl"):
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "$HOME/told"\n')
        (tools / name).chmod(0o755)
    shutil.copytree(ROOT / "deploy/witness", tmp_path / "yanlu/deploy/witness")
    (tmp_path / "yanlu/.venv").symlink_to(ROOT / ".venv")
    (tmp_path / "home").mkdir()
    return tmp_path


def set_up(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a person gives it."""
    variables = {"HOME": str(machine / "home"), "PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "LANG": "en"}
    command = [machine / "yanlu/deploy/witness/set-up", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=120)


def test_one_command_sets_a_witness_up_from_the_printed_code(edge: Edge, machine: Path) -> None:
    """The timer is there, the line is shown, the key stays alone; another code leaves no office in the witness."""
    home, code = machine / "home", edge.office.code
    folder = WitnessFolder(home / "yanlu-witness")
    with live_intake(edge.settings) as address:
        assert set_up(machine, NAME, address).returncode == 2
        refused = set_up(machine, NAME, address, "0000-0000-0000-0000-0000")
        assert (refused.returncode, folder.read().pinned, (home / "told").exists()) == (3, None, False)
        first = set_up(machine, NAME, address, code)
    assert f"{NAME}+" in first.stdout
    told = (home / "told").read_text()
    assert "systemctl --user enable --now yanlu-witness.timer" in told
    unit = (home / ".config/systemd/user/yanlu-witness.service").read_text()
    assert f"ExecStart={machine / 'yanlu/.venv/bin/yanlu'} log witness %h/yanlu-witness --to %h/yanlu-public" in unit
    assert (home / ".config/systemd/user/yanlu-witness.timer").is_file()
    assert folder.read().pinned is not None
    assert {path.name for path in (home / "yanlu-public").rglob("*") if path.is_file()} <= {"checkpoint"}
    key = folder.read().witness.key
    with live_intake(edge.settings) as address:
        set_up(machine, NAME, address, code)
    assert folder.read().witness.key == key
