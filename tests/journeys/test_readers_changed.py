"""Who reads a report changes: the reporter sees who stays, who is gone and who decided it before writing on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from portal.cli.desk.regrants import change_readers, living_holders
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from tests.journeys.colleague import colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, SEALING
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
HANDLER = "investigator-b"


def says_fewer(box: Locator, lang: str, stay: int, gone: int) -> None:
    """Who stays and who is gone; the heading says how many fewer read it, and nobody is new."""
    expect(box.locator("[data-test=stays]").locator("li")).to_have_count(stay)
    expect(box.locator("[data-test=gone]").locator("li")).to_have_count(gone)
    fewer = {"zh": f"少了{'一' if gone == 1 else f' {gone} '}人", "en": "fewer can read your report"}
    expect(box.locator("h2")).to_contain_text(fewer[lang])
    expect(box.locator("[data-test=joined]")).to_contain_text({"zh": "无", "en": "Nobody"}[lang])


@pytest.mark.parametrize(("lang", "stay"), [("zh", 1), ("en", 2)])
def test_before_writing_on_the_reporter_sees_who_reads_now_and_who_decided_it(
    demo: Demo, chromium: Browser, tmp_path: Path, lang: str, stay: int
) -> None:
    """Names of who stays and who is gone stand before the text box; where one alone stays, the page asks about them."""
    words = f"换人 {lang}"
    receipt = file_report(demo, ReportRequest("group", "company-whistleblowing", "bribery", words, lang), tmp_path)
    with colleague(demo, HANDLER) as member:
        opened = member.find(words, tmp_path)
        before = living_holders(opened, member.session.directory)
        kept = [HANDLER, *(one for one in before if one != HANDLER)][:stay]
        assert len(before) > stay
        made = change_readers(member.session, member.staff, opened, kept, today().isoformat())
        assert made
        member.session.claim([made])
        names = {one: member.session.directory.member(one) for one in before}
    with Stage(demo, chromium, "phone", lang).reporter() as reporter:
        reporter.come_back(receipt)
        box = reporter.find("readers-changed")
        expect(box).to_be_visible(timeout=PATIENCE)
        says_fewer(box, lang, stay, len(before) - stay)
        handler = names[HANDLER]
        assert handler is not None
        expect(box.locator("[data-test=decided-by]")).to_contain_text(getattr(handler.name, lang))
        expect(reporter.find("change-question")).to_have_count(1 if stay == 1 else 0)
        assert reporter.page.evaluate(
            "!!(document.querySelector('[data-test=readers-changed]').compareDocumentPosition("
            "document.querySelector('#reply')) & Node.DOCUMENT_POSITION_FOLLOWING)"
        )
        # The demo's list asks for one signature: the page says what that means.
        expect(reporter.find("one-alone")).to_have_count(1)
        expect(reporter.find("most-gone")).to_have_count(0)
        reporter.look("readers-changed")
        reporter.find("reply").fill("还在吗？")
        reporter.find("reply-send").click()
        expect(reporter.page.locator('[data-test="mailbox"][data-sent="3"]')).to_be_visible(timeout=SEALING)
        expect(reporter.find("readers-changed")).to_have_count(0)
    with colleague(demo, HANDLER) as member:
        texts = [entry.inner.content for entry in member.open(str(opened.row["case"])).thread.verified if entry.inner]
        assert "还在吗？" in [getattr(content, "text", None) for content in texts]
