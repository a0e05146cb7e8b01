"""The papers of an intake: register form, work order and the reporter's slip, as titled rows in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.intake.entry import IncomingReport, Intake
from casework.json_tables import read_table
from casework.policy.policy import Policy
from casework.rules.roles import RoleId
from casework.words import SOURCE, Words, localized

_ROWS: Final = read_table("casework.intake", "sheets")
REGISTER: Final = localized(_ROWS["register"], SOURCE)
SLIP: Final = localized(_ROWS["slip"], SOURCE)
NOT_GIVEN: Final = localized(_ROWS["not-given"], SOURCE)
TICKET: Final = localized(_ROWS["ticket"], SOURCE)
RECEIVED: Final = localized(_ROWS["received"], SOURCE)
CHANNEL: Final = localized(_ROWS["channel"], SOURCE)
KIND: Final = localized(_ROWS["kind"], SOURCE)
TO_DEPARTMENT: Final = localized(_ROWS["to-department"], SOURCE)
TO_BE_WRITTEN: Final = tuple(
    localized(_ROWS[row], SOURCE) for row in ("return", "department-signed", "heard", "signed-off")
)
"""The rows of a work order that are empty when it goes out: its way through the house, in that order."""
POLICY: Final = localized(_ROWS["policy"], SOURCE)
IN_THE_ACCOUNT: Final = localized(_ROWS["in-the-account"], SOURCE)
"""What stands in a form for the account, which is in the report."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a paper; `value` in the words of anyone who wrote it, or both halves alike."""

    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper to be printed or sealed to the case in the browser that made it."""

    title: Words
    rows: tuple[Row, ...]

    def value(self, label: Words) -> Words | None:
        """What stands beside a label."""
        said = label.zh, label.en
        return next((row.value for row in self.rows if (row.label.zh, row.label.en) == said), None)


def register_sheet(policy: Policy, entry: IncomingReport, intake: Intake, ticket: str) -> Sheet:
    """The register form under the name that the text prints: every field it names, and what was not given."""
    form = policy.rules.form
    return Sheet(
        form.name if form and form.name else REGISTER, (*_head(entry, intake, ticket), *_fields(policy, entry))
    )


def work_order(policy: Policy, entry: IncomingReport, intake: Intake, ticket: str, to: RoleId) -> Sheet:
    """The order that goes to the department complained of, comes back with its result and is signed off."""
    sheet = register_sheet(policy, entry, intake, ticket)
    name = next((role.name for role in policy.rules.roles if role.id == to), None)
    empty = (Row(label, _same("")) for label in TO_BE_WRITTEN)
    return Sheet(sheet.title, (*sheet.rows, Row(TO_DEPARTMENT, name or _same(to)), *empty))


def slip(policy: Policy, received: date, ticket: str) -> Sheet:
    """What the reporter takes home: number, day and policy, nothing of the matter and nobody's name.

    The number names the case in letters and calls. It opens nothing: only the receipt does.
    """
    rows = (Row(TICKET, _same(ticket)), Row(RECEIVED, _same(received.isoformat())), Row(POLICY, policy.title))
    return Sheet(SLIP, rows)


def _head(entry: IncomingReport, intake: Intake, ticket: str) -> Iterator[Row]:
    yield Row(TICKET, _same(ticket))
    yield Row(RECEIVED, _same(entry.received.isoformat()))
    yield Row(CHANNEL, intake.channel.name)
    yield Row(KIND, intake.kind.name)


def _fields(policy: Policy, entry: IncomingReport) -> Iterator[Row]:
    for field in policy.rules.fields:
        given = entry.fields.get(field.id)
        yield Row(field.name, NOT_GIVEN if given is None else _same(given))


def _same(text: str) -> Words:
    return Words(text, text)
