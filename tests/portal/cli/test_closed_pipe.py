"""Anyone who reads a command's output may go away: it ends quietly, and no receipt is lost by that."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crypto import read_receipt
from portal.cli.root import CLOSED
from tests.support.commands.yanlu_process import POLICY, ROOT
from tests.support.offices.sample_office import OfficeForTests, make_office

# Every one of these starts a process of its own.
pytestmark = pytest.mark.slow


def unread(folder: Path, *arguments: object, deaf: bool = False) -> tuple[int, str]:
    """Runs a command into a pipe that nobody reads, with `deaf` stderr too; its exit code and what stderr heard."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", *map(str, arguments)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "en_US.UTF-8", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing if deaf else subprocess.PIPE,
        cwd=folder,
        check=False,
        timeout=100,
    )
    os.close(writing)
    return done.returncode, "" if deaf else done.stderr.decode()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeForTests:
    """The sample office, signed today."""
    return make_office(tmp_path_factory.mktemp("office"))


def test_a_command_whose_reader_goes_away_ends_quietly(tmp_path: Path) -> None:
    """No traceback, and the exit code by which shells know it."""
    assert unread(tmp_path, "policy", "list") == (CLOSED, "")


@pytest.mark.parametrize("deaf", [False, True])
def test_a_receipt_that_nobody_reads_is_said_elsewhere_or_kept(
    tmp_path: Path, office: OfficeForTests, *, deaf: bool
) -> None:
    """It is said on stderr; where nobody hears that either, it lies in a file for its owner alone."""
    text = tmp_path / "text"
    text.write_text("A kickback.", "utf-8")
    where = ["--office", office.path, "--office-key", office.code, "--policy", POLICY, "--entity", "group"]
    wanted = ["report", *where, "--category", "other", "--text-file", text, "--out", tmp_path / "bundle"]
    code, said = unread(tmp_path, *wanted, deaf=deaf)
    assert (code, (tmp_path / "bundle").exists(), "Traceback" in said) == (CLOSED, True, False)
    if not deaf:
        assert len(read_receipt(said.rpartition(": ")[2].strip()).groups()) > 1
        assert not (tmp_path / "yanlu-receipt.txt").exists()
        return
    kept = tmp_path / "yanlu-receipt.txt"
    assert len(read_receipt(kept.read_text().strip()).groups()) > 1
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
