"""The languages that the product speaks: one folder of `templates/locale` each, and nothing lists them besides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.localedata import locale_identifiers
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from crypto.localized import DEFAULT, SOURCE, TAG_FORM, LocalizedText, Words

LOCALE: Final = Path(__file__).resolve().parent.parent / "templates" / "locale"
FILE: Final = "language.toml"
WORDS: Final = "words"
"""The catalogue of words that the code has in Chinese and English side by side: further languages have it alone."""
DIRECTIONS: Final = ("ltr", "rtl")
_TAG: Final = re.compile(TAG_FORM)


class LanguageRefused(Exception):
    """A folder of `templates/locale` is no language: the message says which and why."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: `tag` names its folder and its addresses, `lang` stands in pages, `locale` writes days."""

    tag: str
    name: str
    lang: str
    locale: str
    direction: str


def read_languages(locale: Path = LOCALE) -> dict[str, Language]:
    """Every language by its tag, the default one first, then by tag; one that is a `draft` is not there yet.

    Raises LanguageRefused.
    """
    found = [_read(folder) for folder in sorted(locale.iterdir()) if (folder / FILE).is_file()]
    ready = {one.tag: one for one in found if one is not None}
    if not {DEFAULT, SOURCE} <= ready.keys():
        raise LanguageRefused(f"{locale} lacks {DEFAULT} or {SOURCE}")
    return {DEFAULT: ready[DEFAULT]} | ready


def _read(folder: Path) -> Language | None:
    if _TAG.fullmatch(folder.name) is None:
        raise LanguageRefused(f"{folder} is not named by a language tag")
    try:
        row = tomllib.loads((folder / FILE).read_text("utf-8"))
        name, direction = str(row["name"]), str(row.get("direction", DIRECTIONS[0]))
    except (OSError, ValueError, KeyError) as error:
        raise LanguageRefused(f"{folder / FILE}: no name") from error
    if row.keys() - {"name", "lang", "locale", "direction", "draft"} or direction not in DIRECTIONS:
        raise LanguageRefused(f"{folder / FILE}: name, lang, locale, direction (ltr, rtl) and draft are all there is")
    lang = str(row.get("lang", folder.name))
    return None if row.get("draft") else Language(folder.name, name, lang, str(row.get("locale", lang)), direction)


def names_of(language: Language) -> dict[str, str]:
    """What a page's script is given beside its sentences: the tag, where it is not their own, and the locale."""
    return ({} if language.tag == SOURCE else {"": language.tag}) | {"-": language.locale}


@cache
def languages() -> Mapping[str, Language]:
    """The languages of this installation."""
    return read_languages()


def spoken(wanted: str | None, known: Iterable[str] | None = None) -> str | None:
    """The language of a wish such as `zh`, `zh-Hans` or `zh_CN.UTF-8`; None where there is none of it.

    RFC 4647 lookup, then the first of the same language.
    """
    tags = {tag.lower(): tag for tag in (languages() if known is None else known)}
    tried = re.split(r"[.@]", wanted or "")[0].replace("_", "-").lower()
    primary = tried.partition("-")[0]
    while tried:
        if tried in tags:
            return tags[tried]
        tried = tried.rpartition("-")[0]
    return next((tag for low, tag in tags.items() if low.partition("-")[0] == primary), None)


def world_in(language: str) -> Locale | None:
    """Names of languages and countries in a language, where somebody has collected them."""
    return Locale.negotiate([language.replace("-", "_")], locale_identifiers())


def name_in(tag: str, language: str) -> str:
    """What a language is called in another one; what it calls itself where nobody knows that."""
    own = world_in(tag)
    return (own and own.get_display_name(world_in(language) or SOURCE)) or languages()[tag].name


@cache
def catalog(language: str, domain: str) -> Catalog:
    """One catalogue of a language; an empty one where there is no such file."""
    path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def sentence_of(language: str, domain: str, sentence: str) -> str:
    """A sentence from a catalogue; the English one where the catalogue has none."""
    message = catalog(language, domain).get(sentence)
    return (message.string if message and isinstance(message.string, str) else "") or sentence


def in_language(words: Words, language: str) -> str:
    """Words in this language: of a document as it has them, of the code itself from the catalogue `words`."""
    said = words.text_in(language)
    if isinstance(words, LocalizedText) or said != words.en:
        return said
    return sentence_of(language, WORDS, said)
