"""One rule of a policy changed at a time: a quoted rule deleted, a condition dropped, a limit moved by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple, cast

from casework.deadlines.limits import Limit
from casework.legal_sources import Source
from casework.policy import reader
from casework.policy.policy import Policy
from casework.policy.reader import common_rules
from casework.rules.clauses import Batch, Mediation, Satisfaction, Secrecy
from casework.rules.flow import ActRule, Appeal, Grade, Outcome
from casework.rules.limits import ClockRule, Extension, Otherwise, Tier
from casework.rules.rulebook import Retention, Rulebook
from tests.casework.marks.book import places_of
from tests.casework.marks.life import policy_of
from tests.casework.policies import NAME, bound
from tests.casework.written import SLUGS, text

Step = str | int
Path = tuple[Step, ...]
GONE: Final = object()
"""In place of a value: a row leaves its list, an option is not there."""
PROMISED: Final = ("acknowledge", "first-answer", "result")
CONDITIONS: Final[dict[type[Any], tuple[str, ...]]] = {
    ActRule: (
        "by",
        "to",
        "needs",
        "ever",
        "unless",
        "within",
        "after",
        "grades",
        "every",
        "apart",
        "most",
        "written",
        "by_when",
    ),
    ClockRule: ("start", "stop", "pauses", "resumes", "grades", "restarts", "any_stop", "otherwise"),
    Extension: ("tell", "cap", "whole", "times", "grades", "approved_by"),
    Otherwise: ("wait_last",),
    Tier: ("grades", "departments"),
    Outcome: ("to", "final", "owes", "owes_after_appeal"),
    Appeal: ("window", "decision", "most"),
    Grade: ("handled_by", "attended_by", "emergency"),
    Mediation: ("before_result",),
    Satisfaction: ("reopens", "deferred"),
    Secrecy: ("respondent_too", "binds_reporter", "pledge", "disclosed_on"),
    Batch: ("each_answered",),
}
"""What a row asks for besides being there. Of a list each name is dropped alone; where it is the last the list goes."""
NUMBERS: Final[dict[type[Any], tuple[str, ...]]] = {
    ClockRule: ("limit",),
    Tier: ("limit", "departments"),
    Extension: ("cap", "whole", "times"),
    Otherwise: ("after",),
    ActRule: ("most",),
    Appeal: ("most",),
    Retention: ("months",),
}
"""What a row counts: the limits of the text, and how often something may be done."""
DEFAULTS: Final[dict[str, object]] = {"final": True, "each_answered": True, "tell": True}
"""What stands where a policy says nothing, if that is not nothing."""


class Mutant(NamedTuple):
    """A policy by its number, what was done to it, and to which value."""

    policy: str
    how: str
    path: Path
    value: object
    name: str

    @property
    def label(self) -> str:
        """As a list of survivors names it."""
        return f"{self.policy} {self.how} {self.name.removeprefix('rules.')}"

    def of(self, policy: Policy) -> Policy:
        """The policy with the change; raises IndexError where it has no such row."""
        return _put(policy, self.path, self.value)


def _put(at: Any, path: Path, value: object) -> Any:
    """The value with another one at a path."""
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        row = at[step]
        new = value if not rest else _put(row, rest, value)
        return (*at[:step], *(() if new is GONE else (new,)), *at[step + 1 :])
    new = value if not rest else _put(getattr(at, step), rest, value)
    return replace(at, **{step: None if new is GONE else new})


@dataclass(frozen=True)
class _Row:
    """A value of the policy with its path, and the same path in words."""

    path: Path
    value: Any
    name: str

    @property
    def kind(self) -> type[Any]:
        """Of which dataclass it is."""
        return cast("type[Any]", type(self.value))


def _rows(path: Path, value: Any, name: str) -> Iterator[_Row]:
    """Every dataclass inside a value, rows of lists by their names: `closed#2` is the second row of `closed`."""
    if isinstance(value, tuple):
        seen = Counter[str]()
        for at, one in enumerate(cast("tuple[Any, ...]", value)):
            row = str(getattr(one, "id", getattr(one, "act", at)))
            seen[row] += 1
            yield from _rows((*path, at), one, f"{name}[{row}]" if seen[row] == 1 else f"{name}[{row}#{seen[row]}]")
    elif is_dataclass(value) and not isinstance(value, type | Limit):
        yield _Row(path, value, name)
        for field in fields(value):
            yield from _rows((*path, field.name), getattr(value, field.name), f"{name}.{field.name}")


def _own(policy: Policy) -> list[_Row]:
    """The rows of a policy itself: neither those of every policy nor the clocks of what its page promises.

    Who reads is no rule of the text either: a reporter is shown the readers that the office signs.
    """
    common, found = common_rules(), list[_Row]()
    shared = {
        "anywhere": len([one for one in common.anywhere if one.act not in policy.rules.without]),
        "clocks": len(
            [one for one in policy.rules.clocks if one.id in {*PROMISED, *(one.id for one in common.clocks)}]
        ),
    }
    for part in ("categories", "questions"):
        found += _rows((part,), getattr(policy, part), part)
    for field in fields(policy.rules):
        value: Any = getattr(policy.rules, field.name)
        own = value[: len(value) - shared[field.name]] if field.name in shared else value
        found += _rows(("rules", field.name), own, field.name)
    return found


def _deleted(row: _Row) -> Iterator[tuple[str, Path, object, str]]:
    if isinstance(getattr(row.value, "source", None), Source):
        yield "deleted", row.path, GONE, row.name


def _dropped(row: _Row) -> Iterator[tuple[str, Path, object, str]]:
    for name in CONDITIONS.get(row.kind, ()):
        value: Any = getattr(row.value, name)
        bare = DEFAULTS.get(name, False)
        path, label = (*row.path, name), f"{row.name}.{name}"
        if isinstance(value, tuple):
            # A step that leads nowhere, or a clock that nothing starts, is another rule and no condition less.
            names = cast("tuple[str, ...]", value)
            if name not in {"to", "start", "stop"} or len(names) > 1:
                yield from (("dropped", (*path, at), GONE, f"{label}[{one}]") for at, one in enumerate(names))
        elif isinstance(value, bool):
            yield from () if value is bare else [("dropped", path, bare, label)]
        elif value is not None:
            yield "dropped", path, True if name == "tell" else GONE, label


def _moved(row: _Row) -> Iterator[tuple[str, Path, object, str]]:
    for name in NUMBERS.get(row.kind, ()):
        value: Any = getattr(row.value, name)
        if value is None:
            continue
        for by in (1, -1):
            new: Any = replace(value, amount=value.amount + by) if isinstance(value, Limit) else value + by
            if (new.amount if isinstance(new, Limit) else new) >= (0 if isinstance(row.value, ActRule) else 1):
                yield "moved", (*row.path, name), new, f"{row.name}.{name}{by:+d}"


def mutants(number: int) -> list[Mutant]:
    """Every mutant of one of the twenty policies, always in the same order."""
    found: list[Mutant] = []
    for row in _own(_shipped(SLUGS[number])):
        for ways in (_deleted, _dropped, _moved):
            found += [Mutant(f"P{number:02d}", *one) for one in ways(row)]
    return found


class _Readers(NamedTuple):
    """How tests come by a policy; kept in a value of their own, since `living` exchanges every name of theirs."""

    shipped: Callable[[str], Policy]
    bound: Callable[[str], Policy]
    policy_of: Callable[[str], Policy]
    text: Callable[[int], Rulebook]


_REAL: Final = _Readers(reader.shipped_policy, bound, policy_of, text)


@contextmanager
def living(mutant: Mutant) -> Generator[None]:
    """In here anyone who asks for the policy gets the mutant."""
    policy, number = mutant.policy, int(mutant.policy[1:])
    slug = SLUGS[number]
    shipped, tried, lived = mutant.of(_shipped(slug)), _REAL.bound(slug), _REAL.policy_of(policy)
    # A part that is open in the text alone: bindings have closed it.
    if mutant.path[:2] != ("rules", "open"):
        tried, lived = mutant.of(tried), mutant.of(lived)

    def other_shipped(name: str) -> Policy:
        return shipped if name == slug else _shipped(name)

    def other_bound(name: str = NAME) -> Policy:
        return tried if name == slug else _REAL.bound(name)

    def other_policy(name: str) -> Policy:
        return lived if name == policy else _REAL.policy_of(name)

    def other_text(one: int) -> Rulebook:
        return shipped.rules if one == number else _REAL.text(one)

    with ExitStack() as stack:
        for real, other in zip(_REAL, (other_shipped, other_bound, other_policy, other_text), strict=True):
            stack.enter_context(_instead(real, other))
        yield


@cache
def _shipped(name: str) -> Policy:
    """Read once: each mutant would read all twenty again."""
    return _REAL.shipped(name)


@contextmanager
def _instead(real: Callable[..., object], other: Callable[..., object]) -> Generator[None]:
    places = list(places_of(real))
    for place, key in places:
        setattr(place, key, other)
    try:
        yield
    finally:
        for place, key in places:
            setattr(place, key, real)


NO_WAY_BACK: Final = "no way leads back into the stage once so many appeals were made"
NO_MONTHS: Final = "the text names no months, so the operator's count with the clause and without it"
NOT_READ: Final = "no code reads the clause: the step of this name is what binds"
BY_THE_LINTER: Final = "only the linter reads it, which compares it with what binds: the limits of the acts"
NO_OTHER_ACTS: Final = "nobody else acts in the stage"
COMES_FIRST: Final = "it has come by then: the step before, the other condition or the clock waits for it already"
NO_NEWS: Final = "the other stops come before it, and the last of them is what stops the clock"
OF_THE_GRADE: Final = "the grade is asked for beside it, and no case has one before it was graded"
OF_ITS_GRADE: Final = "only a case of this grade has the clock, or may extend it"
OTHERS_END: Final = "only the linter reads it, and the other outcomes lead there too"
EQUIVALENT: Final[dict[str, str]] = {
    **{
        f"{policy} {how} stages[{stage}].acts[appealed].most{by}": NO_WAY_BACK
        for policy, stage in (
            ("P07", "plan"),
            ("P07", "result"),
            ("P11", "handling"),
            ("P12", "result"),
            ("P19", "notice"),
        )
        for how, by in (("dropped", ""), ("moved", "+1"))
    },
    **{f"{policy} deleted retention": NO_MONTHS for policy in ("P03", "P04", "P06")},
    "P05 dropped clocks[handling-complex].extension.grades[complex]": OF_ITS_GRADE,
    "P05 dropped clocks[response].extension.grades[complex]": OF_ITS_GRADE,
    "P01 deleted mediation": NOT_READ,
    "P01 dropped mediation.before_result": NOT_READ,
    "P04 dropped outcomes[unclear].final": OTHERS_END,
    "P15 dropped outcomes[unsatisfied].final": OTHERS_END,
    "P05 dropped stages[feedback].acts[malice-approved].by[property-company]": NO_OTHER_ACTS,
    "P06 dropped anywhere[emergency-started#2].by[customer-service]": NO_OTHER_ACTS,
    "P06 dropped anywhere[reported-up#2].by[customer-service]": NO_OTHER_ACTS,
    "P10 dropped anywhere[progress-told].by[company]": NO_OTHER_ACTS,
    "P10 dropped anywhere[measure-set].by[company]": NO_OTHER_ACTS,
    "P05 dropped clocks[response].stop[notified]": NO_NEWS,
    "P06 dropped clocks[measures].stop[plan-drafted]": NO_NEWS,
    "P12 dropped clocks[review-result].stop[appeal-decided]": NO_NEWS,
    "P15 dropped clocks[plan].stop[plan-drafted]": NO_NEWS,
    "P06 dropped stages[check].acts[routed].needs[graded]": OF_THE_GRADE,
    "P06 dropped stages[check].acts[assigned].needs[graded]": OF_THE_GRADE,
    "P08 dropped stages[feedback].acts[closed#2].needs[notified]": COMES_FIRST,
    "P09 dropped stages[feedback].acts[closed#2].needs[notified]": COMES_FIRST,
    "P15 dropped stages[judging].acts[followed-up].ever[mediated]": COMES_FIRST,
    "P19 dropped stages[notice].acts[closed].ever[notified]": COMES_FIRST,
    "P19 dropped appeals[to-hr].window": BY_THE_LINTER,
    "P19 dropped appeals[to-hr].decision": BY_THE_LINTER,
}
"""Mutants that change nothing that a case, a page or a duty could show, each with the reason."""
