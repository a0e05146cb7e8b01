"""What `yanlu desk act CASE` says of a case beside its next step: lateness and who answers, the reporter's view."""

from __future__ import annotations

from casework.engine.sealed_steps import SealedCase
from casework.event_store.step_check import Ruling
from portal.cli.desk.case_state import RuledCase
from portal.cli.desk.further_duties import further_duties
from portal.cli.words import Catalogue
from tests.casework.marks.life import OFFICE, Life, moment
from tests.casework.marks.p05_life import fed_back, graded
from tests.casework.marks.p15 import SPECIALIST
from tests.casework.marks.p15_callback import called_again


def said(life: Life, when: str, language: str = "en") -> list[str]:
    """The lines for a member who holds no role, at a moment."""
    ruling = Ruling(life.policy, OFFICE, moment(when), lambda _: None)
    return further_duties(RuledCase(ruling, [], life.case, SealedCase()), "nobody", Catalogue(language)).lines


def test_a_limit_that_was_not_kept_is_named_with_those_who_answer_for_it() -> None:
    """P05: nothing in time; a minute later the limit, whose it is, and the clause in the text's words."""
    life = graded(when="2026-03-02T10:00")
    assert not [line for line in said(life, "2026-03-03T10:00") if line.startswith("Late by")]
    late = [line for line in said(life, "2026-03-05") if line.startswith(("Late by", "Answerable for it"))]
    assert len(late) >= 4
    assert late[0].startswith("Late by ")
    assert any("处理不当或延误造成损失的，承担法律责任" in line for line in said(life, "2026-03-05", "zh"))


def test_the_view_of_the_reporter_is_owed_until_it_is_on_the_record() -> None:
    """P05: before a result nothing of it is owed, then it is, and afterwards it is on the record."""
    life = fed_back()
    assert "The reporter's view of the result is still to be recorded." in said(life, "2026-04-01")
    life.does("view-heard", by="property-company")
    lines = said(life, "2026-04-01")
    assert "The reporter's view of the result is on the record." in lines
    assert "The policy asks for the reporter's view of the result, once there is one." in said(
        Life("P05"), "2026-03-03"
    )


def test_the_round_is_counted_where_an_unsatisfied_reporter_sends_the_case_back() -> None:
    """P15: the second round after a reopening; a policy that leaves the verdict to others counts none."""
    life = called_again()
    rounds = [line for line in said(life, "2026-03-05") if line.startswith("Round ")]
    assert rounds == ["Round 1: a reporter who is not satisfied sends the case back to work, as often as it takes."]
    life.does("reopened", by=SPECIALIST, on="2026-03-05T09:00")
    assert any(line.startswith("Round 2: ") for line in said(life, "2026-03-06"))
    assert not [line for line in said(fed_back(), "2026-04-01") if line.startswith("Round ")]
