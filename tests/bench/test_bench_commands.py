"""The command line beside the tools that people know: sealing a large file, and grants opened a second."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import crypto
from crypto.case.grant import find_grant, seal_dummy_grant
from tests.crypto.sample import filed
from tests.support.commands.age_tools import stock_keys, stock_tool
from tests.support.measuring.bench_table import Figures, Part, Row, Words, number

SIZE = 256 * 1024 * 1024
GRANTS = 400
ROOT = Path(__file__).resolve().parents[2]
# What `yanlu report` does with a file that is attached, and nothing else.
SEAL = """
import sys
from pathlib import Path
from crypto import Recipient
from portal.cli.attachments import seal_files
seal_files([Path(sys.argv[1])], [Recipient.read(sys.argv[2])], Path(sys.argv[3]))
"""


def seconds(run: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def started(*command: object, **environment: str) -> Callable[[], object]:
    """A program to run to its end."""
    words = [str(word) for word in command]
    return lambda: subprocess.run(words, check=True, capture_output=True, cwd=ROOT, env=dict(os.environ) | environment)


def gpg(folder: Path, file: Path, *more: str) -> Callable[[], object]:
    """gpg with a fresh key of its own, sealing the file."""
    home = folder / "gnupg"
    common = ["gpg", "--homedir", str(home), "--batch", "--yes", "--quiet", "--trust-model", "always"]
    if not home.exists():
        home.mkdir(mode=0o700)
        quick = ["--passphrase", "", "--quick-generate-key", "bench", "future-default", "default", "never"]
        subprocess.run([*common, *quick], check=True, capture_output=True)
    return started(*common, *more, "-r", "bench", "-o", folder / "out.gpg", "-e", file)


@pytest.mark.timeout(300)
def test_files_are_sealed_beside_age_and_gpg(figures: Figures, tmp_path: Path) -> None:
    """256 MiB of random bytes, programs from start to end, each after the other, three times; the best of each."""
    file = tmp_path / "film.mp4"
    file.write_bytes(os.urandom(SIZE))
    _, recipient = stock_keys()
    runs = {
        "yanlu": started(sys.executable, "-c", SEAL, file, recipient, tmp_path),
        "age": started(stock_tool(), "-r", recipient, "-o", tmp_path / "out.age", file),
        "gpg": gpg(tmp_path, file),
        "gpg -z 0": gpg(tmp_path, file, "-z", "0"),
    }
    best = {name: min(seconds(run) for _ in range(1 if name == "gpg" else 3)) for name, run in runs.items()}
    subprocess.run(["gpgconf", "--homedir", tmp_path / "gnupg", "--kill", "all"], check=True)
    speed = {name: SIZE / 1e6 / took for name, took in best.items()}
    peers = [f"{name} {number(speed[name])} MB/s ({speed['yanlu'] / speed[name]:.2f} ×)" for name in list(speed)[1:]]
    what = Words(
        "a file of 268 MB sealed as `yanlu report` does, start-up included",
        "按 `yanlu report` 封装 268 MB 文件，含启动",
    )
    beside = Words(", ".join(peers), "，".join(peers))
    figures.add(Row(Part.COMMANDS, what, f"{number(speed['yanlu'])} MB/s", beside=beside))


@pytest.mark.timeout(300)
def test_grants_are_opened(figures: Figures) -> None:
    """Grants a second that Python opens: one's own, and those of others and dummies, as most of a batch is."""
    case = filed("bench")
    staff = case.office.staff("li-wei")
    foreign = [seal_dummy_grant(8, os.urandom) for _ in range(GRANTS // 8)]
    own = seconds(lambda: [crypto.open_grant(staff, case.packet, case.directory) for _ in range(GRANTS)])
    others = seconds(lambda: [find_grant(staff, packet, case.directory) for packet in foreign])
    opened = Words("grants of one's own opened, Python", "打开自己的授权，Python")
    figures.add(Row(Part.MAILBOX, opened, f"{number(GRANTS / own)} /s"))
    passed = Words("grants of others and dummies passed over, Python", "跳过他人的授权与假授权，Python")
    figures.add(Row(Part.MAILBOX, passed, f"{number(len(foreign) / others)} /s"))
