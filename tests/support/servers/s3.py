"""A real S3 server (SeaweedFS) on free loopback ports."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.support.servers.ports import LOOPBACK, free_ports

BUCKET = "yanlu"
ACCESS_KEY = "yanlu-test"
SECRET_KEY = "only-for-tests-on-loopback"
PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc")
MORE_PORTS = ("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc")


@dataclass
class S3:
    """One running server with one bucket."""

    endpoint: str
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    bucket: str = BUCKET
    # Where it keeps everything; None for a server that somebody else runs.
    folder: Path | None = None
    _counter: Iterator[int] = field(default_factory=itertools.count)

    def fresh_prefix(self) -> str:
        """Returns a prefix in the bucket that nobody has used."""
        return f"t{next(self._counter)}"

    def url(self, prefix: str) -> str:
        """Returns the blob URL that settings take: bucket, prefix and endpoint, no key."""
        return f"s3://{self.bucket}/{prefix}?endpoint={self.endpoint}"

    def store(self, prefix: str) -> S3Store:
        """Opens a prefix for the eyes of a test."""
        return S3Store(
            self.bucket,
            prefix=prefix,
            endpoint=self.endpoint,
            access_key_id=self.access_key,
            secret_access_key=self.secret_key,
            region="us-east-1",
            client_options={"allow_http": True},
            # The server is on this machine: what fails at once fails for good.
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=10)},
        )


def write_identities(folder: Path) -> Path:
    """Writes the file that tells the server its only key."""
    key = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    identity = {"name": "tests", "credentials": [key], "actions": ["Admin", "Read", "Write"]}
    file = folder / "identities.json"
    file.write_text(json.dumps({"identities": [identity]}))
    return file


def command(folder: Path, ports: dict[str, int]) -> list[str]:
    """Returns the server's command line: loopback only, small volumes, nothing sent home."""
    binary = Path(sys.executable).with_name("weed")
    return [
        str(binary), "server", f"-dir={folder}", f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}",
        # Its two other catalogues listen on fixed ports: a second server beside the first would die of them.
        "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-filer", "-s3", "-master.telemetry=false", "-master.volumeSizeLimitMB=64",
        "-volume.max=64", f"-s3.config={write_identities(folder)}",
        f"-filer.localSocket={folder}/filer.sock", f"-s3.localSocket={folder}/s3.sock",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip


def wait_until_it_stores(server: S3, seconds: float = 60) -> None:
    """Returns once the server has really kept a blob."""
    end = time.monotonic() + seconds
    store = server.store("")
    while True:
        try:
            obstore.put(store, "ready", b"ready")
        except BaseError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def running_s3() -> Iterator[S3]:
    """Starts a server in a new folder under /tmp and takes both away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="yanlu-s3-"))
    names = (*PORTS, *MORE_PORTS)
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command(folder, ports), stdout=quiet, stderr=quiet, cwd=folder)
    try:
        server = S3(f"http://{LOOPBACK}:{ports['s3.port']}", folder=folder)
        wait_until_it_stores(server)
        yield server
    finally:
        # It takes 25 seconds to stop politely, and nothing in it is worth that.
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
