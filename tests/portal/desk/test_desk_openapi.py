"""The desk's OpenAPI document: every route stands in it, and what it says holds for made-up calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.offices.desk import OURS, DeskRoom
from tests.support.offices.edge import open_edge, random_report
from tests.support.stores.backends import Stores

DOCUMENT = Path(__file__).resolve().parents[3] / "portal/openapi/desk.json"
CONTENT = json.loads(DOCUMENT.read_text("utf-8"))
OUTSIDE = {
    "/",
    "/{path}",
    "/office/policies/{name}.json",
    "/office/jurisdictions/{name}.json",
    "/office/calendars/{name}.json",
    "/office/rules/{name}.json",
}
OPERATIONS = [(path, method) for path, row in CONTENT["paths"].items() for method in row]
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


def test_every_route_is_described_and_no_other(room: DeskRoom) -> None:
    """A route that nobody described, or a description without its route, is found."""
    routes = {re.sub(r"<(?:[a-z]+:)?([a-z]+)>", r"{\1}", rule.rule) for rule in room.app.url_map.iter_rules()}
    assert routes - OUTSIDE == set(CONTENT["paths"])


@dataclass(frozen=True)
class Caller:
    """A holder of one case at a desk that all operations share: made-up calls leave it as it is."""

    operations: Any
    cookie: str


@pytest.fixture(scope="module")
def caller(shared_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """One caller on each pair of stores."""
    edge = open_edge(shared_stores, tmp_path_factory.mktemp("desk"))
    room = DeskRoom(edge)
    case = room.file(random_report(edge))
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]
    cookie = colleague.client.get_cookie("yanlu_desk")
    assert cookie is not None
    yield Caller(schemathesis.openapi.from_wsgi("/openapi.json", Described(room)), cookie.value)
    # Still signed in and still a holder: no call took away what the next one needed.
    assert colleague.case(case).status_code == 200
    room.close()
    edge.close()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_made_up_calls_are_answered_as_described(caller: Caller, path: str, method: str) -> None:
    """No call makes the desk fail, and each answer has a status, type and shape of the document."""
    operation = caller.operations[path][method.upper()]

    @settings(
        max_examples=12,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=NEGATIVE)))
    def run(case: schemathesis.Case) -> None:
        cookies = {"yanlu_desk": caller.cookie} if path != "/api/session/end" else {}
        case.call_and_validate(headers=OURS | {"Accept-Encoding": "identity"}, cookies=cookies, checks=list(CHECKS))

    run()


NEGATIVE = schemathesis.GenerationMode.NEGATIVE


class Described:
    """The desk's app with its document at one address more."""

    def __init__(self, room: DeskRoom) -> None:
        self._app = room.app

    def __call__(self, environ: dict[str, object], start: object) -> object:
        """Gives the document, or passes the call on."""
        if environ["PATH_INFO"] == "/openapi.json":
            body = DOCUMENT.read_bytes()
            start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])  # type: ignore[operator]
            return [body]
        return self._app(environ, start)  # type: ignore[arg-type]
