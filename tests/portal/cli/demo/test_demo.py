"""The demo: ready file, sign-ins that work, an end that leaves nothing, and a second run that goes on."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from portal.cli.errors import Exit
from portal.settings import StoreName, demo_settings
from portal.stores.engines import open_store
from retaliation_watch.weekly_run.officer_alert_list import shown_alerts
from tests.support.commands.yanlu_process import ROOT, yanlu
from tests.support.servers.ports import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@contextmanager
def _demo(folder: Path, ports: list[int]) -> Generator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "portal.cli", "demo", "--data", str(folder / "data"), "--ready-file", str(ready)]
    options = ("--port", "--desk-port", "--watch-port", "--hr-upload-port")
    command += [part for option, port in zip(options, ports, strict=True) for part in (option, str(port))] + ["--json"]
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 300
        while not ready.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        try:
            assert ready.exists(), (folder / "data/demo.log").read_text("utf-8")
            assert stat.S_IMODE(ready.stat().st_mode) == 0o600
            yield process, json.loads(ready.read_text("utf-8"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _listening(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def _alerts(data: Path) -> int:
    """How many alerts the officer sees today."""
    store = open_store(demo_settings(data), StoreName.WATCH)
    with store.read() as connection:
        found = shown_alerts(connection, datetime.now(UTC).date())
    store.engine.dispose()
    return len(found)


def _inbox(ready: dict[str, Any], folder: Path, receipt: str) -> dict[str, Any]:
    file = folder / "receipt"
    file.write_text(receipt, "utf-8")
    office = ("--office", ready["intake_url"], "--office-key", ready["office_key"])
    return yanlu("inbox", *office, "--receipt-file", file, "--json").document


def test_a_demo_serves_ends_and_goes_on(tmp_path: Path) -> None:
    """The ready file is whole, receipts work, SIGTERM ends every process, a second run has the same cases."""
    ports = free_ports(4)
    with _demo(tmp_path, ports) as (process, ready):
        keys = {"intake_url", "desk_url", "office_key", "data", "pids", "staff", "receipts", "watch", "anchor"}
        keys |= {"policies"}
        assert set(ready) == keys
        assert len(ready["pids"]) == 6
        assert process.pid in ready["pids"]
        assert len(ready["receipts"]) == 14
        assert len(ready["policies"]) == 7
        fields = {"id", "name", "role", "passphrase", "device_secret", "totp_secret", "identity_file"}
        assert all(set(one) == fields for one in ready["staff"])
        assert httpx.get(f"{ready['intake_url']}/office/site.json").json()["demo"] is True
        assert _listening("127.0.0.1", ports[0])
        # Another address of this same machine: bound to one address alone, the demo is not there.
        assert not _listening("127.0.0.2", ports[0])
        assert not _listening("127.0.0.2", ports[1])
        assert httpx.get(f"{ready['watch']['officer_url']}/api/alerts").status_code == 401
        assert _alerts(tmp_path / "data") >= 1
        first = _inbox(ready, tmp_path, ready["receipts"][0])
        assert [entry["type"] for entry in first["entries"]] == ["reply"]
        third = _inbox(ready, tmp_path, ready["receipts"][2])
        assert third["excluded"] == ["investigator-a"]
    assert not [pid for pid in ready["pids"] if _alive(pid)]
    other = yanlu("demo", "--data", tmp_path / "data", "--policy", "cn-xinfang")
    assert (other.code, "holds a demo already, with other policies" in other.err) == (Exit.USAGE, True)
    with _demo(tmp_path, ports) as (_, again):
        assert again["receipts"] == ready["receipts"]
        assert again["watch"] == ready["watch"]
        assert httpx.get(f"{again['watch']['hr_upload_url']}/healthz").status_code == 204
        assert _inbox(again, tmp_path, again["receipts"][3])["holders"][-1] == "investigator-c"
