"""Reports that members log, for the vectors: under every policy many by lot, taken in or refused, with their papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final, cast

from casework.ids import CaseId
from casework.intake.entry import IntakeRefusal
from casework.intake.on_behalf import (
    CallerReport,
    LoggedReport,
    acts_for,
    log_report,
    members_concerned,
)
from casework.intake.sheets import Sheet, register_sheet, slip, work_order
from casework.intake.ticket import ticket_number
from casework.letters.templates import letter_templates
from casework.policy.document import rules_document
from casework.policy.policy import Policy
from casework.policy.reader import shipped_policies
from casework.rules.intake_form import ChannelKind, IntakeKind
from casework.rules.roles import RoleId
from casework.rules.rulebook import Rulebook
from casework.words import Words
from crypto.framing import b64encode
from tests.casework.policies import bound
from tests.casework.vector_rows import Row, without_grounds

CASE: Final = CaseId(bytes(range(16)))
DAY: Final = date(2026, 9, 30)
MEMBERS: Final = ("li", "wang", "zhao")
READERS: Final = MEMBERS[:2]
KINDS: Final = tuple(kind.value for kind in ChannelKind)
EACH: Final = 16
"""How many entries each policy has."""
KEPT: Final = ("roles", "kinds", "subjects", "channels", "fields", "form", "scope", "identity", "classifications")
"""The tables by which a report is taken in."""


def name_of(kind: ChannelKind) -> Words:
    """What a channel is called that the text does not name."""
    return letter_templates().words[f"channel-{kind}"]


def taking_in(name: str) -> Policy:
    """A shipped policy whose roles are held by one or two of three, or by nobody, with what its intake rests on."""
    whole, lots = bound(name), Random(f"holders {name}")
    held = {role.id: tuple(sorted(lots.sample(MEMBERS, lots.choice((0, 1, 1, 2))))) for role in whole.rules.roles}
    rules = Rulebook(**{table: getattr(whole.rules, table) for table in KEPT})
    entities = () if lots.random() < 0.5 else ("group",)
    bound_to = replace(whole.bound, holders=held, entities=entities)
    bare = replace(whole, rules=rules, questions=(), readers=(), promises=(), bound=bound_to)
    return cast("Policy", without_grounds(bare))


def intake() -> list[Row]:
    """First the case and the rules documents by policy; then rows of what was given and what becomes of it."""
    policies = {name: taking_in(name) for name in shipped_policies()}
    head: Row = {
        "case": b64encode(CASE),
        "members": list(MEMBERS),
        "readers": list(READERS),
        "rules": {name: rules_document(policy).decode() for name, policy in policies.items()},
    }
    return [head, *(row for name, policy in policies.items() for row in _rows(name, policy))]


def _rows(name: str, policy: Policy) -> Iterator[Row]:
    lots = Random(f"intake {name}")
    for _ in range(EACH):
        report = _drawn(policy, lots)
        order = lots.choice([*(role.id for role in policy.rules.roles), RoleId("kitchen")])
        yield {"policy": name, "given": _given(report), "order": order, **_becomes(policy, report, order)}


def _drawn(policy: Policy, lots: Random) -> CallerReport:
    rules = policy.rules
    ways = [one.id for one in rules.channels]
    boxes = [one.id for one in rules.channels if one.kind is ChannelKind.BOX] or ways
    named = (*ways, *boxes, *boxes)
    channel = lots.choice((*(lots.choice(named) for _ in range(6)), *lots.sample(KINDS, 3), "pigeon"))
    fields = {one.id: f"甲 {one.id}" for one in rules.fields if lots.random() < 0.5}
    if lots.random() < 0.06:
        fields["colour"] = "red"
    roles = [one.id for one in rules.roles]
    led = [role for one in rules.channels if one.id == channel for role in one.to]
    concerned = lots.choice(((), (), lots.sample(roles, 1), led, led, roles))
    categories = [one.id for one in policy.categories]
    return CallerReport(
        channel=channel,
        received=DAY,
        member=lots.choice((*MEMBERS, "nobody")),
        account="见举报内容",
        subject=lots.choice((None, "passer-by", *(one.id for one in rules.subjects))),
        kind=lots.choice((None, *(lots.choice(rules.kinds).id for _ in range(8)), lots.choice(tuple(IntakeKind)))),
        category=lots.choice((None, *categories, *categories, *categories, "weather")),
        entity=lots.choice((None, "group", "elsewhere")),
        imminent=lots.random() < 0.2,
        left_out=lots.random() < 0.1,
        fields=fields,
        concerned=frozenset(concerned),
    )


def _given(report: CallerReport) -> Row:
    return {
        "channel": report.channel,
        "received": report.received.isoformat(),
        "member": report.member,
        "account": report.account,
        "subject": report.subject,
        "kind": report.kind,
        "category": report.category,
        "entity": report.entity,
        "imminent": report.imminent,
        "left_out": report.left_out,
        "fields": dict(report.fields),
        "concerned": sorted(report.concerned),
    }


def _becomes(policy: Policy, report: CallerReport, order: RoleId) -> Row:
    members, shared = members_concerned(policy, sorted(report.concerned), READERS, MEMBERS)
    who: Row = {"members": members, "shared": shared}
    found = log_report(policy, report, name_of)
    if isinstance(found, IntakeRefusal):
        return who | {"refused": [found.reason, list(found.names), found.words.zh, found.words.en]}
    return who | {"gives": _logged(found), "papers": _papers(found, order)}


def _logged(found: LoggedReport) -> Row:
    entry, made = found.entry, found.intake
    return {
        "channel": made.channel.id,
        "signed": found.signed,
        "beside": found.beside,
        "only_outside": found.only_outside,
        "taken_by": entry.recorded_by,
        "category": entry.category,
        "fields": dict(sorted(entry.fields.items())),
        "kind": made.kind.id,
        "register": made.register,
        "subject": None if made.subject is None else made.subject.id,
        "addressees": list(made.addressees),
        "diverted": made.diverted,
        "gaps": [one.id for one in made.gaps],
        "unknown": [one.id for one in made.unknown],
        "to_be_written": made.to_be_written,
        "outside": list(made.outside),
        "acts": acts_for(found.policy, made.addressees, READERS),
    }


def _papers(found: LoggedReport, order: RoleId) -> list[object]:
    number = ticket_number(CASE)
    return [
        _sheet(register_sheet(found.policy, found.entry, found.intake, number)),
        _sheet(work_order(found.policy, found.entry, found.intake, number, order)),
        _sheet(slip(found.policy, found.entry.received, number)),
    ]


def _sheet(sheet: Sheet) -> list[object]:
    rows = [[row.label.zh, row.label.en, row.value.zh, row.value.en] for row in sheet.rows]
    return [[sheet.title.zh, sheet.title.en], *rows]
