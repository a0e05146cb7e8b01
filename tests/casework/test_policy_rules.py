"""The rules of a policy file: each key reads into its type, and every fault is refused by its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.deadlines.limits import Limit, Unit
from casework.errors import PolicyError
from casework.legal_sources import Statute, Supplied, Verified
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import common_rules, read_policy, reading_faults, shipped_bindings, shipped_policy
from casework.rules.acts import TRAITS, Act
from casework.rules.flow import FIRST_STAGE, StageId

NAME = "company-whistleblowing"
ROOT = Path(__file__).resolve().parents[2]
CONTENT = (ROOT / f"casework/policies/{NAME}.toml").read_text("utf-8")
BINDINGS = shipped_bindings(NAME).decode()
OPEN_CLOCK = """
[[clocks]]
id = "answer"
name = { zh = "答复", en = "Answer" }
start = ["received"]
stop = ["notified"]
who = "company"
unit = "working-days"
source = { law = "Directive (EU) 2019/1937", article = "9(1)(f)", verified = "seen" }

[[open]]
id = "penalties"
part = "clauses"
what = { zh = "处罚", en = "Penalties" }
source = { line = 1, quote = "奖惩机制" }

[[open]]
id = "ending"
part = "stages"
what = { zh = "结案", en = "How a case ends" }
source = { line = 1, quote = "流程" }
"""
SUPPLIES = """
[supplies.penalties]
how = "left-out"
reason = { zh = "不设", en = "There are none" }

[supplies.ending]
how = "own"

[[stages]]
id = "storeroom"
name = { zh = "库房", en = "Storeroom" }
end = true
source = { supplied = { zh = "自定", en = "Our own" } }
"""


def draft() -> Policy:
    """The policy with a clock without number and two parts that the text leaves open."""
    return read_policy((CONTENT + OPEN_CLOCK).encode(), "mine.toml")


def refused_at(content: str) -> str:
    """The key at which a policy file is refused."""
    with pytest.raises(PolicyError) as refused:
        read_policy(content.encode(), "mine.toml")
    assert refused.value.file == "mine.toml"
    return refused.value.key


def test_a_case_begins_at_the_first_stage_and_its_acts_are_read() -> None:
    """Stages keep the order of the text, and each carries the acts that it allows."""
    rules = shipped_policy(NAME).rules
    assert rules.stages[0].id == FIRST_STAGE
    handling = rules.stage(StageId("handling"))
    assert handling is not None
    assert handling.acts[0].act is Act.DECIDED
    assert handling.acts[0].to == ("result", "investigation")


def test_what_the_common_rules_hold_under_every_policy_until_it_is_switched_off() -> None:
    """A policy that does without an act loses it, and the clock that served nothing else with it."""
    house = {rule.act for rule in common_rules().anywhere}
    assert Act.RECUSED in house
    assert house <= {rule.act for rule in shipped_policy(NAME).rules.anywhere}
    without = CONTENT.replace('state = "whole"', 'state = "whole"\nwithout = ["recused", "notice-deemed"]', 1)
    rules = read_policy(without.encode(), "mine.toml").rules
    assert {rule.act for rule in rules.anywhere} == house - {Act.RECUSED, Act.NOTICE_DEEMED}
    assert [clock.id for clock in rules.clocks] == ["register"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('act = "decided"', 'act = "guessed"', "stages[handling].acts[0].act"),
        ('ever = ["notified"]', 'ever = ["whispered"]', "stages[result].acts[3].ever"),
        ("end = true", 'end = "yes"', "stages[archived].end"),
        ('id = "warning"', 'id = "dismissal"', "measures[dismissal]"),
        ('word = "及时"', 'limit = "soon"', "clocks[register].limit"),
        ('word = "及时"', 'limit = "1 days"', "clocks[register].limit"),
        ('on = "true-report"', 'on = "kindness"', "rewards[0].on"),
        ('disclosed_on = ["never"]', 'disclosed_on = ["gossip"]', "secrecy[0].disclosed_on"),
        ('mode = "anonymous-allowed"', 'mode = "guessable"', "identity.mode"),
        ('mode = "anonymous-allowed"', 'mode = "required"\nhue = "red"', "identity.hue"),
        ("source = { line = 70,", "sauce = { line = 70,", "retaliation[0].source"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_key(old: str, new: str, key: str) -> None:
    """A word that the schema does not know, a flag that is none, a number that is no limit: each is named."""
    assert old in CONTENT
    assert refused_at(CONTENT.replace(old, new, 1)) == key


def test_wrong_values_missing_and_unknown_keys_are_all_named_at_once() -> None:
    """Nobody mends one fault to be shown the next."""
    wrong = CONTENT.replace('kind = "person"', 'kind = "nobody"', 1).replace('state = "', 'state = "un', 1)
    found = [fault.key for fault in reading_faults(f"{wrong}\n[retension]\n".encode(), "own.toml")]
    assert found[-1] == "retension"
    assert {"state"} < set(found)
    assert any(key.startswith("roles[") for key in found)


def test_a_rule_may_rest_on_a_law_or_on_the_product_instead_of_the_text() -> None:
    """Only what is quoted from the text is held against it; a law says how sure its figure is."""
    policy = draft()
    grounds = dict(policy.sources)
    assert grounds["clocks[answer]"] == Statute("Directive (EU) 2019/1937", "9(1)(f)", Verified.SEEN)
    assert isinstance(grounds["identity"], Supplied)


def test_a_draft_names_what_is_unbound_until_bindings_close_it() -> None:
    """Open numbers and open parts are named one by one, and gone once an operator has supplied them."""
    policy = draft()
    assert policy.unbound()[3:] == ("limits.answer", "limits.notice-waits", "supplies.penalties", "supplies.ending")
    bound = bind_policy(policy, f'{BINDINGS}answer = "10 working days"\n{SUPPLIES}'.encode(), "bindings.toml")
    assert bound.unbound() == ()
    assert bound.rules.stages[-1].id == "storeroom"
    answer = next(clock for clock in bound.rules.clocks if clock.id == "answer")
    assert answer.limit == Limit(10, Unit.WORKING_DAYS)


def test_an_open_part_can_be_taken_from_another_policy() -> None:
    """What a text leaves out may be inherited; nothing that it has itself is replaced."""
    inherits = f'{BINDINGS}[supplies.ending]\nhow = "inherited"\nfrom = "{NAME}"\n'
    bound = bind_policy(draft(), inherits.encode(), "bindings.toml")
    assert [part.id for part in bound.rules.open] == ["penalties"]
    assert bound.rules.stages == shipped_policy(NAME).rules.stages


@pytest.mark.parametrize(
    ("added", "key"),
    [
        ('answer = "10 days"\n', "limits.answer"),
        ('hunt = "10 days"\n', "limits.hunt"),
        ('[supplies.penalties]\nhow = "own"\n', "supplies.penalties.how"),
        ('[supplies.ending]\nhow = "own"\n', "stages"),
        ('[supplies.weather]\nhow = "left-out"\n', "supplies.weather"),
        ('[holders]\njester = ["m1"]\n', "holders.jester"),
        ('[adoption.discussed]\nday = "2026-01-31"\nproof = "minutes"\n', "adoption.discussed.day"),
        ("[[stages]]\n", "stages"),
    ],
)
def test_bindings_that_reach_beyond_the_gaps_are_refused(added: str, key: str) -> None:
    """Another unit than the text's, an unknown clock, part or role, a part that is not open."""
    with pytest.raises(PolicyError) as refused:
        bind_policy(draft(), (BINDINGS + added).encode(), "bindings.toml")
    assert refused.value.key == key


def test_a_number_of_the_text_cannot_be_bound() -> None:
    """Where the policy's own text sets a limit, the operator cannot set another."""
    fixed = CONTENT.replace('word = "及时"', 'limit = "24 hours"', 1)
    with pytest.raises(PolicyError, match="fixed by the policy text"):
        bind_policy(read_policy(fixed.encode(), "mine.toml"), f'{BINDINGS}register = "2 days"\n'.encode(), "b.toml")


def test_holders_and_adoption_are_read_from_the_bindings() -> None:
    """Who holds a role, and how the policy was adopted, belong to the operator's file."""
    added = '[holders]\ncompany = ["m1", "m2"]\n[adoption.discussed]\nday = 2026-01-31\nproof = "minutes 4/2026"\n'
    bound = bind_policy(shipped_policy(NAME), (BINDINGS + added).encode(), "bindings.toml").bound
    assert list(bound.holders.values()) == [("m1", "m2")]
    assert bound.adoption.missing() == ("union_heard", "published")


def test_every_act_has_a_trait_and_no_masked_act_says_what_it_was() -> None:
    """What would tell the verdict brings a sealed item of the office and no code in clear."""
    assert set(TRAITS) == set(Act)
    masked = [trait for trait in TRAITS.values() if trait.masked]
    assert len(masked) == 6
    assert not any(trait.codes or trait.may for trait in masked)
