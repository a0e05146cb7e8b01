"""What backup and restore refuse, named after the fact; each says its sentence."""

from __future__ import annotations


class BackupRefused(Exception):
    """Base of every refusal of this package: a sentence that the catalogues know, and its values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


class KeyRefused(BackupRefused):
    """The key file does not hold the one key that is needed."""


class SharedPlace(BackupRefused):
    """Two stores would share a destination or a key."""


class PlaceRefused(BackupRefused):
    """The destination is none, or cannot be reached."""


class ArchiveMissing(BackupRefused):
    """No archive of this store lies there."""


class ArchiveRefused(BackupRefused):
    """The archive is cut, altered, sealed to another key, of another store or office, or of an unknown form."""


class StoreInUse(BackupRefused):
    """The store that is to be restored is not empty."""


class ListTooOld(BackupRefused):
    """The deletion list knows less than the archive does."""


class RunsDiffer(BackupRefused):
    """Mailroom and cases were not backed up at the same moment."""


class NoQuietMoment(BackupRefused):
    """Staff acted in every moment in which the two stores should have been looked at."""


class SchemaAltered(BackupRefused):
    """A store's tables are not those that its history makes."""
