"""The questionnaire of a policy: read strictly from its page, branching, all of it optional."""

from __future__ import annotations

import json
from typing import Any

import pytest

from casework.errors import PolicyError
from casework.policy.policy import policy_document
from casework.policy.questionnaire import fits, read_page, shown
from casework.policy.reader import read_policy, shipped_policies
from crypto.errors import CryptoError, MalformedJson
from tests.casework.test_policy_reader import CONTENT, bound

PARTNER = ("partner-project", "partner-order", "partner-contact")


def page_with(**changes: object) -> bytes:
    """The page of the whistleblowing policy with other members."""
    return json.dumps(json.loads(policy_document(bound())) | changes).encode()


def questions(**changes: object) -> list[dict[str, Any]]:
    """Its questions, the first one changed."""
    first, *rest = json.loads(policy_document(bound()))["questions"]
    return [first | changes, *rest]


@pytest.mark.parametrize("name", shipped_policies())
def test_every_shipped_page_reads_and_asks_nothing_that_must_be_answered(name: str) -> None:
    """What ships can be read by the strict reader; with no answer at all some question shows, and none is needed."""
    page = read_page(policy_document(bound(name)))
    assert page.id == name
    assert shown(page, page.categories[-1].id, {})


def test_a_partner_is_asked_for_project_order_and_contact_and_told_that_no_contract_forbids_it() -> None:
    """Only anyone who says to be a partner sees these questions, and the sentence on confidentiality agreements."""
    page = read_page(policy_document(bound()))
    nobody = {one.id for one in shown(page, "bribery", {})}
    employee = {one.id for one in shown(page, "bribery", {"relation": "employee"})}
    partner = {one.id: one for one in shown(page, "bribery", {"relation": "partner"})}
    assert not {*PARTNER} & (nobody | employee)
    assert {*PARTNER} <= partner.keys()
    hint = partner["partner-project"].hint
    assert hint
    assert "保密协议不妨碍举报" in hint.zh
    assert "confidentiality agreement is no obstacle" in hint.en


def test_a_branch_opens_only_by_an_answer_to_a_question_that_shows_itself() -> None:
    """An answer left over from a branch that was closed again opens nothing below it."""
    low = [{"id": "yes", "name": {"en": "Yes", "zh": "是"}}, {"id": "no", "name": {"en": "No", "zh": "否"}}]
    words = {"en": "?", "zh": "问"}
    rows = [
        {"id": one, "kind": "choice", "label": words, "hint": None, "choices": low, "when": on}
        for one, on in (
            ("a", None),
            ("b", {"question": "a", "is": ["yes"]}),
            ("c", {"question": "b", "is": ["yes"]}),
        )
    ]
    page = read_page(page_with(questions=rows))
    assert [one.id for one in shown(page, "other", {"a": "yes", "b": "yes"})] == ["a", "b", "c"]
    assert [one.id for one in shown(page, "other", {"a": "no", "b": "yes"})] == ["a"]


def test_an_answer_fits_its_kind() -> None:
    """A text is a text; a choice is one of the choices; several are a list of distinct ones."""
    page = read_page(policy_document(bound()))
    relation, when = page.question("relation"), page.question("when")
    assert relation
    assert when
    assert fits(relation, "partner")
    assert not fits(relation, "stranger")
    assert not fits(relation, ["partner"])
    assert fits(when, "今年三月")
    assert not fits(when, ["partner"])
    several = read_page(page_with(questions=questions(kind="choices"))).question("relation")
    assert several
    assert fits(several, ["partner", "employee"])
    assert not fits(several, ["partner", "partner"])
    assert not fits(several, "partner")


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"colour": "red"},
        {"id": "No Id"},
        {"title": {"en": "x", "zh": " "}},
        {"title": {"en": "x" * 5000, "zh": "一"}},
        {"title": {"en": "x"}},
        {"title": {"EN": "x", "zh": "一"}},
        {"title": {"zh": "一", "en": "x"}},
        {"language": "fr"},
        {"language": "Chinese"},
        {"language": None},
        {"promises": {"acknowledge_days": 0, "first_answer_days": 1, "result_days": 1}},
        {"questions": questions() * 2},
        {"questions": questions(id="category")},
        {"questions": questions(id="taken-down")},
        {"questions": questions(choices=[])},
        {"questions": questions(kind="text")},
        {"questions": questions(when={"question": "when", "is": ["x"]})},
        {"questions": questions(when={"question": "category", "is": []})},
        {"questions": questions(when={"question": "category", "is": ["no-such"]})},
        {"earlier": [{"version": "1"}]},
        {"earlier": [{"version": "0", "rules": "A" * 43}] * 2},
        {"earlier": [{"version": bound().version, "rules": "A" * 43}]},
        {"rules": "short"},
        {"kept_by": {"result": ["notified"]}},
        {"kept_by": [{"id": "result", "acts": []}]},
        {"kept_by": [{"id": "result", "acts": ["notified"]}] * 2},
        {"kinds": [{"id": "report", "name": {"zh": "举报", "en": "Report"}}]},
        {"kinds": [{"id": "report", "name": {"zh": "举报", "en": "Report"}, "categories": []}] * 2},
        {"applies": {"zh": "公司各部门"}},
        {"applies": [{"en": "All departments"}]},
        {"says": []},
        {"says": {"protection": {"zh": "保密", "en": "Kept confidential"}}},
        {"says": {name: {"zh": "一"} for name in ("protection", "acknowledge", "first_answer")} | {"result": "x"}},
    ],
    ids=str,
)
def test_a_page_with_a_fault_is_refused_whole(changes: dict[str, object]) -> None:
    """Each kind of fault is refused, and none of them breaks the reader."""
    with pytest.raises(CryptoError):
        read_page(page_with(**changes))


def test_a_page_that_lacks_a_member_or_is_no_object_is_refused() -> None:
    """What a page must have cannot be left out, and the bytes must be strict JSON."""
    whole = json.loads(policy_document(bound()))
    for member in ("id", "version", "title", "summary", "promises", "categories", "account", "questions", "stages"):
        with pytest.raises(CryptoError):
            read_page(json.dumps({name: value for name, value in whole.items() if name != member}).encode())
    for content in (b"[]", b"null", b'{"v":1,"v":1}', b"\xff"):
        with pytest.raises((CryptoError, MalformedJson)):
            read_page(content)


def test_a_policy_file_cannot_take_an_id_that_every_report_uses() -> None:
    """The category and what a member signs are no questions: the file's reader says so by key."""
    for reserved in ("category", "taken-down"):
        changed = CONTENT.replace('id = "relation"\nkind', f'id = "{reserved}"\nkind')
        assert changed != CONTENT
        with pytest.raises(PolicyError, match="every report"):
            read_policy(changed.encode(), "mine.toml")
