"""The policy's questions at the command line: shown, asked, answered by a file that is checked against them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from casework.policy.policy import policy_document
from casework.policy.questionnaire import PolicyPage, read_page
from crypto import Answer
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.asking import answers_of, ask, category_of, show_questions
from portal.cli.terminal import Terminal, today
from portal.cli.words import Catalogue
from portal.office import sample_config_text
from tests.casework.test_policy_reader import bound
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_process import POLICY, yanlu
from tests.support.offices.sample_office import make_office
from tests.support.samples.question_kinds import LATER, page_of_every_kind


@pytest.fixture
def page() -> PolicyPage:
    """The page of the whistleblowing policy."""
    return read_page(policy_document(bound()))


def answered(tmp_path: Path, page: PolicyPage, document: object, category: str = "bribery") -> list[Answer]:
    """What a file with this document answers."""
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(document), "utf-8")
    return answers_of(file, page, category)


def test_a_file_answers_in_the_policys_order(tmp_path: Path, page: PolicyPage) -> None:
    """A partner's own questions are open to a partner; what is left empty is not sent."""
    given = {"when": "今年三月", "partner-order": "PO-7", "relation": "partner", "where": ""}
    found = answered(tmp_path, page, given)
    assert [(one.id, one.value) for one in found] == [
        ("relation", "partner"), ("partner-order", "PO-7"), ("when", "今年三月"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"nothing": "x"}, "asks no nothing. It asks: relation"),
        ({"relation": "stranger"}, "one of: employee, former-employee, partner, other"),
        ({"relation": ["partner"]}, "one of: employee"),
        ({"when": ["x"]}, "answered by a text"),
        ({"partner-order": "PO-7"}, "asked only where relation is partner"),
        (["x"], "not a JSON object of answers"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_would_do(
    tmp_path: Path, page: PolicyPage, document: Any, said: str
) -> None:
    """Nothing is dropped silently: an unknown question, a choice that there is not, a branch that is closed."""
    with pytest.raises(CommandError) as refused:
        answered(tmp_path, page, document)
    assert refused.value.code is Exit.USAGE
    assert said in refused.value.text(Catalogue("en"))
    assert refused.value.text(Catalogue("zh")) != refused.value.text(Catalogue("en"))


def test_a_question_that_hangs_on_the_category_says_so(tmp_path: Path, page: PolicyPage) -> None:
    """The amount is asked where money is the matter."""
    assert answered(tmp_path, page, {"amount": "10"}, "procurement")
    with pytest.raises(CommandError) as refused:
        answered(tmp_path, page, {"amount": "10"}, "safety")
    assert "where the category is bribery" in refused.value.text(Catalogue("en"))


def test_other_is_taken_unless_a_category_is_named(page: PolicyPage) -> None:
    """No category that says what happened is taken unasked; a wrong one names those that there are."""
    assert category_of(page, None) == "other"
    assert category_of(replace(page, categories=page.categories[:1]), None) == page.categories[0].id
    with pytest.raises(CommandError, match="category"):
        category_of(replace(page, categories=page.categories[:2]), None)
    with pytest.raises(CommandError) as raised:
        category_of(page, "weather")
    assert str(raised.value).startswith("--category weather: this policy has no such category. Its categories: ")


@pytest.mark.parametrize(("language", "heard"), [("en", "Which project or contract"), ("zh", "保密协议不妨碍举报")])
def test_questions_are_asked_one_by_one_and_branch(page: PolicyPage, language: str, heard: str) -> None:
    """Numbers pick, a wrong one is asked again, an empty line leaves open; a partner hears the partner's questions."""
    found: list[Answer] = []

    @click.command()
    def run() -> None:
        found.extend(ask(Terminal(Catalogue(language), as_json=False), page, "safety"))

    left_open = len(page.questions)
    typed = "\n".join(["9", "3", "桥头项目", *[""] * left_open]) + "\n"
    done = CliRunner().invoke(run, input=typed)
    assert done.exception is None
    assert heard in done.output
    assert [(one.id, one.value) for one in found] == [("relation", "partner"), ("partner-project", "桥头项目")]


def test_a_question_of_each_kind_is_asked_and_one_of_a_newer_kind_too() -> None:
    """A date is asked again until it is one; a kind that this release does not know takes words or its numbers."""
    page = read_page(page_of_every_kind())
    typed = {"date": ["9.3.2026", "2026-03-09"], "choice": ["1"], "choices": ["1,2"], f"{LATER}-picked": ["2"]}
    found: list[Answer] = []

    @click.command()
    def run() -> None:
        found.extend(ask(Terminal(Catalogue("en"), as_json=False), page, "safety"))

    lines = [line for one in page.questions for line in typed.get(one.id, ["words"])]
    done = CliRunner().invoke(run, input="\n".join(lines) + "\n")
    assert done.exception is None
    assert "Type it like 2026-03-09." in done.output
    special = {"date": "2026-03-09", "choice": "yes", "choices": ["yes", "no"], f"{LATER}-picked": ["no"]}
    assert {one.id: one.value for one in found} == {one.id: special.get(one.id, "words") for one in page.questions}


def test_a_file_with_a_date_in_another_form_is_refused_with_an_example(tmp_path: Path) -> None:
    """What the page asks by a field for dates is held to its form here too."""
    page = read_page(page_of_every_kind())
    assert [one.value for one in answered(tmp_path, page, {"date": "2026-03-09"})] == ["2026-03-09"]
    with pytest.raises(CommandError) as refused:
        answered(tmp_path, page, {"date": "9 March"})
    assert "like 2026-03-09" in refused.value.text(Catalogue("en"))


def test_what_a_policy_asks_can_be_seen(page: PolicyPage, capsys: pytest.CaptureFixture[str]) -> None:
    """As words with the numbers and conditions, and as one JSON object."""
    show_questions(Terminal(Catalogue("zh"), as_json=False), page)
    words = capsys.readouterr().out
    assert "您与公司是什么关系" in words
    assert "只有 relation 的回答为 partner 时才询问 partner-order" in words
    show_questions(Terminal(Catalogue("en"), as_json=True), page)
    document = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in document["questions"]][:2] == ["relation", "partner-project"]


@pytest.mark.slow
def test_report_asks_what_the_published_policy_asks(tmp_path: Path) -> None:
    """`yanlu report` asks by the office's own page: what it shows can be answered, and goes with the report."""
    office = make_office(tmp_path / "office", today=today() - timedelta(days=1))
    options = ["--office", office.path, "--office-key", office.code, "--policy", POLICY]
    shown = yanlu("report", *options, "--questions", "--json")
    assert "partner-contact" in {one["id"] for one in shown.document["questions"]}
    (tmp_path / "account").write_text("what happened", "utf-8")
    (tmp_path / "answers").write_text('{"partner-contact": "Li", "relation": "partner"}', "utf-8")
    files = ["--text-file", tmp_path / "account", "--answers-file", tmp_path / "answers"]
    bundle = ["--entity", "group", "--out", tmp_path / "report.yanlu", "--receipt-out", tmp_path / "receipt"]
    done = yanlu("report", *options, *files, *bundle)
    # Before it is sealed, who can read it and who can't, by name.
    assert done.code == 0
    filed, reads, out = done.err.splitlines()
    assert filed.startswith("Category: Other unlawful or improper conduct (other).")
    assert reads.startswith("Can read it: ")
    assert out == "Can't read it: -"
    assert (tmp_path / "report.yanlu").exists()
    bundle[3] = tmp_path / "urgent.yanlu"
    urgent = yanlu("report", *options, *files, *bundle[:4], "--receipt-out", tmp_path / "other", "--urgent")
    assert urgent.code == 0
    # The emergency number first, then the truth about the mark.
    for part, line in zip(
        ("Category", "110", "alerts nobody", "Can read", "Can't"), urgent.err.splitlines(), strict=True
    ):
        assert part in line


def test_a_report_without_a_category_is_not_filed_under_one_that_happens_to_be_the_last(tmp_path: Path) -> None:
    """Where a policy has none for everything else, the command names those that there are and seals nothing."""
    config, text = tmp_path / "office.toml", tmp_path / "text"
    config.write_text(sample_config_text().replace("company-whistleblowing", "us-sox-301"), "utf-8")
    founded = yanlu("office", "init", tmp_path / "office", "--config", config, *CONFIRMED, "--json").document
    text.write_text("what happened", "utf-8")
    place = ("--office", tmp_path / "office", "--office-key", founded["code"], "--policy", "us-sox-301")
    bundle = ("--entity", "group", "--text-file", text, "--out", tmp_path / "report.yanlu")
    ran = yanlu("report", *place, *bundle)
    assert ran.code == Exit.USAGE
    assert "Say with --category what it is about: accounting, controls, auditing." in ran.err
    assert not (tmp_path / "report.yanlu").exists()
