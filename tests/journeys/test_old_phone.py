"""A phone of ten years ago: a processor six times slower, and little memory for the page."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told, Upload
from tests.support.browsers import launch
from tests.support.browsers.launch import Manner

HEAP_MIB = 96
"""What the page's scripts may hold. A photo's pixels are the browser's own, outside of it."""
SLOWER = 6
WIDE, HIGH = 4000, 3000
LEAST_BYTES = 8_000_000
PHOTO = """async ([wide, high]) => {
  const canvas = new OffscreenCanvas(wide, high);
  const paper = canvas.getContext("2d");
  const tile = new OffscreenCanvas(500, 500);
  const grain = new ImageData(500, 500);
  for (let at = 0; at < grain.data.length; at += 65536) crypto.getRandomValues(grain.data.subarray(at, at + 65536));
  for (let at = 3; at < grain.data.length; at += 4) grain.data[at] = 255;
  tile.getContext("2d").putImageData(grain, 0, 0);
  for (let x = 0; x < wide; x += 500) for (let y = 0; y < high; y += 500) paper.drawImage(tile, x, y);
  const photo = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  const reader = new FileReader();
  await new Promise((done) => { reader.onload = done; reader.readAsDataURL(photo); });
  return reader.result.split(",")[1];
}"""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def old_phone(playwright: Playwright) -> Iterator[Browser]:
    """Chromium whose pages have a small heap."""
    started = launch.launch(
        playwright, "chromium", manner=Manner(flags=[f"--js-flags=--max-old-space-size={HEAP_MIB}"])
    )
    yield started
    started.close()


def _photo(browser: Browser) -> Upload:
    """Twelve megapixels of grain: as large as a phone's camera makes them."""
    with browser.new_context() as context:
        page = context.new_page()
        made = b64decode(page.evaluate(PHOTO, [WIDE, HIGH]))
    assert len(made) >= LEAST_BYTES
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": made}


def test_a_report_with_a_large_photo_goes_through(demo: Demo, chromium: Browser, old_phone: Browser) -> None:
    """The photo is redrawn and sent, the receipt shown, and the mailbox opens with it."""
    photo = _photo(chromium)
    with old_phone.new_context(viewport={"width": 360, "height": 780}, is_mobile=True, has_touch=True) as context:
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        reporter = Reporter(page, demo.intake, demo.code, "zh")
        receipt = reporter.report(Told("旧手机拍的过磅单。", files=[photo], entity="group"))
        expect(reporter.find("finished")).to_be_visible()
        reporter.come_back(receipt)
