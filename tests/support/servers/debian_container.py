"""A bare Debian of its own in a container with real systemd, and the commands that `deploy/README.md` gives for it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NEEDED = {"debootstrap": "debootstrap", "systemd-container": "systemd-nspawn"}
BASE = "systemd,systemd-sysv,dbus,ca-certificates,curl,openssl,procps"
# Where the machine that runs the test keeps what lets it reach its package registries.
REGISTRIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf", str(Path.home() / ".npmrc"))
# Since version 256 systemd refuses the control groups of an older host unless it is told.
LEGACY = {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
TOLD = "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"
BOOT_SECONDS = 120
CLONE = "git -c safe.directory=* clone -q /mnt/yanlu /opt/yanlu && cd /opt/yanlu"


def blocks_of(page: Path) -> list[str]:
    """The commands of a page, a fenced block each; a block that begins with `[` is a file's content."""
    parts = page.read_text("utf-8").split("\n```\n")[1::2]
    return [part for part in parts if not part.startswith("[")]


def _container(root: Path, *options: str) -> list[str]:
    # A name of its own: what a killed run left mounted under another stands in nobody's way.
    name = f"--machine=yanlu-{os.getpid()}"
    alone = ["--quiet", "--register=no", "--keep-unit", "--console=pipe"]
    return ["systemd-nspawn", name, *alone, "-D", str(root), *options]


def install() -> None:
    """Brings what makes the machine; raises `CalledProcessError` where this user may not."""
    names = [package for package, program in NEEDED.items() if not shutil.which(program)]
    if names:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names], check=True)


@dataclass(frozen=True)
class Machine:
    """A booted machine, by the process that is its first."""

    first: int

    def run(self, script: str, seconds: int = 600) -> str:
        """Runs a bash script as root there, in `/opt/yanlu`; gives what it said, fails with it."""
        inside = ["nsenter", "-t", str(self.first), "-a", "--", "/bin/bash", "-euo", "pipefail", "-c"]
        text = f"cd /opt/yanlu; export LANG=C.UTF-8\n{script}"
        done = subprocess.run([*inside, text], capture_output=True, text=True, timeout=seconds, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout + done.stderr


def make_root(root: Path, packages: str) -> None:
    """A bare Debian 13, with the first block of the page done: packages and the release, with the host's network."""
    subprocess.run(["debootstrap", "--variant=minbase", f"--include={BASE}", "trixie", str(root)], check=True)
    script = packages.replace("apt-get install", "apt-get update -qq && apt-get install -y -qq --no-install-recommends")
    lines = [CLONE if line.startswith("git clone") else line for line in script.splitlines()]
    for place in (Path(one) for one in REGISTRIES if Path(one).exists()):
        shutil.copy(place, root / place.relative_to("/"))
    passed = [f"--setenv={name}" for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS") if name in os.environ]
    subprocess.run(
        [*_container(root, *passed, f"--bind-ro={ROOT}:/mnt/yanlu"), "/bin/bash", "-euc", "\n".join(lines)],
        check=True,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def booted(root: Path) -> Iterator[Machine]:
    """The machine, with a network of its own that leads nowhere."""
    command = _container(root, "--boot", "--private-network", f"--setenv={TOLD}")
    started = subprocess.Popen(
        command, env=os.environ | LEGACY, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield Machine(_first_of(started.pid))
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(BOOT_SECONDS)


def _first_of(outer: int) -> int:
    until = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < until:
        found = subprocess.run(["pgrep", "-P", str(outer)], capture_output=True, text=True, check=False).stdout.split()
        if found and _is_up(found[0]):
            return int(found[0])
        time.sleep(1)
    raise TimeoutError("systemd did not come up in the container")


def _is_up(first: str) -> bool:
    asked = ["nsenter", "-t", first, "-a", "--", "systemctl", "is-system-running"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return said in {"running", "degraded"}
