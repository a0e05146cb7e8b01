"""One table of problems: each in two languages, each with its status, none with a word of the request."""

from __future__ import annotations

import errno

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from crypto.errors import MalformedHeader, WrongShape
from portal.errors import PROBLEMS, ProblemCode, answer_errors, catalogue, code_of
from portal.languages import languages


@pytest.mark.parametrize("language", languages())
def test_every_problem_is_said_in_both_languages(language: str) -> None:
    """Every code has a row, and every title and detail a translation; the Chinese one is Chinese."""
    assert set(PROBLEMS) == set(ProblemCode)
    words = catalogue(language)
    for row in PROBLEMS.values():
        for text in (row.title, row.detail):
            said = words.sentences.get(text, "")
            assert said
            assert (said == text) == (language == "en")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "x"), ProblemCode.STORE_FULL),
        (OSError(errno.EROFS, "x"), ProblemCode.STORE_UNAVAILABLE),
        (OperationalError("s", {}, Exception("database or disk is full")), ProblemCode.STORE_FULL),
        (OperationalError("s", {}, Exception("attempt to write a readonly database")), ProblemCode.STORE_UNAVAILABLE),
        (WrongShape("x"), ProblemCode.MALFORMED),
        (MalformedHeader("x"), ProblemCode.NOT_SEALED),
        (KeyError("x"), ProblemCode.FAULT),
    ],
)
def test_each_fact_has_its_code(error: Exception, code: ProblemCode) -> None:
    """A full or read-only disk, a wrong shape, a bare body and a fault of ours are told apart."""
    assert code_of(error) is code


def test_a_fault_writes_down_its_kind_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """The log of an unforeseen error names its type and place, never what it says or what was sent."""
    app = Flask("fault")
    answer_errors(app)

    def fail() -> str:
        secret = "the words of a report"
        raise ValueError(secret)

    app.add_url_rule("/", view_func=fail, methods=["POST"])
    answer = app.test_client().post("/", data="the words of a report")
    said = answer.get_data(as_text=True) + "".join(capfd.readouterr())
    assert answer.status_code == 500
    assert "ValueError" in said
    assert "words of a report" not in said
