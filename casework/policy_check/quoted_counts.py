"""Whether `times` of an extension and `every` of a recurring duty are what their quotations name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from casework.deadlines.limits import Limit, Unit
from casework.legal_sources import Ground, Source
from casework.policy.policy import Policy
from casework.policy_check.findings import Fault
from casework.policy_check.quoted_limits import measure
from casework.policy_check.text_numbers import NUMERALS, value_of
from casework.words import Words

Found = Iterator[tuple[str, Fault, str]]
Saying = Callable[[Source], str]
"""The words of a text on which a rule rests: its quotation, or the lines around it."""
COUNT: Final = rf"\d{{1,2}}|[{NUMERALS}]{{1,3}}"
TIMES: Final = re.compile(
    # "Once" is a number only by itself: not in "at once", "once a year" or "once it is known".
    rf"(?<![第每{NUMERALS}\d])(?P<han>{COUNT})次(?!性)"
    r"|(?<!at )\b(?P<word>once|twice)\b(?=[^\w]*$|[,.;:)]| by| for| only| and| with| where| if)"
    r"|\b(?P<latin>\d{1,2}|one|two|three|four|five|six) times\b",
    re.IGNORECASE,
)
EVERY: Final = re.compile(
    rf"每(?P<han>{COUNT})?个?(?P<unit>半年|季度?|年度?|月|周|星期)(?:至少)?(?:(?P<often>{COUNT})次)?"
    r"|\b(?:every|each|once a|once per|once every|(?P<twice>twice a))"
    r" (?:(?P<latin>\d{1,2}|[a-z]+) )?(?P<period>half[- ]year|quarter|month|week|year)s?\b"
    r"|\b(?P<adverb>half-yearly|semi-annually|six-monthly|annually|yearly|quarterly|monthly|weekly)\b",
    re.IGNORECASE,
)
AT_LEAST: Final = re.compile(r"至少|不少于|at least", re.IGNORECASE)
MONTHS: Final = {
    "半年": 6, "季": 3, "季度": 3, "年": 12, "年度": 12, "月": 1, "half year": 6, "half-year": 6, "quarter": 3,
    "month": 1, "year": 12, "half-yearly": 6, "semi-annually": 6, "six-monthly": 6, "annually": 12, "yearly": 12,
    "quarterly": 3, "monthly": 1,
}  # fmt: skip


def quoted_counts(policy: Policy) -> Found:
    """Those of which the quotation itself names another number."""
    return other_counts(policy, lambda source: source.quote)


def other_counts(policy: Policy, saying: Saying) -> Found:
    """Extensions and recurring duties of which the text names another number, and only others."""
    for clock in policy.rules.clocks:
        extension = clock.extension
        if extension is not None and extension.times is not None and isinstance(extension.source, Source):
            said = times_in(saying(extension.source))
            if said and extension.times not in said:
                yield (
                    f"clocks[{clock.id}].extension.times",
                    Fault.OTHER_COUNT,
                    _facts([_times(extension.times)], list(map(_times, said))),
                )
    for rule in policy.rules.recurring:
        own = policy.bound.every.get(rule.what)
        if own is not None:
            yield from _of_duty(f"every.{rule.what}", rule.source, own, saying)


def _of_duty(key: str, source: Ground, own: Limit, saying: Saying) -> Found:
    text = saying(source) if isinstance(source, Source) else ""
    said = periods_in(text)
    kind, amount = measure(own)
    same = any(measure(one) == (kind, amount) for one in said)
    oftener = AT_LEAST.search(text) and any(measure(one)[0] == kind and measure(one)[1] > amount for one in said)
    if said and not same and not oftener:
        yield key, Fault.OTHER_COUNT, _facts([_every(own)], list(map(_every, said)))


def times_in(text: str) -> list[int]:
    """How many times a text says that something may be done, each number once."""
    found = (value_of(one["han"] or one["latin"] or {"once": "1", "twice": "2"}[one["word"].lower()])
             for one in TIMES.finditer(text))  # fmt: skip
    return list(dict.fromkeys(one for one in found if one))


def periods_in(text: str) -> list[Limit]:
    """How often a text says that something comes again, as the time from one to the next."""
    return list(dict.fromkeys(limit for one in EVERY.finditer(text) if (limit := _period(one)) is not None))


def _period(found: re.Match[str]) -> Limit | None:
    unit = (found["unit"] or found["period"] or found["adverb"]).lower()
    number = found["han"] or found["latin"]
    amount = value_of(number) if number and number.lower() not in {"single", "calendar"} else 1
    often = 2 if found["twice"] else value_of(found["often"] or "1")
    if unit in {"周", "星期", "week", "weekly"}:
        return Limit(amount, Unit.WEEKS) if amount and often == 1 else None
    months, left = divmod(MONTHS[unit] * amount, often) if often else (0, 0)
    return Limit(months, Unit.MONTHS) if months and not left else None


def _times(count: int) -> Words:
    return Words(f"{count} 次", {1: "once", 2: "twice"}.get(count, f"{count} times"))


def _every(limit: Limit) -> Words:
    return Words(f"每 {limit.words.zh}", f"every {limit.words.en}")


def _facts(own: list[Words], said: list[Words]) -> str:
    return "|".join((own[0].en, own[0].zh, ", ".join(one.en for one in said), "、".join(one.zh for one in said)))
