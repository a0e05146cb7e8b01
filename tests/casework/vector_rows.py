"""How the values of casework stand in its vectors: `casework/vectors/README.md` describes the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from typing import cast
from zoneinfo import ZoneInfo

from casework.deadlines.calendar_document import calendars_document
from casework.deadlines.calendars import Calendar, Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.case import Case, Event
from casework.engine.engine import Command
from casework.legal_sources import Source, Statute, Supplied
from casework.policy.document import rules_document
from casework.policy.policy import Policy
from casework.rules.rulebook import Rulebook
from casework.words import Words

Row = dict[str, object]
FULLY = "company-whistleblowing"
"""The policy whose rules stand in the vectors with all that they rest on."""
YEARS = range(2025, 2028)
"""What the vectors know of each calendar: beyond it every date is provisional."""
OVERHAUL = {date(2026, 8, day): Words("检修", "overhaul") for day in range(3, 15)}


def known(name: str) -> Calendar:
    """A shipped calendar, cut to the years of the vectors."""
    whole = shipped_calendar(name)
    return replace(whole, years={year: whole.years[year] for year in YEARS if year in whole.years})


OFFICES = {
    "shanghai": Office(known("cn"), ZoneInfo("Asia/Shanghai")),
    "works": Office(replace(known("cn").with_closures(OVERHAUL)), ZoneInfo("Asia/Shanghai"), time(8, 30)),
    "berlin": Office(known("de-be"), ZoneInfo("Europe/Berlin")),
    "night": Office(known("de-be"), ZoneInfo("Europe/Berlin"), time(2, 30)),
    "boston": Office(known("us-ma"), ZoneInfo("America/New_York"), time(8)),
    "dubai": Office(known("ae"), ZoneInfo("Asia/Dubai"), time(7)),
}
"""Summer time, none, a closure, another weekend, and an office that opens in the hour that summer time moves."""


def offices_row(offices: Mapping[str, Office]) -> Row:
    """The document from which a browser reads its offices."""
    return cast("Row", json.loads(calendars_document(offices, YEARS.start, "zh")))


def point(when: date | datetime | None) -> str | None:
    """A day, or a moment in UTC to the second."""
    if isinstance(when, datetime):
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return None if when is None else when.isoformat()


def rules_text(policy: Policy) -> str:
    """The rules document of a policy without what no case runs on, which a page shows as it stands."""
    kept = {
        "roles", "kinds", "classifications", "grades", "stages", "anywhere", "without", "clocks", "outcomes",
        "measures", "rewards", "malice", "hand_over", "secrecy", "confirmations",
    }  # fmt: skip
    rules = Rulebook(**{name: getattr(policy.rules, name) for name in kept})
    bare = replace(policy, rules=rules, questions=(), readers=(), promises=())
    return rules_document(bare if policy.id == FULLY else cast("Policy", without_grounds(bare))).decode()


def without_grounds(value: object) -> object:
    """The same rule resting on nothing that has to be read."""
    if isinstance(value, Source | Statute | Supplied):
        return Supplied(Words("略", "-"))
    if isinstance(value, tuple):
        return tuple(without_grounds(one) for one in cast("tuple[object, ...]", value))
    if is_dataclass(value) and not isinstance(value, type):
        found = {one.name: without_grounds(getattr(value, one.name)) for one in fields(value)}
        return replace(value, **found)
    return value


def command_row(command: Command) -> Row:
    """What of a command is other than nothing."""
    row: Row = {"act": command.act, "at": point(command.at)}
    optional: Row = {
        "by": command.by,
        "roles": sorted(command.roles),
        "to": command.to,
        "codes": dict(command.codes),
        "item": command.item is not None,
        "lapsed": sorted(command.lapsed),
    }
    row |= {name: value for name, value in optional.items() if value}
    return row if command.signed else row | {"signed": False}


def event_row(event: Event) -> Row:
    """An event as a stream has it, less its number."""
    row: Row = {"act": event.act, "at": point(event.at)}
    optional: Row = {"by": event.by, "role": event.role, "to": event.to, "codes": dict(event.codes)}
    return row | {name: value for name, value in optional.items() if value} | {"signed": event.signed}


def case_row(case: Case) -> Row:
    """The projection, without the events that gave it."""
    return {
        "version": case.version,
        "stage": case.stage,
        "entered": case.entered,
        "codes": dict(sorted(case.codes.items())),
        "frozen": case.frozen,
        "held": case.held,
        "recused": sorted(case.recused),
        "extended": dict(sorted(case.extended.items())),
        "counts": _sorted(case.counts.items()),
        "uncounted": sorted(case.uncounted),
        "takers": list(case.self_assigned()),
    }


def _sorted(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {str(name): number for name, number in sorted(rows)}
