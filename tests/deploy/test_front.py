"""nginx by itself, with the shipped files: it comes back after a kill, and can be asked why a call failed."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.servers.nginx_site import (
    NGINX,
    ROOT,
    make_certificate,
    names_of_ours,
    shipped_configuration,
    start_nginx,
)
from tests.support.servers.ports import free_ports, wait_for_port

DROP_IN = ROOT / "deploy/systemd/nginx.service.d/yanlu.conf"
MINE, THEIRS = "127.0.0.41", "127.0.0.42"
TRACE = {"#trace ": "", "192.0.2.1": MINE}


@dataclass
class Front:
    """nginx without any face behind it."""

    folder: Path
    ports: tuple[int, int]
    main: Path
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        """Where tor comes in."""
        return self.folder / "run-onion/intake.sock"

    def start(self) -> None:
        """Starts it and waits until it listens."""
        self.process = start_nginx(self.folder, self.main)
        wait_for_port(self.ports[0])

    def kill(self) -> None:
        """Ends all of its processes at once, as a machine without memory does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def answers(self) -> list[int]:
        """What it says through tor's socket and on the web: that no face is there."""
        codes: list[int] = []
        web = httpx.HTTPTransport(verify=False)
        for transport, host in ((httpx.HTTPTransport(uds=str(self.socket)), "http://x.onion"), (web, self.url)):
            with httpx.Client(transport=transport, timeout=60) as client:
                codes.append(client.get(f"{host}/zh/").status_code)
        return codes

    @property
    def url(self) -> str:
        """The reporters' origin."""
        return f"https://report.localhost:{self.ports[0]}"


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """It runs, with an operator's own calls noted."""
    tmp_path.chmod(0o755)
    make_certificate(tmp_path / "tls")
    ports: tuple[int, int] = tuple(free_ports(2))  # type: ignore[assignment]
    changes = TRACE | {"/var/log/nginx/": f"{tmp_path}/"}
    main = shipped_configuration(tmp_path, ports, changes)
    (tmp_path / "run-onion").mkdir()
    made = Front(tmp_path, ports, main, start_nginx(tmp_path, main))
    try:
        wait_for_port(ports[0])
        with names_of_ours():
            yield made
    finally:
        made.process.kill()
        made.kill()


def before_start(folder: Path) -> list[list[str]]:
    """The commands that the drop-in has run before nginx starts, on this site's folder."""
    lines = [line.removeprefix("ExecStartPre=") for line in DROP_IN.read_text("utf-8").splitlines()]
    found = [line.removeprefix("-") for line in lines if line.startswith(("-/", "/"))]
    return [shlex.split(line.replace("/run/yanlu-onion/", f"{folder}/run-onion/")) for line in found]


def test_nginx_comes_back_after_it_was_killed(front: Front) -> None:
    """Killed, it leaves a socket to which it cannot bind again; what the drop-in does before a start lets it serve."""
    assert front.answers() == [503, 503]
    front.kill()
    assert front.socket.exists()
    # What Debian's own unit asks before a start finds nothing wrong, so the drop-in's turn comes.
    tried = [NGINX, "-t", "-q", "-p", str(front.folder), "-c", str(front.main)]
    assert subprocess.run(tried, capture_output=True, check=False).returncode == 0
    assert start_nginx(front.folder, front.main).wait(60) != 0
    for command in before_start(front.folder):
        subprocess.run(command, check=True)
    front.start()
    assert front.answers() == [503, 503]
    lines = DROP_IN.read_text("utf-8").splitlines()
    assert {"Restart=on-failure", "StartLimitIntervalSec=0"} <= set(lines)


def test_an_operator_finds_why_a_call_failed_and_nothing_of_anybody_elses(front: Front) -> None:
    """With the lines for it switched on, a call from the operator's address is noted with its cause; no other is."""
    log = front.folder / "own-calls.log"
    for address, path in ((THEIRS, "/zh/theirs/"), (MINE, "/zh/mine/")):
        transport = httpx.HTTPTransport(verify=False, local_address=address)
        with httpx.Client(transport=transport, timeout=60) as client:
            assert client.get(f"{front.url}{path}").status_code == 503
    # nginx notes a call once its answer has left.
    until = time.monotonic() + 30
    while not log.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    (line,) = log.read_text().splitlines()
    assert "report.localhost GET /zh/mine/: 503;" in line
    assert f"unix:{front.folder}/run/intake.sock said 502" in line
    assert "127.0.0." not in line


def test_as_shipped_nothing_is_noted() -> None:
    """Every line that would note a call is switched off; what nginx says of itself names no call."""
    lines = [line.split("#")[0].strip() for line in (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8").splitlines()]
    assert [line for line in lines if "log_format" in line or line.startswith("access_log")] == ["access_log off;"]
    assert {line for line in lines if line.startswith("error_log")} == {"error_log stderr emerg;"}


def test_a_renewed_certificate_is_put_where_nginx_reads_it(tmp_path: Path) -> None:
    """For root alone, and nginx reloads; where nginx refuses it, it does not."""
    (tmp_path / "tools").mkdir()
    make_certificate(tmp_path / "live")
    hook = (ROOT / "deploy/nginx/renewed").read_text("utf-8").replace("/etc/yanlu/tls", f"{tmp_path}/tls")
    for name, said in (("systemctl", f'echo "$*" >> {tmp_path}/said'), ("nginx", "exit $REFUSES")):
        (tmp_path / "tools" / name).write_text(f"#!/bin/sh\n{said}\n")
        (tmp_path / "tools" / name).chmod(0o755)
    given = {"PATH": f"{tmp_path}/tools:/usr/bin:/bin", "RENEWED_LINEAGE": str(tmp_path / "live")}
    ended = [
        subprocess.run(["/bin/sh", "-c", hook], env=given | {"REFUSES": refuses}, check=False).returncode
        for refuses in ("0", "1")
    ]
    assert ended == [0, 1]
    assert (tmp_path / "said").read_text() == "is-active --quiet nginx\nreload nginx\nis-active --quiet nginx\n"
    assert (tmp_path / "tls/privkey.pem").read_bytes() == (tmp_path / "live/privkey.pem").read_bytes()
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "tls").iterdir()} == {0o600}
