"""The company is asked for once: on the first page or in the first step, and nothing is chosen in anybody's place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told
from tests.journeys.test_back import ACCOUNT, BOTH, sees
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
IRELAND = {"zh": "示例集团爱尔兰公司", "en": "Sample Group Ireland Ltd"}
GROUP = {"zh": "示例集团有限公司", "en": "Sample Group Ltd"}
READERS = {"zh": "谁会看到您的举报", "en": "Who reads your report"}
MISSING = {"zh": "请选择涉及哪家公司", "en": "Please choose the company"}
EUROPE = {"zh": "112 或 999", "en": "112 or 999"}
CHINA = {"zh": "110", "en": "110"}


def _settled(reporter: Reporter, name: str) -> None:
    """It stands in the first step and is not asked for."""
    expect(reporter.find("entity-settled")).to_contain_text(name)
    expect(reporter.page.locator('[name="entity"]')).to_have_count(0)


@BOTH
def test_what_was_chosen_on_the_first_page_is_settled_in_the_first_step(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """It can be changed there and from the check; it stands in no address, and the window keeps no name."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, find = reporter.page, reporter.find
        reporter.arrive()
        find("first-entity").select_option("ireland")
        expect(find("office")).to_contain_text(READERS[lang])
        expect(find("danger")).to_contain_text(EUROPE[lang])
        reporter.start_report()
        assert "ireland" not in page.url
        assert page.evaluate("self.name") == ""
        _settled(reporter, IRELAND[lang])
        reporter.look("settled")
        find("entity-change").click()
        expect(find("entity-ireland")).to_be_checked()
        assert page.evaluate("document.activeElement.name") == "entity"
        find("entity-group").check()
        reporter.tell(Told(ACCOUNT[lang], "bribery", entity="group"))
        expect(find("review")).to_contain_text(GROUP[lang])
        find("change-account").click()
        sees(page, "about")
        _settled(reporter, GROUP[lang])
        find("next").click()
        find("change-entity").click()
        sees(page, "about")
        expect(find("entity-group")).to_be_checked()


@BOTH
def test_a_company_that_nobody_chose_is_asked_for_at_its_field(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The first page then shows no company's readers, and the first step asks for the company before anything else."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, find = reporter.page, reporter.find
        reporter.arrive()
        expect(find("first-entity")).to_have_value("")
        expect(find("office")).not_to_contain_text(READERS[lang])
        reporter.start_report()
        expect(page.locator('[name="entity"]:checked')).to_have_count(0)
        find("next").click()
        expect(page.locator("#entity-fault")).to_contain_text(MISSING[lang])
        find("entity-group").check()
        expect(page.locator("#entity-fault")).to_have_count(0)
        expect(find("danger")).to_contain_text(CHINA[lang])
        find("account").fill(ACCOUNT[lang])
        find("save-later").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.resume(receipt)
        sees(reporter.page, "about")
        _settled(reporter, GROUP[lang])
        _back_asks_after_a_letter(reporter)


@BOTH
def test_a_draft_in_which_no_company_was_chosen_asks_again(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """What nobody chose is not chosen by saving it."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.find("save-later").click()
        receipt = reporter.receipt()
        reporter.finish(receipt)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.resume(receipt)
        sees(reporter.page, "about")
        expect(reporter.page.locator('[name="entity"]:checked')).to_have_count(0)
        expect(reporter.find("entity-settled")).to_have_count(0)


def _back_asks_after_a_letter(reporter: Reporter) -> None:
    """The field is not left: a phone's Back leaves none."""
    reporter.find("account").press_sequentially("x")
    reporter.page.go_back()
    reporter.find("leaving-stay").click()
