"""Every act that a case can know, named by the event it leaves, and what each must bring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What somebody does in a case. Command and event have the same name."""

    RECEIVED = "received"
    # What the stream knows under every policy.
    TAKEN = "taken"
    REPLIED = "replied"
    NOTED = "noted"
    REGRANTED = "regranted"
    # Intake.
    REGISTERED = "registered"
    ACKNOWLEDGED = "acknowledged"
    SLIP_ISSUED = "slip-issued"
    PROCEDURE_TOLD = "procedure-told"
    PROGRESS_TOLD = "progress-told"
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
    PLAN_TOLD = "plan-told"
    PLAN_AGREED = "plan-agreed"
    PLAN_REFUSED = "plan-refused"
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
    AUTHORITY_TOLD = "authority-told"
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


@dataclass(frozen=True, slots=True)
class Trait:
    """What an act is: who does it, what it brings, which codes it must and may carry."""

    party: Party = Party.MEMBER
    item: Item = Item.OPTIONAL
    codes: tuple[Attribute, ...] = ()
    may: tuple[Attribute, ...] = ()
    masked: bool = False


_TO_REPORTER: Final = Trait(item=Item.TO_REPORTER)
_OFFICE_ONLY: Final = Trait(item=Item.OFFICE_ONLY)
_REPORTER: Final = Trait(party=Party.REPORTER, item=Item.TO_OFFICE)
_BARE: Final = Trait(item=Item.NONE)
_MASKED: Final = Trait(item=Item.OFFICE_ONLY, masked=True)

_SPECIAL: Final[dict[Act, Trait]] = {
    Act.RECEIVED: Trait(party=Party.WORKER, item=Item.TO_OFFICE),
    Act.TAKEN: _BARE,
    Act.KIND_SET: Trait(codes=(Attribute.KIND,)),
    Act.CLASSIFIED: Trait(codes=(Attribute.CLASSIFICATION,)),
    Act.GRADED: Trait(codes=(Attribute.GRADE,)),
    Act.ROUTED: Trait(codes=(Attribute.DEPARTMENTS,)),
    Act.ASSIGNED: Trait(codes=(Attribute.HANDLER,), may=(Attribute.DEPUTY,)),
    # Without a handler the case is nobody's again.
    Act.REASSIGNED: Trait(may=(Attribute.HANDLER,)),
    Act.EXTENDED: Trait(item=Item.TO_REPORTER, codes=(Attribute.CLOCK, Attribute.UNTIL)),
    Act.HANDED_OVER: Trait(item=Item.OFFICE_ONLY, codes=(Attribute.AUTHORITY,)),
    Act.MERGED: Trait(codes=(Attribute.CASE,)),
    Act.EXPORT_ASKED: Trait(item=Item.OFFICE_ONLY, codes=(Attribute.DESTINATION,)),
    Act.EXPORT_APPROVED: Trait(item=Item.OFFICE_ONLY, may=(Attribute.AUTHORITY,)),
    Act.EXPORTED: _BARE,
    Act.RECUSED: Trait(item=Item.OFFICE_ONLY, codes=(Attribute.MEMBER,)),
    Act.MIGRATED: Trait(item=Item.OFFICE_ONLY, codes=(Attribute.VERSION,)),
}
_GROUPS: Final[dict[Trait, tuple[Act, ...]]] = {
    _TO_REPORTER: (
        Act.REPLIED,
        Act.REGRANTED,
        Act.ACKNOWLEDGED,
        Act.SLIP_ISSUED,
        Act.PROCEDURE_TOLD,
        Act.PROGRESS_TOLD,
        Act.INFORMATION_ASKED,
        Act.ACCEPTED,
        Act.REFUSED,
        Act.FINDINGS_SHOWN,
        Act.PLAN_TOLD,
        Act.NOTIFIED,
    ),
    _OFFICE_ONLY: (
        Act.NOTED,
        Act.EVIDENCE_GATHERED,
        Act.TALKED,
        Act.CAUSE_FOUND,
        Act.GROUNDS_ASKED,
        Act.GROUNDS_GIVEN,
        Act.REPORT_FORMED,
        Act.PLAN_DRAFTED,
        Act.SENT_BACK,
        Act.DECIDED,
        Act.REINVESTIGATED,
        Act.APPEAL_DECIDED,
        Act.PLEDGED,
        Act.HELD,
        Act.RELEASED,
        Act.RELEASE_ASKED,
        Act.DELETION_ASKED,
        Act.DELETION_APPROVED,
        Act.ISOLATED,
        Act.HANDED_BACK,
        Act.REOPENED,
        Act.SEPARATED,
        Act.SEALED,
    ),
    _REPORTER: (
        Act.INFORMATION_SUPPLIED,
        Act.FINDINGS_CONFIRMED,
        Act.FINDINGS_CONTESTED,
        Act.PLAN_AGREED,
        Act.PLAN_REFUSED,
        Act.NOTICE_RECEIVED,
        Act.RATED,
        Act.APPEALED,
        Act.WITHDRAWN,
    ),
    _MASKED: (
        Act.MEASURE_SET,
        Act.COMPENSATED,
        Act.REWARDED,
        Act.MALICE_PROPOSED,
        Act.MALICE_APPROVED,
        Act.CLEARED,
    ),
}
TRAITS: Final[dict[Act, Trait]] = {
    **{act: Trait() for act in Act},
    **{act: trait for trait, acts in _GROUPS.items() for act in acts},
    **_SPECIAL,
}
"""What each act is. `DECIDED` names no verdict: the verdict lies in its item."""
REASONED: Final = frozenset(
    {
        Act.REFUSED, Act.EXTENDED, Act.SENT_BACK, Act.RECUSED, Act.HELD, Act.RELEASED, Act.HANDED_OVER, Act.ISOLATED,
        Act.REOPENED, Act.SEPARATED, Act.MALICE_PROPOSED, Act.INFORMATION_ASKED, Act.FINDINGS_SHOWN, Act.PLAN_TOLD,
        Act.MIGRATED, Act.RELEASE_ASKED, Act.EXPORT_ASKED, Act.EXPORT_APPROVED, Act.DELETION_ASKED,
        Act.DELETION_APPROVED,
    }
)  # fmt: skip
"""Acts that say nothing without a reason."""
