"""A sign-in that gets no answer says so, and does not claim to be working for ever."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator

pytestmark = pytest.mark.timeout(600)
SAID = "请重新加载页面再登录"
EMPTY = {"zh": "请输入校验码。", "en": "Please enter the office code."}
REFUSED = {"zh": "动态码", "en": "Sign-in was refused"}
WITHIN = 90_000
"""Milliseconds: the keys are derived first, on a busy machine too."""


def test_a_sign_in_without_an_answer_says_so(demo: Demo, chromium: Browser) -> None:
    """The server never answers the call that carries the sign-in secret."""
    with chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-b"], "zh")
        member.page.route("**/api/session", lambda _route: None)
        member.fill_sign_in()
        member.page.locator("#sign-in-go").click()
        expect(member.page.locator("#problem")).to_contain_text(SAID, timeout=WITHIN)
        expect(member.page.locator("#sign-in-form")).to_be_visible()


# A device that shows no window answers when the time that it was given is over.
SILENT_DEVICE = """
navigator.credentials.get = (options) => new Promise((_, fail) => {
  document.documentElement.dataset.given = options.publicKey.timeout;
  window.giveUp = () => fail(new DOMException("no passkey", "NotAllowedError"));
});
"""


def test_a_passkey_that_never_comes_is_waited_for_by_name_and_not_for_ever(demo: Demo, chromium: Browser) -> None:
    """The page says for what it waits, gives the device two minutes, and then says what else can be done."""
    with chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-b"], "zh")
        member.page.add_init_script(SILENT_DEVICE)
        member.fill_sign_in()
        member.page.locator("#passkey-go").click()
        expect(member.find("progress-words")).to_contain_text("正在等待您的通行密钥", timeout=WITHIN)
        expect(member.page.locator("html")).to_have_attribute("data-given", "120000")
        member.page.evaluate("window.giveUp()")
        expect(member.page.locator("#problem")).to_contain_text("动态码")
        expect(member.page.locator("#progress-box")).to_be_hidden()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_code_is_asked_for_and_refused_digits_are_cleared(demo: Demo, chromium: Browser, lang: str) -> None:
    """Nothing typed is not a wrong code; after a refusal the next digits are typed into an empty field, at once."""
    with chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-b"], lang)
        page, digits = member.page, member.page.locator("#totp")
        member.fill_sign_in()
        page.locator("#office-code").fill(" ")
        page.locator("#sign-in-go").click()
        expect(page.locator("#problem")).to_contain_text(EMPTY[lang])
        expect(page.locator("#office-code")).to_be_focused()
        expect(digits).not_to_have_value("")
        page.locator("#office-code").fill(demo.code)
        digits.fill("000000")
        page.locator("#sign-in-go").click()
        expect(member.find("problem")).to_contain_text(REFUSED[lang], timeout=WITHIN)
        expect(digits).to_have_value("")
        expect(digits).to_be_focused()
        expect(page.locator("#passphrase")).not_to_have_value("")
