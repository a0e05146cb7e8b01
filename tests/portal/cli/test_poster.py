"""The poster to print: its link and QR code carry the whole hash, and nothing of it is loaded or run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import segno

from crypto.localized import localized
from portal.cli.errors import Exit
from portal.office.poster import poster_page, poster_text
from tests.support.commands.yanlu_process import yanlu
from tests.support.offices.sample_office import make_office

NO_ADDRESS = (
    "report.example",
    "ftp://report.example",
    "https://",
    "https://a@b/",
    "https://a/?b",
    "https://a/ b",
    "https://[",
    "https://a/#c=x",
)


def _modules(page: str) -> set[tuple[int, int]]:
    """The dark modules of the symbol in a page, read from the strokes of its path: moves and lines of one row each."""
    path = re.search(r'class="qrline"[^>]* d="([^"]+)"', page)
    assert path is not None
    dark: set[tuple[int, int]] = set()
    x, y = 0.0, 0.0
    for kind, first, second in re.findall(r"([MmHh])\s*(-?\d*\.?\d+)(?:[ ,]?(-?\d*\.?\d+))?", path[1]):
        if kind in "Mm":
            x, y = (float(first), float(second)) if kind == "M" else (x + float(first), y + float(second))
        else:
            end = float(first) if kind == "H" else x + float(first)
            dark |= {(int(y), at) for at in range(int(x), int(end))}
            x = end
    return dark


def test_the_symbol_on_the_poster_is_that_of_the_whole_link(tmp_path: Path) -> None:
    """Module by module; the code stands beside it to be typed."""
    office = make_office(tmp_path)
    out = tmp_path / "poster.html"
    ran = yanlu("office", "poster", office.path, "--address", "https://report.example/", "--out", out, "--json")
    assert ran.code == 0, ran.err
    page = out.read_text("utf-8")
    link = f"https://report.example/#c={office.folder.anchor()}"
    assert ran.document["link"] == link
    assert "&h=" in link
    expected = segno.make_qr(link, error="m")
    rows = enumerate(expected.matrix)
    assert _modules(page) == {(4 + y, 4 + x) for y, row in rows for x, dark in enumerate(row) if dark}
    assert page.count(f">{office.code}<") == 2
    assert page.count(">https://report.example/<") == 2
    assert not re.search(r"<script|src=|href=|url\(|@import|on\w+=", page)


@pytest.mark.parametrize(
    ("language", "order"), [("zh", "zh en"), ("zh-Hant", "zh en"), ("en", "en zh"), ("fr", "en zh")]
)
def test_the_office_s_own_language_stands_first(tmp_path: Path, language: str, order: str) -> None:
    """On the sheet, in its text and under the symbol, which says what it is for."""
    anchor = make_office(tmp_path).folder.anchor()
    name = localized({"zh": "单位", "en": "Office", language: "Own"}, language)
    page = poster_page(name, anchor, "https://report.example")
    assert re.findall(r'<section lang="(..)"', page) == re.findall(r'<p lang="(..)"', page) == order.split()
    assert f'<html lang="{order[:2]}">' in page
    text = poster_text(name, anchor, None)
    assert (text.index("网址：") < text.index("Address: ")) is order.startswith("zh")
    caption = page[page.index("<figcaption>") :]
    assert ("扫码" in caption, "Scan with" in caption) == (True, True)


@pytest.mark.parametrize(
    ("language", "half"), [("zh", "zh"), ("zh-Hans", "zh"), ("en", "en"), ("en-IE", "en"), ("fr", "en")]
)
def test_a_sheet_of_an_office_of_one_language_has_one_half(tmp_path: Path, language: str, half: str) -> None:
    """No half, caption or line in a language that the office's page does not speak; for others there is English."""
    anchor = make_office(tmp_path).folder.anchor()
    name = localized({language: "Own"}, language)
    page = poster_page(name, anchor, "https://report.example")
    assert re.findall(r'<section lang="(..)"', page) == re.findall(r'<p lang="(..)"', page) == [half]
    assert page.count(f">{anchor.code}<") == 1
    text = poster_text(name, anchor, None)
    assert ("网址：" in text, "Address: " in text) == (half == "zh", half == "en")


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_an_address_that_nobody_could_type_is_refused(tmp_path: Path, address: str) -> None:
    """With a sentence that says what is wanted; no file is written."""
    office = make_office(tmp_path)
    ran = yanlu("--lang", "zh", "office", "poster", office.path, "--address", address, "--out", tmp_path / "p.html")
    assert (ran.code, "举报页面的网址" in ran.err) == (Exit.USAGE, True), ran.err
    assert not (tmp_path / "p.html").exists()
