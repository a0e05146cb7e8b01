"""SPEC's table of checks is held against the vectors: which stages an operation has, and which no vector shows."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

CRYPTO = Path(__file__).resolve().parents[2] / "crypto"
ENGLISH = CRYPTO / "SPEC.md", "## Appendix C. Checks in order", "*envelope*", "*opens*"
CHINESE = CRYPTO / "SPEC.zh-CN.md", "## 附录丙 检查次序", "*信封*", "*打开*"
WORDS = {"*envelope*": {"header", "stanzas"}, "*opens*": {"no-match", "header-mac", "header", "payload"}}
Row = tuple[list[str], set[str]]


def stages() -> list[str]:
    """Returns every stage that SPEC §1 lists."""
    line = next(line for line in ENGLISH[0].read_text().splitlines() if line.startswith("**Failure stages.**"))
    return re.findall(r"`([a-z-]+)`", line)


def table(path: Path, heading: str, envelope: str, opens: str) -> dict[str, Row]:
    """Returns for each operation its stages and the operations that it begins with, in order, and the stages unseen."""
    known = {*stages(), *WORDS}
    text = path.read_text().split(heading, 1)[1].replace(envelope, "`*envelope*`").replace(opens, "`*opens*`")
    found: dict[str, Row] = {}
    for names, checks, missing in re.findall(r"(?m)^\| ((?:`\w+`(?:, )?)+) \| (.*) \| (.*) \|$", text):
        order = [word for word in re.findall(r"`([\w*-]+)`", checks) if word in known or "_" in word]
        found |= {name: (order, set(re.findall(r"`([a-z-]+)`", missing))) for name in re.findall(r"`(\w+)`", names)}
    return found


def possible(name: str, rows: dict[str, Row]) -> set[str]:
    """Returns the stages of a row, those of an age file where it reads one, and those of the rows that it names."""
    found: set[str] = set()
    for word in rows[name][0]:
        found |= WORDS.get(word) or (possible(word, rows) if word in rows else {word})
    return found


def shown() -> dict[str, set[str]]:
    """Returns the stages at which the vectors are refused, for each operation."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in (CRYPTO / "vectors").glob("*.json"):
        for case in json.loads(file.read_text())["cases"]:
            found[case["op"]] |= {case["fails"]} if "fails" in case else set()
    return {name: refused for name, refused in found.items() if refused}


def test_every_operation_that_refuses_has_a_row() -> None:
    """The table names exactly the operations of which a vector is refused."""
    assert table(*ENGLISH).keys() == shown().keys()


@pytest.mark.parametrize("name", sorted(table(*ENGLISH)))
def test_the_table_says_what_the_vectors_show(name: str) -> None:
    """No vector is refused at a stage that the row lacks, and the row names each stage that no vector shows."""
    rows = table(*ENGLISH)
    own = set(rows[name][0]) & set(stages())
    assert shown()[name] <= possible(name, rows)
    assert own - shown()[name] == rows[name][1]


def test_both_languages_have_the_same_table() -> None:
    """English and Chinese name the same operations and the same stages in the same order."""
    assert table(*ENGLISH) == table(*CHINESE)
