"""The texts of a document, each in the languages that its authors wrote (SPEC §1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from crypto.errors import WrongShape
from crypto.shape import TEXT_LIMIT, text_of

DEFAULT: Final = "zh"
"""What anybody is answered in who asks for no language that there is, and a document that declares none."""
SOURCE: Final = "en"
"""In which the sentences stand in the code. Beside the default it is the other language of the code's own words."""
MOST_LANGUAGES = 16
TAG_FORM = "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
"""`language[-Script][-REGION]` of BCP 47 in its canonical case."""
_TAG = re.compile(TAG_FORM)


@dataclass(frozen=True, slots=True)
class Words:
    """One text as pages in Chinese and in English show it; what the code itself says is there in these two."""

    zh: str
    en: str

    def text_in(self, wanted: str) -> str:
        """The text for a page in the language `wanted`: English wherever it is not Chinese."""
        return self.zh if code_language(wanted) == DEFAULT else self.en

    def both(self) -> dict[str, str]:
        """The text in the two languages of the code, as answers and files carry it that know no others."""
        return {DEFAULT: self.zh, SOURCE: self.en}


@dataclass(frozen=True, slots=True)
class LocalizedText(Words):
    """One text of a document by language tag; `zh` and `en` are what pages in these languages show of it.

    `language` is the document's default, in which every text of it is there. Made by `localized`.
    """

    texts: tuple[tuple[str, str], ...]
    language: str

    def tag_for(self, wanted: str) -> str:
        """The tag of the text that a page in the language `wanted` shows."""
        return _tag_for(dict(self.texts), self.language, wanted)

    def text_in(self, wanted: str) -> str:
        """The text that a page in the language `wanted` shows."""
        return dict(self.texts)[self.tag_for(wanted)]

    def document(self) -> dict[str, str]:
        """`{tag: text}` as it stands in the document."""
        return dict(self.texts)


def code_language(wanted: str) -> str:
    """`zh` or `en`: in which of them the code itself speaks to somebody who reads the language `wanted`."""
    return DEFAULT if wanted.partition("-")[0] == DEFAULT else SOURCE


def _tag_for(texts: Mapping[str, str], language: str, wanted: str) -> str:
    """RFC 4647 lookup, then the first tag of the same language, then the default."""
    tried = wanted
    while tried:
        if tried in texts:
            return tried
        tried = tried.rpartition("-")[0]
    same = (tag for tag in texts if tag.partition("-")[0] == wanted.partition("-")[0])
    return next(same, language)


def localized(texts: Mapping[str, str], language: str) -> LocalizedText:
    """The text of these languages in byte order of their tags; `language` must be among them."""
    ordered = dict(sorted(texts.items()))
    zh, en = (ordered[_tag_for(ordered, language, page)] for page in (DEFAULT, SOURCE))
    return LocalizedText(zh, en, tuple(ordered.items()), language)


def language_of(value: object) -> str:
    """A language tag: `language[-Script][-REGION]` of BCP 47 in its canonical case; raises WrongShape."""
    if not isinstance(value, str) or _TAG.fullmatch(value) is None:
        raise WrongShape("not a language tag")
    return value


def localized_of(value: object, language: str, limit: int = TEXT_LIMIT) -> LocalizedText:
    """`{tag: text}` of a document whose default is `language`; a text has at most `limit` bytes.

    Raises WrongShape for no tag or more than 16, tags out of byte order, a text that is empty or
    blank, and for a text that is not there in the document's default language.
    """
    if not isinstance(value, dict):
        raise WrongShape("not a text by language")
    members = cast("dict[str, object]", value)
    if not 1 <= len(members) <= MOST_LANGUAGES:
        raise WrongShape("a text in no language, or in too many")
    texts = {language_of(tag): text_of(text, limit) for tag, text in members.items()}
    if list(texts) != sorted(texts):
        raise WrongShape("languages out of order")
    if not all(text.strip(" ") for text in texts.values()):
        raise WrongShape("an empty text")
    if language not in texts:
        raise WrongShape(f"no text in the document's language {language}")
    return localized(texts, language)
