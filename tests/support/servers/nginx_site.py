"""A site as `deploy/` sets it up: nginx with the shipped configuration, each process with its role, Unix sockets."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.db_roles.privileges import StoreRole, stores_of
from portal.settings import Settings, StoreName, as_variables, read_settings
from tests.support.offices.edge import as_role, upgrade_as_owners
from tests.support.offices.sample_office import found_sample
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port
from tests.support.stores.backends import Stores

ROOT = Path(__file__).resolve().parents[3]
NGINX = "/usr/sbin/nginx"
NAMES = {"report.example.org": "report.localhost", "desk.example.org": "desk.localhost"}
READY_SECONDS = 60
# What systemd does for a unit with a socket: the socket becomes number 3, and the process is told.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass
class Site:
    """A running site; `processes` are intake, desk and worker; nginx is none of them, `nginx` is its first process."""

    settings: Settings
    folder: Path
    port: int
    plain_port: int
    code: str
    keepers: list[object] = field(default_factory=list[object], repr=False)
    processes: dict[StoreRole, subprocess.Popen[bytes]] = field(
        default_factory=dict[StoreRole, subprocess.Popen[bytes]]
    )
    nginx: int = 0

    @property
    def intake(self) -> str:
        """The reporters' origin."""
        return f"https://report.localhost:{self.port}"

    @property
    def desk(self) -> str:
        """The staff's origin."""
        return f"https://desk.localhost:{self.port}"

    @property
    def certificate(self) -> Path:
        """What vouches for both names."""
        return self.folder / "tls/fullchain.pem"

    @property
    def onion_socket(self) -> Path:
        """Where tor would come in."""
        return self.folder / "run-onion/intake.sock"

    def stop(self, *roles: StoreRole) -> None:
        """Ends processes, all at once."""
        ending = [self.processes.pop(role) for role in roles]
        for process in ending:
            process.terminate()
        for process in ending:
            process.wait(60)


@contextmanager
def names_of_ours() -> Generator[None]:
    """Inside, names under `.localhost` lead to this machine, as they do in a browser."""
    ordinary = socket.getaddrinfo

    def ours(host: object, *more: object, **named: object) -> object:
        here = LOOPBACK if str(host).endswith(".localhost") else host
        return ordinary(here, *more, **named)  # type: ignore[arg-type]

    socket.getaddrinfo = ours  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.getaddrinfo = ordinary


def make_certificate(folder: Path) -> None:
    """A key and a certificate for both names that vouches for itself."""
    folder.mkdir()
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "yanlu test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in NAMES.values()]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, private, none))


def shipped_configuration(folder: Path, ports: tuple[int, int], more: Mapping[str, str] = MappingProxyType({})) -> Path:
    """The files of `deploy/nginx` with other paths, ports and names, and nothing else; returns the main one.

    `more` is what an operator changes besides, as `sed` does.
    """
    changes = {
        **more,
        "/etc/nginx/yanlu/": f"{folder}/nginx/",
        "/etc/yanlu/tls/": f"{folder}/tls/",
        "/run/yanlu-onion/": f"{folder}/run-onion/",
        "/run/yanlu/": f"{folder}/run/",
        "/var/lib/yanlu-acme": f"{folder}/acme",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "443 ": f"{ports[0]} ",
        "listen 443;": f"listen {ports[0]};",
        **NAMES,
    }
    (folder / "nginx").mkdir()
    for file in (ROOT / "deploy/nginx").glob("*.conf"):
        text = file.read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        text = re.sub(r"(listen (?:\[::\]:)?)80( default_server)?;", rf"\g<1>{ports[1]}\g<2>;", text)
        (folder / "nginx" / file.name).write_text(text, "utf-8")
    return folder / "nginx/nginx.conf"


def start_nginx(folder: Path, main: Path) -> subprocess.Popen[bytes]:
    """Starts nginx, in a session of its own; what it says goes to `nginx.log`."""
    with (folder / "nginx.log").open("ab") as log:
        command = [NGINX, "-e", "stderr", "-p", str(folder), "-c", str(main), "-g", "daemon off;"]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


@contextmanager
def running_nginx(folder: Path, ports: tuple[int, int]) -> Generator[subprocess.Popen[bytes]]:
    """nginx with the shipped configuration; whatever it says goes to `nginx.log`."""
    main = shipped_configuration(folder, ports)
    (folder / "run-onion").mkdir()
    started = start_nginx(folder, main)
    try:
        wait_for_port(ports[0])
        yield started
    finally:
        started.send_signal(signal.SIGQUIT)
        started.wait(60)


def variables_of(settings: Settings, role: StoreRole) -> Mapping[str, str]:
    """What `/etc/yanlu/<role>.env` says: the role's own stores and no other."""
    foreign = {f"YANLU_URL_{name.upper()}" for name in set(StoreName) - set(stores_of(role))}
    given = as_variables(as_role(settings, role))
    return {name: value for name, value in given.items() if name not in foreign}


def _listener(path: Path) -> socket.socket:
    """The socket that systemd makes for a face: nginx's group may use it, nobody else."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    made.listen(512)
    if os.geteuid() == 0:
        shutil.chown(path, "root", "www-data")
    path.chmod(0o660)
    return made


def command_of(role: StoreRole, folder: Path) -> list[str]:
    """What the role's unit runs, with the site's own folder for its socket."""
    unit = (ROOT / f"deploy/systemd/yanlu-{role}.service").read_text("utf-8")
    (line,) = re.findall(r"^ExecStart=/opt/yanlu/.venv/bin/yanlu (.*)$", unit, re.MULTILINE)
    return [word.replace("/run/yanlu/", f"{folder}/run/") for word in line.split()]


def start(site: Site, role: StoreRole, *command: str) -> None:
    """Starts one process as its unit does; a face is given its socket."""
    variables = {
        **variables_of(site.settings, role),
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "HOME": str(site.folder / "home"),
    }
    words = [sys.executable, "-m", "portal.cli", *command]
    with ExitStack() as stack:
        log = stack.enter_context((site.folder / f"{role}.log").open("wb"))
        handed: tuple[int, ...] = ()
        if command[0] == "serve":
            number = stack.enter_context(_listener(site.folder / f"run/{role}.sock")).fileno()
            words, handed = [sys.executable, "-c", HAND_OVER, str(number), *words], (number,)
        site.processes[role] = subprocess.Popen(
            words, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=handed,
            start_new_session=True,
        )  # fmt: skip


def _wait(site: Site, role: StoreRole) -> None:
    until = time.monotonic() + READY_SECONDS
    transport = httpx.HTTPTransport(uds=str(site.folder / f"run/{role}.sock"))
    with httpx.Client(transport=transport, base_url="http://localhost", timeout=READY_SECONDS) as client:
        # The socket is there before the process: the first answer comes when it is ready.
        assert client.get("/healthz").status_code == 204, (site.folder / f"{role}.log").read_text()
    assert time.monotonic() < until


@contextmanager
def running_site(stores: Stores) -> Iterator[Site]:
    """nginx, intake, desk and worker of a sample office on the given stores."""
    folder = Path(tempfile.mkdtemp(prefix="yanlu-site-", dir="/tmp"))
    folder.chmod(0o755)
    for name in ("run", "home", "data"):
        (folder / name).mkdir()
    # nginx reaches the sockets as a user of its own, whatever this one's umask is.
    (folder / "run").chmod(0o755)
    variables = {**stores.variables(), "YANLU_DATA": str(folder / "data"), "YANLU_BEHIND_TLS": "1"}
    settings = read_settings(variables)
    founded = found_sample(settings.office, datetime.now(UTC).date())
    upgrade_as_owners(settings)
    ports: tuple[int, int] = tuple(free_ports(2))  # type: ignore[assignment]
    make_certificate(folder / "tls")
    site = Site(settings, folder, *ports, founded.code, list(founded.keepers))
    try:
        for role in (StoreRole.INTAKE, StoreRole.DESK, StoreRole.WORKER):
            start(site, role, *command_of(role, folder))
        for face in (StoreRole.INTAKE, StoreRole.DESK):
            _wait(site, face)
        with running_nginx(folder, ports) as nginx, names_of_ours():
            site.nginx = nginx.pid
            yield site
    finally:
        site.stop(*site.processes)
        shutil.rmtree(folder, ignore_errors=True)
