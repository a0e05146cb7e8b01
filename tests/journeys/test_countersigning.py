"""Under a threshold of two a change of readers waits at the desk until another holder has reviewed and signed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from crypto.office.signed_notes import KeeperKey
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from portal.office import OfficeFolder, sign_directory
from portal.office.draft import members_of
from portal.office.keepers import read_keeper
from tests.journeys.colleague import file_report
from tests.journeys.demo import Demo, running_demo
from tests.journeys.investigator import Investigator
from tests.journeys.liar import NOTHING_SENT
from tests.journeys.reporter import PATIENCE, SEALING
from tests.journeys.test_main_journey import Stage
from tests.support.attacks.case_files import altered_files
from tests.support.commands.yanlu_process import POLICY
from tests.support.offices.sample_office import require_two_signatures

pytestmark = pytest.mark.timeout(900)
A, B, C, OUTSIDE, APPROVER = "investigator-a", "investigator-b", "investigator-c", "outside-a", "approver-a"
WORDS, LONELY = "两人才能改动的一件", "Only one of its readers is left"
EXCHANGED, REMOVED = "Exchanged while somebody writes", "One of its readers is removed"
REQUIRES = {"zh": "受理单位名录规定，变更查看人员须两人签名", "en": "The office directory requires two signatures"}
REGISTRAR = "registrar-a"
SEVERAL, KEEPS_OUT = "几人各有提议的一件", "有人被挡在外面的一件"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own, whose keepers ask for two signatures: the others' office must stay as it is."""
    with running_demo(tmp_path_factory.mktemp("strict"), light=True) as demo:
        folder = OfficeFolder(demo.data / "office")
        require_two_signatures(folder, keepers(folder), today())
        yield demo


def keepers(folder: OfficeFolder) -> list[KeeperKey]:
    """The demo's keepers, who lie beside it."""
    return [read_keeper(file, folder.root().office) for file in sorted((folder.path / "keepers").glob("*.key"))]


def proposes(member: Investigator, whom: str) -> None:
    """Add a colleague, which only proposes it; the page says what requires a second signature."""
    expect(member.find("two-sign")).to_contain_text(REQUIRES[member.lang])
    member.find("add-details").locator("summary").click()
    member.find("add-whom").select_option(whom)
    member.find("add-colleague").click()
    expect(member.find("proposal")).to_be_visible(timeout=SEALING)
    expect(member.holder(whom)).to_have_count(0)
    member.look("proposed")


def keeps_out(member: Investigator, whom: str) -> None:
    """Keep somebody out of the open case for good."""
    member.find("keep-out-details").locator("summary").click()
    member.find("keep-out-whom").select_option(whom)
    member.look("keep-out")
    member.find("keep-out").click()


def looks_again(member: Investigator, words: str) -> None:
    """Refresh and open the case again."""
    member.refresh()
    member.open(words)


def test_a_colleague_comes_in_only_when_another_holder_has_signed(
    strict: Demo, chromium: Browser, firefox: Browser, tmp_path: Path
) -> None:
    """Proposed by one, reviewed by the other; a substituted one is refused; signed, it is in force."""
    file_report(strict, ReportRequest("group", POLICY, "bribery", WORDS, "zh"), tmp_path)
    with Stage(strict, chromium, "phone", "zh").member(A) as first:
        first.open(WORDS)
        proposes(first, OUTSIDE)
        first.find("decline").click()
        expect(first.find("proposal")).to_have_count(0, timeout=SEALING)
        expect(first.moments("regrant-declined")).to_contain_text("撤回了自己于")
        with Stage(strict, firefox, "desktop", "en").member(B) as second:
            # The other desk has signed that it opened the case: the record has grown.
            looks_again(first, WORDS)
            substituted(second, lambda: proposes(first, OUTSIDE))
            second.page.unroute("**/api/cases/*")
            looks_again(second, WORDS)
            expect(second.find("row-asks")).to_have_count(1)
            expect(second.find("proposal-facts")).to_contain_text("New readers")
            second.look("proposal")
            second.find("countersign").click()
            expect(second.holder(OUTSIDE)).to_have_count(1, timeout=SEALING)
            expect(second.find("proposal")).to_have_count(0)
            second.sign_out()
        looks_again(first, WORDS)
        expect(first.holder(OUTSIDE)).to_have_count(1, timeout=PATIENCE)
        first.sign_out()


def with_own_packet(file: dict[str, Any]) -> dict[str, Any]:
    """The file, with its present packet in the place of the proposed one."""
    proposal = file["proposal"]
    return file | {"proposal": proposal and proposal | {"packet": file["packet"]}}


def substituted(member: Investigator, proposed: Callable[[], None]) -> None:
    """The server shows another packet than the one that is proposed now: the page says so and offers no signature."""

    def swap(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=altered_files(route.request.url, answer.body(), with_own_packet))

    member.page.route("**/api/cases/*", swap)
    proposed()
    looks_again(member, WORDS)
    expect(member.find("proposal-refused")).to_be_visible(timeout=PATIENCE)
    # It was only read: what was not sent is no news.
    expect(member.find("proposal-refused")).not_to_contain_text(NOTHING_SENT)
    expect(member.find("countersign")).to_have_count(0)
    member.look("proposal-refused")


def test_what_was_exchanged_under_the_page_is_not_signed(
    strict: Demo, chromium: Browser, firefox: Browser, tmp_path: Path
) -> None:
    """While the other writes, the proposer takes one proposal back and makes another: the signature is for neither."""
    file_report(strict, ReportRequest("group", POLICY, "bribery", EXCHANGED, "en"), tmp_path)
    with Stage(strict, firefox, "desktop", "en").member(B) as second:
        asked = second.questions
        second.wait_for_case(EXCHANGED)
        with Stage(strict, chromium, "phone", "zh").member(A) as first:
            first.open(EXCHANGED)
            proposes(first, OUTSIDE)
            looks_again(second, EXCHANGED)
            second.find("reply").click()
            second.find("compose-text").fill("Which month?")
            first.find("decline").click()
            expect(first.find("proposal")).to_have_count(0, timeout=SEALING)
            first.page.locator(f'[data-test="remove-colleague"][data-member="{APPROVER}"]').click()
            expect(first.find("proposal-facts")).to_contain_text("移除人员", timeout=SEALING)
            second.refresh()
            expect(second.find("proposal-facts")).to_contain_text("New readers: Outside holder A")
            second.find("countersign").click()
            expect(second.find("alarm")).to_contain_text("not the one shown here before", timeout=SEALING)
            assert any("New readers: Outside holder A\n" in words for words in asked), asked
            assert any("not been sent" in words for words in asked), asked
            expect(second.find("proposal-removed")).to_contain_text("Approver A")
            expect(second.holder(OUTSIDE)).to_have_count(0)
            expect(second.holder(APPROVER)).to_have_count(1)
            second.find("countersign").click()
            expect(second.holder(APPROVER)).to_have_count(0, timeout=SEALING)
            assert any("No longer readers: Approver A\n" in words for words in asked), asked
            first.sign_out()
        second.sign_out()


def test_each_holder_has_a_change_waiting_and_is_asked_for_one_after_the_other(
    strict: Demo, chromium: Browser, tmp_path: Path
) -> None:
    """Another's waits, and one's own can be proposed; who declines the first sees the second, and can sign it."""
    file_report(strict, ReportRequest("group", POLICY, "bribery", SEVERAL, "zh"), tmp_path)
    with Stage(strict, chromium, "phone", "zh").member(A) as first:
        first.open(SEVERAL)
        proposes(first, OUTSIDE)
        with Stage(strict, chromium, "desktop", "en").member(B) as second:
            second.open(SEVERAL)
            card = second.find("proposal")
            expect(card).to_have_attribute("data-by", A)
            expect(second.find("own-waits")).to_have_count(0)
            second.page.locator(f'[data-test="remove-colleague"][data-member="{A}"]').click()
            expect(second.find("own-waits")).to_be_visible(timeout=SEALING)
            expect(card).to_have_attribute("data-by", A)
            # One of one's own is the most.
            expect(second.find("remove-colleague")).to_have_count(0)
            expect(second.find("add-details")).to_have_count(0)
            second.look("proposal-beside-own")
            _third_signs_the_second(strict, chromium)
            looks_again(second, SEVERAL)
            expect(second.holder(A)).to_have_count(0, timeout=PATIENCE)
            expect(second.holder(OUTSIDE)).to_have_count(0)
            expect(card).to_have_count(0)
            expect(second.moments("regrant-declined")).to_contain_text(_declined(strict))
        first.refresh()
        assert not first.shows(SEVERAL)


def _declined(strict: Demo) -> str:
    """What the story says to every reader once the third holder has declined what A proposed."""
    who, proposer = (strict.staff[one].name["en"] for one in (APPROVER, A))
    return f"{who} declined the change of readers that {proposer} proposed on "


def _third_signs_the_second(strict: Demo, browser: Browser) -> None:
    """Another holder declines what A proposed, is shown what B did, and signs it."""
    with Stage(strict, browser, "phone", "en").member(APPROVER) as third:
        third.open(SEVERAL)
        expect(third.find("proposal")).to_have_attribute("data-by", A)
        third.look("proposal-first")
        third.find("decline").click()
        expect(third.find("proposal")).to_have_attribute("data-by", B, timeout=SEALING)
        expect(third.moments("regrant-declined")).to_contain_text(_declined(strict))
        expect(third.find("proposal-facts")).to_contain_text("No longer readers")
        third.look("proposal-second")
        third.find("countersign").click()
        expect(third.holder(A)).to_have_count(0, timeout=SEALING)
        expect(third.find("proposal")).to_have_count(0)


@pytest.mark.parametrize(("size", "lang"), [("phone", "zh"), ("desktop", "en")])
def test_the_second_signer_is_shown_whom_a_change_keeps_out_for_good(
    strict: Demo, chromium: Browser, tmp_path: Path, size: str, lang: str
) -> None:
    """One whom no report names: the page says whose name it is, and signs nothing by itself."""
    words = f"{KEEPS_OUT} ({size})"
    file_report(strict, ReportRequest("group", POLICY, "bribery", words, "zh"), tmp_path)
    with Stage(strict, chromium, size, lang).member(A) as maker:
        maker.open(words)
        keeps_out(maker, OUTSIDE)
        expect(maker.find("proposal-excluded")).to_contain_text(strict.staff[OUTSIDE].name[lang], timeout=SEALING)
        # In force only once the other has signed.
        expect(maker.find("excluded")).to_have_count(0)
    with Stage(strict, chromium, size, lang).member(B) as second:
        second.open(words)
        name = strict.staff[OUTSIDE].name[lang]
        expect(second.find("proposal-excluded")).to_contain_text(name, timeout=PATIENCE)
        expect(second.find("proposal-excluded")).to_have_count(1)
        inside = "one => one.getBoundingClientRect().left - one.closest('.notice').getBoundingClientRect().left > 30"
        assert second.find("proposal-excluded").evaluate(inside)
        expect(second.find("countersign")).to_be_visible()
        second.look("proposal-excluded")
        second.find("countersign").click()
        expect(second.find("excluded")).to_contain_text(name, timeout=SEALING)
        option = second.find("add-whom").locator(f'option[value="{OUTSIDE}"]')
        expect(option).to_have_attribute("disabled", "")


def test_where_one_holder_is_left_the_outside_holder_is_asked(
    strict: Demo, chromium: Browser, firefox: Browser, tmp_path: Path
) -> None:
    """The last holder adds the outside holder, who is asked, sees nothing else, signs, and reads the case."""
    file_report(strict, ReportRequest("ireland", POLICY, "bribery", LONELY, "en"), tmp_path)
    folder = OfficeFolder(strict.data / "office")
    with Stage(strict, firefox, "desktop", "en").member(B) as last:
        last.wait_for_case(LONELY)
        left = [member for member in members_of(folder.directory() or "") if member.id != C]
        sign_directory(folder, left, keepers(folder), today())
        looks_again(last, LONELY)
        expect(last.find("lonely")).to_contain_text("You are the only person who can read this case.")
        last.find("lonely-add").click()
        expect(last.find("add-whom")).to_be_focused()
        last.find("add-details").locator("summary").click()
        expect(last.find("case-row").filter(has_text=LONELY).locator('[data-test="row-lonely"]')).to_be_visible()
        proposes(last, OUTSIDE)
        with Stage(strict, chromium, "phone", "zh").member(OUTSIDE) as asked:
            expect(asked.find("asked")).to_have_count(1, timeout=PATIENCE)
            assert not asked.shows(LONELY)
            asked.look("asked")
            asked.find("countersign").click()
            expect(asked.find("asked")).to_have_count(0, timeout=SEALING)
            expect(asked.find("notice")).to_contain_text("本案已在您的列表中", timeout=SEALING)
            asked.open(LONELY)
            expect(asked.find("account")).to_contain_text(LONELY)
            asked.sign_out()
        looks_again(last, LONELY)
        expect(last.holder(OUTSIDE)).to_have_count(1, timeout=PATIENCE)
        expect(last.find("lonely")).to_have_count(0)


def test_anyone_who_is_removed_learns_it_in_the_page_that_is_open(
    strict: Demo, chromium: Browser, firefox: Browser, tmp_path: Path
) -> None:
    """Proposed by one and signed by another: the third one's page says it at the next look, and on a phone in view."""
    file_report(strict, ReportRequest("group", POLICY, "bribery", REMOVED, "en"), tmp_path)
    with Stage(strict, firefox, "desktop", "en").member(B) as gone:
        gone.open(REMOVED)
        with Stage(strict, chromium, "phone", "zh").member(A) as first:
            first.open(REMOVED)
            first.page.locator(f'[data-test="remove-colleague"][data-member="{B}"]').click()
            expect(first.find("proposal")).to_be_visible(timeout=SEALING)
            expect(first.find("case-done")).to_contain_text("第二人签名后生效", timeout=SEALING)
            expect(first.find("case-done")).to_be_visible()
            first.sign_out()
        looks_again(gone, REMOVED)
        expect(gone.find("proposal-leaves")).to_be_visible()
        readers = ", ".join(strict.staff[one].name["en"] for one in (A, REGISTRAR, APPROVER))
        expect(gone.find("proposal-others")).to_contain_text(f"Current readers besides you: {readers}")
        with Stage(strict, chromium, "phone", "zh").member(REGISTRAR) as second:
            second.open(REMOVED)
            second.find("countersign").click()
            expect(second.holder(B)).to_have_count(0, timeout=SEALING)
            case = second.page.locator('[data-test="case-row"][aria-current="true"]').get_attribute("data-case")
            second.sign_out()
        gone.refresh()
        expect(gone.page.locator(f'[data-test="removed"][data-case="{case}"]')).to_have_count(1, timeout=PATIENCE)
        assert not gone.shows(REMOVED)
        gone.sign_out()
