"""The command line's sentences in the person's language, from the same catalogues as the pages."""

from __future__ import annotations

from collections.abc import Mapping

from crypto.localized import Words
from portal.languages import SOURCE, WORDS, in_language, sentence_of, spoken


def language_of(wanted: str | None) -> str:
    """The language of a tag or a locale (`zh`, `zh_CN.UTF-8`, `zh-Hans` …); English where there is none of it."""
    return spoken(wanted) or SOURCE


def one_or_more(count: int, one: str, more: str) -> str:
    """Which of two sentences says this many."""
    return one if count == 1 else more


class Catalogue:
    """Turns an English sentence into the person's language and fills in its values."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence in the person's language; the English one where the catalogue has none."""
        found = sentence_of(self.language, "cli", sentence)
        return found.format(**values) if values else found

    def counted(self, count: int, one: str, more: str, **values: object) -> str:
        """The sentence for this many, which it takes as `count`: `one` for one, else `more`."""
        return self(one_or_more(count, one, more), count=count, **values)

    def of(self, words: Words) -> str:
        """Words of a document, or of the code itself, in the person's language."""
        return in_language(words, self.language)

    def both(self, words: Mapping[str, str]) -> str:
        """The person's part of what a server says by language."""
        return words.get(self.language) or sentence_of(self.language, WORDS, words[SOURCE])

    def listed(self, *texts: str) -> str:
        """Texts one after the other, as the person's language joins them."""
        return self(", ").join(texts)
