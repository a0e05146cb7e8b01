"""The models of `docs/proofs`: each query states its answer, and the pages name each file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODELS = sorted((ROOT / "docs/proofs").glob("*.pv"))
EXPECTED = re.compile(r"Expected: RESULT [^.]+ is (?:true|false)\.")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_each_query_of_a_model_states_the_answer_that_is_expected(model: Path) -> None:
    """As many answers as queries; a model of an equivalence has one."""
    text = model.read_text("utf-8")
    queries = len(re.findall(r"^query ", text, re.MULTILINE)) + ("choice[" in text)
    assert queries > 0
    assert len(EXPECTED.findall(text)) == queries


@pytest.mark.parametrize("page", ["SECURITY", "docs/proofs/README"])
@pytest.mark.parametrize("language", ["", ".zh-CN"])
def test_the_pages_name_each_model_that_is_there_and_no_other(page: str, language: str) -> None:
    """In both languages."""
    text = (ROOT / f"{page}{language}.md").read_text("utf-8")
    named = set(re.findall(r"`(?:docs/proofs/)?([a-z-]+\.pv)`", text))
    assert named == {model.name for model in MODELS}
