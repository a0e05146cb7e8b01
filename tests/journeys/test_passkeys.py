"""Passkeys at the desk, with virtual authenticators: with PRF, without, and a lost one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import SIGN_IN, Investigator
from tests.journeys.reporter import PATIENCE

pytestmark = pytest.mark.timeout(1800)

MEMBER = "approver-a"


@dataclass
class Device:
    """A virtual authenticator of one page."""

    cdp: CDPSession
    id: str

    @classmethod
    def plug_in(cls, page: Page, *, prf: bool) -> Device:
        """An authenticator that verifies its user and keeps passkeys."""
        cdp = page.context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True, "hasPrf": prf,
        }  # fmt: skip
        return cls(cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])

    def passkeys(self) -> int:
        """How many it keeps."""
        return len(self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])

    def lose(self) -> None:
        """All of its passkeys are gone."""
        self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def touched(self, *, at_once: bool) -> None:
        """Whether somebody touches it as soon as it asks, or never."""
        self.cdp.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self.id, "enabled": at_once})

    def verifies(self, *, user: bool) -> None:
        """Whether the person passes its check from now on."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": user})


@pytest.fixture
def member(demo: Demo, chromium: Browser) -> Iterator[Investigator]:
    """A member in front of a page of the desk."""
    context = chromium.new_context()
    yield Investigator(context.new_page(), demo, demo.staff[MEMBER], "zh")
    context.close()


def add_passkey(member: Investigator, name: str, stands_in: str) -> None:
    """Add a passkey under “my keys”, and close the dialog."""
    member.find("my-keys").click()
    member.page.locator("#passkey-name").fill(name)
    member.page.locator("#passkey-passphrase").fill(member.sign.passphrase)
    member.page.locator("#passkey-device").fill(member.sign.device_secret)
    member.find("passkey-add").click()
    expect(member.find("passkey").filter(has_text=name)).to_have_attribute("data-stands-in", stands_in, timeout=SIGN_IN)
    member.find("my-keys-close").click()


def enter_with_passkey(member: Investigator, device_secret: str = "") -> None:
    """Fill in name and passphrase, no digits, and press the button of passkeys."""
    member.page.goto(f"{member.demo.desk}/{member.lang}/")
    member.page.locator("#member").fill(member.sign.id)
    member.page.locator("#passphrase").fill(member.sign.passphrase)
    member.page.locator("#device-secret").fill(device_secret)
    member.page.locator("#passkey-go").click()


def let_in(member: Investigator) -> None:
    """Wait until the desk is there, and up to date: the member's key opened."""
    expect(member.page.locator("#work")).to_be_visible(timeout=SIGN_IN)
    member.settled()


def remove(member: Investigator, name: str) -> None:
    """Remove a passkey under “my keys”."""
    member.find("my-keys").click()
    row = member.find("passkey").filter(has_text=name)
    row.locator('[data-test="passkey-remove"]').click()
    expect(row).to_have_count(0, timeout=PATIENCE)
    member.find("my-keys-close").click()


def test_a_passkey_with_prf_opens_the_desk_and_a_lost_one_leaves_the_sheet(member: Investigator) -> None:
    """Passphrase and passkey are enough; unverified or lost it signs nobody in, and the recovery sheet does."""
    member.sign_in()
    device = Device.plug_in(member.page, prf=True)
    add_passkey(member, "laptop", "true")
    assert device.passkeys() == 1
    member.sign_out()
    enter_with_passkey(member)
    let_in(member)
    member.sign_out()
    problem = member.page.locator('#problem [data-test="problem"]')
    device.verifies(user=False)
    enter_with_passkey(member)
    expect(problem).to_contain_text("设备没有给出通行密钥", timeout=SIGN_IN)
    device.verifies(user=True)
    device.lose()
    enter_with_passkey(member)
    expect(problem).to_contain_text("恢复单", timeout=SIGN_IN)
    elsewhere = Investigator(member.page.context.new_page(), member.demo, member.sign, "zh")
    elsewhere.sign_in()
    remove(elsewhere, "laptop")


def test_a_passkey_without_prf_is_a_second_factor(member: Investigator) -> None:
    """It takes the place of the digits alone: with the device secret it opens the desk, without it it says so."""
    member.sign_in()
    device = Device.plug_in(member.page, prf=False)
    add_passkey(member, "usb", "false")
    assert device.passkeys() == 1
    member.sign_out()
    enter_with_passkey(member)
    expect(member.page.locator('#problem [data-test="problem"]')).to_contain_text("设备密钥", timeout=SIGN_IN)
    enter_with_passkey(member, member.sign.device_secret)
    let_in(member)
    remove(member, "usb")


def test_waiting_for_a_passkey_is_called_off_and_holds_up_no_other_sign_in(member: Investigator) -> None:
    """Pressed by mistake: Cancel ends the waiting without a word, and so does the ordinary sign-in, which goes on."""
    member.sign_in()
    device = Device.plug_in(member.page, prf=True)
    add_passkey(member, "telephone", "true")
    device.touched(at_once=False)
    member.sign_out()
    member.fill_sign_in()
    waiting, stop = member.page.locator("#progress-box"), member.find("passkey-stop")
    member.page.locator("#passkey-go").click()
    stop.click()
    expect(waiting).to_be_hidden()
    expect(member.page.locator("#problem")).to_be_empty()
    member.page.locator("#passkey-go").click()
    expect(stop).to_be_visible()
    member.page.locator("#sign-in-go").click()
    member.let_in()
    remove(member, "telephone")
