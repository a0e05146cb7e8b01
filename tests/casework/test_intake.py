"""Intake: what a policy makes of a report that comes in, the number it goes by, and its papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casework.errors import PolicyError
from casework.ids import CaseId
from casework.intake.entry import WORDS, IncomingReport, Intake, IntakeReason, IntakeRefusal, Outside
from casework.intake.on_behalf import members_concerned
from casework.intake.registration import addressees_of, take_in
from casework.intake.sheets import NOT_GIVEN, TICKET, register_sheet, slip, work_order
from casework.intake.ticket import DIGITS, read_ticket, ticket_number
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import shipped_bindings, shipped_policy
from casework.rules.intake_form import IntakeKind
from casework.rules.roles import RoleId
from tests.casework.policies import bound

DAY = date(2026, 9, 30)
CASE = CaseId(bytes(range(16)))
CALLBACK, SUPERIOR = bound("customer-callback-workorder"), bound("internal-complaint-disciplinary")
SPECIALIST = RoleId("callback-specialist")
HEARD = IncomingReport("staff", DAY, kind=IntakeKind.OPINION, recorded_by=RoleId("staff"))


def taken(policy: Policy, entry: IncomingReport) -> Intake:
    """What becomes of an entry that must be taken in."""
    found = take_in(policy, entry)
    assert isinstance(found, Intake), found
    return found


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (replace(HEARD, kind=None), IntakeReason.WHICH_KIND),
        (replace(HEARD, kind=IntakeKind.REPORT), IntakeReason.NO_SUCH_KIND),
        (replace(HEARD, recorded_by=None), IntakeReason.WHO_WROTE_IT),
        (replace(HEARD, recorded_by=RoleId("passer-by")), IntakeReason.NOT_THEIR_CHANNEL),
        (replace(HEARD, channel="box"), IntakeReason.NOT_THEIR_CHANNEL),
        (replace(HEARD, fields={"blood-group": "0"}), IntakeReason.NO_SUCH_FIELD),
        (
            replace(HEARD, concerned=frozenset({SPECIALIST, RoleId("department-manager")})),
            IntakeReason.NOBODY_IMPARTIAL,
        ),
    ],
)
def test_what_cannot_be_taken_in_is_refused_by_reason_in_both_languages(
    entry: IncomingReport, reason: IntakeReason
) -> None:
    """Each refusal names its reason, and says it in Chinese and English."""
    found = take_in(CALLBACK, entry)
    assert isinstance(found, IntakeRefusal)
    assert found.reason is reason
    assert found.words.zh != found.words.en
    assert set(WORDS) == set(IntakeReason)


def test_a_list_of_channels_that_is_not_open_refuses_another_way() -> None:
    """Where the text names its channels and no others, the refusal names them; where it is open, the way is taken."""
    found = take_in(bound("airline-complaint"), IncomingReport("fax", DAY))
    assert found == IntakeRefusal(IntakeReason.NO_SUCH_CHANNEL, ("hotline", "platform"))
    assert taken(CALLBACK, replace(HEARD, channel="fax")).channel.id == "other"


def test_nobody_receives_a_report_about_himself() -> None:
    """A complaint about the direct superior goes to the oversight body, which no other road leads to first."""
    entry = IncomingReport("superior", DAY, recorded_by=None)
    assert taken(SUPERIOR, entry).addressees == ("superior",)
    about = taken(SUPERIOR, replace(entry, concerned=frozenset({RoleId("superior")})))
    assert (about.addressees, about.diverted) == (("oversight",), True)
    channel = about.channel
    assert addressees_of(SUPERIOR.rules, channel, frozenset({RoleId("superior"), RoleId("oversight")})) == ()


def test_no_field_and_no_name_is_a_condition_of_being_heard() -> None:
    """What is missing is told as a gap, who is not named by the text as outside, and both are taken in."""
    found = taken(bound("client-complaint-graded-ticket"), IncomingReport("sms", DAY, "supplier", IntakeKind.COMPLAINT))
    assert [one.id for one in found.gaps] == ["name", "contact", "content", "time", "place"]
    assert not found.complete
    assert found.outside == (Outside.SUBJECT,)


def test_where_a_report_lies_outside_the_text_is_told_and_turns_nobody_away() -> None:
    """Another company, what the text leaves out: told for triage; a policy that leaves nothing out says so."""
    content = shipped_bindings(CALLBACK.id).replace(b"[days]", b'entities = ["service"]\n[days]', 1)
    policy = bind_policy(shipped_policy(CALLBACK.id), content, "bindings.toml")
    assert taken(policy, replace(HEARD, entity="service")).outside == ()
    assert taken(policy, replace(HEARD, entity="canteen")).outside == (Outside.ENTITY,)
    assert take_in(policy, replace(HEARD, left_out=True)) == IntakeRefusal(IntakeReason.NOTHING_LEFT_OUT)
    strange = take_in(policy, replace(HEARD, category="weather"))
    assert strange == IntakeRefusal(IntakeReason.NO_SUCH_CATEGORY, ("opinion", "suggestion", "complaint"))
    nowhere = shipped_bindings(SUPERIOR.id).replace(b"[days]", b'entities = ["service"]\n[days]', 1)
    with pytest.raises(PolicyError, match="where it applies"):
        bind_policy(shipped_policy(SUPERIOR.id), nowhere, "bindings.toml")


def test_a_ticket_number_is_read_back_and_every_slip_of_the_pen_is_found() -> None:
    """Any one wrong digit and any two exchanged neighbours are noticed; I, L and O are read as they were meant."""
    number = ticket_number(CASE)
    assert read_ticket(number.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == number
    plain = number.replace("-", "")
    wrong = {plain[:at] + digit + plain[at + 1 :] for at in range(11) for digit in DIGITS if digit != plain[at]}
    swapped = {plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :] for at in range(10)} - {plain}
    assert {read_ticket(one) for one in wrong | swapped | {plain[:-1], plain + "0", "ÄÖÜ"}} == {None}
    assert ticket_number(CaseId(bytes(16))) != number


def test_the_papers_say_what_was_given_and_the_slip_says_nothing_of_the_matter() -> None:
    """Work order and register form hold every field of the text; the slip only number, day and policy."""
    entry = replace(HEARD, fields={"opinion": "门把手松了"})
    order = work_order(CALLBACK, entry, taken(CALLBACK, entry), "T", RoleId("department-manager"))
    assert order.title.zh == "《协调工作单》"
    assert "门把手松了" in {row.value.zh for row in order.rows}
    empty = [row.label.zh for row in order.rows if not row.value.zh]
    assert empty == [
        "处理结果（由部门填写）", "部门负责人签名、日期", "投诉人的评价（由回访人员填写）", "审阅签名、日期",
    ]  # fmt: skip
    form = register_sheet(CALLBACK, HEARD, taken(CALLBACK, HEARD), "T")
    assert NOT_GIVEN in [row.value for row in form.rows]
    paper = slip(CALLBACK, DAY, "T")
    assert paper.value(TICKET) is not None
    assert "门把手" not in str(paper)


def test_a_role_that_is_complained_of_leaves_out_all_who_hold_it_wherever_they_stand() -> None:
    """An outside holder of the role gets no key for the readers; a role of all readers is nobody in particular."""
    held = {SPECIALIST: ("li", "outside"), RoleId("department-manager"): ("li", "wang", "outside")}
    policy = replace(CALLBACK, bound=replace(CALLBACK.bound, holders=held))
    inside, everybody = ["li", "wang"], ["li", "wang", "zhao", "outside"]
    assert members_concerned(policy, [SPECIALIST], inside, everybody) == (["li", "outside"], [])
    assert members_concerned(policy, list(held), inside, everybody) == (["li", "outside"], ["department-manager"])
    assert members_concerned(policy, list(held), ["li"], everybody)[0] == ["li", "outside", "wang"]
    # Who is no member, or no longer, can't be left out.
    assert members_concerned(policy, [SPECIALIST], inside, ["li"]) == (["li"], [])
