"""A sign-in that gets no answer says so, and does not claim to be working for ever."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator

pytestmark = pytest.mark.timeout(600)
SAID = "请重新加载页面再登录"
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
