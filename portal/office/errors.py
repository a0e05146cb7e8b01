"""What can be wrong with an office folder, its configuration or a signing."""

from __future__ import annotations

from collections.abc import Mapping

from crypto.localized import Words
from portal.languages import SOURCE, in_language

Said = tuple[str, Mapping[str, object]]
FAULT = "{file}: {key}: {reason}"
UNFIT = "{file}: {reason}"


class OfficeError(Exception):
    """Base of the family; the message says what is wrong and what to do.

    `said` has its sentences, msgids of the commands' catalogue where there is a translation, with their values: one
    that is `Words` is said in the person's language.
    """

    def __init__(self, *said: str | Said) -> None:
        self.said: list[Said] = [(one, {}) if isinstance(one, str) else one for one in said]
        super().__init__(
            "; ".join(
                sentence.format(**valued(values, SOURCE)) if values else sentence for sentence, values in self.said
            )
        )


def valued(values: Mapping[str, object], language: str) -> dict[str, object]:
    """The values of a sentence, each in this language."""
    said = {name: in_language(value, language) for name, value in values.items() if isinstance(value, Words)}
    return {**values, **said}


class OfficeExists(OfficeError):
    """The folder already holds an office; a second one would orphan its receipts."""


class OfficeMissing(OfficeError):
    """The folder holds no office, or a part of it is gone."""


class ConfigRefused(OfficeError):
    """`office.toml` is not what it must be."""


class KeeperFileRefused(OfficeError):
    """A file is not a keeper's key, or the key belongs to another office."""


class LogKeyRefused(OfficeError):
    """A file is not the key of a log, or the key belongs to another office."""


class LogExists(OfficeError):
    """The keepers have named a log already; a second one would leave its record behind."""


class TooFewKeepers(OfficeError):
    """Fewer keepers than the threshold signed."""


class CeremonyRefused(OfficeError):
    """A file of the founding is not what it must be, or somebody changed one; a msgid and its values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__((sentence, values))


class NotToSign(OfficeError):
    """A file to be signed, or that came back signed, is not what it must be."""


class NothingToSign(OfficeError):
    """The draft does not hold together."""


class KeysNotProven(OfficeError):
    """Keys of a member that the key in the directory before did not sign."""


class VersionConflict(OfficeError):
    """A version of a policy was published before with other rules."""


class VersionLost(OfficeError):
    """A published version of a policy is gone or altered."""


class LastOne(OfficeError):
    """Somebody can't be taken out of a place that would then be empty; `place` names it."""

    def __init__(self, *place: str) -> None:
        self.place = "/".join(place)
        super().__init__(("nobody, or too few, would be left at {place}: name a successor", {"place": self.place}))


class SheetRefused(OfficeError):
    """The list of recovery shares is missing, not signed, or of another key."""
