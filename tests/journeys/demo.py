"""Starts `yanlu demo` as a user would and reads what it says when it is ready."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.office import OfficeFolder
from portal.settings import Settings, read_settings
from tests.support.commands.yanlu_process import fresh_digits
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.servers.ports import free_ports
from tests.support.stores.backends import Stores

READY_WITHIN = 600


@dataclass(frozen=True)
class Sign:
    """What one demo member types to sign in; `identity_file` holds an age identity."""

    id: str
    name: dict[str, str]
    role: str
    passphrase: str
    device_secret: str
    totp_secret: str
    identity_file: str


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    intake: str
    desk: str
    code: str
    data: Path
    pids: list[int]
    staff: dict[str, Sign]
    receipts: list[Any]
    log: Path
    settings: Settings = field(repr=False)
    light: bool = False

    @property
    def investigators(self) -> list[Sign]:
        """The members who handle cases, in the directory's order."""
        return [one for one in self.staff.values() if one.role == "investigator"]

    @property
    def anchor(self) -> str:
        """Code and whole hash, as the links of the office carry them."""
        return str(OfficeFolder(self.settings.office).anchor())

    @contextmanager
    def own_cost(self) -> Generator[None]:
        """Inside, this process computes with receipts and staff keys of this demo."""
        with lightly() if self.light else nullcontext():
            yield

    def fresh_totp(self, member: str) -> str:
        """Digits that the desk takes for another minute at least, whichever it took before."""
        return fresh_digits(self.settings, member, self.staff[member].totp_secret)


def _read(ready: Path, log: Path, stores: Stores | None, *, light: bool) -> Demo:
    said: dict[str, Any] = json.loads(ready.read_text())
    staff = [Sign(**one) for one in said["staff"]]
    return Demo(
        said["intake_url"].rstrip("/"),
        said["desk_url"].rstrip("/"),
        said["office_key"],
        Path(said["data"]),
        said["pids"],
        {one.id: one for one in staff},
        said["receipts"],
        log,
        read_settings((stores.variables() if stores else {}) | {"YANLU_DATA": said["data"]}),
        light,
    )


def variables(stores: Stores | None) -> dict[str, str]:
    """The environment for a demo on the given stores; its own SQLite files and folder for None."""
    if stores is None:
        return dict(os.environ)
    return dict(os.environ) | stores.variables()


def made_once(shared: Path) -> Path:
    """The data of a light demo whose cases were made up once in this run, and that has ended; others wait meanwhile."""
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "ready.json").exists():
            # What an earlier one did not finish.
            shutil.rmtree(shared / "data", ignore_errors=True)
            with running_demo(shared, light=True):
                pass
    return shared / "data"


def copy_demo(made: Path, folder: Path) -> None:
    """Puts a copy of an ended demo's data where `running_demo(folder)` goes on with it."""
    shutil.copytree(made, folder / "data")
    kept = folder / "data/demo.json"
    # The only place with a path of its own: where each member's identity lies for stock age.
    kept.write_text(kept.read_text("utf-8").replace(f"{made}/", f"{folder / 'data'}/"), "utf-8")


@contextmanager
def running_demo(
    folder: Path, stores: Stores | None = None, *, light: bool = False, notices: Path | None = None
) -> Generator[Demo]:
    """Start the demo in `folder`, wait until it is ready, and end it as Ctrl-C does.

    For `light` see tests/support/servers/cheap_key_derivation.py.
    """
    ready, log = folder / "ready.json", folder / "demo.log"
    port, desk_port = free_ports(2)
    command = [
        sys.executable, "-m", "tests.support.servers.cheap_key_derivation" if light else "portal.cli",
        "demo", "--data", str(folder / "data"),
        "--port", str(port), "--desk-port", str(desk_port), "--no-watch", "--ready-file", str(ready),
        "--policy", "company-retaliation",
    ]  # fmt: skip
    with log.open("wb") as sink:
        more = {"YANLU_NOTICES": str(notices)} if notices else {}
        started = subprocess.Popen(command, env=variables(stores) | more, stdout=sink, stderr=sink)
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not ready.exists():
            assert started.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield _read(ready, log, stores, light=light)
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
