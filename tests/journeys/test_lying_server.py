"""Every page that seals, in front of a server that lies: the page says so, and not one sealed byte leaves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.colleague import colleague
from tests.journeys.demo import Demo
from tests.journeys.liar import ANY_WORDS, NOTHING_SENT, SEALED, Trial
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told, Upload
from tests.journeys.test_notices import findings, tell
from tests.support.attacks.forged_documents import Lies
from tests.support.attacks.tampering_proxy import LyingProxy, lying_proxy
from tests.support.commands.yanlu_process import POLICY, yanlu

FILE: Upload = {"name": "page.bin", "mimeType": "application/octet-stream", "buffer": b"a page of a ledger"}
OLDER = "older directory"
# Firefox hears the three that differ in what the page has to notice; Chromium hears all.
FEW = ["swapped recipient", "foreign root", OLDER]
# The file as the page hands it to the browser: Firefox tells its driver nothing of downloads.
KEEP_FILE = """() => {
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { self.kept = blob; return make(blob); };
}"""
KEPT_FILE = "async () => [...new Uint8Array(await self.kept.arrayBuffer())]"


def _told(reporter: Reporter, account: str) -> None:
    reporter.arrive()
    reporter.start_report()
    reporter.tell(Told(account, files=[FILE], entity="ireland"))


@dataclass
class Scene:
    """A reporter whose every button is tried in front of the lies that this browser hears."""

    reporter: Reporter
    proxy: LyingProxy
    lies: Lies
    heard: list[str]

    def trial(self, button: str, alarm: str) -> Trial:
        """The button refuses every lie; its honest press is left to the caller."""
        one = Trial(self.proxy, self.lies, self.reporter.find(alarm), self.reporter.find(button).click)
        one.refuses(self.heard)
        return one

    def open(self, path: str) -> None:
        """Load a page again, with the office code."""
        self.reporter.page.goto("about:blank")
        self.reporter.page.goto(f"{self.proxy.url}/{self.reporter.lang}/{path}#c={self.reporter.code}")


@pytest.fixture(params=[("chromium", "zh"), ("firefox", "en")], ids=["chromium-zh", "firefox-en"])
def scene(request: pytest.FixtureRequest, demo: Demo, lies: Lies) -> Iterator[Scene]:
    """A fresh page before an intake that is honest until told otherwise."""
    kind, lang = request.param
    browser: Browser = request.getfixturevalue(kind)
    heard = FEW if kind == "firefox" else lies.names()
    with lying_proxy(demo.intake) as proxy, browser.new_context() as context:
        yield Scene(Reporter(context.new_page(), proxy.url, demo.code, lang), proxy, lies, heard)


@pytest.mark.timeout(900)
def test_no_page_opens_for_a_liar(scene: Scene) -> None:
    """First page, report and mailbox refuse lies in words and send nothing at all; an honest server gets on."""
    find, proxy = scene.reporter.find, scene.proxy
    for path, opened in (("", "office-verified"), ("report/", "step-title"), ("mailbox/", "receipt-input")):
        # A visitor who has never seen a newer directory can't know that one is older.
        heard = scene.heard if path == "report/" else FEW
        for name in (name for name in heard if name != OLDER):
            proxy.alter = scene.lies[name]
            scene.open(path)
            expect(find("gate-refused"), name).to_be_visible(timeout=PATIENCE)
            expect(find("gate-refused").locator("p"), name).to_contain_text(ANY_WORDS)
            expect(find(opened), name).to_have_count(0)
        assert proxy.sent() == []
        proxy.alter = None
        scene.open(path)
        expect(find(opened)).to_be_visible(timeout=PATIENCE)


@pytest.mark.timeout(900)
def test_report_finish_message_and_act_wait_for_an_honest_server(scene: Scene, demo: Demo, tmp_path: Path) -> None:
    """Each of the four buttons refuses every lie and, once the server is honest, sends what was written."""
    reporter = scene.reporter
    account = f"A report that is sent in front of a liar, {reporter.lang}."
    _told(reporter, account)
    send = scene.trial("send", "step-fault")
    receipt = reporter.send()
    send.sends("/api/submissions", "/api/blobs")
    reporter.type_back(receipt)
    reporter.offered("naming")
    finish = scene.trial("offer-next", "finish-fault")
    reporter.end()
    finish.sends("/api/posts")
    with colleague(demo, "investigator-c") as member:
        tell(member, member.find(account, tmp_path), findings())
    _enter_with_older_directory(scene, receipt)
    _write_back(scene)


def _enter_with_older_directory(scene: Scene, receipt: str) -> None:
    """The memo refuses what the gate could not know."""
    reporter, proxy = scene.reporter, scene.proxy
    proxy.clear()
    proxy.alter = scene.lies[OLDER]
    scene.open("mailbox/")
    reporter.enter(receipt)
    expect(reporter.find("mailbox-fault")).to_contain_text(NOTHING_SENT, timeout=PATIENCE)
    assert proxy.sent(*SEALED) == []
    proxy.alter = None
    # The notice takes a moment from the desk to the mailbox.
    until = time.monotonic() + SEALING / 1000
    while True:
        scene.open("mailbox/")
        reporter.enter(receipt)
        expect(reporter.find("mailbox")).to_be_visible(timeout=PATIENCE)
        if reporter.find("asks").is_visible() or time.monotonic() > until:
            break


def _write_back(scene: Scene) -> None:
    reporter = scene.reporter
    reporter.find("reply").fill("One more thing.")
    reporter.find("file-input").set_input_files([FILE])
    expect(reporter.find("file")).to_have_count(1, timeout=SEALING)
    message = scene.trial("reply-send", "reply-fault")
    reporter.reply("One more thing.")
    message.sends("/api/posts", "/api/blobs")
    reporter.find("ask-confirm").click()
    act = scene.trial("ask-send", "ask-fault")
    act.press()
    expect(reporter.page.locator('[data-test="mailbox"][data-sent="4"]')).to_be_visible(timeout=SEALING)
    act.sends("/api/posts")


@pytest.mark.timeout(900)
def test_a_draft_waits_for_an_honest_server(scene: Scene) -> None:
    """Saving for later refuses every lie, then saves; the draft remembers the directory and refuses an older one."""
    reporter = scene.reporter
    _told(reporter, "A draft in front of a liar.")
    save = scene.trial("save-later", "step-fault")
    save.press()
    receipt = reporter.receipt()
    save.sends("/api/drafts", "/api/blobs")
    scene.proxy.alter = scene.lies[OLDER]
    reporter.finish(receipt)
    scene.open("mailbox/")
    reporter.enter(receipt)
    expect(reporter.find("mailbox-fault")).to_contain_text(NOTHING_SENT, timeout=PATIENCE)
    scene.proxy.alter = None
    reporter.find("receipt-enter").click()
    expect(reporter.find("step-title")).to_be_visible(timeout=PATIENCE)


@pytest.mark.timeout(900)
def test_a_bundle_is_not_made_for_a_liar(scene: Scene) -> None:
    """Taking a sealed file refuses every lie and shows no receipt; the honest file is then accepted by the server."""
    reporter, page = scene.reporter, scene.reporter.page
    _told(reporter, "A bundle in front of a liar.")
    take = scene.trial("take-bundle", "step-fault")
    expect(reporter.find("receipt-screen")).to_have_count(0)
    take.press()
    receipt = reporter.receipt()
    page.evaluate(KEEP_FILE)
    reporter.find("save-bundle").click()
    content = bytes(page.evaluate(KEPT_FILE))
    assert scene.proxy.sent(*SEALED) == []
    reporter.finish(receipt)
    scene.open("bundle/")
    page.locator("#bundle").set_input_files([{"name": "report.yanlu", "mimeType": "", "buffer": content}])
    expect(reporter.find("bundle-done")).to_be_visible(timeout=SEALING)
    take.sends("/api/bundles")


def _report(proxy: LyingProxy, code: str, folder: Path) -> int:
    text = folder / "text"
    text.write_text("Told to a liar.", "utf-8")
    where = ("--office", proxy.url, "--office-key", code, "--seen-file", folder / "seen.json")
    return yanlu("report", *where, "--policy", POLICY, "--entity", "group", "--text-file", text).code


def test_the_command_line_reports_to_no_liar(demo: Demo, lies: Lies, tmp_path: Path) -> None:
    """`yanlu report` ends with an error and sends no body for a lie; the honest server gets the report."""
    with lying_proxy(demo.intake) as proxy:
        # The first report is sent, and the newest directory is remembered with it.
        assert _report(proxy, demo.code, tmp_path) == 0
        assert proxy.sent("/api/submissions")
        for name in (
            "swapped recipient",
            "foreign keepers",
            "foreign root",
            "expired directory",
            OLDER,
            "altered policy",
        ):
            proxy.clear()
            proxy.alter = lies[name]
            assert _report(proxy, demo.code, tmp_path) != 0, name
            assert proxy.sent() == [], name
