"""SPEC's table of calls says of each call what the description of the interface says, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.support.http_appendix import ROOT, Described, description

HEADS = {
    "SPEC.md": ("## Appendix A.", {"intake": "### Intake", "desk": "### Desk"}),
    "SPEC.zh-CN.md": ("## 附录甲", {"intake": "### 举报端", "desk": "### 工作台"}),
}


def table(name: str, face: str) -> list[str]:
    """The rows of one table of the appendix, below its head."""
    start, heads = HEADS[name]
    _, found, text = (ROOT / "crypto" / name).read_text("utf-8").partition(f"\n{start}")
    _, below, text = text.partition(f"\n{heads[face]}\n")
    assert found
    assert below
    return re.split(r"\n#+ ", text)[0].strip("\n").split("\n")[2:]


@pytest.mark.parametrize("face", ["intake", "desk"])
@pytest.mark.parametrize("name", list(HEADS))
def test_the_table_is_what_the_interface_is(name: str, face: str) -> None:
    """Each call with method, path, body, bounds, answer and refusals, and no other call."""
    rows = table(name, face)
    assert rows == list(Described(description(face)).rows())
    assert all(row.count("|") - row.count("\\|") == 4 for row in rows)


def test_a_call_that_is_described_otherwise_is_seen() -> None:
    """Another bound, a further key, a missing call and another status each give other rows."""
    document = description("intake")
    first = list(Described(document).rows())
    post = document["paths"]["/api/poll"]["post"]
    post["responses"]["418"] = {"description": "no"}
    document["components"]["schemas"]["Filing"]["properties"]["more"] = {"type": "string", "maxLength": 3}
    document["components"]["schemas"]["Poll"]["properties"]["from"]["maximum"] = 7
    del document["paths"]["/healthz"]
    changed = list(Described(document).rows())
    assert len(changed) == len(first) - 1
    assert len([row for row in changed if row not in first]) == 2
