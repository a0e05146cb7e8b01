"""A voice recorded in the page and a film from a phone: they reach the desk, and where the film was made does not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.colleague import colleague
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told, Upload
from tests.journeys.witness import watch
from tests.support.browsers.launch import WITH_MICROPHONE, launch

pytestmark = pytest.mark.timeout(1800)

PLACE, MAKER, PIXELS = b"+31.2304+121.4737/", b"com.apple.quicktime.make", b"what the camera saw and heard"
HEADS = {b"\x1a\x45\xdf\xa3": "webm", b"OggS": "ogg"}
LISTENING = 1200
WORDS = {"zh": "附上录音和视频。", "en": "A recording and a film are attached."}
STOP = {"zh": "停止录音", "en": "Stop recording"}
SAID = {"zh": "声音可能被认出", "en": "Your voice can be recognised"}


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _film() -> bytes:
    """A film as phones write them: its moment, its place and its maker stand in it."""
    moment = bytes(4) + bytes([1, 2, 3, 4, 5, 6, 7, 8]) + struct.pack(">I", 0) + struct.pack(">I", 1000)
    handler = _box(b"hdlr", bytes(8), b"vide", b"appl", bytes(8), b"Core Media Video")
    track = _box(b"trak", _box(b"tkhd", moment), _box(b"mdia", _box(b"mdhd", moment), handler))
    notes = _box(b"udta", _box(b"\xa9xyz", PLACE)), _box(b"meta", MAKER)
    return _box(b"ftyp", b"qt  ") + _box(b"mdat", PIXELS) + _box(b"moov", _box(b"mvhd", moment), track, *notes)


def _record(reporter: Reporter) -> None:
    """Press, speak for a moment, press again."""
    button = reporter.find("record")
    button.click()
    expect(button).to_have_text(STOP[reporter.lang])
    reporter.page.wait_for_timeout(LISTENING)
    button.click()
    expect(reporter.find("file")).to_have_count(1, timeout=PATIENCE)
    expect(reporter.find("file-words")).to_contain_text(SAID[reporter.lang])


def _tell(reporter: Reporter, words: str) -> None:
    film: Upload = {"name": "IMG_2048.MOV", "mimeType": "video/quicktime", "buffer": _film()}
    told = Told(words, files=[film], entity="ireland")

    def record_first(step: str) -> None:
        if step == "about":
            reporter.find("next").click()
            _record(reporter)
            reporter.find("back").click()

    reporter.look = record_first  # pyright: ignore[reportAttributeAccessIssue]
    reporter.arrive()
    reporter.start_report()
    reporter.tell(told, already=1)
    reporter.finish(reporter.send())


def test_a_recording_under_way_is_among_the_files_of_what_is_saved(demo: Demo, playwright: Playwright) -> None:
    """Save ends it and waits for it: nothing goes on listening, and the draft has what was said until then."""
    browser = launch(playwright, "chromium", manner=WITH_MICROPHONE)
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        reporter = Reporter(context.new_page(), demo.intake, demo.code, "en")
        reporter.arrive()
        reporter.start_report()
        reporter.choose(Told(WORDS["en"], entity="ireland"))
        reporter.find("account").fill(WORDS["en"])
        reporter.find("next").click()
        reporter.find("record").click()
        expect(reporter.find("record")).to_have_text(STOP["en"])
        reporter.page.wait_for_timeout(LISTENING)
        reporter.find("save-above").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        reporter = Reporter(context.new_page(), demo.intake, demo.code, "en")
        reporter.resume(receipt)
        expect(reporter.find("file")).to_have_count(1)
        expect(reporter.find("file-words")).to_contain_text(SAID["en"])
    browser.close()


@pytest.mark.parametrize(("kind", "lang"), [("chromium", "en"), ("firefox", "zh")])
def test_a_voice_and_a_film_reach_the_desk(
    kind: str, lang: str, demo: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    """The recording is there and can be played; the film keeps its pictures and loses place, moment, maker and name."""
    browser = launch(playwright, kind, manner=WITH_MICROPHONE)
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        witness = watch(context)
        _tell(Reporter(context.new_page(), demo.intake, demo.code, lang), WORDS[lang])
        assert witness.complaints == []
    browser.close()
    with colleague(demo, "investigator-c") as member:
        files = member.files(member.find(WORDS[lang], tmp_path / "profile"), tmp_path)
    voice, film = files.values()
    assert voice[:4] in HEADS
    assert len(voice) > 1000
    assert len(film) == len(_film())
    assert PIXELS in film
    assert [secret for secret in (PLACE, MAKER, bytes([1, 2, 3, 4, 5, 6, 7, 8]), b"Core Media") if secret in film] == []
    assert not any("IMG" in name for name in files)
