"""What the command line tells a person when something did not work, and the exit code that goes with it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum

from casework.words import Words
from crypto import CheckStage, CryptoError, NotConfirmed
from portal.cli.words import Catalogue
from portal.office.errors import OfficeError, valued


class Exit(IntEnum):
    """Exit codes; `docs/cli.md` lists them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_VERIFIED = 3
    NOTHING_THERE = 4
    UNREACHABLE = 5
    REFUSED = 6
    WRONG_SECRET = 7


class CommandError(Exception):
    """A sentence for the person, as a msgid and its values, and an exit code."""

    def __init__(self, code: Exit, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        """For anyone who reads a log: the English sentence with its values."""
        said = {name: one.en if isinstance(one, Words) else one for name, one in self.values.items()}
        return self.sentence.format(**said) if said else self.sentence

    def text(self, words: Catalogue) -> str:
        """The sentence in the person's language, and so each value that is there in several."""
        said = {name: words.of(one) if isinstance(one, Words) else one for name, one in self.values.items()}
        return words(self.sentence, **said)


def in_words(error: OfficeError, words: Catalogue) -> str:
    """What is wrong with an office, a line for each thing, in the person's language where the catalogue has it."""
    return "\n".join(words(sentence, **valued(values, words.language)) for sentence, values in error.said)


NO_CHINESE_FONT = "No Chinese font for letters and posters: apt-get install fontconfig fonts-noto-cjk."
OFFICE_REFUSALS: dict[CheckStage, str] = {
    CheckStage.FOREIGN: "This is not the office that your code names. Nothing was sent. Check the code on the poster "
    "or letter; if it is right, do not report here and use another channel.",
    CheckStage.ROOT: "The office's founding document is not signed as it must be. Nothing was sent. "
    "Do not report here; use another channel.",
    CheckStage.DIRECTORY: "The office's directory is not signed by its keepers. Nothing was sent. "
    "Do not report here; use another channel.",
    CheckStage.LOG: "No witness outside the office has confirmed what the server shows. Nothing was sent. "
    "Do not report here; use another channel.",
    CheckStage.EXPIRED: "The office's directory is no longer valid. Nothing was sent. "
    "Try again tomorrow, or use another channel.",
    CheckStage.OLDER: "The server shows an older directory than the one you saw before. Nothing was sent. "
    "Somebody may be hiding a change; use another channel.",
}
OFFICE_DAMAGED = "The office's documents cannot be read. Nothing was sent. Do not report here; use another channel."


NO_FURTHER_KEY = "This case has had 255 new keys, and no further one fits. Those who can read it now go on reading it."


CLOCKS = (
    "A witness outside the office confirmed its directory on {confirmed}; the clock of this machine shows {now}. "
    "That is too far apart. Nothing was sent. Check the clock; if it is right, try again tomorrow or use another "
    "channel."
)


def office_refusal(error: CryptoError) -> CommandError:
    """Why the office was not believed, in words a frightened person understands."""
    if isinstance(error, NotConfirmed):
        seen, now = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC") for at in (error.at, error.now))
        return CommandError(Exit.NOT_VERIFIED, CLOCKS, confirmed=seen, now=now)
    return CommandError(Exit.NOT_VERIFIED, OFFICE_REFUSALS.get(error.stage, OFFICE_DAMAGED))
