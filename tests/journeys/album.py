"""Takes a picture of a page, measures it, and writes it as a small palette PNG."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Page, expect

PICTURES = Path(__file__).resolve().parents[2] / "docs/pictures"
SIZES = {"phone": (360, 740, 2), "desktop": (1280, 860, 1)}
"""Width and height of a window, and pixels to a point."""
WATCH_ALERT = "watch-alert"
HR_FORM = "hr-form"

SETTLED = 150
"""Milliseconds for fonts and transitions before the shutter."""

LEAST_COLOURS = 40
"""A page with nothing but a background and a line has a handful; smoothed text alone has hundreds."""
IN_VIEW = "(one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"

# Runs in an empty page of the same browser: no other decoder of PNG is among the dependencies.
MEASURE = """async (png) => {
  const raw = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([raw], {type: "image/png"}));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const seen = pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
  const count = new Map();
  for (let i = 0; i < seen.length; i += 4) {
    const colour = (seen[i] << 16) | (seen[i + 1] << 8) | seen[i + 2];
    count.set(colour, (count.get(colour) || 0) + 1);
  }
  const ranked = [...count].sort((a, b) => b[1] - a[1]).map((one) => one[0]);
  const palette = ranked.slice(0, 256);
  const near = new Map(palette.map((colour, i) => [colour, i]));
  const find = (colour) => {
    let best = 0, least = Infinity;
    palette.forEach((other, i) => {
      const off = [16, 8, 0].reduce((sum, at) => sum + (((other >> at) & 255) - ((colour >> at) & 255)) ** 2, 0);
      if (off < least) { least = off; best = i; }
    });
    return best;
  };
  for (const colour of ranked.slice(256)) near.set(colour, find(colour));
  let text = "";
  for (let i = 0; i < seen.length; i += 4) {
    text += String.fromCharCode(near.get((seen[i] << 16) | (seen[i + 1] << 8) | seen[i + 2]));
  }
  const share = count.get(ranked[0]) / (seen.length / 4);
  return {width: bitmap.width, height: bitmap.height, colours: count.size, palette, share, pixels: btoa(text)};
}"""


class Measured(TypedDict):
    """A decoded picture: pixels (not points), colours, and each pixel's place in the palette."""

    width: int
    height: int
    colours: int
    palette: list[int]
    share: float
    pixels: str


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def palette_png(seen: Measured) -> bytes:
    """The picture as PNG with at most 256 colours (PNG, third edition, 11.2)."""
    width, height = seen["width"], seen["height"]
    pixels = base64.b64decode(seen["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    colours = b"".join(colour.to_bytes(3, "big") for colour in seen["palette"])
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = {b"IHDR": head, b"PLTE": colours, b"IDAT": zlib.compress(rows, 9), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts.items())


@dataclass
class Album:
    """Pictures of one size and language; `dark_room` is an empty page that decodes them."""

    folder: Path
    dark_room: Page
    size: str
    lang: str
    taken: list[str] = field(default_factory=list[str])

    def take(self, page: Page, name: str, hook: str) -> None:
        """Take `<name>-<size>-<lang>.png` with what carries `hook` in view; a blank picture is refused."""
        shown = page.locator(hook).first
        page.evaluate("() => scrollTo({top: 0, behavior: 'instant'})")
        if not shown.evaluate(IN_VIEW):
            shown.evaluate("(one) => one.scrollIntoView({block: 'center', behavior: 'instant'})")
        expect(shown).to_be_in_viewport()
        expect(page.locator("h1").first).not_to_be_empty()
        page.wait_for_timeout(SETTLED)
        seen = self._develop(page)
        window = page.viewport_size
        scale: float = page.evaluate("() => devicePixelRatio")
        assert window is not None
        assert (seen["width"], seen["height"]) == (window["width"] * scale, window["height"] * scale), name
        assert seen["colours"] > LEAST_COLOURS, f"{name}: only {seen['colours']} colours"
        assert seen["share"] < 0.99, f"{name}: {seen['share']:.0%} of it is one colour"
        (self.folder / f"{name}-{self.size}-{self.lang}.png").write_bytes(palette_png(seen))
        self.taken.append(name)

    def _develop(self, page: Page) -> Measured:
        raw = page.screenshot(animations="disabled", caret="hide")
        return self.dark_room.evaluate(MEASURE, base64.b64encode(raw).decode())
