"""What somebody who has never seen these pages meets on a phone: each screen from its top, and plain words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
PHONE = {"width": 360, "height": 780}
SEEN = """() => {
  const box = document.querySelector(".arrived").getBoundingClientRect();
  return [window.scrollY, document.activeElement.tagName, box.top >= 0 && box.bottom <= window.innerHeight];
}"""
ACCOUNT = {"zh": "发票是假的。", "en": "The invoices are false."}
OFFICE = {"zh": "示例集团举报受理单位", "en": "Sample Group reporting office"}
COMPANY = {"zh": "示例集团有限公司", "en": "Sample Group Ltd"}
NOT_GIVEN = {"zh": "未填写，提交后可以留", "en": "Not given; you may give it after sending"}
RECEIPT = {"zh": "查询码", "en": "receipt"}
LATER = {"zh": "不必写您自己的姓名", "en": "have to write your name here"}
OWN = {"zh": "连同所附内容", "en": "with everything you attached"}
ANY_ONE = {"zh": "您会在这里看到姓名", "en": "you will see the names here"}
BOTH = pytest.mark.parametrize(("kind", "lang"), [("chromium", "en"), ("firefox", "zh")])


def _ticks_all(reporter: Reporter, outside: str) -> None:
    """To whom it goes once nobody of the office is left is said by name, before and after."""
    page = reporter.page
    expect(page.locator('[data-step="people"]')).to_be_visible(timeout=PATIENCE)
    expect(reporter.find("goes-past")).to_have_count(0)
    expect(reporter.find("beforehand")).to_contain_text(outside)
    boxes = page.locator('[name="exclude"]')
    for box in boxes.all():
        box.check()
    expect(reporter.find("goes-past")).to_contain_text(outside)
    expect(reporter.find("passed-over")).to_have_count(0)
    reporter.find("key-codes").click()
    expect(page.locator("#app li").filter(has_text=outside).locator(".mono")).to_be_visible()
    for box in boxes.all():
        box.uncheck()
    expect(reporter.find("goes-past")).to_have_count(0)


def _looks_over(reporter: Reporter, lang: str) -> None:
    """The office that handles reports is not the company; a name comes later, and so does the receipt."""
    expect(reporter.find("goes-to")).to_contain_text(OFFICE[lang])
    expect(reporter.find("goes-to")).not_to_contain_text(COMPANY[lang])
    expect(reporter.find("review")).to_contain_text(COMPANY[lang])
    expect(reporter.find("name-not-given")).to_contain_text(NOT_GIVEN[lang])
    expect(reporter.find("what-follows")).to_contain_text(RECEIPT[lang])


def _one_below_the_other(reporter: Reporter) -> None:
    """The two groups of the receipt have a line each, and their words the whole of it."""
    boxes = [box.bounding_box() for box in reporter.find("proof-input").all()]
    first, second = (box for box in boxes if box)
    assert first["x"] == second["x"]
    assert first["y"] + first["height"] <= second["y"]


def _changes(reporter: Reporter) -> None:
    """From the check and back there is one button, and not two."""
    reporter.find("change-account").click()
    expect(reporter.page.locator('[data-step="about"]')).to_be_visible()
    expect(reporter.find("next")).to_be_visible()
    expect(reporter.find("back")).to_have_count(0)
    reporter.find("next").click()
    expect(reporter.find("back")).to_be_visible()
    reporter.find("change-people").click()
    expect(reporter.find("next")).to_be_visible()
    expect(reporter.find("back")).to_have_count(0)
    reporter.find("next").click()


@BOTH
def test_a_phone_shows_each_screen_from_its_top(
    demo: Demo, kind: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """The last page begins with its heading and the day, however far down the pages before it were."""
    browser: Browser = request.getfixturevalue(kind)
    outside = next(one.name[lang] for one in demo.staff.values() if one.role == "outside")
    with Stage(demo, browser, "phone", lang).reporter() as reporter:
        page = reporter.page
        page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
        inspect = reporter.look

        def look(step: str) -> None:
            inspect(step)
            if step == "people":
                _ticks_all(reporter, outside)
            if step == "account":
                expect(reporter.find("name-later")).to_contain_text(LATER[lang])
            # The browser keeps where each entry stood when it is left.
            page.evaluate("window.scrollTo(0, 600)")

        reporter.look = look  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(ACCOUNT[lang], entity="group"))
        _looks_over(reporter, lang)
        _changes(reporter)
        receipt = reporter.send()
        _one_below_the_other(reporter)
        reporter.look = inspect
        reporter.finish(receipt)
        expect(reporter.find("finished")).to_be_visible()
        # What moves the browser's entries does so a little later.
        page.wait_for_function("() => history.state === 1")
        page.wait_for_timeout(1800)
        assert page.evaluate(SEEN) == [0, "H1", True]
    with Stage(demo, browser, "phone", lang).reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("own")).to_contain_text(OWN[lang])
        expect(reporter.find("one-alone")).to_contain_text(ANY_ONE[lang])
