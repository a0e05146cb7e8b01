"""A case told line by line, at the engine: what is done, what is refused and why, and where a limit stands.

A line is a step, `role act`, with `>` the next stage, `=` an outcome, `+` a measure (without any, `measure-set`
says that none is needed), `name:value` a code. `role/2` is
somebody else of the role, `role~other` one who also is the first of the other role, `reporter` the reporter;
`later N` lets days pass. `- step: reason` is refused for that reason, `? step` would be let pass, and neither is done.
`@ clock: status day` says where a limit stands. A case begins with `# …`: what the text demands, its words in “”.
`by-browser` under it says that the report came by the page, so that only its day is known.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from casework.engine.refusals import RefusalReason
from casework.rules.acts import TRAITS, Act
from tests.casework.marks.life import Life

TOLD: Final = Path(__file__).resolve().parent / "told"
DECIDING = ("decided", "appeal-decided")
LET_PASS = "ok"
NAMING = (RefusalReason.FIRST, RefusalReason.MEASURE_FIRST)
WORDS: Final = "# "
BY_BROWSER: Final = "by-browser"


class Said(NamedTuple):
    """A step in a line; `member` is a number, or the role whose first member does it."""

    role: str | None
    act: str
    member: int | str
    to: str | None
    outcomes: tuple[str, ...]
    measures: tuple[str, ...]
    codes: dict[str, str]


def read_said(line: str) -> Said:
    """The step of a line without its sign and what comes of it."""
    who, act, *rest = line.split()
    role, _, other = who.partition("~")
    role, _, number = role.partition("/")
    marked = {sign: tuple(one[1:] for one in rest if one[0] == sign) for sign in ">=+"}
    codes = dict(one.split(":", 1) for one in rest if one[0] not in ">=+" and ":" in one)
    to = next(iter(marked[">"]), None)
    return Said(
        None if role == "reporter" else role, act, other or int(number or 1), to, marked["="], marked["+"], codes
    )


def do(life: Life, line: str) -> None:
    """A step that the policy must let pass."""
    said = read_said(line)
    if said.role == "later":
        life.at += timedelta(days=int(said.act))
    elif said.role is None:
        life.reporter(said.act, to=said.to)
    elif said.act in DECIDING:
        life.decides(*said.outcomes, by=said.role, to=said.to, act=said.act, member=said.member)
    elif TRAITS[Act(said.act)].masked:
        life.seals(said.act, *said.measures, by=said.role, member=said.member)
    else:
        life.does(said.act, by=said.role, to=said.to, member=said.member, **said.codes)


def answer(life: Life, line: str) -> str:
    """What the policy and the sealed side say to a step that nobody does: the reason against it, or that it may be."""
    said = read_said(line)
    refusal = life.refusal(said.act, by=said.role, to=said.to, member=said.member, **said.codes)
    if refusal is not None:
        # What has to come first stands in the sentence.
        return " ".join([refusal.reason, *(refusal.names if refusal.reason in NAMING else ())])
    found: RefusalReason | None = None
    if said.role and said.act in DECIDING and said.outcomes:
        found = life.verdict_refused(*said.outcomes, by=said.role, to=said.to, act=said.act, member=said.member)
    elif said.role and TRAITS[Act(said.act)].masked:
        found = life.seal_refused(said.act, *said.measures, by=said.role, member=said.member)
    return LET_PASS if found is None else found.value


def standing(life: Life, clock: str) -> str:
    """Where a limit stands: its status, and the day or minute on which it falls due."""
    if not life.knows(clock):
        return "unknown"
    return " ".join(filter(None, (life.stands(clock), life.due(clock))))


def tell(life: Life, line: str) -> None:
    """One line; raises AssertionError where the policy says otherwise."""
    sign, _, rest = line.partition(" ")
    step, _, wanted = rest.partition(": ")
    if sign == "@":
        assert standing(life, step) == wanted, (line, standing(life, step))
    elif sign in "-?":
        # A refusal that names no reason would hold for a step that is let pass.
        assert wanted or sign == "?", line
        found = answer(life, step)
        assert (wanted or LET_PASS) in {found, found.partition(" ")[0]}, (line, found)
    else:
        do(life, line)


def tell_all(policy: str, lines: str) -> None:
    """A whole case from its arrival."""
    steps = [line.strip() for line in lines.strip().splitlines() if not line.startswith(WORDS)]
    by_browser = steps[0] == BY_BROWSER
    life = Life(policy, by_browser=by_browser)
    for line in steps[by_browser:]:
        tell(life, line)


def quoted(lines: str) -> list[str]:
    """The words of the text on which a case rests."""
    said = [line for line in lines.splitlines() if line.startswith(WORDS)]
    return [words for line in said for words in re.findall("“(.+?)”", line)]


def told_cases(policy: str) -> list[str]:
    """The cases of a policy: `told/P07.txt`, each parted from the next by an empty line."""
    file = TOLD / f"{policy}.txt"
    return file.read_text("utf-8").strip().split("\n\n") if file.is_file() else []
