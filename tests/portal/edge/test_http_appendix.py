"""SPEC's table of calls says of each call what the description of the interface says, in both languages."""

from __future__ import annotations

import re

import pytest

from portal.permissions.table import permissions
from tests.support.sources.http_appendix import HEADS, Described, description, table


@pytest.mark.parametrize("face", ["intake", "desk"])
@pytest.mark.parametrize("name", list(HEADS))
def test_the_table_is_what_the_interface_is(name: str, face: str) -> None:
    """Each call with method, path, body, bounds, answer and refusals, and no other call."""
    rows = table(name, face)
    assert rows == list(Described(description(face)).rows()), "python -m tests.support.sources.http_appendix"
    assert all(row.count("|") - row.count("\\|") == 4 for row in rows)


@pytest.mark.parametrize("face", ["officer", "hr-upload"])
@pytest.mark.parametrize("name", list(HEADS))
def test_the_tables_of_the_watch_name_every_route(name: str, face: str) -> None:
    """Each route of the officer's face and of HR's upload but static pages, and no other, in both languages."""
    rows, other = table(name, face), table("SPEC.md", face)
    known = permissions().by_watch if face == "officer" else permissions().by_hr_upload
    routes = {re.sub("<([a-z]+)>", r"{\1}", f"{call.method} {call.rule}") for call in known}
    assert rows == other
    assert {row.split("`")[1] for row in rows} == routes - {"GET /", "GET /<path:path>"}
    shared = set(Described(description("intake")).rows())
    # The watch has no batch, and so says nothing of slots.
    shared = {row.replace(',"slots":{…}', "") if "/office/site.json" in row else row for row in shared}
    assert all(row in shared for row in rows if " `GET /api/" not in row and "GET /" in row)


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
