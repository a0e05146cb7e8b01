"""A line on which what is posted arrives and its answer does not."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.reporter import SEALING

LOSES = """(end) => {
  const [fetched, statuses] = [window.fetch, []];
  window.fetch = async (path, init) => {
    const answer = await fetched(path, init);
    if (init?.method !== "POST" || !path.endsWith(end)) return answer;
    statuses.push(answer.status);
    throw new TypeError("no answer");
  };
  window.found = () => { window.fetch = fetched; return statuses; };
}"""


def press_and_lose_the_answer(page: Page, end: str, press: Locator, said: Locator, words: str) -> None:
    """Press while the answer to what is posted at paths that end so is lost: the page says so."""
    page.evaluate(LOSES, end)
    press.click()
    expect(said).to_contain_text(words, timeout=SEALING)
    assert page.evaluate("() => window.found()") == [201]
