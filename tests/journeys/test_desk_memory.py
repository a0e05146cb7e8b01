"""A member's own device remembers cases, sealed: the next sign-in asks for none, and nobody else reads a word."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.journeys.demo import Demo, copy_demo, made_once, running_demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE
from tests.support.attacks.case_files import cases_asked

pytestmark = pytest.mark.timeout(1800)
HOLDER = "investigator-b"
"""Holds every case of the demo."""
STEP = 16 * 1024 * 1024
# The size of each record on the disk, and which of the words stand in any of them in clear.
READ_DISK = """async (words) => {
  const sizes = [], found = [];
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const rows = await done(database.transaction(store).objectStore(store).getAll());
      for (const row of rows) {
        sizes.push(row.byteLength);
        const bytes = new Uint8Array(row);
        for (const encoding of ["utf-8", "utf-16le"]) {
          const text = new TextDecoder(encoding).decode(bytes);
          found.push(...words.filter((word) => text.includes(word)));
        }
      }
    }
    database.close();
  }
  return { sizes, found };
}"""


@pytest.fixture(scope="module")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that no other journey has worked in: what waits for a second signature there is fetched each time."""
    base, folder = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("memory")
    whole_run = base.parent if hasattr(request.config, "workerinput") else base
    copy_demo(made_once(whole_run / "made-demo"), folder)
    with running_demo(folder, light=True) as running:
        yield running


@contextmanager
def _case_calls(page: Page) -> Iterator[list[str]]:
    """The cases that the page asks for meanwhile."""
    calls: list[str] = []

    def note(request: Request) -> None:
        calls.extend(cases_asked(request.url))

    page.on("request", note)
    yield calls
    page.remove_listener("request", note)


def _signs_in(context: BrowserContext, demo: Demo, *, own: bool) -> tuple[Investigator, list[str]]:
    """A sign-in in a new tab, saying whether the device is the member's own; gives the calls for cases too."""
    member = Investigator(context.new_page(), demo, demo.staff[HOLDER], "zh")
    member.fill_sign_in()
    member.page.locator("#remember").set_checked(own)
    with _case_calls(member.page) as calls:
        member.page.locator("#sign-in-go").click()
        member.let_in()
    return member, calls


def _signs_out(member: Investigator) -> None:
    member.page.locator("#sign-out").click()
    expect(member.page.locator("#sign-in-form")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_the_next_sign_in_asks_for_no_case(demo: Demo, kind: str, request: pytest.FixtureRequest) -> None:
    """Shown, searched and read from memory; an answer fetches the case first; forgotten when the member says so."""
    browser: Browser = request.getfixturevalue(kind)
    with browser.new_context(viewport={"width": 1280, "height": 860}) as context:
        first, calls = _signs_in(context, demo, own=True)
        first.find("view-open").click()
        titles = first.page.locator("#rows .row-title").all_inner_texts()
        number = first.find("row-number").first.inner_text()
        assert len(calls) >= len(titles) > 1
        _signs_out(first)
        disk = first.page.evaluate(
            READ_DISK, [*(title for title in titles if len(title) > 5), number, HOLDER, "to_office"]
        )
        assert (disk["found"], [size % STEP for size in disk["sizes"]]) == ([], [0])
        again, calls = _signs_in(context, demo, own=True)
        assert calls == []
        _works(again, titles)
        _signs_out(again)
        other, calls = _signs_in(context, demo, own=False)
        assert len(calls) >= len(titles)
        _signs_out(other)
        assert other.page.evaluate(READ_DISK, [])["sizes"] == []
        last, _ = _signs_in(context, demo, own=True)
        _is_on_disk(last)
        _forgets(last)
        last.page.reload()
        last.settled()
        assert last.page.evaluate(READ_DISK, [])["sizes"] == []
        _signs_out(last)
        assert last.page.evaluate(READ_DISK, [])["sizes"] == []
        assert not last.page.locator("#remember").is_checked()


def _is_on_disk(member: Investigator) -> None:
    """What was fetched is written down some time after the list is drawn."""
    until = time.monotonic() + PATIENCE / 1000
    while member.page.evaluate(READ_DISK, [])["sizes"] == []:
        assert time.monotonic() < until
        member.page.wait_for_timeout(300)


def _forgets(member: Investigator) -> None:
    """Under “My keys”, where the remembered secret is never shown and what to do about a lost device is said."""
    member.page.locator("#my-keys").click()
    secrets = member.page.locator('[data-test="my-keys-dialog"] input.mono')
    expect(secrets.first).to_have_value(member.sign.device_secret)
    assert {one.get_attribute("type") for one in secrets.all()} == {"password"}
    expect(member.find("device-lost")).to_contain_text("请立即告知管理员")
    member.find("device-forget").click()
    expect(member.find("device-kept")).to_contain_text("没有记住")
    expect(member.find("device-forget")).to_have_count(0)
    assert {(one.get_attribute("type"), one.input_value()) for one in secrets.all()} == {("text", "")}
    member.find("my-keys-close").click()


def _works(member: Investigator, titles: list[str]) -> None:
    """Everything is there; reading asks for nothing, and a note goes into the case as it stands on the server."""
    member.find("view-open").click()
    assert member.page.locator("#rows .row-title").all_inner_texts() == titles
    with _case_calls(member.page) as calls:
        member.find("case-row").first.click()
        expect(member.page.locator("#case-title")).to_be_visible()
        expect(member.find("moment").first).to_be_visible()
        assert calls == []
        member.note("From memory, into the record.")
    assert calls
