"""What the twenty texts say, rule by rule: cases told line by line, and the words of what no case shows."""

from __future__ import annotations

from typing import Final

import pytest

from casework.policy.policy import policy_document
from casework.policy.questionnaire import read_page
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import describe
from casework.words import Words
from tests.casework.marks.life import policy_of
from tests.casework.texts_in_words import ASKED, CLAUSES, IN_WRITING, LEFT_OPEN, MATTERS, NAMED, PARTIES
from tests.casework.told_case import tell_all, told_cases
from tests.casework.written import SLUGS

TOLD: Final = [(policy, lines) for policy in MATTERS for lines in told_cases(policy)]


def _in_chinese(words: Words) -> str:
    return words.zh


def _slug(policy: str) -> str:
    return SLUGS[int(policy[1:])]


@pytest.mark.parametrize(("policy", "lines"), TOLD)
def test_a_case_goes_as_the_text_says(policy: str, lines: str) -> None:
    """Each step, each refusal and each limit of a told case."""
    tell_all(policy, lines)


@pytest.mark.parametrize("policy", MATTERS)
def test_the_form_offers_the_matters_of_the_text_and_asks_what_it_asks(policy: str) -> None:
    """On the page as a reporter's browser reads it, in the order of the text."""
    page = read_page(policy_document(policy_of(policy)))
    assert tuple(_in_chinese(one.name) for one in page.categories) == MATTERS[policy]
    assert tuple(_in_chinese(one.label) for one in page.questions) == ASKED[policy]


@pytest.mark.parametrize("policy", MATTERS)
def test_what_a_list_of_policies_says_of_one_is_its_matter(policy: str) -> None:
    """The first sentence answers “What is it about?”; who may complain follows it, and is no answer to that."""
    summary = read_page(policy_document(policy_of(policy))).summary
    for text, end, others in (
        (summary.zh, "。", ("可以投诉", "可以举报")),
        (summary.en, ". ", ("may complain", "may report")),
    ):
        first, _, rest = text.partition(end)
        assert rest, text
        assert not any(one in first for one in others), first


@pytest.mark.parametrize("policy", CLAUSES)
def test_what_binds_everybody_is_shown_with_the_policy(policy: str) -> None:
    """Definitions, principles and duties, where no step of a case shows them."""
    found = policy_of(policy)
    shown = [line.strip() for line in (*describe(found, _in_chinese), *describe_clauses(found, _in_chinese))]
    assert [one for one in CLAUSES[policy] if one not in shown] == []


@pytest.mark.parametrize("policy", IN_WRITING)
def test_a_result_is_given_in_writing_where_the_text_says_so(policy: str) -> None:
    """Every notice of it: of the first decision and of the final one."""
    found = policy_of(policy)
    notices = [line for line in describe(found, _in_chinese) if "· 告知处理结果" in line]
    assert ["[书面]" in line for line in notices] == [True] * IN_WRITING[policy]


@pytest.mark.parametrize("policy", PARTIES)
def test_the_office_fills_every_party_that_the_text_names(policy: str) -> None:
    """Also one that is only told, and acts nowhere."""
    assert tuple(role.name.zh for role in shipped_policy(_slug(policy)).rules.roles) == PARTIES[policy]


@pytest.mark.parametrize("policy", LEFT_OPEN)
def test_what_a_text_leaves_out_keeps_cases_shut(policy: str) -> None:
    """Until the operator says what holds in place of the missing part."""
    assert {f"supplies.{part}" for part in LEFT_OPEN[policy]} <= set(shipped_policy(_slug(policy)).unbound())


@pytest.mark.parametrize("policy", NAMED)
def test_a_name_is_asked_for_as_the_text_asks(policy: str) -> None:
    """Asked for, confidential, required in the register, or not needed."""
    identity = shipped_policy(_slug(policy)).rules.identity
    assert identity is not None
    assert (identity.mode,) == NAMED[policy]
