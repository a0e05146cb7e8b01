"""The linter: a shipped policy has no fault, and each kind of fault is found at its key."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from casework.legal_sources import Supplied
from casework.policy.policy import CategoryId, Choice, Policy, QuestionId, policy_document
from casework.policy.question_kinds import QuestionKindId
from casework.policy.questionnaire import read_page
from casework.policy.reader import read_policy, shipped_policies, shipped_policy
from casework.policy_check.findings import WARNINGS, WORDS, Fault, Severity
from casework.policy_check.lint import hindrances, lint
from casework.rules.acts import Act
from casework.rules.binding import Adoption, Bound, Proof
from casework.rules.flow import ActRule, StageId
from casework.words import Words
from crypto import CryptoError
from tests.casework.policies import CONTENT, DAY, bound, changed

SOURCE = 'source = { line = 1, quote = "投诉" }\n'
CELLAR = f"""
[[stages]]
id = "cellar"
name = {{ zh = "地下室", en = "Cellar" }}
actors = ["company"]
{SOURCE}"""
TRAP = f"""
[[anywhere]]
act = "mediated"
to = ["cellar"]
{SOURCE}{CELLAR}
[[stages.acts]]
act = "plan-agreed"
to = ["archived"]
{SOURCE}"""
APPEAL = f"""
[[anywhere]]
act = "appealed"
{SOURCE}
[[anywhere]]
act = "appeal-decided"
by = ["company"]
{SOURCE}
[[appeals]]
id = "review"
name = {{ zh = "复核", en = "Review" }}
against = "notified"
body = "dedicated-person"
finality = "final"
window = "register"
{SOURCE}"""


def faults(policy: Policy) -> dict[Fault, list[str]]:
    """The keys of every error, by fault."""
    found: dict[Fault, list[str]] = {}
    for one in lint(policy, "mine.toml"):
        assert one.file == "mine.toml"
        assert one.reason.zh
        assert one.reason.en
        if one.level is Severity.ERROR:
            found.setdefault(one.fault, []).append(one.key)
    return found


@pytest.mark.parametrize("name", shipped_policies())
def test_no_shipped_policy_has_a_fault(name: str) -> None:
    """With its proposed bindings every policy that ships can be followed from end to end, and its page is read."""
    assert faults(bound(name)) == {}
    assert Fault.TOO_LONG not in {one.fault for one in lint(bound(name), name)}
    assert read_page(policy_document(bound(name))).id == name


REPLACED = [
    ('id = "received"', 'id = "arrived"', Fault.FIRST_STAGE, "stages"),
    ("end = true\n", "", Fault.NO_END, "stages"),
    (
        'en = "Being dealt with" }\nactors = ["company"]',
        'en = "Being dealt with" }',
        Fault.NO_ACTOR,
        "stages[handling].actors",
    ),
    ('by = ["company"]', 'by = ["jester"]', Fault.UNKNOWN_NAME, "stages[result].acts[rewarded]"),
    ('who = "company"', 'who = "jester"', Fault.UNKNOWN_NAME, "clocks[register]"),
    ('by = "company"\n', 'by = "jester"\n', Fault.UNKNOWN_NAME, "retaliation.by"),
    ('start = ["received"]', 'start = ["appealed"]', Fault.NEVER_STARTS, "clocks[register]"),
    ('stop = ["registered"]', 'stop = ["rewarded"]', Fault.NEVER_STOPS, "clocks[register]"),
    ('word = "及时"', 'word = "及时"\ntiers = [{ limit = "2 days" }]', Fault.TWO_NUMBERS, "clocks[register]"),
    ('word = "及时"', f'word = "及时"\nextension = {{ {SOURCE.strip()} }}', Fault.CANNOT_EXTEND, "clocks[register]"),
    ('name = { zh = "反馈结果"', 'name = { zh = "属实反馈"', Fault.STAGE_NAME_REVEALS_VERDICT, "stages[result]"),
    (
        '["result"]\nsource = { supplied',
        '["handling"]\nsource = { supplied',
        Fault.ROUTE_REVEALS_VERDICT,
        "outcomes[unfounded].to",
    ),
    (
        'act = "rewarded"',
        'act = "rewarded"\nto = ["archived"]',
        Fault.MASKED_ACT_HAS_EFFECT,
        "stages[result].acts[rewarded]",
    ),
    (
        'ever = ["notified"]',
        'ever = ["notified"]\nafter = "register"',
        Fault.NEVER_RUNS_OUT,
        "stages[result].acts[archived]",
    ),
    ('ever = ["notified"]', 'ever = ["measure-set"]', Fault.MASKED_ACT_HAS_EFFECT, "stages[result].acts[archived]"),
    (
        'act = "registered"\n',
        'act = "registered"\nby = ["company"]\nevery = true\n',
        Fault.ALONE,
        "stages[received].acts[registered]",
    ),
    (
        'place = "submission"\n',
        'place = "submission"\nasked_as = ["known"]\n',
        Fault.UNKNOWN_NAME,
        "fields[content].asked_as",
    ),
    ('owes = ["corrective"]', 'owes = ["flogging"]', Fault.UNKNOWN_NAME, "outcomes[substantiated].owes"),
    ('upholds = "no"', 'upholds = "no"\nowes = ["warning"]', Fault.MEASURE_NOWHERE, "outcomes[unfounded].owes"),
    (
        'upholds = "no"',
        'upholds = "no"\nowes_after_appeal = ["warning"]',
        Fault.MEASURE_NOWHERE,
        "outcomes[unfounded].owes_after_appeal",
    ),
    ('id = "warning"', 'id = "none"', Fault.RESERVED, "measures[none].id"),
    ('state = "whole"', 'state = "whole"\nwithout = ["release-asked"]', Fault.NO_WAY_BACK, "without"),
    ('state = "whole"', 'state = "whole"\nwithout = ["released"]', Fault.NO_WAY_BACK, "without"),
    ('state = "whole"', 'state = "whole"\nwithout = ["deletion-asked"]', Fault.NO_WAY_BACK, "without"),
    ('state = "whole"', 'state = "whole"\nwithout = ["handed-back"]', Fault.NO_WAY_BACK, "without"),
    ('zh = "纠正措施"', 'zh = "corrective"', Fault.WRONG_LANGUAGE, "measures[corrective].name.zh"),
    ('en = "Corrective action"', 'en = "纠正措施"', Fault.WRONG_LANGUAGE, "measures[corrective].name.en"),
]
FEWER = [
    (r"\[\[channels\]\]\n(?:.+\n)+", Fault.NO_CHANNEL, "channels"),
    (r"\[\[outcomes\]\]\n(?:.+\n)+", Fault.NO_OUTCOME, "outcomes"),
    (r'ever = \["notified"\]\n', Fault.UNTOLD, "stages[archived]"),
]
ADDED = [
    (CELLAR, Fault.UNREACHABLE, "stages[cellar]"),
    (TRAP, Fault.TRAP, "stages[cellar]"),
    (APPEAL, Fault.ENDLESS_APPEAL, "appeals[review]"),
    (APPEAL, Fault.APPEAL_UNANSWERED, "appeals[review]"),
    (APPEAL, Fault.WINDOW_OPEN, "appeals[review]"),
]


@pytest.mark.parametrize(("old", "new", "fault", "key"), REPLACED)
def test_each_kind_of_fault_is_found_at_its_key(old: str, new: str, fault: Fault, key: str) -> None:
    """A policy with this one fault is refused for it, by file, key and reason."""
    assert key in faults(changed((old, new)))[fault]


def test_what_a_verdict_owes_can_be_set_where_the_verdict_leads() -> None:
    """Else a case with this verdict could never end."""
    owing = ('owes = ["corrective"]', 'owes = ["warning"]')
    assert Fault.MEASURE_NOWHERE not in faults(changed(owing))
    unset = changed(owing, ('act = "measure-set"', 'act = "compensated"'))
    assert faults(unset)[Fault.MEASURE_NOWHERE] == ["outcomes[substantiated].owes"]


def test_where_one_verdict_owes_a_measure_each_leads_to_where_none_can_be_recorded() -> None:
    """An end, or a stage from which none of these is reached, is a fault at each verdict that leads there."""
    assert Fault.MEASURES_UNSAID not in faults(changed())
    unset = ('act = "measure-set"', 'act = "compensated"')
    keys = [f"outcomes[{one}].to" for one in ("substantiated", "unfounded", "unclear")]
    assert list(dict.fromkeys(faults(changed(unset))[Fault.MEASURES_UNSAID])) == keys
    assert Fault.MEASURES_UNSAID not in faults(changed(unset, ('owes = ["corrective"]\n', "")))
    closing = ('to = ["result", "investigation"]', 'to = ["result", "investigation", "archived"]')
    ends = ('to = ["investigation", "result"]', 'to = ["investigation", "result", "archived"]')
    found = [one for one in lint(changed(closing, ends), "mine.toml") if one.fault is Fault.MEASURES_UNSAID]
    assert [(one.key, one.name) for one in found] == [("outcomes[unclear].to", "archived")]


SUMMARY_MUTE = [
    ("the stage itself", ()),
    ("anywhere", (ActRule(Act.MEASURE_SET, Supplied(Words("测试", "a test")), stages=(StageId("summary"),)),)),
]


@pytest.mark.parametrize(("where", "anywhere"), SUMMARY_MUTE, ids=[where for where, _ in SUMMARY_MUTE])
def test_a_stage_behind_the_one_that_records_measures_is_no_trap(where: str, anywhere: tuple[ActRule, ...]) -> None:
    """Nobody need record them where it could first be done; what is allowed anywhere counts in each stage."""
    policy = bound("customer-service-24h-5wd")
    mute = tuple(
        replace(one, acts=tuple(rule for rule in one.acts if one.id != "summary" or rule.act is not Act.MEASURE_SET))
        for one in policy.rules.stages
    )
    rules = replace(policy.rules, stages=mute, anywhere=policy.rules.anywhere + anywhere)
    assert (Fault.MEASURES_UNSAID in faults(replace(policy, rules=rules))) is (where != "anywhere")


@pytest.mark.parametrize("slug", ["telecom-complaint", "internal-complaint-disciplinary"])
def test_after_an_appeal_too_none_can_be_recorded(slug: str) -> None:
    """A review whose stage records no measures is a fault, where any outcome owes one behind it."""
    policy = bound(slug)
    stage = {"telecom-complaint": "review-told", "internal-complaint-disciplinary": "final"}[slug]
    mute = tuple(
        replace(one, acts=tuple(rule for rule in one.acts if one.id != stage or rule.act is not Act.MEASURE_SET))
        for one in policy.rules.stages
    )
    found = lint(replace(policy, rules=replace(policy.rules, stages=mute)), "mine.toml")
    unsaid = {one.key for one in found if one.fault is Fault.MEASURES_UNSAID and one.name == stage}
    assert unsaid == {f"outcomes[{one.id}].to" for one in policy.rules.outcomes}
    assert Fault.MEASURES_UNSAID not in faults(policy)


@pytest.mark.parametrize(("added", "fault", "key"), ADDED)
def test_each_fault_of_something_added_is_found_at_its_key(added: str, fault: Fault, key: str) -> None:
    """A stage nobody reaches or leaves, and an appeal without end, body or window, are refused by their key."""
    assert key in faults(changed(added=added))[fault]


@pytest.mark.parametrize(("left_out", "fault", "key"), FEWER)
def test_each_fault_of_something_left_out_is_found_at_its_key(left_out: str, fault: Fault, key: str) -> None:
    """No way in, nothing to come to, or an end of which the reporter is told nothing."""
    text, many = re.subn(left_out, "", CONTENT)
    assert many
    found = {(one.fault, one.key) for one in lint(read_policy(text.encode(), "mine.toml"), "mine.toml")}
    assert (fault, key) in found


def test_every_fault_has_its_words() -> None:
    """No finding is a bare code, and only what an operator may live with is a warning."""
    assert set(WORDS) == set(Fault)
    lived_with = {Fault.NOT_ADOPTED, Fault.NO_RETENTION, Fault.TOO_LONG, Fault.OTHER_LANGUAGE, Fault.UNTOLD}
    assert (
        lived_with
        | {Fault.JOINED, Fault.HURRIED, Fault.MUTE, Fault.NONE_OF_LIMITS, Fault.DUE_NOWHERE, Fault.NO_MAJOR_GRADE}
        | {Fault.OTHER_IN_LINE, Fault.OTHER_COUNT, Fault.TOO_SOON, Fault.ONE_HAND, Fault.NO_INTERVAL}
        == WARNINGS
    )


def test_a_policy_that_was_never_adopted_is_warned_of_and_one_that_was_is_not() -> None:
    """The warning names each step of 劳动合同法 art. 4 without proof, and the missing term of keeping."""
    policy = bound()
    warned = {(one.fault, one.name) for one in lint(policy, "mine.toml")}
    steps = ("discussed", "union_heard", "published")
    mute = (Fault.MUTE, "company")
    assert warned == {(Fault.NOT_ADOPTED, step) for step in steps} | {(Fault.NO_RETENTION, ""), mute}
    proof = Proof(DAY, "minutes")
    adopted = replace(policy, bound=Bound(adoption=Adoption(proof, proof, proof), retention_months=36))
    assert [(one.fault, one.name) for one in lint(adopted, "mine.toml")] == [mute]


@pytest.mark.parametrize("name", shipped_policies())
def test_a_recurring_duty_without_an_interval_is_warned_of(name: str) -> None:
    """Nobody would be reminded of it; the shipped bindings say how often each duty of their text comes."""
    policy = bound(name)
    assert Fault.NO_INTERVAL not in {one.fault for one in lint(policy, name)}
    unset = lint(replace(policy, bound=replace(policy.bound, every={})), name)
    duties = {f"every.{one.what}" for one in policy.rules.recurring}
    assert {one.key for one in unset if one.fault is Fault.NO_INTERVAL} == duties


def _long(policy: Policy, key: str) -> Policy:
    """The policy with one thing beyond its bound."""
    question = replace(policy.questions[0], kind=QuestionKindId("text"), choices=(), when=None)
    choices = tuple(Choice(f"c{n}", policy.title) for n in range(65))
    long = Words(zh="长" * 1366, en="long")
    match key:
        case "questions":
            return replace(policy, questions=tuple(replace(question, id=QuestionId(f"q{n}")) for n in range(129)))
        case "questions[many].choices":
            many = replace(question, id=QuestionId("many"), kind=QuestionKindId("choice"), choices=choices)
            return replace(policy, questions=(many,))
        case "categories":
            return replace(
                policy, categories=tuple(replace(policy.categories[0], id=CategoryId(f"c{n}")) for n in range(257))
            )
        case "page":
            label = Words(zh="长" * 1300, en="long " * 800)
            rows = tuple(replace(question, id=QuestionId(f"q{n}"), label=label, hint=label) for n in range(70))
            return replace(policy, questions=rows)
        case "summary":
            return replace(policy, summary=long)
        case _:
            return replace(policy, questions=(replace(question, id=QuestionId("wordy"), label=long),))


@pytest.mark.parametrize(
    "key", ["questions", "questions[many].choices", "categories", "page", "summary", "questions[wordy].label"]
)
def test_what_no_page_would_read_is_warned_of_before_anybody_publishes_it(key: str) -> None:
    """Too many questions or choices, too long a text or page: named by key and bound, and no page reads it."""
    policy = _long(bound("company-whistleblowing"), key)
    found = [(one.key, one.level) for one in lint(policy, "mine.toml") if one.fault is Fault.TOO_LONG]
    assert (key, Severity.WARNING) in found
    with pytest.raises(CryptoError):
        read_page(policy_document(policy))


def test_no_case_opens_while_a_number_is_open_or_a_role_has_one_holder() -> None:
    """Activation names every unbound parameter and every role that two members don't hold."""
    policy = changed(('word = "及时"\n', ""))
    found = {one.key: one.fault for one in hindrances(policy, "mine.toml")}
    assert found["limits.register"] is Fault.UNBOUND
    assert found["days.result"] is Fault.UNBOUND
    assert found["holders.company"] is Fault.ONE_HOLDER
    holders = {role.id: ("m1", "m1") for role in policy.rules.roles}
    once = replace(bound(), bound=Bound(holders=holders))
    assert [one.name for one in hindrances(once, "mine.toml")] == ["1", "1"]
    both = replace(bound(), bound=Bound(holders=dict.fromkeys(holders, ("m1", "m2"))))
    assert hindrances(both, "mine.toml") == ()


def test_a_draft_names_its_open_parts_and_is_proved_once_they_are_supplied() -> None:
    """Where stages or roles are missing no path is searched, and each missing part is an error by its key."""
    draft = shipped_policy("grievance-and-whistleblowing-scope")
    found = faults(draft)
    assert found == {Fault.UNBOUND: [f"supplies.{part}" for part in ("roles", "stages", "clocks", "outcomes")]}
    keys = [one.key for one in hindrances(draft, "mine.toml") if one.fault is Fault.UNBOUND]
    assert sorted(keys) == sorted(draft.unbound())
    assert faults(bound("grievance-and-whistleblowing-scope")) == {}
