"""An auditor at the desk: the state of the log, figures, the table of duties, and no case at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crypto.office.directory_shape import Role
from portal.office.config import OfficeText
from portal.office.sample import SAMPLE_MEMBERS, SampleMember
from tests.journeys.demo import Demo, Sign
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import SEALING
from tests.support.commands import yanlu_process
from tests.support.commands.yanlu_process import LiveOffice, live_office
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = pytest.mark.timeout(1800)
AUDITOR = SampleMember("auditor-a", Role.AUDITOR, OfficeText.of(zh="审计人员甲", en="Auditor A"))


class Observer(Investigator):
    """Somebody who opens nothing, in front of the page of record and figures."""

    def settled(self) -> None:
        """Wait until both parts are there."""
        expect(self.find("log-state")).to_be_visible(timeout=SEALING)
        expect(self.find("figures")).to_be_visible()


def seat(house: LiveOffice, folder: Path) -> Demo:
    """The house as a page's driver knows one."""
    made = house.members[AUDITOR.id]
    sign = Sign(AUDITOR.id, {"zh": "审计人员甲"}, "auditor", made.passphrase, made.device_secret, made.totp_secret, "")
    ports, settings = house.ports, house.settings
    return Demo(ports.intake_url, ports.desk_url, house.founded.code, folder, [], {sign.id: sign}, [], folder, settings)


def test_an_auditor_sees_that_the_record_holds_and_opens_nothing(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser verifies the newest checkpoint and remembers it; a log that says otherwise raises an alarm."""
    monkeypatch.setattr(yanlu_process, "SAMPLE_MEMBERS", (*SAMPLE_MEMBERS, AUDITOR))
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (AUDITOR.id,)) as house:
        demo = seat(house, tmp_path)
        page = chromium.new_page()
        member = Observer(page, demo, demo.staff[AUDITOR.id], "zh")
        member.sign_in()
        expect(member.find("observer-page")).to_have_text("留痕与统计")
        expect(member.find("log-state")).to_have_attribute("data-state", "valid")
        expect(member.find("figures-received")).to_contain_text("件数太少，不予显示")
        expect(member.find("case-row")).to_have_count(0)
        remembered = page.evaluate("JSON.parse(localStorage.getItem('yanlu.desk.log'))")
        assert remembered["size"] > 0
        page.evaluate(f"localStorage.setItem('yanlu.desk.log', JSON.stringify({{size: 1, root: '{'A' * 43}'}}))")
        member.refresh()
        expect(member.find("log-state")).to_have_attribute("data-state", "rewritten")
        page.goto(f"{demo.desk}/zh/duties/")
        expect(page.locator("#demo")).to_be_visible()
        assert page.locator('[data-may="auditor"]').count() > 0
        assert page.locator('tr:has-text("查看自己有权查看的案件") [data-may="auditor"]').count() == 0
        page.set_viewport_size({"width": 1280, "height": 800})
        for lang in ("zh", "en"):
            page.goto(f"{demo.desk}/{lang}/duties/")
            edges = page.locator("main > *, main table").evaluate_all(
                "all => all.map((one) => one.getBoundingClientRect())"
            )
            assert all(edge["left"] >= 8 and edge["right"] <= 1272 for edge in edges)
        page.close()
