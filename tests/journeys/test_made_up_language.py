"""A made-up language, written from the right, added by files alone: on every page, in commands, errors and letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from portal.wiring.intake import build_intake
from tests.support.browsers.typescript_tests import served
from tests.support.offices.officer_desk import serving
from tests.support.offices.ten_members import make_ten
from tests.support.samples.made_up_language import ROOT, TAG, add_language, copy_of_the_product, in_made_up, ran
from tests.support.stores.backends import embedded_stores

pytestmark = pytest.mark.timeout(600)
PATIENCE = 60_000
# Every text that is seen, but for what says that it is in another language.
SEEN = """() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (at.closest("script, style, noscript, template") || at.closest("[lang]") !== document.documentElement) continue;
    texts.push(walker.currentNode.data);
  }
  for (const one of document.querySelectorAll("[title], [aria-label], [placeholder]"))
    if (one.closest("[lang]") === document.documentElement)
      texts.push(one.title, one.getAttribute("aria-label") ?? "", one.getAttribute("placeholder") ?? "");
  return texts;
}"""
# Names of files, of commands and of keys that stand in no catalogue.
NAMES = re.compile(
    r"\S*/\S+|yanlu-[a-z-]+\.(html|json)|yanlu( [a-z-]+)+|[a-z-]+\.(json|toml)|UTC|[0-9A-Z]{4}(-[0-9A-Z]{4})+"
)
FOREIGN = re.compile("[A-Za-z\u4e00-\u9fff]")
LETTER = """
from casework.letters.templates import Letter
from casework.letters.composing import Facts, as_text, compose
from casework.letters.paper import pdf
facts = Facts(office="1", policy="2", ticket="3", received="2026-11-24", today="2026-11-25")
paper = compose(Letter.EXTENSION, "qaa", facts, {"before": "2026-12-01", "due": "2026-12-08", "reason": "4"})
assert pdf(paper).startswith(b"%PDF")
print(as_text(paper))
"""
ERROR = """
from flask import Flask
from portal.errors import answer_errors
app = Flask("x")
answer_errors(app)
answer = app.test_client().get("/nowhere", headers={"Accept-Language": "qaa, en;q=0.5"})
print(answer.headers["Content-Language"], answer.json["title"], answer.json["detail"])
"""
NOTICE = """
from portal.notices.letter import Text, words
print(*(said for text in Text for said in words("qaa", text)))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product with one language more, built."""
    place = copy_of_the_product(tmp_path_factory.mktemp("made-up"))
    add_language(place)
    done = ran(place, "-m", "portal.site_build.pages")
    assert done.returncode == 0, done.stderr
    return place


def foreign(texts: list[str]) -> list[str]:
    """What is neither in the made-up language nor a name."""
    return [one for one in texts if FOREIGN.search(NAMES.sub("", one))]


def test_no_file_of_code_was_changed(tree: Path) -> None:
    """The copy differs from the product in catalogues and texts, and in nothing that runs."""
    code = [*(ROOT / "portal").rglob("*.py"), *(ROOT / "templates").rglob("*.ts")]
    assert all((tree / one.relative_to(ROOT)).read_bytes() == one.read_bytes() for one in code)


@pytest.mark.parametrize("face", ["intake", "desk", "watch"])
def test_every_page_is_in_it(tree: Path, chromium: Browser, face: str) -> None:
    """Each says its language and its direction, shows no sentence of another, and is offered by the others."""
    site = tree / "portal/site" / face
    paths = sorted(one.relative_to(site).as_posix() for one in (site / TAG).rglob("*.html"))
    assert len(paths) == len(list((site / "zh").rglob("*.html")))
    with served(site) as address, chromium.new_context(locale="fi-FI") as context:
        page = context.new_page()
        for path in paths:
            page.goto(f"{address}{path}")
            expect(page.locator("html")).to_have_attribute("dir", "rtl")
            expect(page.locator("html")).to_have_attribute("lang", TAG)
            page.wait_for_load_state("networkidle")
            assert (path, foreign(page.evaluate(SEEN))) == (path, [])
        page.goto(address)
        expect(page.locator(f'a[hreflang="{TAG}"]:visible')).to_have_text(in_made_up("Made up"))
        page.goto(f"{address}zh/")
        expect(page.locator(f'a[hreflang="{TAG}"]:visible')).to_have_attribute("href", f"/{TAG}/")


@pytest.fixture(scope="module")
def intake(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The copy's pages before a real office whose texts are in Chinese and English."""
    folder = tmp_path_factory.mktemp("office")
    settings = read_settings({**embedded_stores(folder).variables(), "YANLU_DATA": str(folder)})
    settings = settings.model_copy(update={"site": tree / "portal/site"})
    made = make_ten(folder)
    upgrade_stores(settings)
    with serving(build_intake(settings, lambda: datetime.now(UTC))) as origin:
        yield origin.replace("127.0.0.1", "localhost"), made.code


def test_a_reporter_walks_in_it(intake: tuple[str, str], chromium: Browser) -> None:
    """The office's own texts say in which language they are; all else is in the page's, and begins at the right."""
    (address, code), sizes = intake, {"width": 390, "height": 844}
    with chromium.new_context(viewport=sizes, locale="fi-FI") as context:
        page = context.new_page()
        page.goto(f"{address}/{TAG}/#c={code}")
        expect(page.locator('[data-test="office-verified"]')).to_be_visible(timeout=PATIENCE)
        assert foreign(page.evaluate(SEEN)) == []
        assert page.locator("main [lang]").count() > 0
        page.locator('[data-test="go-report"]').click()
        expect(page.locator('[data-test="step-title"]')).to_be_visible(timeout=PATIENCE)
        assert foreign(page.evaluate(SEEN)) == []
        assert _leans_right(page)
        page.locator('[data-test="language-zh"]').click()
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
        page.locator(f'[data-test="language-{TAG}"]').click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert foreign(page.evaluate(SEEN)) == []


def _leans_right(page: Page) -> bool:
    """The heading begins at the right edge, and nothing sticks out of the page."""
    return page.evaluate("""() => {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector("[data-test=step-title]"));
      const [text, main] = [range.getBoundingClientRect(), document.querySelector("main").getBoundingClientRect()];
      return main.right - text.right < text.left - main.left + 1 && document.documentElement.scrollWidth <= innerWidth;
    }""")


def test_commands_speak_it(tree: Path) -> None:
    """Help, a list of policies and a refusal; the words of acts come from its catalogue of words."""
    for words, code in ((["--help"], 0), (["policy", "--help"], 0), (["policy", "show", "nothing-of-the-kind"], 1)):
        done = ran(tree, "-m", "portal.cli", "--lang", TAG, *words)
        assert bool(done.returncode) == bool(code), done.stderr
        assert re.search("[\u05d0-\u05ea]{3}", done.stdout + done.stderr)
    acts = ran(tree, "-m", "portal.cli", "--lang", TAG, "policy", "acts").stdout
    assert in_made_up("acknowledge") in acts


@pytest.mark.parametrize("program", [LETTER, ERROR, NOTICE], ids=["letter", "error", "notice"])
def test_the_server_and_the_office_write_it(tree: Path, program: str) -> None:
    """A letter with its PDF, the answer to an error, every notice: no sentence of another language."""
    done = ran(tree, "-c", program)
    assert done.returncode == 0, done.stderr
    assert len(re.findall("[\u05d0-\u05ea]{3}", done.stdout)) > 5
    assert foreign([done.stdout.replace(TAG, "")]) == []
