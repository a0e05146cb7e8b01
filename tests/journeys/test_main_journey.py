"""The main job in two real browsers, on phone and desktop, in Chinese and English."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.demo import Demo, running_demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, Reporter, Told
from tests.journeys.witness import Witness, assert_nothing_left, axe_violations, overflow, watch
from tests.support.servers.postgres import Postgres
from tests.support.servers.s3 import S3
from tests.support.stores.backends import scaled_stores

SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 360, "height": 740}}
WORDS = {
    "zh": ("差旅费重复报销,经手人是同一位主管。", "请问是哪几个月?", "五月和八月。", "九月也有一次。"),
    "en": (
        "Travel costs are claimed twice by one manager.",
        "Which months were it?",
        "May and August.",
        "Once in September too.",
    ),
}
MANY_BYTES = 20_000_000

COMBINATIONS = [
    pytest.param(browser, size, lang, id=f"{browser}-{size}-{lang}")
    for browser in ("chromium", "firefox")
    for size in ("desktop", "phone")
    for lang in ("zh", "en")
]


@dataclass
class Person:
    """One browser context of one person, watched; `wrong` gathers what no page may show."""

    context: BrowserContext
    page: Page
    witness: Witness
    wrong: list[str]
    looked: set[str] = field(default_factory=set[str])

    def inspect(self, step: str) -> None:
        """Run axe and look for sideways scroll, the first time that this step is in view."""
        if step in self.looked:
            return
        self.looked.add(step)
        self.wrong += axe_violations(self.page)
        if (beyond := overflow(self.page)) > 0:
            self.wrong.append(f"{self.page.url} is {beyond} px too wide at {step}")


@contextmanager
def person(browser: Browser, size: str, lang: str, zone: str = "UTC") -> Iterator[Person]:
    """A fresh context, whose clock is of this time zone; afterwards nothing may have gone wrong in it."""
    locale = "zh-CN" if lang == "zh" else "en-GB"
    with browser.new_context(viewport=SIZES[size], locale=locale, timezone_id=zone, accept_downloads=True) as context:  # pyright: ignore[reportArgumentType]
        witness = watch(context)
        one = Person(context, context.new_page(), witness, [])
        yield one
        assert one.wrong == [], "\n".join(one.wrong)
        assert witness.complaints == []


@dataclass
class Stage:
    """Who plays in a journey and with which words."""

    demo: Demo
    browser: Browser
    size: str
    lang: str

    @contextmanager
    def reporter(self) -> Iterator[Reporter]:
        """A reporter who leaves nothing behind."""
        with person(self.browser, self.size, self.lang) as one:
            reporter = Reporter(one.page, self.demo.intake, self.demo.code, self.lang)
            reporter.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
            yield reporter
            assert_nothing_left(one.page, one.context)
            assert one.witness.origins == {self.demo.intake}

    @contextmanager
    def member(self, name: str) -> Iterator[Investigator]:
        """A member, signed in."""
        with person(self.browser, self.size, self.lang) as one:
            member = Investigator(one.page, self.demo, self.demo.staff[name], self.lang)
            member.look = one.inspect  # pyright: ignore[reportAttributeAccessIssue]
            member.sign_in()
            yield member
            assert one.witness.origins == {self.demo.desk}


def _report(stage: Stage, words: str, big: Path) -> str:
    with stage.reporter() as reporter:
        return reporter.report(Told(words, "bribery", [big], entity="ireland"))


def _answer(holder: Investigator, words: str, question: str) -> None:
    holder.open(words)
    expect(holder.find("account")).to_contain_text(words)
    expect(holder.find("attachment")).to_have_count(1)
    holder.take()
    holder.reply(question)


def _come_back(stage: Stage, receipt: str, question: str, answer: str) -> None:
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("thread")).to_contain_text(question)
        reporter.reply(answer)


def _hand_over(first: Investigator, colleague: Investigator, words: str, answer: str) -> None:
    """The first holder adds the colleague, who removes both first holders."""
    first.refresh()
    first.open(words)
    expect(first.find("thread")).to_contain_text(answer)
    first.add(colleague.sign.id)
    colleague.open(words)
    expect(colleague.find("thread")).to_contain_text(answer)
    colleague.remove(first.sign.id)
    colleague.remove("investigator-b")
    first.refresh()
    assert not first.shows(words)


def _last_message(
    stage: Stage, first: Investigator, colleague: Investigator, receipt: str, words: str, last: str
) -> None:
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        reporter.reply(last)
    colleague.refresh()
    colleague.open(words)
    expect(colleague.find("thread")).to_contain_text(last, timeout=PATIENCE)
    first.refresh()
    assert not first.shows(words)
    first.sign_out()


def _walk(stage: Stage, tmp_path: Path, words: str) -> None:
    big = tmp_path / "ledger.bin"
    big.write_bytes(os.urandom(MANY_BYTES))
    account, question, answer, last = WORDS[stage.lang]
    receipt = _report(stage, f"{words}: {account}", big)
    with stage.member("investigator-c") as first:
        _answer(first, words, question)
        _come_back(stage, receipt, question, answer)
        with stage.member("investigator-a") as colleague:
            _hand_over(first, colleague, words, answer)
            _last_message(stage, first, colleague, receipt, words, last)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("kind", "size", "lang"), COMBINATIONS)
def test_a_report_goes_in_sealed_and_an_answer_comes_back(
    kind: str, size: str, lang: str, real_demo: Demo, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Report, receipt, answer, return, reply, a colleague in, the first holders out: only the colleague reads on."""
    browser: Browser = request.getfixturevalue(kind)
    stage = Stage(real_demo, browser, size, lang)
    _walk(stage, tmp_path, f"{kind} {size} {lang}")


@pytest.mark.timeout(1500)
def test_the_main_journey_runs_on_postgresql_and_s3(
    chromium: Browser, postgres: Postgres, s3: S3, tmp_path: Path
) -> None:
    """The same road on six PostgreSQL databases and an S3 store, and nothing of it lies in local files."""
    with scaled_stores(postgres, s3) as stores, running_demo(tmp_path, stores) as scaled:
        _walk(Stage(scaled, chromium, "desktop", "en"), tmp_path, "scaled")
        assert list(scaled.data.glob("*.sqlite")) == []
        assert not any((scaled.data / "blobs").rglob("*"))
