"""What is published of a case, at the desk: not before its time, without names, signed, and read by a colleague."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from casework.protection.publicity import Account
from casework.protection.publicity import public_text as text_of
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Published
from crypto import Answer
from portal.cli.desk.acting import ActionRequest as Do
from portal.cli.desk.case_state import ruled_case
from portal.cli.desk.publication_command import public_text
from portal.cli.reporter.reporting import ReportRequest as Report
from portal.cli.words import Catalogue
from tests.journeys.colleague import colleague, file_report, verified
from tests.journeys.demo import Demo
from tests.journeys.handler import Handler
from tests.journeys.moved import MovedDemo, moved_demo
from tests.journeys.reporter import SEALING
from tests.journeys.test_over_days import acts, handler
from tests.journeys.witness import axe_violations, overflow
from tests.support.offices.role_bindings import run_policies

pytestmark = pytest.mark.timeout(1800)
P01, P19, SAFETY = "org-employee-mediation", "employee-complaint-review-publish", "company-work-safety"
A, B, C = "investigator-a", "investigator-b", "investigator-c"
HELD: Final = {
    P01: {"hr": [B], "superior": [A], "department-head": [A], "leadership": [C]},
    P19: {"hr": [B], "owning-department": [A], "superior": [A], "company": [C]},
}
SAID: Final = {
    "zh": {
        "wait": "办结以后", "role": "人力资源部", "now": "现在可以公布", "frozen": "有权机关办理", "points": "还有可能",
        "signed": "签署公示稿", "first": "先把结果告知", "owner": "归属部门", "own": "原话",
    },
    "en": {
        "wait": "only after it has ended", "role": "HR", "now": "may be published now", "frozen": "An authority",
        "points": "perhaps pointing", "signed": "Text signed for publication", "first": "told the result first",
        "owner": "department",
        "own": "The reporter wrote",
    },
}  # fmt: skip
NAMES: Final = "李四\nWang Wu\n调查员甲"
PARTS: Final = {
    "matter": "李 四扣发工资",
    "finding": "属实，ＷＡＮＧ wu 已确认",
    "result": "补发工资，李四道歉",
    "measures": "",
}
SHOWN: Final = {"matter": "×××扣发工资", "finding": "属实，××× 已确认", "result": "补发工资，×××道歉"}


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedDemo]:
    """An office whose departments are different people."""
    with moved_demo(demo, tmp_path_factory.mktemp("publication"), {}) as moved:
        run_policies(moved.settings, HELD, [A, B, C, "registrar-a"])
        yield moved


def _language(browser: Browser) -> str:
    """Each browser in a language of its own."""
    return "zh" if browser.browser_type.name == "chromium" else "en"


def _mediated(office: MovedDemo, folder: Path, words: str, lang: str) -> None:
    """P01: a case that only waits for its end."""
    told = f"{words}。李四说这是规定，王五也在场看见了全部经过。"
    named = [Answer("persons", "李四、Zhao Liu")]
    file_report(office, Report("group", P01, "unfair", told, lang, answers=named), folder)
    acts(
        office, B, words, folder,
        Do(Act.FILED, to="investigation"), Do(Act.EVIDENCE_GATHERED, text="工资表。"),
        Do(Act.CHECKED, to="mediation"), Do(Act.MEDIATED),
        Do(Act.DECIDED, text="补发扣发的工资。", outcomes=("borne-out",), to="result"),
        Do(Act.MEASURE_SET, text="补发扣发的工资。", measures=("solved",)),
        Do(Act.NOTIFIED, text="投诉属实，补发工资。"), Do(Act.TRACKED, text="补发到账。", to="follow-up"),
    )  # fmt: skip
    # The departments are told by a text of its own kind; a note of the same words is a note.
    posts = text_of(Published.RESULT, Audience.POSTS, SHOWN, lang)
    acts(office, B, words, folder, Do(Act.NOTED, text=posts, publication=True), Do(Act.NOTED, text=posts))


def _status(member: Handler) -> str:
    """What the section says of the rule on cases, else on the result."""
    rules = member.find("publication-rule")
    cases = rules.and_(member.page.locator('[data-what="cases"]'))
    return (cases if cases.count() else rules).last.locator('[data-test="publication-status"]').inner_text()


def _by_command(office: MovedDemo, words: str, folder: Path, lang: str) -> str:
    """The text that the command gives for the same account."""
    with colleague(office, B) as found:
        opened = found.open(str(found.find(words, folder).row["case"]))
        account = Account(dict(PARTS), tuple(NAMES.split("\n")))
        ruled = ruled_case(found.session, opened)
        document, _ = public_text(ruled, Catalogue(lang), Published.CASES, Audience.COMPANY, account)
    return str(document["text"])


def _write(office: MovedDemo, member: Handler, said: dict[str, str]) -> None:
    """Fill the form in; what points to somebody and what the reporter wrote is said until it is gone."""
    assert "属实" in member.find("publication-finding").input_value() or member.lang == "en"
    assert "李四说" not in "".join(member.find(f"publication-{part}").input_value() for part in PARTS)
    known = member.find("publication-names").input_value()
    name = verified(office).member(B)
    assert name is not None
    assert {"李四", "Zhao Liu", name.name.zh} <= set(known.split("\n"))
    for part, text in PARTS.items():
        member.find(f"publication-{part}").fill(text)
    member.find("publication-result").fill("请致电 138 0000 1111，陈经理。王五也在场看见了全部经过")
    care = member.find("publication-care")
    expect(care).to_contain_text(said["points"])
    expect(care).to_contain_text("138 0000 1111")
    expect(care).to_contain_text(said["own"])
    _redrawn_once(member)
    member.find("publication-result").fill(PARTS["result"])
    expect(care).to_be_empty()
    member.find("publication-names").fill(NAMES)


def _redrawn_once(member: Handler) -> None:
    """While somebody types, the preview waits for a pause."""
    observed = "new MutationObserver(() => { window.drawn += 1; }).observe(node, { childList: true })"
    member.find("publication-preview").evaluate(f"node => {{ window.drawn = 0; {observed}; }}")
    member.find("publication-result").press_sequentially("x" * 20, delay=5)
    expect(member.find("publication-preview")).to_contain_text("x" * 20)
    assert member.page.evaluate("window.drawn") < 10


def _saved(member: Handler, browser: Browser, downloads: Path) -> bytes:
    """The text as the page saves it, Firefox in a folder of its own."""
    member.find("publication-print").click()
    save = member.find("publication-save")
    expect(save).to_have_attribute("download", "publication.txt")
    if browser.browser_type.name == "chromium":
        with member.page.expect_download() as download:
            save.click()
        kept = download.value.path()
    else:
        save.click()
        kept = downloads / "publication.txt"
        until = time.monotonic() + SEALING / 1000
        while not kept.is_file() and time.monotonic() < until:
            member.page.wait_for_timeout(200)
    member.find("slip-close").click()
    return kept.read_bytes()


def test_a_case_is_published_as_an_example_once_it_has_ended(
    office: MovedDemo, browser: Browser, tmp_path: Path, firefox_downloads: Path
) -> None:
    """P01: refused before the end; then previewed without names, saved as the command gives it, signed, and read."""
    lang = _language(browser)
    said, words = SAID[lang], f"扣发三个月工资{lang}"
    _mediated(office, tmp_path, words, lang)
    with handler(office, browser, B, lang) as member:
        member.open(words)
        assert said["wait"] in _status(member)
        member.do("closed")
        member.find("view-closed").click()
        member.open(words)
        assert said["now"] in _status(member)
        member.find("act-published").click()
        expect(member.find("publication-form")).to_be_visible()
        assert axe_violations(member.page) == []
        assert overflow(member.page) == 0
        _write(office, member, said)
        expect(member.find("publication-preview")).to_contain_text(SHOWN["finding"])
        paper = member.find("publication-preview").inner_text()
        assert all(part in paper for part in SHOWN.values())
        assert not any(name in paper for name in ("李四", "李 四", "ＷＡＮＧ"))
        text = _saved(member, browser, firefox_downloads)
        assert text.decode() == _by_command(office, words, tmp_path, lang)
        member.find("publication-sign").click()
        expect(member.find("publication-form")).to_have_count(0, timeout=SEALING)
        expect(member.find("published-text")).to_have_count(2)
        assert axe_violations(member.page) == []
    _read_by_a_colleague(office, browser, words, text)


def _read_by_a_colleague(office: MovedDemo, browser: Browser, words: str, text: bytes) -> None:
    """A reader of another role sees what went out, by whom and when, word for word; and may not publish it."""
    lang = _language(browser)
    said = SAID[lang]
    with handler(office, browser, C, lang) as member:
        member.find("view-closed").click()
        member.open(words)
        expect(member.find("published-text")).to_have_count(2)
        expect(member.find("published-unfit")).to_have_count(0)
        sent = member.find("published-text").last
        expect(sent.locator("summary")).to_contain_text(said["signed"])
        sent.locator("summary").click()
        expect(sent).to_contain_text(sha256(text).hexdigest())
        for line in filter(None, text.decode().split("\n")):
            expect(sent).to_contain_text(line)
        assert said["role"] in _status(member)
        expect(member.find("publish")).to_have_count(0)


def test_a_result_waits_for_the_notice_and_an_authority_stops_it(
    office: MovedDemo, chromium: Browser, tmp_path: Path
) -> None:
    """P19: not before the reporter was told, and not while an authority has the case: not even a text at hand."""
    words, said = "评分表被人改过", SAID["zh"]
    file_report(office, Report("group", P19, "complaint", f"{words}。", "zh"), tmp_path)
    routed = Do(Act.ROUTED, codes={"departments": "owning-department"}, to="investigation")
    acts(office, B, words, tmp_path, Do(Act.CHECKED), routed)
    acts(
        office, A, words, tmp_path,
        Do(Act.DEPARTMENT_RECEIVED), Do(Act.EVIDENCE_GATHERED, text="评分表原件。"),
        Do(Act.REPORT_FORMED, text="代签。"), Do(Act.PLAN_DRAFTED, text="重新评分。"),
        Do(Act.REPORT_SUBMITTED, to="audit"),
    )  # fmt: skip
    decided = Do(Act.DECIDED, text="重新评分。", outcomes=("borne-out",), to="notice")
    acts(office, B, words, tmp_path, Do(Act.APPROVED), decided)
    with handler(office, chromium, A, expected=("409 (CONFLICT)",)) as member:
        member.open(words)
        assert said["first"] in _status(member)
        acts(office, B, words, tmp_path, Do(Act.NOTIFIED, text="投诉属实，将重新评分。"))
        member.refresh()
        assert said["now"] in _status(member)
        member.find("publish").click()
        # What the decision says was written for the readers of the case alone.
        expect(member.find("publication-result")).to_have_value("")
        member.find("publication-result").fill("重新评分。")
        acts(office, B, words, tmp_path, Do(Act.HANDED_OVER, text="移交。", codes={"authority": "police"}))
        member.find("publication-sign").click()
        expect(member.find("publication-fault")).not_to_be_empty(timeout=SEALING)
        member.find("publication-cancel").click()
        member.refresh()
        assert said["frozen"] in _status(member)
        expect(member.find("publish")).to_have_count(0)
    with handler(office, chromium, B) as member:
        member.open(words)
        expect(member.find("published-text")).to_have_count(0)
