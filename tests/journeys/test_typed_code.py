"""The office code at the page: what is mistyped shows while it is typed, and a link's hash is compared whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto.framing import b64encode
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE
from tests.support.samples.typing_errors import mistyped

# Types each code into the field and gives those under which nothing was said.
TYPE_ALL = """codes => {
  const field = document.querySelector('#office-code'), fault = document.querySelector('#office-code-fault');
  return codes.filter(code => {
    field.value = code;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return fault.textContent === '' || field.getAttribute('aria-invalid') !== 'true';
  });
}"""


# Until for most of a second nothing more has arrived: Firefox does not always say that its network is idle.
QUIET = """async () => {
  for (let before = -1, now = 0; before !== now || document.readyState !== 'complete';) {
    before = now;
    await new Promise(resolve => setTimeout(resolve, 700));
    now = performance.getEntriesByType('resource').length;
  }
}"""


@contextmanager
def _opened(chromium: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.evaluate(QUIET)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        yield page, asked


@pytest.mark.parametrize(("face", "path"), [("intake", "report/"), ("intake", "proof/"), ("desk", "")])
def test_every_slip_is_told_while_typing_and_no_server_is_asked(
    face: str, path: str, demo: Demo, chromium: Browser
) -> None:
    """Each wrong character and each swap; the right code and half a one say nothing."""
    address = f"{demo.intake if face == 'intake' else demo.desk}/en/{path}"
    with _opened(chromium, address) as (page, asked):
        proof = TYPE_ALL.replace("#office-code-fault", "#proof-fault").replace("#office-code", "#proof-code")
        check = proof if path == "proof/" else TYPE_ALL
        wrong = list(mistyped(demo.code))
        assert page.evaluate(check, wrong) == []
        assert page.evaluate(check, [demo.code, demo.code[:12]]) == [demo.code, demo.code[:12]]
        page.fill("#proof-code" if path == "proof/" else "#office-code", wrong[0])
        page.locator("button:visible", has_text="Check" if face == "intake" else "Sign in").first.click()
        assert page.locator(":focus").count() == 1
        assert asked == []


@pytest.mark.parametrize(
    ("lang", "receipt", "code"), [("zh", "查询码", "单位校验码"), ("en", "receipt", "office code")]
)
def test_each_code_in_the_others_place_is_called_by_its_name(
    lang: str, receipt: str, code: str, demo: Demo, chromium: Browser
) -> None:
    """The page says which of the two it is, and where it belongs; no server is asked, and nothing is taken along."""
    with _opened(chromium, f"{demo.intake}/{lang}/") as (page, asked):
        fault = page.locator("#office-code-fault")
        page.fill("#office-code", "1234 5678 " * 3 + "1234")
        expect(fault).to_contain_text(receipt)
        page.locator('[data-test="office-code-check"]').click()
        expect(fault).to_contain_text(receipt)
        assert asked == []
        page.fill("#office-code", demo.code)
        expect(fault).to_be_empty()
        page.locator('[data-test="office-code-check"]').click()
        expect(page.locator('[data-test="office-verified"]')).to_be_visible(timeout=PATIENCE)
        page.locator('[data-test="go-mailbox"]').click()
        field = page.locator("#receipt")
        expect(field).to_have_value("", timeout=PATIENCE)
        page.evaluate(QUIET)
        asked.clear()
        field.fill(demo.code)
        expect(page.locator("#receipt-fault")).to_contain_text(code)
        page.locator('[data-test="receipt-enter"]').click()
        expect(page.locator("#receipt-fault")).to_contain_text(code)
        assert asked == []


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_both_codes_are_typed_on_one_page_and_opened_at_once(
    kind: str, demo: Demo, request: pytest.FixtureRequest
) -> None:
    """Office code and receipt are typed in either order, and neither twice."""
    receipt = str(demo.receipts[0])
    with _opened(request.getfixturevalue(kind), f"{demo.intake}/en/mailbox/") as (page, asked):
        code, typed, press = page.locator("#office-code"), page.locator("#receipt"), page.locator("button.big")
        typed.fill(receipt)
        press.click()
        expect(code).to_be_focused()
        expect(page.locator("#office-code-fault")).to_contain_text("not an office code")
        code.fill(receipt)
        expect(page.locator("#office-code-fault")).to_contain_text("under “Check progress")
        assert asked == []
        typed.fill(receipt[:-1] + str((int(receipt[-1]) + 1) % 10))
        code.fill(demo.code)
        code.press("Enter")
        expect(page.locator('[data-test="office-verified"]')).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#receipt-fault")).to_contain_text("not the 28 digits")
        expect(typed).to_have_value(receipt[:-1] + str((int(receipt[-1]) + 1) % 10))
        page.goto("about:blank")
        page.goto(f"{demo.intake}/en/mailbox/")
        typed.fill(receipt)
        code.fill(demo.code)
        press.click()
        expect(page.locator('[data-test="mailbox"]')).to_be_visible(timeout=PATIENCE)
        assert not any(receipt.replace(" ", "") in address for address in asked)


def test_the_numbers_of_the_groups_may_be_typed_along(demo: Demo, chromium: Browser) -> None:
    """As they stand on the screen, in front of each group; other digits too many are still too many."""
    receipt = str(demo.receipts[1]).replace(" ", "")
    groups = [receipt[at : at + 4] for at in range(0, 28, 4)]
    numbered = "  ".join(f"{at}. {group}" for at, group in enumerate(groups, 1))
    with _opened(chromium, f"{demo.intake}/en/mailbox/#c={demo.code}") as (page, _asked):
        page.fill("#receipt", "9 ".join(groups) + " 9")
        expect(page.locator("#receipt-fault")).to_contain_text("more than 28 digits")
        page.fill("#receipt", numbered)
        expect(page.locator("#receipt-fault")).to_be_empty()
        page.locator('[data-test="receipt-enter"]').click()
        expect(page.locator('[data-test="mailbox"]')).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh"), ("en-GB", "en")])
def test_the_short_address_leads_to_the_page_of_those_who_come_back(
    locale: str, lang: str, demo: Demo, chromium: Browser
) -> None:
    """Typed with or without its last stroke, in the browser's own language, and the code behind it comes along."""
    for typed in ("/m", "/m/", f"/m#c={demo.code}"):
        with chromium.new_context(locale=locale) as context:
            page = context.new_page()
            page.goto(demo.intake + typed)
            page.wait_for_url(f"{demo.intake}/{lang}/mailbox/**", timeout=PATIENCE)
            expect(page.locator("#receipt")).to_be_visible(timeout=PATIENCE)
            expect(page.locator("#office-code")).to_have_count(0 if "#" in typed else 1)


def test_a_link_whose_hash_is_anothers_opens_nothing(demo: Demo, chromium: Browser) -> None:
    """The code is right, the hash behind it is not; the page names no code of what was served, and no character."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{demo.intake}/en/report/#c={demo.code}&h={b64encode(bytes(32))}")
        refused = page.locator('[data-test="gate-refused"]')
        expect(refused).to_be_visible(timeout=PATIENCE)
        assert not any(group in page.locator("body").inner_text() for group in demo.code.split("-"))
        page.goto("about:blank")
        page.goto(f"{demo.intake}/en/report/#c={demo.anchor}")
        expect(page.locator('[data-test="gate"]')).to_have_count(0)
        expect(page.locator("form, main").first).to_be_visible(timeout=PATIENCE)
        expect(refused).to_have_count(0)
        assert page.evaluate("location.hash") == f"#c={demo.anchor}"


def test_the_demo_says_what_it_is_in_plain_letters(demo: Demo) -> None:
    """Nothing of it drives a terminal, and nothing stands there as an escape."""
    words = demo.log.read_text(encoding="utf-8")
    assert "Enter nothing real" in words
    assert "\x1b" not in words
    assert "\\u001b" not in words
