"""Reporters before the real report page in one Chromium tab: told, sent, finished, with or without a name.

Page and script are those that intake serves, light (tests/support/servers/cheap_key_derivation.py), and run to their
own finishing post.
Only the fingers are ours: a script inside presses the buttons and fills the fields, since to do it from outside costs
more than all the page does. A page is loaded for every so many reports; in between it is begun again, from the gate
on, by the button that it shows when the line was down ("Try again"): what is compiled then stays compiled.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, Request

import crypto
from crypto.framing import sha256
from tests.support.servers.cheap_key_derivation import LIGHT

SECONDS = 120
NAME = "王小明"
AT_ONCE = 10
SMALL = 200
"""Bytes of the attachment."""
OFFICE = "**/office/office.json"
VISIT = """
async ({ seconds, name, finishes, content }) => {
  const found = (selector) => new Promise((resolve, reject) => {
    const seen = () => document.body.innerText.slice(0, 500);
    const late = setTimeout(() => reject(new Error(`no ${selector} in: ${seen()}`)), 1000 * seconds);
    const look = () => {
      const one = document.querySelector(selector);
      if (one === null) return false;
      clearTimeout(late);
      resolve(one);
      return true;
    };
    if (look()) return;
    const watching = new MutationObserver(() => look() && watching.disconnect());
    watching.observe(document, { childList: true, subtree: true, attributes: true });
  });
  const hook = (named) => found(`[data-test="${named}"]`);
  const press = async (named) => (await hook(named)).click();
  const write = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const step = async (named) => {
    await found(`[data-step="${named}"]`);
    return () => press("next");
  };
  const tell = async () => {
    let next = await step("about");
    document.querySelector('[name="entity"]')?.click();
    document.querySelector('[name="policy"]')?.click();
    await press("category-bribery");
    write(await hook("account"), "验收单是假的。");
    await next();
    next = await step("files");
    const chosen = new DataTransfer();
    chosen.items.add(new File([Uint8Array.from(content)], "a.bin"));
    const input = await hook("file-input");
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    await hook("file");
    await next();
    await (await step("people"))();
    await found('[data-step="review"]');
    await press("send");
    await hook("receipt-screen");
    return [...document.querySelectorAll('[data-test="receipt-group"]')].map((group) => group.textContent);
  };
  const groups = await tell();
  if (!finishes) return groups.join("");
  for (const box of document.querySelectorAll('[data-test="proof-input"]')) write(box, groups[box.dataset.group - 1]);
  await press("finish");
  await found('[data-offer="naming"]');
  if (name !== null) {
    await press("level-sealed");
    write(await hook("naming-name"), name);
    write(await hook("naming-contact"), "13800000000");
  }
  await press("offer-next");
  await hook("finished");
  return groups.join("");
}
"""
# The gate that could not reach the office shows the button first of all.
KEEP_AGAIN = """
() => new Promise((resolve) => {
  const look = () => {
    window.again = document.querySelector('[data-test="gate-refused"] button');
    if (window.again === null) setTimeout(look, 20);
    else resolve();
  };
  look();
})
"""
VISITS = f"""
async (visits) => {{
  const visit = {VISIT.strip()};
  const receipts = [];
  for (const one of visits) {{
    window.again.click();
    receipts.push(await visit(one));
  }}
  return receipts;
}}
"""


@dataclass(frozen=True)
class Visit:
    """What one reporter does after the receipt: has a name sealed or not, and types the groups or goes away."""

    named: bool
    finishes: bool = True


def _cut(visits: Sequence[Visit], size: int) -> list[Sequence[Visit]]:
    return [visits[at : at + size] for at in range(0, len(visits), size)]


@dataclass
class Reporters:
    """One tab in which reporter after reporter comes; `loads`: after how many the page is loaded again."""

    page: Page
    entry: str
    office: bytes
    loads: int
    # Of the posts that left the page, by mailbox.
    packets: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])

    def __post_init__(self) -> None:
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/api/posts"):
            post = crypto.read_post(request.post_data_json)
            self.packets[sha256(post.token)] = post.identity

    def _load(self) -> None:
        self.page.route(OFFICE, lambda route: route.abort())
        self.page.goto("about:blank")
        self.page.goto(self.entry)
        self.page.evaluate(KEEP_AGAIN)
        self.page.unroute(OFFICE)

    def _visit(self, visits: Sequence[Visit]) -> list[bytes]:
        asked = [
            {
                "seconds": SECONDS,
                "name": NAME if one.named else None,
                "finishes": one.finishes,
                "content": list(os.urandom(SMALL)),
            }
            for one in visits
        ]
        return [self._mailbox(receipt) for receipt in self.page.evaluate(VISITS, asked)]

    def _mailbox(self, receipt: str) -> bytes:
        return crypto.derive_reporter(crypto.read_receipt(receipt), self.office, LIGHT).mailbox_id

    def send(self, visits: Sequence[Visit]) -> list[tuple[bytes, bytes]]:
        """Lets them come; gives mailbox and packet of the finishing post of each, in the order of arrival."""
        mailboxes: list[bytes] = []
        for few in _cut(visits, self.loads):
            self._load()
            for some in _cut(few, AT_ONCE):
                mailboxes += self._visit(some)
        return [(mailbox, self.packets.get(mailbox, b"")) for mailbox in mailboxes]


@contextmanager
def reporters(browser: Browser, intake: str, code: str, office: bytes, loads: int) -> Generator[Reporters]:
    """A tab before the report page of an office, and nothing of it afterwards."""
    with browser.new_context(viewport={"width": 360, "height": 640}) as context:
        yield Reporters(context.new_page(), f"{intake}/zh/report/#c={code}", office, loads)
