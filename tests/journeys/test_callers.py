"""Who called, and with what, is written down nowhere."""

from __future__ import annotations

import httpx

from tests.journeys.demo import Demo
from tests.journeys.test_canary_on_server import on_disk

CALLERS = {
    "browser": "CanaryAgent/7731-Zw",
    "address": "127.77.66.55",
    "forwarded address": "203.0.113.177",
    "word in a path": "canary-path-6620",
    "word in a body": "canary-body-1958",
}
PATHS = ("/", "/zh/", "/zh/report/", "/api/cases", "/no/such/page", f"/%00{CALLERS['word in a path']}")
CALLS = ("/api/posts", "/api/poll", "/api/blob", "/api/submissions", "/api/session", "/api/enrolment")


def test_neither_log_nor_store_keeps_who_called(demo: Demo) -> None:
    """Right and wrong calls from an address of their own leave no address, browser name or word."""
    headers = {
        "User-Agent": CALLERS["browser"],
        "X-Forwarded-For": CALLERS["forwarded address"],
        "X-Real-IP": CALLERS["forwarded address"],
        "Forwarded": f"for={CALLERS['forwarded address']}",
        "Referer": f"http://{CALLERS['forwarded address']}/",
        "X-Yanlu-Desk": "1",
    }
    codes: set[int] = set()
    with httpx.Client(transport=httpx.HTTPTransport(local_address=CALLERS["address"]), headers=headers) as client:
        for face in (demo.intake, demo.desk.replace("localhost", "127.0.0.1")):
            codes |= {client.get(f"{face}{path}").status_code for path in PATHS}
            body = f'{{"v":1,"account":"{CALLERS["word in a body"]}"}}'
            codes |= {client.post(f"{face}{path}", content=body).status_code for path in CALLS}
            part = f"{face}/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/0"
            codes.add(client.put(part, content=CALLERS["word in a body"]).status_code)
    assert {200, 404, 422} <= codes
    assert not {code for code in codes if code >= 500}
    assert on_disk(demo, CALLERS) == []
    planted = demo.data / "planted.log"
    planted.write_text("\n".join(CALLERS.values()))
    assert len(on_disk(demo, CALLERS)) >= len(CALLERS)
    planted.unlink()
