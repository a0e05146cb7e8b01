"""What leaves the browser is as long for one reporter as for another, whatever they say and do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Request

from crypto import POST_SIZE, SUBMISSION_SIZES
from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told, Upload
from tests.journeys.test_main_journey import Stage

CHANGES = ("POST", "PUT")
SHORT, LONG = "a", '他们每个月都改账，"收据"\n是假的。' * 120


Lengths = dict[str, set[tuple[int, int]]]
"""Bytes of headers and of body, by what the call does."""


@dataclass
class Line:
    """What somebody at the line could measure."""

    seen: list[Request] = field(default_factory=list[Request])
    lengths: Lengths = field(default_factory=lambda: defaultdict(set))

    def hear(self, request: Request) -> None:
        """A request leaves."""
        if request.method in CHANGES:
            self.seen.append(request)

    def measure(self) -> None:
        """Notes the lengths of what left since."""
        for one in self.seen:
            headers = one.all_headers()
            body = int(headers["content-length"])
            # The tool does not show the bytes of a file that is sent as it lies there.
            assert len(one.post_data_buffer or b"") in {0, body}
            self.lengths[f"{one.method} {one.url.split('/api/')[1].split('/')[0]}"].add((_written(headers), body))
        self.seen.clear()


def _written(headers: dict[str, str]) -> int:
    return sum(len(name) + len(value) for name, value in headers.items())


@contextmanager
def listened(demo: Demo, browser: Browser, line: Line) -> Generator[Reporter]:
    """A reporter at that line; the requests are measured before the browser goes."""
    with Stage(demo, browser, "desktop", "zh").reporter() as reporter:
        reporter.page.on("request", line.hear)
        yield reporter
        line.measure()


def _file(size: int) -> Upload:
    return {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": b"x" * size}


def visits(demo: Demo, browser: Browser, told: Told, reply: str) -> Lengths:
    """A report with its finishing post, and something written later; gives what was to be measured."""
    line = Line()
    with listened(demo, browser, line) as reporter:
        receipt = reporter.report(told)
    with listened(demo, browser, line) as reporter:
        reporter.come_back(receipt)
        reporter.reply(reply)
    return line.lengths


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_two_very_different_reporters_send_requests_of_the_same_lengths(
    demo: Demo, browser: str, request: pytest.FixtureRequest
) -> None:
    """One letter, or a long urgent account with a larger file: each call has one length, headers included."""
    program: Browser = request.getfixturevalue(browser)
    short = Told(SHORT, entity="group", files=[_file(1)])
    long = Told(LONG, category="other", exclude=["investigator-a"], entity="group", urgent=True, files=[_file(60_000)])
    one, other = visits(demo, program, short, SHORT), visits(demo, program, long, LONG)
    assert one == other
    assert {body for _, body in one["POST submissions"]} <= set(SUBMISSION_SIZES)
    assert {body for _, body in one["POST posts"]} == {POST_SIZE}
    assert {body for _, body in one["PUT blobs"]} == {65536}
    assert all(len(lengths) == 1 for lengths in one.values()), one
