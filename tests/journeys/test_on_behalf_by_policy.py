"""Reports that members log under policies of three kinds: what the text asks is on the page before anybody types."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from casework.intake.ticket import read_ticket
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import PATIENCE, SEALING
from tests.journeys.test_main_journey import Stage, person
from tests.journeys.witness import LEFT_BEHIND
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
CALLBACK, APPEAL, OWNERS = (
    "customer-callback-workorder", "employee-complaint-confirm-appeal", "property-owner-complaint",
)  # fmt: skip
A, B, C = "investigator-a", "investigator-b", "investigator-c"
HELD: Final = {
    CALLBACK: {"callback-specialist": [A], "department-manager": [B]},
    APPEAL: {"hr": [B], "department-head": [A], "leadership": [C]},
    OWNERS: {"property-company": [A, B], "property-manager": [C]},
}
READERS: Final = [A, B, C, "registrar-a"]
LEAK: Final = "阀门又漏水了，一直没有人来"
DENIED: Final = "Overtime of three months was struck from the sheet"
LIFT: Final = "三号楼电梯又停了"


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An office with three more policies, their roles bound to different members."""
    with moved_demo(demo, tmp_path_factory.mktemp("callers"), {}) as moved:
        run_policies(moved.settings, HELD, READERS)
        yield moved


@contextmanager
def logging(stage: Stage, name: str, policy: str) -> Generator[Investigator]:
    """A member at the form of a report that comes in under this policy."""
    with person(stage.browser, stage.size, stage.lang) as one:
        member = Investigator(one.page, stage.demo, stage.demo.staff[name], stage.lang)
        member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
        member.sign_in()
        member.find("log-report").click()
        member.find("onbehalf-entity").select_option("group")
        member.find("onbehalf-policy").select_option(policy)
        yield member
        assert one.witness.origins == {stage.demo.desk}


def _channels(member: Investigator) -> list[str]:
    """The names of the policy's own channels, as the page offers them."""
    return member.find("onbehalf-channel").locator("optgroup").first.locator("option").all_inner_texts()


def _registers(member: Investigator) -> str:
    """Seal what stands in the form; gives the number of the case."""
    member.find("onbehalf-seal").click()
    expect(member.find("onbehalf-receipt")).to_be_visible(timeout=SEALING)
    number = member.find("onbehalf-number").inner_text()[-13:]
    assert read_ticket(number) == number
    return number


def _keeps_nothing(member: Investigator, *words: str) -> None:
    """Neither the browser's stores nor its history have a word of it."""
    left = member.page.evaluate(LEFT_BEHIND)
    stored = member.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert not [word for word in words if word in json.dumps(left, ensure_ascii=False) or word in stored]


def _paper(member: Investigator, button: str) -> list[list[str]]:
    """The rows of a paper that a button opens; it is closed again."""
    member.find(button).click()
    rows = member.find("slip").locator("tr").all()
    found = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    member.look("paper")
    member.find("slip-close").click()
    return found


def _is_an_order(rows: list[list[str]], number: str) -> None:
    """The register form under its number, with the department and room for its result and the signatures."""
    assert rows[0] == ["案件编号", number]
    assert {("渠道", "回访或工作人员发现"), ("客户意见", "见举报内容")} <= {(row[0], row[1]) for row in rows}
    assert [row[0] for row in rows[-5:-2]] == ["被投诉部门", "处理结果（由部门填写）", "部门负责人签名、日期"]


def _saved_slip(member: Investigator, browser: Browser, folder: Path) -> str:
    """The reporter's slip as a file; Firefox puts it into the folder and tells its driver nothing of it."""
    member.find("paper-slip").click()
    save = member.find("slip-save")
    if browser.browser_type.name == "chromium":
        with member.page.expect_download() as download:
            save.click()
        path = download.value.path()
    else:
        save.click()
        path, until = folder / "slip.txt", time.monotonic() + PATIENCE / 1000
        while not path.exists() or path.stat().st_size == 0:
            assert time.monotonic() < until, list(folder.iterdir())
            member.page.wait_for_timeout(200)
    member.find("slip-close").click()
    return path.read_text("utf-8")


def test_a_box_is_emptied_by_its_role_and_a_work_order_goes_out(
    office: MovedDemo, browser: Browser, firefox_downloads: Path
) -> None:
    """P15: the department manager is refused at the box, and logs what staff found as an order that can be printed."""
    with logging(Stage(office, browser, "desktop", "zh"), B, CALLBACK) as member:
        find = member.find
        expect(find("onbehalf-channel").locator("option", has_text="投诉箱")).to_have_count(1)
        assert "回访或工作人员发现 → 回访专员" in _channels(member)
        find("onbehalf-channel").select_option("box")
        expect(find("onbehalf-way")).to_contain_text("每天开箱，开箱人：回访专员。")
        find("onbehalf-seal").click()
        expect(find("field-fault")).to_have_text(
            [
                "此渠道由 回访专员 登记",
                "请选择投诉类别。",
                "请填写“对方所述经过”。",
            ]
        )
        member.look("refused")
        find("onbehalf-channel").select_option("staff")
        expect(find("onbehalf-say-first")).to_have_count(0)
        # The policy calls kind and category alike: it is asked for once.
        expect(find("onbehalf-kind")).to_be_hidden()
        find("onbehalf-category").select_option("complaint")
        find("onbehalf-account").fill(LEAK)
        find("onbehalf-more").locator("summary").click()
        find("onbehalf-order").select_option("department-manager")
        number = _registers(member)
        _is_an_order(_paper(member, "paper-order"), number)
        slip = _saved_slip(member, browser, firefox_downloads)
        assert (number in slip, "客户意见" in slip) == (True, False)
        _keeps_nothing(member, LEAK, number)
        find("onbehalf-done").click()
        member.settled()
        member.open(LEAK)
        expect(find("onbehalf-line")).to_contain_text("工作人员发现")
        expect(find("case")).to_contain_text("register-form.txt")


def test_whom_it_is_about_is_asked_before_the_account_and_gets_no_key(office: MovedDemo, browser: Browser) -> None:
    """P07: a complaint about HR by the hotline; who will read it, and to whom it goes, is said before it is typed."""
    with logging(Stage(office, browser, "phone", "en"), A, APPEAL) as member:
        find = member.find
        expect(find("onbehalf-way")).to_contain_text("Under the policy this goes to: HR department.")
        expect(find("onbehalf-readers")).to_contain_text("Investigator B")
        find("onbehalf-concerned-hr").check()
        expect(find("onbehalf-readers")).to_have_text(
            "Will be able to read it: Investigator A, Investigator C, Registrar A."
        )
        expect(find("onbehalf-way")).to_contain_text("The next to receive it: Head of the department.")
        expect(find("onbehalf-say-first")).to_contain_text("You are told that your complaint has arrived")
        find("onbehalf-seal").click()
        expect(find("field-fault")).to_have_count(4)
        expect(find("field-fault").first).to_have_text("State what the caller agreed to.")
        member.look("missing")
        find("onbehalf-consent").select_option("minutes")
        find("onbehalf-category").select_option(index=1)
        find("onbehalf-account").fill(DENIED)
        find("onbehalf-field-demand").fill("Pay for the overtime")
        find("onbehalf-checked").select_option("agreed")
        _registers(member)
        expect(find("onbehalf-can-read")).not_to_contain_text("Investigator B")
        assert ["What is asked for", "Pay for the overtime"] in _paper(member, "paper-register")
        find("onbehalf-done").click()
        member.settled()
        member.open(DENIED)
        assert member.holder(B).count() == 0


def test_what_the_text_requires_may_stay_open_only_knowingly(office: MovedDemo, chromium: Browser) -> None:
    """P05: the time is asked for at its field; who can't say it is registered all the same."""
    with logging(Stage(office, chromium, "desktop", "zh"), A, OWNERS) as member:
        find = member.find
        expect(find("onbehalf-unnamed")).to_contain_text("投诉人的基本信息")
        expect(find("onbehalf-field-person")).to_have_count(0)
        find("onbehalf-consent").select_option("refused")
        find("onbehalf-category").select_option(index=1)
        find("onbehalf-account").fill(LIFT)
        find("onbehalf-checked").select_option("not-yet")
        find("onbehalf-seal").click()
        expect(find("field-fault")).to_have_text("制度要求填写“时间”，请询问对方。")
        find("onbehalf-without").check()
        _registers(member)
        assert ["时间", "未提供"] in _paper(member, "paper-register")
        find("onbehalf-done").click()
