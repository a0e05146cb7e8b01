"""Every act that a case can know, named by the event it leaves, and what each must bring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from casework.json_tables import read_table
from casework.words import SOURCE, Words, localized


class Act(StrEnum):
    """What somebody does in a case. Command and event have the same name."""

    RECEIVED = "received"
    # What the stream knows under every policy.
    SELF_ASSIGNED = "taken"
    REPLIED = "replied"
    NOTED = "noted"
    REGRANTED = "regranted"
    # Intake.
    REGISTERED = "registered"
    ACKNOWLEDGED = "acknowledged"
    SLIP_ISSUED = "slip-issued"
    PROCEDURE_EXPLAINED = "procedure-told"
    PROGRESS_REPORTED = "progress-told"
    INFORMATION_ASKED = "information-asked"
    INFORMATION_SUPPLIED = "information-supplied"
    COMPLETENESS_CHECKED = "completeness-checked"
    CONTENT_CONFIRMED = "content-confirmed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FILED = "filed"
    KIND_SET = "kind-set"
    CLASSIFIED = "classified"
    GRADED = "graded"
    ROUTED = "routed"
    PASSED_ON = "passed-on"
    DEPARTMENT_RECEIVED = "department-received"
    ASSIGNED = "assigned"
    REASSIGNED = "reassigned"
    ORDER_ISSUED = "order-issued"
    ORDER_RETURNED = "order-returned"
    CONTACTED = "contacted"
    CONTACTED_ON_SITE = "contacted-on-site"
    CONTACTED_AGAIN = "contacted-again"
    FOLLOWED_UP = "followed-up"
    VISITED_AGAIN = "visited-again"
    # Investigation.
    METHOD_CHOSEN = "method-chosen"
    CHECKED = "checked"
    TASK_PLANNED = "task-planned"
    TASK_DONE = "task-done"
    EVIDENCE_GATHERED = "evidence-gathered"
    TALKED = "talked"
    CAUSE_FOUND = "cause-found"
    GROUNDS_ASKED = "grounds-asked"
    GROUNDS_GIVEN = "grounds-given"
    GROUNDS_MISSING = "grounds-missing"
    REPORT_FORMED = "report-formed"
    REPORT_SUBMITTED = "report-submitted"
    FINDINGS_SHOWN = "findings-shown"
    FINDINGS_CONFIRMED = "findings-confirmed"
    FINDINGS_CONTESTED = "findings-contested"
    UNANSWERED = "unanswered"
    # Solution and decision.
    MEDIATED = "mediated"
    MEDIATION_ENDED = "mediation-ended"
    PLAN_DRAFTED = "plan-drafted"
    PLAN_REVIEWED = "plan-reviewed"
    PLAN_PRESENTED = "plan-told"
    PLAN_AGREED = "plan-agreed"
    PLAN_REFUSED = "plan-refused"
    AGREEMENT_PASSED_ON = "agreement-passed-on"
    VISIT_AGREED = "visit-agreed"
    COORDINATED = "coordinated"
    APPROVED = "approved"
    SENT_BACK = "sent-back"
    DECIDED = "decided"
    EXECUTED = "executed"
    TRACKED = "tracked"
    # Result.
    NOTIFIED = "notified"
    NOTICE_RECEIVED = "notice-received"
    NOTICE_DEEMED = "notice-deemed"
    POSTS_NOTIFIED = "posts-notified"
    VIEW_HEARD = "view-heard"
    RATED = "rated"
    JUDGED = "judged"
    REOPENED = "reopened"
    APPEALED = "appealed"
    APPEAL_ACCEPTED = "appeal-accepted"
    REINVESTIGATED = "reinvestigated"
    APPEAL_DECIDED = "appeal-decided"
    PUBLISHED = "published"
    REPORTED_UP = "reported-up"
    AUTHORITY_INFORMED = "authority-told"
    EMERGENCY_STARTED = "emergency-started"
    ESCALATED = "escalated"
    OVERSEEN = "overseen"
    SUMMARISED = "summarised"
    SIGNED = "signed"
    CLOSED = "closed"
    ARCHIVED = "archived"
    # Around the case.
    MERGED = "merged"
    SEPARATED = "separated"
    EXTENDED = "extended"
    HANDED_OVER = "handed-over"
    HANDED_BACK = "handed-back"
    RECUSED = "recused"
    PLEDGED = "pledged"
    WITHDRAWN = "withdrawn"
    HELD = "held"
    RELEASED = "released"
    # What one member asks for and a second one must agree to.
    RELEASE_ASKED = "release-asked"
    EXPORT_ASKED = "export-asked"
    EXPORT_APPROVED = "export-approved"
    EXPORTED = "exported"
    DELETION_ASKED = "deletion-asked"
    DELETION_APPROVED = "deletion-approved"
    ISOLATED = "isolated"
    MIGRATED = "migrated"
    # What would tell the verdict: all of it is one and the same event to anyone who cannot open it.
    SEALED = "sealed"
    MEASURE_SET = "measure-set"
    COMPENSATED = "compensated"
    REWARDED = "rewarded"
    MALICE_PROPOSED = "malice-proposed"
    MALICE_APPROVED = "malice-approved"
    CLEARED = "cleared"


class Party(StrEnum):
    """Who can do an act at all."""

    WORKER = "worker"
    MEMBER = "member"
    REPORTER = "reporter"


class Item(StrEnum):
    """The sealed item that an act brings along."""

    NONE = "none"
    OPTIONAL = "optional"
    TO_REPORTER = "to-reporter"
    OFFICE_ONLY = "office-only"
    TO_OFFICE = "to-office"


class Attribute(StrEnum):
    """A code that stands in clear beside an act, and names something of the policy or of the office."""

    KIND = "kind"
    CLASSIFICATION = "classification"
    GRADE = "grade"
    DEPARTMENTS = "departments"
    HANDLER = "handler"
    DEPUTY = "deputy"
    CLOCK = "clock"
    UNTIL = "until"
    CASE = "case"
    AUTHORITY = "authority"
    MEMBER = "member"
    POLICY = "policy"
    VERSION = "version"
    DESTINATION = "destination"
    ASKING = "asking"


@dataclass(frozen=True, slots=True)
class Trait:
    """What an act is: who does it, what it brings, which codes it must and may carry."""

    party: Party = Party.MEMBER
    item: Item = Item.OPTIONAL
    codes: tuple[Attribute, ...] = ()
    may: tuple[Attribute, ...] = ()
    masked: bool = False


def _trait(row: dict[str, Any]) -> Trait:
    return Trait(
        Party(row.get("party", Party.MEMBER)),
        Item(row.get("item", Item.OPTIONAL)),
        tuple(Attribute(one) for one in row.get("codes", ())),
        tuple(Attribute(one) for one in row.get("may", ())),
        row.get("masked", False),
    )


_ROWS: Final[dict[Act, dict[str, Any]]] = {Act(name): row for name, row in read_table("casework.rules", "acts").items()}
"""What a row leaves out is as in `Trait`."""
TRAITS: Final[dict[Act, Trait]] = {act: _trait(_ROWS[act]) for act in Act}
"""What each act is. `DECIDED` names no verdict: its item does. `REASSIGNED` without a handler gives the case back."""
REASONED: Final = frozenset(act for act, row in _ROWS.items() if row.get("reasoned"))
"""Acts that say nothing without a reason."""
DECIDING: Final = frozenset(act for act, row in _ROWS.items() if row.get("decides"))
"""Acts whose words tell a verdict, and so go as a decision."""
BY_VERDICT: Final = frozenset(act for act, row in _ROWS.items() if row.get("by_verdict"))
"""Acts that end a round by what the reporter said of it."""
NOTE_KINDS: Final[dict[Act, str]] = {act: row.get("note", "note") for act, row in _ROWS.items()}
"""As what kind of item the office keeps the words of an act."""
ACT_WORDS: Final[dict[Act, Words]] = {act: localized(row["words"], SOURCE) for act, row in _ROWS.items()}
"""What each act is called, on the screen, in charts and in refusals."""
