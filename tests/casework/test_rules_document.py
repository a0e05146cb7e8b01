"""The rules document gives back the policy it was written from, and nothing else is taken for one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.errors import RulesRefused
from casework.policy.document import read_rules, rules_document
from casework.policy.policy import RulesNamed, policy_document
from casework.policy.reader import shipped_policies, shipped_policy
from tests.casework.policies import bound

CONTENT = rules_document(bound())
DOCUMENT: dict[str, Any] = json.loads(CONTENT)


def written(document: object) -> bytes:
    """A document as the one form writes it."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("name", shipped_policies())
def test_every_policy_comes_back_from_its_rules_document(name: str) -> None:
    """Bound or not, the policy that is read is the policy that was written, field by field."""
    for policy in (bound(name), shipped_policy(name)):
        assert read_rules(rules_document(policy)) == replace(policy, sources=())


def test_that_a_step_names_a_day_stands_only_where_it_does() -> None:
    """Of P09 alone, at one step; false is another form of what is not there."""
    dated = json.loads(rules_document(bound("customer-complaint-handling")))
    rows = [row for stage in dated["stages"] for row in stage["acts"] if "by_when" in row]
    assert [(row["act"], row["by_when"]) for row in rows] == [("progress-told", True)]
    rows[0]["by_when"] = False
    with pytest.raises(RulesRefused, match="one form"):
        read_rules(written(dated))


def test_what_a_result_letter_must_state_stands_with_its_duty_alone() -> None:
    """Line 50 of P03 wants what was done, why, what is required and needed; a duty without such parts has no key."""
    service = json.loads(rules_document(bound("customer-service-24h-5wd")))
    stating = [one for one in service["duties"] if "result_states" in one]
    assert [(one["source"]["line"], one["result_states"]) for one in stating] == [
        (50, ["handling", "reason", "demands", "needs"])
    ]
    assert not [one for one in DOCUMENT["duties"] if "result_states" in one]
    stating[0]["result_states"] = []
    with pytest.raises(RulesRefused, match="one form"):
        read_rules(written(service))


def test_that_a_line_of_the_register_is_asked_as_a_question_stands_only_where_it_is() -> None:
    """When and whom to reach, under the policies whose pages ask for both in other words."""
    for policy, asked in (
        ("airline-complaint", {"complainant": ["contact"], "time": ["when"]}),
        ("client-complaint-graded-ticket", {"time": ["when"]}),
        ("customer-complaint-handling", {"time": ["when"]}),
        ("customer-service-24h-5wd", {key: ["contact"] for key in ("name", "address", "telephone")}),
        ("product-quality-complaint", {"complainant": ["contact"]}),
        ("property-owner-complaint", {"person": ["contact"], "time": ["when"]}),
    ):
        found = json.loads(rules_document(bound(policy)))
        assert {one["id"]: one["asked_as"] for one in found["fields"] if "asked_as" in one} == asked
    assert not [one for one in DOCUMENT["fields"] if "asked_as" in one]


def test_what_an_outcome_owes_stands_only_where_it_owes_something() -> None:
    """A document signed before it was known reads as one that owes nothing; an empty list is another form of it."""
    owing = json.loads(rules_document(bound("employee-complaint-confirm-appeal")))
    for document, owed in ((owing, ["corrected"] * 2), (DOCUMENT, ["corrective"])):
        assert [one["owes"] for one in document["outcomes"] if "owes" in one] == [[name] for name in owed]
    reviewed = json.loads(rules_document(bound("telecom-complaint")))["outcomes"]
    assert [one.get("owes_after_appeal") for one in reviewed] == [["adjustment"], ["adjustment"], None]
    for key in ("owes", "owes_after_appeal"):
        empty: dict[str, Any] = {"outcomes": [{**one, key: []} for one in DOCUMENT["outcomes"]]}
        with pytest.raises(RulesRefused, match="one form"):
            read_rules(written(DOCUMENT | empty))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"v": 2}, "v"),
        ({"stages": {}}, "stages"),
        ({"more": 1}, "more"),
        ({"version": "Not an id"}, "version"),
        ({"holders": {"hr": ["Li Wei"]}}, "holders.hr[0]"),
        ({"holders": {"No id": []}}, "holders"),
        ({"effective": "2026-1-1"}, "effective"),
        ({"retention_months": 0}, "retention_months"),
        ({"retention_months": True}, "retention_months"),
        ({"language": "French"}, "language"),
        ({"language": "fr"}, "metadata.basis[0].text"),
        ({"title": {"EN": "x", "zh": "一"}}, "title"),
        ({"title": {"en": "x"}}, "title"),
        ({"title": {"en": "", "zh": "一"}}, "title.en"),
        ({"title": {}}, "title"),
        ({"clocks": [{**DOCUMENT["clocks"][0], "limit": {"amount": 99999, "unit": "days"}}]}, "clocks[0].limit"),
        ({"stages": [{**DOCUMENT["stages"][0], "source": {"line": 3}}]}, "stages[0].source"),
        ({"stages": [{**DOCUMENT["stages"][0], "also": 1}]}, "stages[0].also"),
        ({"stages": [{}] * 513}, "stages"),
        ({"title": {"en": "x", "zh": "一" * 5000}}, "title.zh"),
    ],
)
def test_a_wrong_rules_document_is_refused_with_its_key(change: dict[str, object], key: str) -> None:
    """Each kind of fault is refused, and the refusal names where it stands."""
    with pytest.raises(RulesRefused) as refused:
        read_rules(written(DOCUMENT | change))
    assert refused.value.key == key


def test_there_is_one_form_of_a_rules_document() -> None:
    """Other spacing or order would be another hash of the same rules: refused, like what lacks a field."""
    assert written(DOCUMENT) == CONTENT
    with pytest.raises(RulesRefused, match="one form"):
        read_rules(json.dumps(DOCUMENT, ensure_ascii=False).encode())
    for gone in DOCUMENT:
        with pytest.raises(RulesRefused):
            read_rules(written({key: value for key, value in DOCUMENT.items() if key != gone}))


@settings(max_examples=150)
@given(
    at=st.integers(0, len(CONTENT) - 1), what=st.binary(min_size=0, max_size=3), length=st.integers(0, 4)
)  # fmt: skip
def test_garbage_in_a_rules_document_is_refused_or_read_as_it_stands(at: int, what: bytes, length: int) -> None:
    """Whatever bytes are changed, the reader refuses by name, or gives a policy that writes exactly these bytes."""
    content = CONTENT[:at] + what + CONTENT[at + length :]
    try:
        policy = read_rules(content)
    except RulesRefused:
        return
    assert rules_document(policy) == content


def test_the_page_names_the_rules_and_those_before() -> None:
    """The document that the directory names by its hash names the rules, and the versions before with theirs."""
    page = json.loads(policy_document(bound(), "A" * 43, (RulesNamed("0", "B" * 43),)))
    assert (page["rules"], page["earlier"]) == ("A" * 43, [{"version": "0", "rules": "B" * 43}])
    assert "rules" not in json.loads(policy_document(bound()))
