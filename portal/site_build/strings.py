"""Sentences of the pages: read from gettext catalogues, and found in the scripts that use them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from crypto.localized import LocalizedText, Words
from portal.languages import SOURCE
from portal.site_build.errors import MissingString, SameName

# A script's sentence is a plain literal: t("…") says it now, msg("…") names it for later.
_CALL = re.compile(r'\b(?:t|msg)\(\s*"((?:[^"\\\n]|\\.)*)"')
# Words that the code has in Chinese and English side by side: `{ zh: "…", en: "…" }`.
_ENGLISH = re.compile(r'\ben: "((?:[^"\\\n]|\\.)*)"')
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")

_BASIS, _PRIME, _WORD = 0x811C9DC5, 0x01000193, 0xFFFFFFFF
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class FaceCatalogue:
    """All sentences of one face in one language; the English sentence is the key."""

    language: str
    domains: tuple[str, ...]
    sentences: dict[str, str]

    def say(self, sentence: str) -> str:
        """The sentence in this language; raises `MissingString` when nobody has translated it."""
        found = self.sentences.get(sentence, "")
        if found:
            return found
        if self.language == SOURCE:
            return sentence
        where = "/".join(self.domains)
        raise MissingString(f"{self.language} {where}: no translation of {sentence!r}")

    def words(self, words: Words) -> str:
        """Words of a document, or of the code itself: in a further language as its catalogue translates the English."""
        said = words.text_in(self.language)
        return said if isinstance(words, LocalizedText) or said != words.en else self.sentences.get(said) or said

    def block(self, sentences: Iterable[str], names: Mapping[str, str] | None = None) -> str:
        """A page's JSON data block: `{short name of a sentence: translation}`, sorted, safe inside `<script>`.

        The sentence itself stands in the script already, and says what has no translation here. `names` are those of
        the language itself.
        """
        said = dict(names or {})
        for name, sentence in by_name(sentences).items():
            if (translation := self.say(sentence)) != sentence:
                said[name] = translation
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        # JSON allows these as they are; a page's parser would end the block at the first of them.
        return text.replace("<", "\\u003c")


def name_of(sentence: str) -> str:
    """The short name of a sentence: FNV-1a of 32 bits over its UTF-16, four digits of base 36.

    `templates/shared/strings.ts` computes the same.
    """
    units, value = sentence.encode("utf-16-le"), _BASIS
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (value ^ (low | high << 8)) * _PRIME & _WORD
    digits, value = "", value % len(_DIGITS) ** 4
    while value:
        value, digit = divmod(value, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits


def by_name(sentences: Iterable[str]) -> dict[str, str]:
    """Sentences by their short names; raises `SameName` where two would be told by one."""
    named: dict[str, str] = {}
    for sentence in sorted(set(sentences)):
        other = named.setdefault(name_of(sentence), sentence)
        if other != sentence:
            raise SameName(f"{other!r} and {sentence!r} have one short name: change a word of one")
    return named


def read_catalogue(locale: Path, language: str, domains: tuple[str, ...]) -> FaceCatalogue:
    """Reads `<locale>/<language>/LC_MESSAGES/<domain>.po`; the first domain wins."""
    sentences: dict[str, str] = {}
    for domain in reversed(domains):
        path = locale / language / "LC_MESSAGES" / f"{domain}.po"
        sentences.update(_read_domain(path, language))
    return FaceCatalogue(language, domains, sentences)


def _read_domain(path: Path, language: str) -> dict[str, str]:
    if not path.is_file():
        raise MissingString(f"{path} does not exist")
    with path.open("rb") as file:
        messages = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    found: dict[str, str] = {}
    for message in messages:
        if not isinstance(message.id, str) or not message.id:
            continue
        translation = str(message.string)
        if message.fuzzy:
            raise MissingString(f"{path}: fuzzy translation of {message.id!r}")
        if translation and _placeholders(translation) != _placeholders(message.id):
            raise MissingString(f"{path}: other placeholders in the translation of {message.id!r}")
        found[message.id] = translation
    return found


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def sentences_in(script: str, sources: Iterable[Path]) -> set[str]:
    """Every sentence of these TypeScript sources that the bundle of them holds: what was left out of it nobody says."""
    return {sentence for sentence in sentences_of_scripts(sources) if _is_written(script, sentence)}


def words_in(sources: Iterable[Path]) -> set[str]:
    """The English of what these TypeScript sources have in Chinese and English side by side."""
    return _literals(_ENGLISH, sources)


def _is_written(script: str, sentence: str) -> bool:
    plain = sentence.replace("\\", "\\\\")
    return plain in script or any(plain.replace(quote, f"\\{quote}") in script for quote in "\"'`")


def sentences_of_scripts(sources: Iterable[Path]) -> set[str]:
    """Every sentence that these TypeScript sources say."""
    return _literals(_CALL, sources)


def _literals(pattern: re.Pattern[str], sources: Iterable[Path]) -> set[str]:
    texts = (source.read_text(encoding="utf-8") for source in sources)
    return {json.loads(f'"{literal}"') for text in texts for literal in pattern.findall(text)}
