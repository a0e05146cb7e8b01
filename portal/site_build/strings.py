"""Sentences of the pages: read from gettext catalogues, and found in the scripts that use them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from portal.site_build.errors import MissingString

# A script's sentence is a plain literal: t("…") says it now, msg("…") names it for later.
_CALL = re.compile(r'\b(?:t|msg)\(\s*"((?:[^"\\\n]|\\.)*)"')
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")

SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class Catalogue:
    """All sentences of one face in one language; the English sentence is the key."""

    language: str
    domains: tuple[str, ...]
    sentences: dict[str, str]

    def say(self, sentence: str) -> str:
        """The sentence in this language; raises `MissingString` when nobody has translated it."""
        found = self.sentences.get(sentence, "")
        if found:
            return found
        if self.language == SOURCE_LANGUAGE:
            return sentence
        where = "/".join(self.domains)
        raise MissingString(f"{self.language} {where}: no translation of {sentence!r}")

    def block(self, sentences: Iterable[str]) -> str:
        """A page's JSON data block: `{sentence: translation}`, sorted, safe inside `<script>`."""
        said = {sentence: self.say(sentence) for sentence in sorted(set(sentences))}
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        # JSON allows these as they are; a page's parser would end the block at the first of them.
        return text.replace("<", "\\u003c")


def read_catalogue(locale: Path, language: str, domains: tuple[str, ...]) -> Catalogue:
    """Reads `<locale>/<language>/LC_MESSAGES/<domain>.po`; the first domain wins."""
    sentences: dict[str, str] = {}
    for domain in reversed(domains):
        path = locale / language / "LC_MESSAGES" / f"{domain}.po"
        sentences.update(_read_domain(path, language))
    return Catalogue(language, domains, sentences)


def _read_domain(path: Path, language: str) -> dict[str, str]:
    if not path.is_file():
        raise MissingString(f"{path} does not exist")
    with path.open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
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


def sentences_of_scripts(sources: Iterable[Path]) -> set[str]:
    """Every sentence that these TypeScript sources say."""
    found: set[str] = set()
    for source in sources:
        text = source.read_text(encoding="utf-8")
        found.update(json.loads(f'"{literal}"') for literal in _CALL.findall(text))
    return found
