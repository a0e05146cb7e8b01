"""Languages are folders: what stands in them decides which there are and who gets which."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.localized import Words, localized
from portal.languages import DEFAULT, SOURCE, LanguageRefused, in_language, languages, read_languages, spoken


def a_folder(place: Path, tag: str, text: str) -> None:
    """A language by its file alone."""
    (place / tag).mkdir(parents=True, exist_ok=True)
    (place / tag / "language.toml").write_text(text, "utf-8")


def three(place: Path) -> Path:
    """Both languages that there must be, and one that is written from the right."""
    a_folder(place, DEFAULT, 'name = "中文"\nlang = "zh-CN"')
    a_folder(place, SOURCE, 'name = "English"\nlocale = "en-GB"')
    a_folder(place, "ar", 'name = "العربية"\ndirection = "rtl"')
    return place


def test_a_folder_makes_a_language(tmp_path: Path) -> None:
    """The default comes first, and what a file leaves out follows from the tag."""
    found = read_languages(three(tmp_path))
    assert list(found) == [DEFAULT, "ar", SOURCE]
    arabic = found["ar"]
    assert (arabic.lang, arabic.locale, arabic.direction) == ("ar", "ar", "rtl")
    assert (found["zh"].locale, found["en"].lang, found["en"].locale) == ("zh-CN", "en", "en-GB")


def test_a_draft_is_not_there_yet(tmp_path: Path) -> None:
    """Its catalogues may lie there half written: nobody is offered it."""
    a_folder(three(tmp_path), "ar", 'name = "العربية"\ndraft = true')
    assert "ar" not in read_languages(tmp_path)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("Arabic", 'name = "العربية"'),
        ("ar", 'direction = "rtl"'),
        ("ar", 'name = "العربية"\ndirection = "up"'),
        ("ar", 'name = "العربية"\ncolour = "red"'),
        ("ar", "name = "),
    ],
)
def test_a_faulty_language_is_refused(tmp_path: Path, tag: str, text: str) -> None:
    """A folder that is no tag, a file without a name, a direction that there is not, a key that nobody reads."""
    a_folder(three(tmp_path), tag, text)
    with pytest.raises(LanguageRefused, match=tag):
        read_languages(tmp_path)


def test_the_default_and_the_source_must_be_there(tmp_path: Path) -> None:
    """Without one of them nobody could be answered."""
    a_folder(tmp_path, DEFAULT, 'name = "中文"')
    with pytest.raises(LanguageRefused, match=SOURCE):
        read_languages(tmp_path)


@pytest.mark.parametrize(
    ("wish", "tag"),
    [
        ("zh_CN.UTF-8", "zh"),
        ("zh-Hans-SG", "zh"),
        ("EN", "en"),
        ("pt", "pt-BR"),
        ("pt_PT@euro", "pt-BR"),
        ("fr", None),
        ("C.UTF-8", None),
        ("", None),
        (None, None),
    ],
)
def test_a_wish_finds_the_nearest_language(wish: str | None, tag: str | None) -> None:
    """The tag itself, then without its region and script, then another region's of the same language."""
    assert spoken(wish, ("zh", "en", "pt-BR")) == tag


def test_words_are_said_in_the_language_that_is_asked_for() -> None:
    """A document's text as its authors wrote it; the code's own in English where no catalogue has it."""
    assert in_language(localized({"en": "Works", "fr": "Usine"}, "en"), "fr") == "Usine"
    assert in_language(Words("工厂", "Works"), "zh") == "工厂"
    assert in_language(Words("工厂", "Works"), "fr") == "Works"
    assert {DEFAULT, SOURCE} <= languages().keys()
