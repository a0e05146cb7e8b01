"""A telephone report: taken down at the desk, opened, answered by letter, and read by the caller with the receipt."""

from __future__ import annotations

import struct
import zlib

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import SEALING, Reporter, Upload
from tests.journeys.scribe import take_call, write_letter
from tests.support.attacks.tampering_proxy import lying_proxy

ACCOUNT = "The night shift signs for checks that nobody makes"
FINDINGS = "The checks of March were not made."
AUTHOR = b"Author\0who wrote the letter"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _scan() -> bytes:
    """A picture of eight pixels that tells its author."""
    rows = b"".join(b"\0" + bytes([200, 30, 30]) * 4 for _ in range(2))
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 2, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + _chunk(b"tEXt", AUTHOR)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


SCAN: Upload = {"name": "IMG_20260312_li.png", "mimeType": "image/png", "buffer": _scan()}


def _is_cleaned(member: Investigator) -> None:
    """The scan is a picture still, under a name that tells nothing, and says no author."""
    expect(member.find("case")).to_contain_text("Picture 1.png")
    with member.page.expect_download(timeout=SEALING) as download:
        member.find("save-file").first.click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"\x89PNG")
    assert AUTHOR not in content


@pytest.mark.timeout(1800)
def test_a_telephone_report(demo: Demo, chromium: Browser) -> None:
    """What was heard is sealed in the member's browser, marked with who took it down, and belongs to the caller."""
    with lying_proxy(demo.desk) as desk, chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-c"], "en", desk.url)
        member.sign_in()
        receipt = take_call(member, ACCOUNT, "ireland", {"where": "Plant 2"}, [SCAN])
        [filed] = [one for one in desk.sent() if one.path == "/api/submissions"]
        assert ACCOUNT.encode() not in filed.body
        assert receipt.replace(" ", "").encode() not in filed.body
        member.wait_for_case(ACCOUNT)
        member.open(ACCOUNT)
        expect(member.find("onbehalf-line")).to_contain_text("Investigator C (telephone)")
        expect(member.find("answers")).to_contain_text("Plant 2")
        assert member.find("onbehalf-alarm").count() == 0
        _is_cleaned(member)
        write_letter(member, FINDINGS)
    with chromium.new_context() as context:
        reporter = Reporter(context.new_page(), demo.intake, demo.code, "en")
        reporter.come_back(receipt)
        expect(reporter.find("new-receipt-offer")).to_be_visible()
        expect(reporter.find("thread")).to_contain_text(FINDINGS)
