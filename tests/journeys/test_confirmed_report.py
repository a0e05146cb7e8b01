"""After a report was sent: the receipt alone on its page, the offers one by one, and a page that confirms it all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser_profile import AWAY, STRANGERS
from tests.journeys.demo import Demo, made_once
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told
from tests.journeys.test_back import BOTH, NOTE
from tests.journeys.test_guarded import watched_demo
from tests.journeys.test_language import OTHER, turn_to
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
OFFICE = "**/office/office.json"
COMPANY = {"zh": "示例集团有限公司", "en": "Sample Group Ltd"}
OFFICE_NAME = {"zh": "示例集团举报受理单位", "en": "Sample Group reporting office"}
NAME = "王小明"
NAMED = {
    "zh": {False: "匿名，没有留下姓名。", True: "已加密，由 3 位保管人保管，须 2 位一同同意才能打开。"},
    "en": {False: "You stayed anonymous.", True: "Encrypted for 3 custodians; only 2 of them together can open it."},
}
ASKED = {
    "zh": {False: "未提出。", True: "已为您本人提出"},
    "en": {False: "Not asked for.", True: "Asked for: yourself"},
}
URGENT = {"zh": "否", "en": "No"}
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


def _lost(reporter: Reporter, count: int = 5) -> None:
    """What to do without the receipt is folded below."""
    lines = reporter.find("lost").locator("li")
    expect(lines.first).to_be_hidden()
    reporter.find("lost-open").click()
    expect(lines).to_have_count(count)
    expect(lines.first).to_be_visible()
    reporter.look("lost")


@BOTH
def test_the_receipt_is_alone_on_its_page_and_each_group_has_its_own_fault(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """No way to read it wrong, nothing else to decide; a wrong group and an empty one are said at their fields."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, receipt = reporter.page, sends(reporter, Told("…", entity="ireland"))
        _read_in_one_way(page)
        expect(reporter.find("way-back")).to_contain_text(demo.code)
        expect(reporter.find("way-back")).to_contain_text(f"{urlsplit(page.url).netloc}/m")
        screen = reporter.find("receipt-screen")
        expect(screen.locator("input")).to_have_count(2)
        expect(screen.locator("button.primary")).to_have_count(1)
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
        # Here it may be a draft that nobody has.
        _lost(reporter, 6)


@pytest.fixture(scope="module")
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that has a watch, and so both offers."""
    base = tmp_path_factory.getbasetemp()
    whole_run = base.parent if hasattr(request.config, "workerinput") else base
    with watched_demo(tmp_path_factory.mktemp("watched"), made_once(whole_run / "made-demo")) as (demo, _):
        yield demo


def say_day(day: date, lang: str) -> str:
    """A day as the pages write it."""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else f"{day.day} {day:%B %Y}"


def _at_field(reporter: Reporter, field: str) -> None:
    """Continue is refused with words at this field, and a summary that leads to it."""
    reporter.find("offer-next").click()
    expect(reporter.find("fault-summary")).to_be_focused()
    reporter.look(f"fault {field}")
    expect(reporter.find("field-fault")).to_have_count(1)
    expect(reporter.find(field)).to_have_attribute("aria-invalid", "true")
    reporter.find("fault-summary").locator("button").click()
    expect(reporter.find(field)).to_be_focused()


def _names(reporter: Reporter, name: bool, custodians: list[str]) -> None:
    """The first offer: anonymous stands there already, who would keep a name is named, and its fields show later."""
    reporter.offered("naming")
    expect(reporter.find("level-anonymous")).to_be_checked()
    expect(reporter.find("naming-name")).to_be_hidden()
    shown = reporter.find("custodians").locator("strong").inner_text()
    assert sorted(shown.replace("、", ", ").split(", ")) == sorted(custodians)
    if name:
        reporter.find("level-sealed").check()
        reporter.find("naming-contact").fill("13800000000")
        _at_field(reporter, "naming-name")
        expect(reporter.find("naming-contact")).to_have_value("13800000000")
        reporter.find("naming-name").fill(NAME)
    reporter.find("offer-next").click()


def _asks(reporter: Reporter, guard: bool) -> None:
    """The second offer: nobody stands there already."""
    reporter.offered("guard")
    expect(reporter.find("guard-nobody")).to_be_checked()
    expect(reporter.find("guard-employee")).to_be_hidden()
    if guard:
        reporter.find("guard-reporter").check()
        reporter.find("guard-place").fill("仓库")
        _at_field(reporter, "guard-employee")
        expect(reporter.find("guard-place")).to_have_value("仓库")
        reporter.find("guard-employee").fill("E-0017")
    reporter.end()


def _next_hours() -> list[str]:
    """The next full hour, as it was some minutes ago and as it is now."""
    now = datetime.now().astimezone()
    return [f"{moment + timedelta(hours=1):%H}:00" for moment in (now - timedelta(minutes=5), now)]


def _confirmed(
    reporter: Reporter, chosen: tuple[bool, bool], told: Told, promised: tuple[int, int, int], left_out: str
) -> None:
    """The last page says what was sent and chosen, and each day as the policy promises it; nothing of the words."""
    lang, today = reporter.lang, date.today()
    said = {name: reporter.find(f"sent-{name}") for name in ("about", "to", "files", "urgent", "name", "guard")}
    expect(said["about"]).to_have_text(COMPANY[lang])
    expect(said["to"]).to_have_text(OFFICE_NAME[lang])
    expect(said["files"]).to_have_text("1" if told.files else {"zh": "无", "en": "none"}[lang])
    assert (said["urgent"].inner_text() == URGENT[lang]) != told.urgent
    expect(said["name"]).to_have_text(NAMED[lang][chosen[0]])
    expect(said["guard"]).to_contain_text(ASKED[lang][chosen[1]])
    for line, days in zip(("acknowledge", "first-answer", "result"), promised, strict=True):
        expect(reporter.find(f"next-{line}")).to_contain_text(say_day(today + timedelta(days=days), lang))
    # Whom it was kept from is said once more at the end; who reads it too.
    assert [LEFT_OUT in told.exclude] * 2 == [
        left_out in reporter.find("sent").inner_text(),
        reporter.find("sent-out").count() == 1,
    ]
    expect(reporter.find("sent-readers")).to_be_visible()
    # Who gives no name to the case may still have given one to the officer.
    expect(reporter.find("sent-who-sees")).to_have_count(int(chosen == (False, True)))
    expect(reporter.find("come-back-day")).to_have_text(say_day(today + timedelta(days=promised[0]), lang))
    expect(reporter.find("come-back-answer")).to_contain_text(say_day(today + timedelta(days=promised[1]), lang))
    opens = reporter.find("next-open").inner_text()
    assert any(hour in opens for hour in ([{"zh": "现在", "en": "Now"}[lang]] if told.urgent else _next_hours())), opens
    expect(reporter.find("receipt")).to_have_count(0)
    assert told.account not in reporter.page.content().split("</script>")[-1]


LEFT_OUT = "investigator-a"
ROADS = [
    (
        Told(
            "发票是假的。",
            files=[NOTE],
            entity="group",
            urgent=True,
            policy="company-whistleblowing",
            exclude=[LEFT_OUT],
        ),
        (7, 14, 90),
    ),
    (Told("发票是假的。", "pay", entity="group", policy="company-retaliation"), (1, 3, 45)),
]


@pytest.mark.parametrize(
    ("kind", "size", "lang", "choices"),
    [
        ("chromium", "phone", "zh", [(True, True), (False, False)]),
        ("firefox", "desktop", "en", [(True, False), (False, True)]),
    ],
)
def test_the_last_page_says_exactly_what_was_sent_and_chosen(
    watched: Demo, kind: str, size: str, lang: str, choices: list[tuple[bool, bool]], request: pytest.FixtureRequest
) -> None:
    """With a name and without, with a wish and without; what is missing is said at its field and clears nothing."""
    browser: Browser = request.getfixturevalue(kind)
    for (told, promised), chosen in zip(ROADS, choices, strict=True):
        with Stage(watched, browser, size, lang).reporter() as reporter:
            reporter.type_back(sends(reporter, told))
            _names(reporter, chosen[0], [one.name[lang] for one in watched.staff.values() if one.role == "custodian"])
            _asks(reporter, chosen[1])
            _confirmed(reporter, chosen, told, promised, watched.staff[LEFT_OUT].name[lang])


@BOTH
def test_a_finishing_post_that_does_not_get_through_keeps_all(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """What shows the office is garbage: nothing is sealed, the name stays and can be changed, and it is sent then."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        page, name = reporter.page, reporter.find("naming-name")
        reporter.type_back(sends(reporter, Told("…", entity="ireland")))
        reporter.offered("naming")
        reporter.find("level-sealed").check()
        name.fill("王")
        page.route(OFFICE, lambda route: route.fulfill(body="{}", content_type="application/json"))
        reporter.find("offer-next").click()
        expect(reporter.find("finish-fault")).to_be_visible(timeout=SEALING)
        expect(name).to_be_enabled()
        expect(name).to_have_value("王")
        name.fill(NAME)
        page.unroute(OFFICE)
        reporter.end()
        expect(reporter.find("sent-name")).to_have_text(NAMED[lang][True])


def _back_and_forward(reporter: Reporter, receipt: str) -> None:
    """From the second offer back to the receipt and further, and forward again: nothing is lost, nothing is left."""
    page = reporter.page
    page.go_back()
    reporter.offered("naming")
    expect(reporter.find("naming-name")).to_have_value(NAME)
    reporter.find("offer-back").click()
    assert reporter.receipt() == receipt
    expect(reporter.find("proof-input").first).not_to_have_value("")
    page.go_back()
    reporter.find("leaving-stay").click()
    assert reporter.receipt() == receipt
    page.go_forward()
    reporter.offered("naming")
    expect(reporter.find("level-sealed")).to_be_checked()
    page.go_forward()
    reporter.offered("guard")
    expect(reporter.find("guard-employee")).to_have_value("E-0017")


@BOTH
def test_back_and_the_language_keep_what_was_chosen_after_the_receipt(
    watched: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Back is the page before, a language keeps every field, and at the end nothing is behind."""
    browser: Browser = request.getfixturevalue(kind)
    with Stage(watched, browser, size, lang).reporter() as reporter:
        page, receipt = reporter.page, sends(reporter, Told("…", entity="group"))
        reporter.type_back(receipt)
        reporter.offered("naming")
        reporter.find("level-sealed").check()
        reporter.find("naming-name").fill(NAME)
        reporter.find("offer-next").click()
        reporter.offered("guard")
        reporter.find("guard-reporter").check()
        reporter.find("guard-employee").fill("E-0017")
        _back_and_forward(reporter, receipt)
        turn_to(reporter, OTHER[lang])
        expect(reporter.find("guard-reporter")).to_be_checked()
        expect(reporter.find("guard-employee")).to_have_value("E-0017")
        page.go_back()
        expect(reporter.find("naming-name")).to_have_value(NAME)
        reporter.end()
        turn_to(reporter, lang)
        expect(reporter.find("sent-name")).to_have_text(NAMED[lang][True])
        for go in (page.go_back, page.go_forward):
            go()
            expect(reporter.find("finished")).to_be_visible()
            expect(page.locator("[data-offer], [data-test=receipt]")).to_have_count(0)


@pytest.mark.parametrize("offer", ["naming", "guard"])
def test_the_exit_leaves_no_offer_behind(offer: str, watched: Demo, chromium: Browser) -> None:
    """What was typed there is in no entry to which the browser's Back leads."""
    with chromium.new_context() as context:
        for stranger in STRANGERS:
            context.route(f"{stranger}**", lambda route: route.fulfill(body=AWAY, content_type="text/html"))
        reporter = Reporter(context.new_page(), watched.intake, watched.code, "zh")
        page = reporter.page
        reporter.type_back(sends(reporter, Told("…", entity="group")))
        reporter.offered("naming")
        reporter.find("level-sealed").check()
        reporter.find("naming-name").fill(NAME)
        if offer == "guard":
            reporter.find("offer-next").click()
            reporter.offered("guard")
        reporter.find("leave").click()
        page.wait_for_url(lambda url: url in STRANGERS, timeout=PATIENCE)
        page.evaluate("() => { setTimeout(() => history.back()); }")
        page.wait_for_timeout(1800)
        page.wait_for_url(lambda url: url in (*STRANGERS, "about:blank"), timeout=PATIENCE)
        expect(page.locator("[data-test]")).to_have_count(0)
        assert NAME not in page.content()
