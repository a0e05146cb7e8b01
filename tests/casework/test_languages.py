"""Policies in a language that the pages do not have, alone and beside the others."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from casework.deadlines.calendar_document import calendars_document, read_calendars
from casework.deadlines.calendar_files import read_calendar
from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.errors import CalendarRefused
from casework.policy.binding import bind_policy
from casework.policy.document import read_rules, rules_document
from casework.policy.policy import Policy, policy_document
from casework.policy.questionnaire import read_page
from casework.policy.reader import read_policy
from casework.policy_check.findings import Fault, Severity
from casework.policy_check.lint import lint
from crypto import LocalizedText
from tests.casework.test_policy_readme import blocks
from tests.casework.vector_rows import OFFICES

TEXT = re.compile(r'zh = "([^"]*)", en = "([^"]*)"')


def canteen(texts: str, language: str = "fr") -> Policy:
    """The worked example with its texts written otherwise."""
    text, bindings = (TEXT.sub(texts, one) for one in blocks("README.md"))
    text = re.sub(r'^language = "zh"', f'language = "{language}"', text, flags=re.MULTILINE)
    return bind_policy(read_policy(text.encode(), "canteen.toml"), bindings.encode(), "bindings.toml")


def test_a_policy_in_french_alone_is_published_and_every_page_shows_it_in_french() -> None:
    """Page and rules are read by the strict readers, and both know that what a page shows is French."""
    policy = canteen(r'fr = "FR \2"')
    page = read_page(policy_document(policy))
    assert (page.language, page.title.zh, page.title.en) == ("fr", "FR Canteen complaints", "FR Canteen complaints")
    assert json.loads(policy_document(policy))["title"] == {"fr": "FR Canteen complaints"}
    rules = read_rules(rules_document(policy))
    assert rules_document(rules) == rules_document(policy)
    names = {stage.id: stage.name for stage in rules.rules.stages}
    assert names["received"].zh.startswith("FR ")


def test_what_the_product_adds_to_a_policy_in_french_stays_chinese_and_english_on_those_pages() -> None:
    """Rules of the house and clocks of promises: each is there in the default language, as the format wants it."""
    rules = canteen(r'fr = "FR \2"').rules
    waits = next(clock for clock in rules.clocks if clock.id == "notice-waits")
    assert "视为送达" in waits.name.zh
    assert waits.name.en.startswith("Waiting period before an unread notice")
    promised = next(clock for clock in rules.clocks if clock.id == "promise-acknowledge")
    assert promised.name.zh == promised.name.en
    assert promised.name.en.startswith("FR ")
    assert promised.since
    assert (promised.since.zh, promised.since.en) == ("收到举报", "receipt of the report")


def test_the_linter_warns_of_each_text_that_a_page_shows_in_another_language() -> None:
    """With its place, once for each language of the pages; nothing where all three are there."""
    found = lint(canteen(r'fr = "FR \2"'), "canteen.toml")
    assert {(one.fault, one.level) for one in found} == {(Fault.OTHER_LANGUAGE, Severity.WARNING)}
    titles = [(one.name, one.reason.en) for one in found if one.key == "title"]
    assert [name for name, _ in titles] == ["zh", "en"]
    assert "has no text in “zh”" in titles[0][1]
    assert not [one for one in found if "anywhere" in one.key]
    assert lint(canteen(r'zh = "\1", en = "\2", fr = "FR \2"'), "canteen.toml") == ()
    half = lint(canteen(r'zh = "\1", fr = "FR \2"'), "canteen.toml")
    assert {one.name for one in half} == {"en"}


@pytest.mark.parametrize("language", ["zh", "en", "fr"])
def test_a_policy_in_three_languages_shows_each_page_its_own(language: str) -> None:
    """Whatever its default is."""
    page = read_page(policy_document(canteen(r'zh = "\1", en = "\2", fr = "FR \2"', language)))
    assert (page.title.zh, page.title.en) == ("食堂投诉办法", "Canteen complaints")
    assert policy_document(canteen(r'zh = "\1", en = "\2", fr = "FR \2"', language)).index(b'"en":') > 0


def test_a_text_without_the_language_of_its_page_is_refused() -> None:
    """The reader of pages wants the default in every text, and tags in their one form and order."""
    document = json.loads(policy_document(canteen(r'fr = "FR \2"')))
    for title in (
        {"en": "a"},
        {"FR": "a", "fr": "b"},
        {"fr": ""},
        {},
        {"zh": "a", "fr": "b"},
        {"fr": "a", "zh_CN": "b"},
    ):
        with pytest.raises(Exception, match=r"schema|languages|language|empty|text"):
            read_page(json.dumps(document | {"title": title}).encode())


def test_a_closure_in_french_stands_in_the_calendars_of_an_office_in_french() -> None:
    """Official days keep their own names, and each is there under the document's default."""
    file = 'language = "fr"\ncalendar = "fr"\n[[closures]]\nname = { fr = "Pont" }\nday = 2026-05-15\n'
    calendar = read_calendar(file.encode(), "own.toml").added_to(shipped_calendar("fr"))
    own = next(iter(OFFICES.values()))
    office = Office(calendar, own.zone, own.opens)
    found = read_calendars(calendars_document({"works": office}, 2026, "fr"))["works"].calendar
    closed, official = found.day(date(2026, 5, 15)).name, found.day(date(2026, 7, 14)).name
    assert isinstance(closed, LocalizedText)
    assert isinstance(official, LocalizedText)
    assert (closed.zh, closed.en, closed.language) == ("Pont", "Pont", "fr")
    assert official.en
    assert official.text_in("fr")
    with pytest.raises(CalendarRefused) as refused:
        read_calendar(file.replace('language = "fr"\n', "").encode(), "own.toml")
    assert refused.value.key == "closures[0].name.zh"
