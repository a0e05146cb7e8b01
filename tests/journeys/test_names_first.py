"""Whom a report is hidden from is chosen by name, and said by name wherever it is said."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.demo import Demo
from tests.journeys.reporter import Reporter, Told
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
LEFT_OUT, OUTSIDE = "investigator-a", "outside-a"
KEPT_OUT = {"zh": "看不到", "en": "Can't read it"}
ALARM = "rgb(163, 36, 27)"
TITLE = {"zh": "不让谁看？", "en": "Who should not see it?"}


def _sides(place: Locator) -> tuple[str, str]:
    """What stands under “can read” and “can't read”."""
    reads, out = (place.locator(f'[data-test="{name}"]') for name in ("can-read", "cannot-read"))
    return reads.inner_text(), out.inner_text()


def _size(place: Locator) -> float:
    return float(str(place.evaluate("(one) => getComputedStyle(one).fontSize")).removesuffix("px"))


def _comes_first(reporter: Reporter) -> bool:
    """Whether the check page says whom it is hidden from before it says who can read it, and in bold."""
    places = [reporter.find(name).bounding_box() for name in ("cannot-read", "can-read")]
    tops = [place["y"] for place in places if place]
    bold = reporter.find("cannot-read").locator("strong").inner_text()
    return len(tops) == 2 and tops[0] < tops[1] and bold == reporter.find("cannot-read").inner_text().strip()


def _chooses(reporter: Reporter, name: str, role: str) -> None:
    """The row says the name first and larger than the role; a tick says what it does in words."""
    expect(reporter.find("step-title")).to_have_text(TITLE[reporter.lang])
    row = reporter.page.locator(".person").filter(has=reporter.find(f"exclude-{LEFT_OUT}"))
    label = row.locator("label")
    kept_out = f"✕ {KEPT_OUT[reporter.lang]}"
    assert [line.strip() for line in label.inner_text().splitlines() if line.strip()] == [name, kept_out, role]
    expect(label.locator(".left-out")).to_have_css("color", ALARM)
    expect(reporter.find("named-reader")).to_have_count(0)
    label.click()
    expect(label.locator(".left-out")).to_be_hidden()
    # The account names somebody who would now read it.
    expect(reporter.find("named-reader")).to_contain_text(name)
    label.click()
    expect(reporter.find("named-reader")).to_have_count(0)
    assert _size(label.locator(".person-name")) > _size(label.locator(".hint"))
    codes = reporter.page.locator("#app .mono")
    expect(codes.first).to_be_hidden()
    reporter.find("key-codes").click()
    # Those to whom it goes past the office have theirs too.
    assert codes.count() > reporter.page.locator(".person").count() > 0
    expect(codes.first).to_be_visible()
    reads, out = _sides(reporter.find("people-outcome"))
    assert (name in reads, name in out) == (False, True)


def _rules_out_later(reporter: Reporter, member: str, name: str) -> None:
    """Somebody outside, who could only be added later, can be ruled out too, and is named with those who can't read."""
    reporter.find("added-later").click()
    label = reporter.page.locator(".person-later").filter(has=reporter.find(f"exclude-{member}")).locator("label")
    out = reporter.find("people-outcome").locator('[data-test="cannot-read"]')
    expect(out).not_to_contain_text(name)
    label.click()
    expect(out).to_contain_text(name)
    label.click()
    expect(out).not_to_contain_text(name)


@pytest.mark.parametrize(("kind", "size", "lang"), [("chromium", "phone", "zh"), ("firefox", "desktop", "en")])
def test_whom_a_report_is_hidden_from_stands_there_by_name(
    demo: Demo, kind: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """Step, review and mailbox name who can read it and who can't; in the mailbox the second is folded."""
    browser: Browser = request.getfixturevalue(kind)
    name = demo.staff[LEFT_OUT].name[lang]
    role = {"zh": "调查人员 · 调查事实", "en": "Investigator · finds out what happened"}[lang]
    with Stage(demo, browser, size, lang).reporter() as reporter:
        inspect, seen = reporter.look, list[str]()

        def look(step: str) -> None:
            inspect(step)
            if step == "people":
                _chooses(reporter, name, role)
                _rules_out_later(reporter, OUTSIDE, demo.staff[OUTSIDE].name[lang])
                seen.append(step)

        reporter.look = look  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(f"验收单是假的：{name.upper()}。", exclude=[LEFT_OUT], entity="group", urgent=True))
        assert seen == ["people"]
        reads, out = _sides(reporter.page.locator("#app"))
        assert (name in reads, name in out) == (False, True)
        assert _comes_first(reporter)
        expect(reporter.find("later")).to_contain_text(demo.staff[OUTSIDE].name[lang])
        receipt = reporter.send()
        reporter.finish(receipt)
    with Stage(demo, browser, size, lang).reporter() as reporter:
        reporter.come_back(receipt)
        readers = reporter.find("readers")
        others = [one.name[lang] for one in demo.investigators if one.id != LEFT_OUT]
        assert any(other in readers.locator('[data-test="can-read"]').inner_text() for other in others)
        expect(readers.locator('[data-test="cannot-read"]')).to_be_hidden()
        reporter.find("left-out").click()
        reads, out = _sides(readers)
        assert (name in reads, name in out) == (False, True)


def _passed_over(reporter: Reporter) -> None:
    """One of two is ticked, so that it goes outside: the other was not left out, and is not called so."""
    people = reporter.page.locator(".person")
    expect(people).to_have_count(2)
    ticked, other = (row.locator(".person-name") for row in people.all())
    ticked.click()
    expect(reporter.find("goes-past")).to_be_visible()
    expect(reporter.find("cannot-read")).to_contain_text(ticked.inner_text())
    expect(reporter.find("cannot-read")).not_to_contain_text(other.inner_text())
    expect(reporter.find("passed-over")).to_contain_text(other.inner_text())
    other.click()
    expect(reporter.find("cannot-read")).to_contain_text(other.inner_text())
    expect(reporter.find("passed-over")).to_have_count(0)
    other.click()


def test_who_was_not_ticked_is_not_called_left_out(demo: Demo, chromium: Browser) -> None:
    """In the step and at the check, as the mailbox says later: only who was ticked can never be let in."""
    with Stage(demo, chromium, "phone", "en").reporter() as reporter:
        inspect, seen = reporter.look, list[str]()

        def look(step: str) -> None:
            inspect(step)
            seen.append(step)
            if step == "people":
                _passed_over(reporter)
            if step == "review":
                expect(reporter.find("passed-over")).to_be_visible()
                expect(reporter.find("cannot-read").locator("strong")).not_to_contain_text(",")

        reporter.look = look  # type: ignore[method-assign]
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told("…", entity="ireland"))
    assert {"people", "review"} <= set(seen)
