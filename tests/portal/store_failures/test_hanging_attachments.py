"""However many attachments hang on a bucket, text goes on, and what had to wait is taken afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import crypto
from portal.edge.admission import MOST_CALLS, MOST_LASTING
from portal.edge.load_limiter import Allowance
from portal.edge.serving import HELD, THREADS
from tests.crypto.sample import Drawn
from tests.support.faults.s3_fault_proxy import FaultyS3, S3Fault, faulty_s3
from tests.support.offices.edge import Edge, open_edge, report, sealed_parts
from tests.support.servers.face_process import live_intake
from tests.support.servers.s3 import S3
from tests.support.stores.backends import embedded_stores

# More than one process has threads, were each of these to keep one.
SENT = MOST_CALLS + THREADS + HELD + 8
# So busy it never is: the proof of work has tests of its own.
FREE = Allowance(burst=10_000)
PATIENCE = 60
Answer = tuple[int, bytes]


@pytest.fixture
def server(s3: S3) -> Iterator[FaultyS3]:
    """What stands before the real server."""
    with faulty_s3(s3.endpoint) as faulty:
        yield faulty


@pytest.fixture
def edge(server: FaultyS3, s3: S3, tmp_path: Path) -> Iterator[Edge]:
    """An edge whose attachments lie behind it."""
    url = s3.url(s3.fresh_prefix()).replace(s3.endpoint, server.url)
    stores = replace(embedded_stores(tmp_path), blobs=url, blob_access_key=s3.access_key, blob_secret_key=s3.secret_key)
    opened = open_edge(stores, tmp_path)
    yield opened
    opened.close()


def _call(address: str, method: str, path: str, body: bytes, **headers: str) -> Answer:
    line = HTTPConnection(str(urlsplit(address).netloc), timeout=2 * PATIENCE)
    line.request(method, path, body, {"Accept-Language": "zh"} | headers)
    answer = line.getresponse()
    found = answer.status, answer.read()
    line.close()
    return found


def _wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _answered(calls: list[Future[Answer]]) -> list[Answer]:
    return [call.result() for call in calls if call.done()]


def test_text_goes_on_while_all_attachments_hang(edge: Edge, server: FaultyS3) -> None:
    """Uploads beyond their own threads are told to wait, a report is taken while the others hang, and all end well."""
    attachment, parts = sealed_parts(b"picture", [edge.office.recovery.recipient], Drawn("h"))
    announced = {"X-Part-Hash": crypto.b64encode(attachment.parts[0])}
    paths = [f"/api/blobs/{crypto.b64encode(Drawn(f'b{number}')(16))}/parts/0" for number in range(SENT)]
    text = crypto.write_submission(report(edge, "text").sealed.submission)
    with live_intake(edge.settings, allowance=FREE) as address, ThreadPoolExecutor(SENT) as pool:

        def send(path: str) -> Answer:
            return _call(address, "PUT", path, parts[0], **announced)

        server.suffer(S3Fault.HANGING)
        sent = [pool.submit(send, path) for path in paths]
        _wait(lambda: len(_answered(sent)) >= SENT - MOST_LASTING)
        assert _call(address, "POST", "/api/submissions", text, **{"Content-Type": "application/json"})[0] == 201
        refused = [status for status, body in _answered(sent) if "现在有许多附件正在传送".encode() in body]
        assert refused == [503] * (SENT - MOST_LASTING)
        assert len(_answered(sent)) < SENT
        server.suffer(S3Fault.NONE)
        _wait(lambda: all(call.done() for call in sent))
        assert {status for status, _ in _answered(sent)} == {503, 204}
        again = [path for path, call in zip(paths, sent, strict=True) if call.result()[0] == 503]
        assert {status for status, _ in map(send, again)} == {204}
