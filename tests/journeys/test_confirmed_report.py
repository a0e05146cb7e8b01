"""After a report was sent: the receipt alone on its page, the offers one by one, and a page that confirms it all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told
from tests.journeys.test_back import BOTH
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(600)
PLACES = """() => [...document.querySelectorAll('[data-test=receipt] > li')].map((one) => {
  const { left, top } = one.getBoundingClientRect();
  return [Math.round(left), Math.round(top)];
})"""


def sends(reporter: Reporter, told: Told) -> str:
    """Goes to the receipt, and gives it."""
    reporter.arrive()
    reporter.start_report()
    reporter.tell(told)
    return reporter.send()


def _read_in_one_way(page: Page) -> None:
    """Numbered 1 to 7, in one column or in one line."""
    assert page.locator(".receipt .nth").all_inner_texts() == [str(n) for n in range(1, 8)]
    places: list[tuple[int, int]] = page.evaluate(PLACES)
    columns, rows = {x for x, _ in places}, {y for _, y in places}
    assert sorted((len(columns), len(rows))) == [1, 7]


def _lost(reporter: Reporter) -> None:
    """What to do without the receipt is folded below."""
    lines = reporter.find("lost").locator("li")
    expect(lines.first).to_be_hidden()
    reporter.find("lost-open").click()
    expect(lines).to_have_count(5)
    expect(lines.first).to_be_visible()
    reporter.look("lost")


@BOTH
def test_the_receipt_reads_in_one_way_and_each_group_has_its_own_fault(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """No way to read it wrong; a wrong group and an empty one are said at their fields."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, receipt = reporter.page, sends(reporter, Told("…"))
        _read_in_one_way(page)
        _lost(reporter)
        boxes = reporter.find("proof-input")
        first, second = (int(box.get_attribute("data-group") or "0") for box in boxes.all())
        boxes.first.fill(receipt.split(" ")[second - 1] + "0")
        reporter.find("finish").click()
        expect(reporter.find("fault-summary")).to_be_focused()
        reporter.look("receipt-fault")
        faults = reporter.find("field-fault").all_inner_texts()
        assert all(str(n) in words for n, words in zip((first, second), faults, strict=True)), faults
        expect(boxes.first).to_have_attribute("aria-describedby", f"group-{first}-fault")
        expect(boxes.first).not_to_have_value("")
        reporter.find("fault-summary").locator("button").last.click()
        expect(boxes.last).to_be_focused()
        reporter.finish(receipt)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.arrive()
        reporter.find("go-mailbox").click()
        _lost(reporter)
