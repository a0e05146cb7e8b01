"""The command line's sentences in the person's language, from the same catalogues as the pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "templates/locale"
LANGUAGES = ("zh", "en")


def language_of(wanted: str | None) -> str:
    """`zh` for zh, zh_CN.UTF-8, zh-Hans …; `en` for everything else."""
    return "zh" if (wanted or "").lower().startswith("zh") else "en"


@cache
def _catalog(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES/cli.po").open("rb") as file:
        return read_po(file, locale=language)


class Catalogue:
    """Turns an English sentence into the person's language and fills in its values."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, sentence: str, **values: object) -> str:
        """The sentence in the person's language; the English one where the catalogue has none."""
        message = _catalog(self.language).get(sentence)
        found = message.string if message and isinstance(message.string, str) else ""
        return (found or sentence).format(**values) if values else (found or sentence)

    def both(self, words: dict[str, str]) -> str:
        """The person's half of a `{"zh","en"}`."""
        return words[self.language]
