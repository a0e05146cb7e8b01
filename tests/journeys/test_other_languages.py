"""An office in French alone, and one in three languages, on the reporter's page in Chinese and in English."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from casework.policy.reader import shipped_bindings
from crypto.keys.staff import draw_staff_seed, staff_keys
from portal.office import (
    EnrolledMember,
    FoundedOffice,
    OfficeText,
    init_office,
    read_config,
    sample_config_text,
    sign_directory,
)
from portal.office.sample import SAMPLE_MEMBERS
from portal.settings import read_settings
from portal.stores.schemas import upgrade_stores
from tests.journeys.reporter import PATIENCE, hook
from tests.support.offices.officer_desk import serving
from tests.support.servers.cheap_key_derivation import build_light_intake, lightly
from tests.support.stores.backends import embedded_stores

ROOT = Path(__file__).resolve().parents[2]
POLICY = "company-whistleblowing"
TEXT = re.compile(r'zh = "([^"]*)"(,?\s+)en = "([^"]*)"')
FRENCH, ALL = r'fr = "FR \3"', r'zh = "\1"\2en = "\3"\2fr = "FR \3"'


def found(folder: Path, texts: str) -> FoundedOffice:
    """The sample office and its policy with their texts written so, French being the language of both."""

    def written(text: str) -> str:
        return re.sub(r'^language = "zh"', 'language = "fr"', TEXT.sub(texts, text), flags=re.MULTILINE)

    own = folder / "office/texts"
    own.mkdir(parents=True)
    policy = (ROOT / f"casework/policies/{POLICY}.toml").read_text("utf-8")
    (own / f"{POLICY}.toml").write_text(written(policy), "utf-8")
    (own / f"{POLICY}.bindings.toml").write_text(written(shipped_bindings(POLICY).decode()), "utf-8")
    sample = sample_config_text().replace(
        "edge = { zh", 'emergency = { zh = "打 110", en = "Call 110" }\nedge = { zh', 1
    )
    today = datetime.now(UTC).date()
    office = init_office(folder / "office", read_config(written(sample)), today)
    keys = {one.id: staff_keys(draw_staff_seed(os.urandom), office.office, one.id) for one in SAMPLE_MEMBERS}
    names = {one.id: OfficeText(root={**one.name.root, "fr": f"FR {one.name.root['en']}"}) for one in SAMPLE_MEMBERS}
    if texts == FRENCH:
        names = {one: OfficeText.of(fr=name.root["fr"]) for one, name in names.items()}
    members = [
        EnrolledMember(one.id, one.role, names[one.id], keys[one.id].recipient, keys[one.id].signing_key)
        for one in SAMPLE_MEMBERS
    ]
    sign_directory(office.folder, members, office.keepers, today)
    return office


@pytest.fixture(scope="module", params=[FRENCH, ALL], ids=["french", "all"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, bool]]:
    """The origin of its pages, its code, and whether all is in French alone."""
    folder = tmp_path_factory.mktemp("languages")
    settings = read_settings({**embedded_stores(folder).variables(), "YANLU_DATA": str(folder)})
    office = found(folder, request.param)
    upgrade_stores(settings)
    with lightly(), serving(build_light_intake(settings, lambda: datetime.now(UTC))) as origin:
        yield origin.replace("127.0.0.1", "localhost"), office.code, request.param == FRENCH


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_shows_each_text_in_its_language_or_says_which_it_is_in(
    served: tuple[str, str, bool], browser: Browser, language: str
) -> None:
    """First page and questions: names, seats, what the edge records, the policy; what is not there is marked French."""
    origin, code, french = served
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{origin}/{language}/#c={code}")
    expect(hook(page, "office-verified")).to_be_visible(timeout=PATIENCE)
    hook(page, "first-entity").select_option("group")
    places = ("office-verified", "danger", "keepers", "edge")
    for place in places:
        marked = hook(page, place).locator('[lang="fr"]')
        if french:
            expect(marked.first).to_contain_text("FR ")
        else:
            expect(marked).to_have_count(0)
    own = {"zh": "示例集团举报受理单位", "en": "Sample Group reporting office"}[language]
    name = hook(page, "office-verified")
    expect(name).to_contain_text("FR Sample Group reporting office" if french else own)
    hook(page, "go-report").click()
    expect(hook(page, "step-title")).to_be_visible(timeout=PATIENCE)
    marked = page.locator('main [lang="fr"]')
    if french:
        assert "FR Sample Group Ltd" in marked.all_inner_texts()
    else:
        expect(marked).to_have_count(0)
        assert "FR " not in page.locator("main").inner_text()
    context.close()
