"""Whose words a sentence uses of a report: under a policy about complaints it is a complaint. The pages have a twin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """Words, and what stands for each: the longer word first, that of a report itself last."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def report(self) -> str:
        """The word for a report in the language of the voice."""
        return self.pairs[-1][0]

    @property
    def word(self) -> str:
        """What a report is called in this voice."""
        return self.pairs[-1][1]

    def speak(self, said: str) -> str:
        """Each word where it stands, none twice: what was put in is not looked at again."""
        words = dict(self.pairs)
        return re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], said)


def voice_of(text: str) -> Voice | None:
    """The voice as a catalogue has it (`a=b c=d`); None in a language that needs none."""
    pairs = [tuple(one.split("=")) for one in text.split(" ")]
    found = tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)
    return Voice(found) if found else None


def voice_among(texts: Sequence[str], called: Sequence[str], title: str) -> Voice | None:
    """The voice that fits: by the first of what it is `called` that has the word of one.

    None where that is a report or may be one, and in a language that needs no voices.
    """
    known = [voice for text in texts if (voice := voice_of(text)) is not None]
    if not known:
        return None
    report = known[0].report
    words = [report, *(voice.word for voice in known)]
    says = next((one for one in called if any(word in one for word in words)), "")
    if not says or report in says:
        return None
    # A kind may be called an appeal under a policy whose title, and so its text, speaks of complaints.
    return next((voice for one in (title, says) for voice in known if voice.word in one), None)
