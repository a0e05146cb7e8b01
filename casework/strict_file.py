"""A TOML file that must be used up: every refusal names the file, the key and the reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Self, TypeVar, cast

from casework.errors import PolicyError
from casework.legal_sources import Ground, Source, Statute, Supplied, Verified
from casework.words import LocalizedText, localized
from crypto.errors import CryptoError
from crypto.localized import DEFAULT, MOST_LANGUAGES, language_of

ID_FORM = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
"""Shape of every id, `crypto/SPEC.md` section 1."""

Kind = TypeVar("Kind", bound=StrEnum)
Read = TypeVar("Read")


class Table:
    """One TOML table; a key that nobody asked for is refused by `close`."""

    def __init__(
        self,
        file: str,
        path: str,
        rows: Mapping[str, object],
        sources: list[tuple[str, Ground]],
        language: str,
        faults: list[PolicyError] | None = None,
    ) -> None:
        """`language` is the one in which every text is there; a file may say another one (`declare_language`).

        Where there are `faults`, refusals are gathered there and reading goes on (`tried`).
        """
        self.language = language
        self._faults = faults
        self._asked: set[str] = set()
        self._file = file
        self._path = path
        self._left = dict(rows)
        self._sources = sources

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Refuses what is left over, unless something else was refused first."""
        if kind is None:
            self.close()

    def refuse(self, key: str, reason: str) -> PolicyError:
        """The refusal of one key of this table."""
        return PolicyError(self._file, f"{self._path}{key}", reason)

    def tried(self, read: Callable[[], Read]) -> Read | None:
        """What `read` gives; where faults are gathered, nothing for what is refused."""
        try:
            return read()
        except PolicyError as error:
            if self._faults is None:
                raise
            self._faults.append(error)
            return None

    def stop_at_faults(self) -> None:
        """Goes no further where something was refused: after it, all that was tried is there."""
        if self._faults:
            raise self._faults.pop()

    def refuse_all(self, refused: Sequence[PolicyError]) -> None:
        """Refuses with the first, if there is one; the others count where faults are gathered."""
        if refused and self._faults is not None:
            self._faults.extend(refused[1:])
        if refused:
            raise refused[0]

    def has(self, key: str) -> bool:
        """Tells whether a key is there and not used yet."""
        self._asked.add(key)
        return key in self._left

    def keys(self) -> list[str]:
        """The keys that are not used yet."""
        return list(self._left)

    def take(self, key: str) -> object:
        """The value of a key, which counts as used from now on."""
        self._asked.add(key)
        if key not in self._left:
            raise self.refuse(key, "is missing")
        return self._left.pop(key)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "must be a text that is not empty")
        return value

    def id(self, key: str) -> str:
        """An id."""
        value = self.text(key)
        if not ID_FORM.fullmatch(value):
            raise self.refuse(key, "must be lower-case letters, digits and hyphens, at most 48")
        return value

    def number(self, key: str, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self.refuse(key, f"must be a whole number from 1 to {most}")
        return value

    def choice(self, key: str, kind: type[Kind]) -> Kind:
        """One word of an enumeration."""
        return kind(self.one_of(key, kind))

    def one_of(self, key: str, words: Collection[str]) -> str:
        """One of these words."""
        value = self.text(key)
        if value not in set(words):
            raise self.refuse(key, "must be one of " + ", ".join(words))
        return value

    def ids(self, key: str) -> tuple[str, ...]:
        """A list of ids, at least one."""
        value = self.take(key)
        found = tuple(cast("list[object]", value)) if isinstance(value, list) else ()
        if not found or not all(isinstance(one, str) and ID_FORM.fullmatch(one) for one in found):
            raise self.refuse(key, "must be a list of ids")
        return cast("tuple[str, ...]", found)

    def table(self, key: str) -> Table:
        """A table inside this one."""
        value = self.take(key)
        if not isinstance(value, dict):
            raise self.refuse(key, "must be a table")
        return self._inner(f"{key}.", cast("dict[str, object]", value))

    def _inner(self, path: str, rows: Mapping[str, object]) -> Table:
        return Table(self._file, f"{self._path}{path}", rows, self._sources, self.language, self._faults)

    def tables(self, key: str) -> Iterator[Table]:
        """The rows of a list of tables, each named by its id in refusals; none if it is not there."""
        for row in self._rows(key):
            with row as table:
                yield table

    def rows(self, key: str, read: Callable[[Table], Read]) -> tuple[Read, ...]:
        """What `read` makes of each row; where faults are gathered, a refused row is left out and the next one read."""

        def closed(row: Table) -> Read:
            with row as table:
                return read(table)

        found = (self.tried(partial(closed, row)) for row in self._rows(key))
        return tuple(one for one in found if one is not None)

    def _rows(self, key: str) -> Iterator[Table]:
        self._asked.add(key)
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            raise self.refuse(key, "must be a list of tables")
        for position, row in enumerate(cast("list[object]", value)):
            if not isinstance(row, dict):
                raise self.refuse(f"{key}[{position}]", "must be a table")
            rows = cast("dict[str, object]", row)
            yield self._inner(f"{key}[{rows.get('id', position)}].", rows)

    def words(self, key: str) -> LocalizedText:
        """One text by language."""
        with self.table(key) as table:
            return table.rest_as_words()

    def rest_as_words(self) -> LocalizedText:
        """What is left of this table as one text by language."""
        texts = {tag: self._text_in(tag) for tag in self.keys()}  # a table of ours, no mapping
        if len(texts) > MOST_LANGUAGES:
            raise self.refuse(self.language, f"must be in at most {MOST_LANGUAGES} languages")
        if self.language not in texts:
            raise self.refuse(self.language, "is missing")
        return localized(texts, self.language)

    def _text_in(self, tag: str) -> str:
        try:
            language_of(tag)
        except CryptoError as error:
            raise self.refuse(tag, "must be a language tag, like fr or zh-Hant") from error
        return self.text(tag)

    def declare_language(self, key: str) -> str:
        """The language in which every text of this file is there, from here on."""
        self.language = self.text(key)
        try:
            return language_of(self.language)
        except CryptoError as error:
            raise self.refuse(key, "must be a language tag, like fr or zh-Hant") from error

    def maybe_words(self, key: str) -> LocalizedText | None:
        """One text by language, if it is there."""
        return self.words(key) if self.has(key) else None

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.refuse(key, "must be true or false")
        return value

    def day(self, key: str) -> date:
        """A day, written as TOML writes days."""
        value = self.take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "must be a day, like 2026-01-31")
        return value

    def source(self) -> Ground:
        """What the rule rests on; a line with its quotation is kept for the check against the policy text."""
        with self.table("source") as table:
            ground = table.ground()
        self._sources.append((self._path.rstrip("."), ground))
        return ground

    def ground(self) -> Ground:
        """This table as line and quotation, as law and article, or as the reason why the text does without."""
        if self.has("law"):
            return Statute(self.text("law"), self.text("article"), self.choice("verified", Verified))
        if self.has("supplied"):
            return Supplied(self.words("supplied"))
        return Source(line=self.number("line", 10**6), quote=self.text("quote"))

    def close(self) -> None:
        """Refuses the first key that nobody used."""
        for key in self._left:
            self.tried(partial(self._unknown, key))

    def _unknown(self, key: str) -> None:
        known = ", ".join(sorted(self._asked))
        raise self.refuse(key, f"is not known here; known: {known}" if known else "is not known here")


def toml_table(
    content: bytes,
    file: str,
    sources: list[tuple[str, Ground]],
    language: str = DEFAULT,
    faults: list[PolicyError] | None = None,
) -> Table:
    """The whole file as a table, its texts in `language` at least; raises `PolicyError` when it is no TOML."""
    try:
        rows = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # a number of too many digits is no TOMLDecodeError
        raise PolicyError(file, "(file)", str(error)) from error
    return Table(file, "", rows, sources, language, faults)
