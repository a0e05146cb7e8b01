"""P15, complaints of customers by callback and work order: clocks, second call, filing, as its text says."""

from __future__ import annotations

import pytest

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.errors import PolicyError
from casework.obligations.callback import against_verdict, reopens_case, rounds
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.binding import bind_policy
from casework.policy.reader import shipped_policy
from casework.protection.view import Hearing, view
from casework.rules.clauses import SatisfactionUse
from casework.rules.flow import StageId
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLOCK, ENGINE, RETAINED, VIEW
from tests.casework.marks.life import BINDINGS, Life, moment, policy_of
from tests.casework.marks.p15 import MANAGER, SPECIALIST, agreed, ordered, registered, returned

SERVICE, TOP, FILES = "service-manager", "general-manager", "administration"
UNBOUND, BIND = "casework.policy.policy:Policy.unbound", "casework.policy.binding:bind_policy"
VERDICT, ROUNDS = "casework.obligations.callback:against_verdict", "casework.obligations.callback:rounds"
AGAIN = "casework.obligations.callback:reopens_case"
MINUTES = ("order", "plan", "first-contact", "on-site-contact", "follow-up")


def called_again(when: str = "2026-03-02T10:00", *, second_visit: bool = False) -> Life:
    """A complaint about whose handling the customer was called a second time."""
    life = agreed(when)
    if second_visit:
        life.does("visit-agreed", by=MANAGER)
    life.does("executed", by=MANAGER).does("order-returned", by=MANAGER)
    return life.does("contacted-again", by=SPECIALIST)


def judged() -> Life:
    """One that was followed up by telephone and judged successful."""
    return called_again().does("followed-up", by=SPECIALIST, on="2026-03-03").does("judged", by=SPECIALIST)


def verdict(life: Life, to: str | None = None, *, satisfied: bool) -> RefusalReason | None:
    """Why the customer's word does not count."""
    stage = StageId(to) if to else None
    found = against_verdict(life.policy, life.case, satisfied=satisfied, to=stage)
    return found.reason if found else None


@mark("P15", "F1", rests_on=(VERDICT, ENGINE))
def success_or_not() -> None:
    """Successful or not is the customer's word in the second call: one leads to the signatures, the other back."""
    assert returned().refused("judged", by=SPECIALIST) is RefusalReason.FIRST
    assert returned().wordless("contacted-again", by=SPECIALIST) is RefusalReason.UNWRITTEN
    life = called_again()
    assert (verdict(life, "signing", satisfied=True), verdict(life, "handling", satisfied=False)) == (None, None)
    assert verdict(life, "signing", satisfied=False) is RefusalReason.ANOTHER_STAGE
    assert verdict(life, "handling", satisfied=True) is RefusalReason.ANOTHER_STAGE
    life.does("followed-up", by=SPECIALIST, on="2026-03-03")
    assert life.does("judged", by=SPECIALIST).stage == "signing"


@mark("P15", "G1", rests_on=CLOCK)
def minutes_and_hours() -> None:
    """The order within 30 minutes, its return within 24 hours of the agreement: each to the very minute."""
    life = registered(when="2026-03-06T17:45")
    assert life.due("order") == "2026-03-06T18:15"
    assert life.stands("order", "2026-03-06T18:15") == ClockStatus.RUNNING
    assert life.stands("order", "2026-03-06T18:16") == ClockStatus.MISSED
    life = agreed("2026-03-06T17:45")
    assert life.due("return") == "2026-03-07T17:50"
    assert life.stands("return", "2026-03-07T17:51") == ClockStatus.MISSED


@mark("P15", "G5", rests_on=(UNBOUND, BIND))
def seven_blanks() -> None:
    """Seven numbers are blank: the text is a draft until each is bound, in the unit that the text prints."""
    shipped = shipped_policy("customer-callback-workorder")
    assert shipped.unbound()[3:] == tuple(f"limits.{name}" for name in (*MINUTES, "return", "second-contact"))
    assert policy_of("P15").unbound() == ()
    content = (BINDINGS / "P15.toml").read_bytes()
    assert bind_policy(shipped, content.replace(b'plan = "120 minutes"', b""), "P15").unbound() == ("limits.plan",)
    with pytest.raises(PolicyError) as refused:
        bind_policy(shipped, content.replace(b'order = "30 minutes"', b'order = "30 hours"'), "P15")
    assert refused.value.key == "limits.order"


@mark("P15", "G6", rests_on=(ENGINE, CLOCK, VERDICT))
def not_before() -> None:
    """The follow-up call waits its minutes; the verdict on what is done at the second visit waits for that visit."""
    life = agreed("2026-03-02T10:00")
    assert life.due("follow-up") == "2026-03-02T11:05"
    assert life.refused("followed-up", by=SPECIALIST, on="2026-03-02T11:04") is RefusalReason.TOO_EARLY
    assert life.refused("followed-up", by=SPECIALIST, on="2026-03-02T11:05") is None
    assert life.refused("visit-agreed", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    assert called_again().refused("visited-again", by=SPECIALIST) is RefusalReason.FIRST, "no visit was agreed"
    assert ordered().refused("visit-agreed", by=MANAGER) is RefusalReason.FIRST
    assert verdict(called_again(), satisfied=True) is None
    life = called_again(second_visit=True)
    assert verdict(life, satisfied=True) is RefusalReason.FIRST
    life.does("visited-again", by=SPECIALIST, on="2026-04-20")
    assert verdict(life, satisfied=True) is RefusalReason.FIRST
    life.does("contacted-again", by=SPECIALIST)
    assert verdict(life, satisfied=True) is None
    rated = called_again(second_visit=True).does("visited-again", by=SPECIALIST, on="2026-04-20").reporter("rated")
    assert verdict(rated, satisfied=True) is None
    absent = called_again(second_visit=True)
    assert absent.wordless("unanswered", by=SPECIALIST) is RefusalReason.UNWRITTEN
    assert verdict(absent.does("unanswered", by=SPECIALIST), satisfied=True) is None
    assert called_again().refused("unanswered", by=SPECIALIST) is RefusalReason.FIRST


@mark("P15", "G7", rests_on=CLOCK)
def nested() -> None:
    """Order, plan and first call, return, second call: each has its own start, limit and bearer in one case."""
    life = ordered(on="2026-03-02T10:20")
    assert [life.rule(name).who for name in ("order", "plan", "second-contact")] == [SPECIALIST, MANAGER, SPECIALIST]
    assert (life.due("first-contact"), life.due("plan")) == ("2026-03-02T10:50", "2026-03-02T12:20")
    life.does("plan-drafted", by=MANAGER)
    assert (life.stands("order"), life.stands("plan"), life.stands("return")) == ("met", "running", "not-started")
    life.does("mediated", by=MANAGER, on="2026-03-02T12:21")
    assert (life.stands("first-contact"), life.stands("plan"), life.stands("return")) == ("late", "late", "running")


@mark("P15", "G8", rests_on=CLOCK)
def from_the_return() -> None:
    """The second call is due within 24 hours of the order's return, however old the complaint is."""
    life = returned("2026-03-02T10:00", on="2026-03-09T16:30")
    assert (agreed().stands("second-contact"), life.due("second-contact")) == ("not-started", "2026-03-10T16:30")
    assert life.stands("second-contact", "2026-03-10T16:31") == ClockStatus.MISSED
    life.does("contacted-again", by=SPECIALIST, on="2026-03-10T16:30")
    assert life.stands("second-contact") == ClockStatus.SATISFIED


@mark("P15", "G9", rests_on=CLOCK)
def promptly() -> None:
    """A complaint on site is dealt with promptly, within its minutes of contact; one by telephone knows neither."""
    life = Life("P15", "2026-03-02T10:00").does("department-received", by=MANAGER, on="2026-03-02T10:05")
    assert (life.stands("on-site", "2026-12-01"), life.due("on-site-contact")) == ("promptly", "2026-03-02T10:15")
    assert life.stands("order") == ClockStatus.SATISFIED
    life.does("contacted-on-site", by=MANAGER).does("executed", by=MANAGER)
    assert (life.stands("on-site"), life.stands("on-site-contact")) == ("met", "met")
    assert [ordered().stands(name) for name in ("on-site", "on-site-contact")] == ["not-started"] * 2
    assert not Life("P15").knows("box")


@mark("P15", "H3", rests_on=(VIEW, ENGINE))
def heard() -> None:
    """The customer's view is owed once the order is back, and again after each further round."""
    assert view(policy_of("P15"), agreed().case).hearing is Hearing.TOO_EARLY
    life = called_again()
    found = view(life.policy, life.case)
    assert (found.hearing, found.use) == (Hearing.DUE, SatisfactionUse.VERDICT)
    life.reporter("rated")
    assert view(life.policy, life.case).hearing is Hearing.HEARD
    life.does("reopened", by=SPECIALIST).does("plan-drafted", by=MANAGER).does("mediated", by=MANAGER)
    life.does("executed", by=MANAGER).does("order-returned", by=MANAGER)
    assert view(life.policy, life.case).hearing is Hearing.DUE


@mark("P15", "H4", rests_on=(ROUNDS, AGAIN, ENGINE, CLOCK))
def until_satisfied() -> None:
    """Who is not satisfied sends it round again, as often as it takes, and every limit begins again."""
    assert reopens_case(policy_of("P15"))
    assert returned().refused("reopened", by=SPECIALIST) is RefusalReason.FIRST
    life = called_again().does("reopened", by=SPECIALIST, on="2026-03-05T09:00")
    assert (life.stage, life.due("first-contact"), life.due("plan")) == (
        "handling",
        "2026-03-05T09:30",
        "2026-03-05T11:00",
    )
    assert life.refused("order-returned", by=MANAGER) is RefusalReason.FIRST
    for _ in range(4):
        life.does("plan-drafted", by=MANAGER).does("mediated", by=MANAGER).does("executed", by=MANAGER)
        life.does("order-returned", by=MANAGER).does("contacted-again", by=SPECIALIST)
        life.does("reopened", by=SPECIALIST)
    assert rounds(life.case) == 6


@mark("P15", "H5", rests_on=(ENGINE, CLOCK))
def tracking() -> None:
    """After the agreement the specialist calls to see how it goes, in each round once its wait is over."""
    assert ordered().refused("followed-up", by=SPECIALIST, on="2026-03-03") is RefusalReason.FIRST
    life = agreed().does("followed-up", by=SPECIALIST, on="2026-03-02T12:00")
    assert life.stands("follow-up") == ClockStatus.SATISFIED
    assert life.refused("followed-up", by=SPECIALIST, on="2026-03-02T12:30") is None, "a second call waits for nothing"
    assert called_again().refused("judged", by=SPECIALIST) is RefusalReason.FIRST
    life.does("executed", by=MANAGER).does("order-returned", by=MANAGER).does("contacted-again", by=SPECIALIST)
    life.does("reopened", by=SPECIALIST).does("plan-drafted", by=MANAGER)
    life.does("mediated", by=MANAGER, on="2026-03-04T09:00")
    assert life.refused("followed-up", by=SPECIALIST, on="2026-03-04T09:59") is RefusalReason.TOO_EARLY
    life.does("executed", by=MANAGER).does("order-returned", by=MANAGER).does("contacted-again", by=SPECIALIST)
    assert life.refused("judged", by=SPECIALIST) is RefusalReason.FIRST
    life.does("followed-up", by=SPECIALIST, on="2026-03-04T10:00")
    assert life.does("judged", by=SPECIALIST).stage == "signing"


@mark("P15", "K1", rests_on=(RETAINED, ENGINE))
def filed() -> None:
    """The administration files the signed original, and keeps it to the last day that the office bound."""
    life = judged().does("signed", by=SERVICE).does("signed", by=TOP)
    assert life.refused("archived", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    assert retention(life.policy, life.case, moment("2026-03-16").date()).why is RetentionStatus.OPEN
    life.does("archived", by=FILES, on="2026-03-16")
    kept = retention(life.policy, life.case, moment("2029-03-16").date())
    assert (life.ended, kept.why, str(kept.until)) == (True, RetentionStatus.RUNNING, "2029-03-16")


@mark("P15", "K2", rests_on=ENGINE)
def two_signatures() -> None:
    """Two signatures close it, one after the other: the service manager's, then the general manager's."""
    life = judged()
    assert life.refused("signed", by=TOP) is RefusalReason.WRONG_ROLE
    life.does("signed", by=SERVICE)
    assert life.refused("signed", by=TOP, member=SERVICE) is RefusalReason.SAME_PERSON
    assert life.refused("archived", by=FILES) is RefusalReason.NOT_HERE
    assert life.refused("signed", by=SERVICE) is RefusalReason.WRONG_ROLE
    assert life.does("signed", by=TOP).stage == "filing"
    assert [event.role for event in life.events("signed")] == [SERVICE, TOP]
