"""No English page says "1 cases": a sentence that counts has its singular, or is never of one."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[3] / "templates/locale/zh/LC_MESSAGES"
PAGES = ("desk", "intake", "shared", "watch")
COUNTED = re.compile(
    r"\{\w+\} (?P<more>(?:(?:more|working|other|new) )?(?:cases|days|weeks|months|years|hours|minutes|rows|entries"
    r"|items|files|reports|people|steps|reminders|measures|custodians|characters|messages))\b"
)
SINGULAR = {"entries": "entry", "people": "person"}
# Why none of them is ever of one.
NEVER_ONE = {
    "No checkpoint has been added for {days} days.": "said from two days on (SILENT_DAYS)",
    "{count} days left": "one day left is said as “tomorrow”",
    "{n} custodians keep this name sealed.": "a name is sealed for two custodians at least",
    "Encrypted for {n} custodians;": "a name is sealed for two custodians at least",
    "Your name is encrypted for {n} custodians,": "a name is sealed for two custodians at least",
    "Please use 1 to {n} characters,": "the length of a file's name",
    "Please shorten this: it has {n} characters,": "said of what is too long",
    "about {n} minutes left": "said from more than a minute on",
    "This page forgot your key after {minutes} minutes": "a fixed time of several minutes",
    "{name} was not attached: at most {n} files fit.": "a fixed number",
    "More than {most} people hold these roles": "a fixed number",
    "Cases of your colleagues": "a count behind the noun",
    "The request is saved, and its hash goes into the public log": "a fixed time of several days",
}


def sentences() -> set[str]:
    """Every sentence of the pages, in English."""
    found: set[str] = set()
    for name in PAGES:
        with (LOCALE / f"{name}.po").open("rb") as file:
            found |= {str(one.id) for one in read_po(file) if one.id}
    return found


def is_said_of_one(sentence: str, known: set[str]) -> bool:
    """Whether the catalogues hold the beginning of this sentence in the singular, with the count or with “1”."""
    match = COUNTED.search(sentence)
    assert match is not None
    *before, noun = match["more"].split(" ")
    one = " ".join([*before, SINGULAR.get(noun, noun.removesuffix("s"))])
    head = sentence[: match.start()]
    count = sentence[match.start() : match.start("more")].strip()
    starts = tuple(f"{head}{number} {one}" for number in (count, "1", "One"))
    return any(re.match(re.escape(start) + r"\b", other) for other in known for start in starts)


def test_what_a_page_counts_has_its_singular() -> None:
    """Each sentence that counts is there for one as well, or says of itself why it never is of one."""
    known = sentences()
    counted = {one for one in known if COUNTED.search(one)}
    assert len(counted) > 20
    assert {one for one in counted if not is_said_of_one(one, known) and not one.startswith(tuple(NEVER_ONE))} == set()
