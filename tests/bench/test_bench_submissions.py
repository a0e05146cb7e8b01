"""How many reports a second, at what price: sixteen clients, the full flow, two kinds of stores."""

from __future__ import annotations

import copy
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import pytest

import crypto
from crypto.payloads import PART_SIZE
from tests.support.edge import open_edge, report
from tests.support.figures import Figures, Part, Row, Words
from tests.support.live import live_intake
from tests.support.stores import Stores

CLIENTS = 16
REPORTS = 320
PARTS = 24


def made_up(template: dict[str, Any], count: int) -> list[tuple[dict[str, Any], bytes]]:
    """Submissions under ids of their own, with their tokens; the sealed bodies are one reporter's."""
    found: list[tuple[dict[str, Any], bytes]] = []
    for _ in range(count):
        submission = copy.deepcopy(template)
        token, case = os.urandom(32), crypto.b64encode(os.urandom(16))
        submission["mailbox"] = crypto.b64encode(crypto.framing.sha256(token))
        submission["case"] = submission["item"]["case"] = case
        found.append((submission, token))
    return found


@pytest.fixture
def flow(stores: Stores, tmp_path: Path) -> Any:
    """An edge and submissions to send."""
    edge = open_edge(stores, tmp_path)
    yield edge, made_up(report(edge, "bench").sealed.submission, REPORTS)  # type: ignore[arg-type]
    edge.close()


@pytest.mark.timeout(600)
def test_sixteen_clients_report_and_poll(flow: Any, stores: Stores, figures: Figures) -> None:
    """Sixteen clients send, read the directory and poll without one failure; the figures are printed."""
    edge, submissions = flow
    took: list[float] = []
    with live_intake(edge.settings, workers=2) as address:

        def client(share: list[tuple[dict[str, Any], bytes]]) -> int:
            failed = 0
            with httpx.Client(base_url=address, timeout=60) as line:
                for submission, token in share:
                    began = time.perf_counter()
                    codes = [
                        line.get("/office/directory.note").status_code,
                        line.post("/api/submissions", json=submission).status_code,
                    ]
                    body = {"v": 1, "token": crypto.b64encode(token), "from": 0}
                    codes.append(line.post("/api/poll", json=body).status_code)
                    took.append(time.perf_counter() - began)
                    failed += codes != [200, 201, 200]
            return failed

        shares = [submissions[at::CLIENTS] for at in range(CLIENTS)]
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            failed = sum(pool.map(client, shares))
        seconds = time.perf_counter() - began
    p95 = quantiles(took, n=20)[-1] * 1000
    what = Words(f"{stores.kind}: visits, {CLIENTS} clients", f"{stores.kind}：完整访问，{CLIENTS} 个客户端")
    figures.add(Row(Part.SUBMISSIONS, what, f"{REPORTS / seconds:.0f} /s, p95 {p95:.0f} ms, {failed} failed"))
    assert failed == 0


@pytest.mark.timeout(600)
def test_attachments_go_in_at_disk_speed(flow: Any, stores: Stores, figures: Figures) -> None:
    """Parts of 8 MiB from four clients are all taken; the figure is printed."""
    edge, _ = flow
    part = os.urandom(PART_SIZE)
    headers = {"X-Part-Hash": crypto.b64encode(crypto.framing.sha256(part))}
    blob = crypto.b64encode(os.urandom(16))
    with live_intake(edge.settings) as address:

        def send(k: int) -> int:
            path = f"{address}/api/blobs/{blob}/parts/{k}"
            return httpx.put(path, content=part, headers=headers, timeout=120).status_code

        began = time.perf_counter()
        with ThreadPoolExecutor(4) as pool:
            codes = set(pool.map(send, range(1, PARTS + 1)))
        seconds = time.perf_counter() - began
    what = Words(f"{stores.kind}: parts of 8 MiB, 4 clients", f"{stores.kind}：8 MiB 分片，4 个客户端")
    figures.at_least(Part.ATTACHMENTS, what, PARTS * PART_SIZE / seconds / 1e6, 50 if stores.server else 100, "MB/s")
    assert codes == {204}
