"""A process that has read all of `yanlu` once and forks for each command: Python's start and imports are paid once.

What a command finds is what it would find by itself: arguments, environment, folder, umask, three open files of its own
and its own exit. That each command can also be loaded by itself, `tests/portal/cli/test_loading.py` shows.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple, cast

import click

from tests.support.servers.cheap_key_derivation import is_light, lightly

ROOT = Path(__file__).resolve().parents[3]
# A line of arguments and an environment are far smaller.
MOST = 1 << 17
# What these load begins threads, which no fork has; each fork that needs them loads them by itself.
STARTS_THREADS = {"stats", "watch"}
VARIABLES = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "en_US.UTF-8"}


class Asked(NamedTuple):
    """What a fork does: a command, as the light house that asks for it has it or at the real cost."""

    arguments: list[str]
    light: bool


class PreloadedYanlu:
    """The near end: hands commands over, one at a time, and hears how they ended."""

    def __init__(self) -> None:
        self._line, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-W", "error", "-m", "tests.support.commands.preloaded_yanlu", str(far.fileno())]
        self._server = subprocess.Popen(
            command, env=VARIABLES, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[far.fileno()]
        )
        far.close()

    def close(self) -> None:
        """Ends the process."""
        self._line.close()
        self._server.wait(60)

    def run(
        self,
        arguments: Sequence[str],
        variables: Mapping[str, str],
        folder: Path | None,
        files: tuple[IO[str], IO[str], IO[str]],
        seconds: float,
    ) -> int:
        """Runs a command on stdin, stdout and stderr; its exit code, negative for a signal."""
        umask = os.umask(0o022)
        os.umask(umask)
        asked = {
            "arguments": arguments,
            "variables": variables,
            "folder": str(folder or Path.cwd()),
            "umask": umask,
            "light": is_light(),
        }
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb", buffering=0) as answer:
            socket.send_fds(self._line, [json.dumps(asked).encode()], [*(file.fileno() for file in files), writing])
            os.close(writing)
            pid = answer.read(16)
            if not select.select([answer], [], [], seconds)[0]:
                os.kill(int(pid), 9)
                raise TimeoutError(f"yanlu {arguments} takes longer than {seconds} seconds")
            return int(answer.read(16))


@cache
def preloaded_yanlu() -> PreloadedYanlu:
    """The one of this process, started when first asked for."""
    made = PreloadedYanlu()
    atexit.register(made.close)
    return made


def _become(asked: Mapping[str, object], files: Sequence[int]) -> Asked:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(cast("dict[str, str]", asked["variables"]))
    os.chdir(str(asked["folder"]))
    os.umask(cast("int", asked["umask"]))
    return Asked(cast("list[str]", asked["arguments"]), bool(asked["light"]))


def _watch(answer: int) -> bool:
    """Forks once more: true in the command, while the other tells its number and later its exit."""
    pid = os.fork()
    if pid == 0:
        os.close(answer)
        return True
    os.write(answer, b"%16d" % pid)
    os.write(answer, b"%16d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os._exit(0)


def _serve(line: socket.socket) -> Asked | None:
    """Forks for whatever is asked; gives it in the fork, and None at the end of the line."""
    while True:
        text, files, _flags, _address = socket.recv_fds(line, MOST, 4)
        if not text:
            return None
        if os.fork() == 0:
            line.close()
            _watch(files[3])
            return _become(json.loads(text), files[:3])
        for file in files:
            os.close(file)
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
            pass


def _live(number: int) -> None:
    from portal.cli.root import COMMANDS, cli, main

    for name in COMMANDS.keys() - STARTS_THREADS:
        cli.get_command(click.Context(cli), name)
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a process with threads may not fork"
    gc.freeze()
    asked = _serve(socket.socket(fileno=number))
    if asked is not None:
        sys.argv = ["yanlu", *asked.arguments]
        with lightly() if asked.light else nullcontext():
            main(asked.arguments)


if __name__ == "__main__":
    _live(int(sys.argv[1]))
