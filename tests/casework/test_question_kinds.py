"""Kinds of questions are data: each one that ships is read, asked and answered, and one that is newer is asked too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from casework.errors import PolicyError
from casework.policy.policy import policy_document
from casework.policy.question_kinds import PICKED, AnswerForm, question_kinds
from casework.policy.questionnaire import fits, read_page
from casework.policy.reader import read_policy
from crypto.errors import CryptoError
from tests.casework.test_policy_reader import CONTENT, bound
from tests.support.samples.question_kinds import CHOICES, LATER, page_of_every_kind, row

OF_THE_FILE = 'id = "when"\nkind = "text"'


@pytest.mark.parametrize("kind", sorted(question_kinds()))
def test_each_kind_comes_from_the_policy_file_to_the_page(kind: str) -> None:
    """A policy that asks a question of this kind reads, and its page asks the same."""
    assert OF_THE_FILE in CONTENT
    choices = ""
    if question_kinds()[kind].form in PICKED:
        rows = (f'{{ id = "{one}", name.zh = "甲", name.en = "A" }}' for one in "ab")
        choices = f"\nchoices = [{', '.join(rows)}]"
    content = CONTENT.replace(OF_THE_FILE, f'id = "when"\nkind = "{kind}"{choices}')
    question = next(one for one in read_policy(content.encode(), "mine.toml").questions if one.id == "when")
    assert question.kind == kind


def test_a_kind_that_is_newer_is_asked_by_its_choices_or_in_words() -> None:
    """A page, an offline file or a command of an older release asks it all the same, and takes an answer."""
    page = read_page(page_of_every_kind())
    picked, written = page.question(f"{LATER}-picked"), page.question(LATER)
    assert picked
    assert written
    assert (picked.asked_as.form, written.asked_as.form) == (AnswerForm.SEVERAL, AnswerForm.LINES)
    assert fits(picked, ["yes"])
    assert not fits(picked, ["perhaps"])
    assert fits(written, "in words")


def test_a_policy_file_asks_no_kind_that_this_release_does_not_know() -> None:
    """Those who write one read at once which kinds there are."""
    content = CONTENT.replace(OF_THE_FILE, f'id = "when"\nkind = "{LATER}"')
    with pytest.raises(PolicyError, match="must be one of text, long-text, date"):
        read_policy(content.encode(), "mine.toml")


@pytest.mark.parametrize("wrong", ["9.3.2026", "2026-3-9", "2026-03-09 ", "today"])
def test_a_date_is_written_like_the_example(wrong: str) -> None:
    """Year, month, day; nothing else is taken for one, and it may stay open."""
    question = read_page(page_of_every_kind()).question("date")
    assert question
    assert fits(question, question.asked_as.example)
    assert fits(question, "")
    assert not fits(question, wrong)


@pytest.mark.parametrize("kind", sorted(question_kinds()))
def test_choices_stand_only_where_they_are_picked(kind: str) -> None:
    """A known kind with the choices of another is a fault of the page."""
    picked = question_kinds()[kind].form in PICKED
    wrong: dict[str, Any] = row(kind, kind) | {"choices": [] if picked else CHOICES}
    document = json.loads(policy_document(bound())) | {"questions": [wrong]}
    with pytest.raises(CryptoError):
        read_page(json.dumps(document).encode())
