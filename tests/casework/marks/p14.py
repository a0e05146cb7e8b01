"""P14, a text of one sentence: what it says it can do."""

from __future__ import annotations

from casework.engine.refusals import RefusalReason
from casework.intake.entry import Outside
from casework.policy.binding import bind_policy
from casework.policy.reader import shipped_policy
from casework.protection.view import Hearing, view
from tests.casework.marks.book import mark
from tests.casework.marks.code import ENGINE, INTAKE, VIEW
from tests.casework.marks.desk import taken
from tests.casework.marks.life import BINDINGS, Life, policy_of


@mark("P14", "A3", rests_on=(INTAKE, ENGINE, VIEW, "casework.policy.binding:inherit"))
def customers() -> None:
    """A purpose for customers and nothing else: the way is another policy's, to the customer's view at its end."""
    stub = shipped_policy("complaint-handling-stub")
    assert (stub.rules.stages, stub.rules.roles, stub.rules.channels) == ((), (), ())
    heir = bind_policy(stub, (BINDINGS / "P14.toml").read_bytes(), "P14.toml")
    assert heir.rules.stages == shipped_policy("customer-complaint-handling").rules.stages
    assert policy_of("P14") == heir
    found = taken("P14", "platform", subject="customer")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside, found.addressees) == ("客户", (), ("company",))
    assert taken("P14", "platform", subject="supplier").outside == (Outside.SUBJECT,)
    life = Life("P14").does("registered", by="company").does("acknowledged", by="company")
    life.does("progress-told", by="company")
    life.does("routed", by="company", departments="sales").does("assigned", by="company", handler="zhang-san")
    for act in ("talked", "evidence-gathered", "checked"):
        life.does(act, by="investigator")
    life.does("cause-found", by="company").does("plan-drafted", by="company").does("plan-told", by="company")
    life.decides("borne-out", by="company", to="feedback")
    assert life.refused("view-heard", by="company") is RefusalReason.FIRST
    life.does("executed", by="company").does("notified", by="company").does("view-heard", by="company")
    assert view(life.policy, life.case).hearing is Hearing.HEARD
