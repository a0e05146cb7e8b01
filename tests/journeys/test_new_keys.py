"""A member changes keys in the browser: begun, signed by the keepers, all cases renewed, the former seed forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo, running_demo
from tests.journeys.investigator import SIGN_IN, Investigator
from tests.support.commands.yanlu_process import yanlu

pytestmark = pytest.mark.timeout(900)
MEMBER = "approver-a"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: a member's keys change in it."""
    with running_demo(tmp_path_factory.mktemp("own")) as demo:
        yield demo


def type_secrets(member: Investigator, form: str) -> None:
    """Passphrase and device secret once more."""
    member.page.locator(f"#{form}-passphrase").fill(member.sign.passphrase)
    member.page.locator(f"#{form}-device").fill(member.sign.device_secret)


def cases(member: Investigator) -> int:
    """How many cases the whole list holds."""
    member.find("view-open").click()
    expect(member.find("case-row").first).to_be_visible(timeout=SIGN_IN)
    return member.find("case-row").count()


def test_a_member_changes_keys_in_the_browser(own: Demo, chromium: Browser) -> None:
    """The code that the member is told is that of the next directory; then every case opens with the new key alone."""
    context = chromium.new_context()
    member = Investigator(context.new_page(), own, own.staff[MEMBER], "zh")
    member.sign_in()
    before = cases(member)
    member.find("my-keys").click()
    type_secrets(member, "begin-keys")
    member.find("begin-keys").click()
    expect(member.find("next-code")).to_have_text(re.compile(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}"), timeout=SIGN_IN)
    code = member.find("next-code").inner_text()
    member.find("my-keys-close").click()
    member.sign_out()
    keepers = [("--keeper", file) for file in sorted((own.data / "office/keepers").glob("*.key"))]
    signed = yanlu("office", "sign", *(part for pair in keepers for part in pair), "--yes", settings=own.settings)
    assert signed.code == 0, signed.err
    assert f"New keys, signed by the former ones: {MEMBER}  {code}" in signed.err
    member.sign_in()
    expect(member.page.locator("#my-code")).to_have_text(code)
    member.find("my-keys").click()
    type_secrets(member, "renew-keys")
    member.page.locator("#renew-keys-option").check()
    member.find("renew-keys").click()
    expect(member.find("renewed-keys")).to_have_attribute("data-forgotten", "true", timeout=SIGN_IN)
    expect(member.find("renewed-keys")).to_have_attribute("data-left", "0")
    member.find("my-keys-close").click()
    member.sign_out()
    member.sign_in()
    assert cases(member) == before
    member.find("case-row").first.click()
    expect(member.page.locator("#case-title")).to_be_visible(timeout=SIGN_IN)
    member.find("my-keys").click()
    expect(member.find("begin-keys")).to_be_visible(timeout=SIGN_IN)
    context.close()
