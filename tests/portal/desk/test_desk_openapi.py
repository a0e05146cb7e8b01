"""The desk's OpenAPI document: every route stands in it, and what it says holds for made-up calls."""

from __future__ import annotations

import json
import re
from pathlib import Path

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

from tests.support.desk import OURS, Colleague, DeskRoom
from tests.support.edge import random_report

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


def signed_in(room: DeskRoom) -> Colleague:
    """A holder of one case."""
    room.file(random_report(room.edge))
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]
    return colleague


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_made_up_calls_are_answered_as_described(room: DeskRoom, path: str, method: str) -> None:
    """No call makes the desk fail, and each answer has a status, type and shape of the document."""
    colleague = signed_in(room)
    cookie = colleague.client.get_cookie("yanlu_desk")
    assert cookie is not None
    schema = schemathesis.openapi.from_wsgi("/openapi.json", Described(room))
    operation = schema[path][method.upper()]

    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=NEGATIVE)))
    def run(case: schemathesis.Case) -> None:
        cookies = {"yanlu_desk": cookie.value} if path != "/api/session/end" else {}
        case.call_and_validate(headers=OURS, cookies=cookies, checks=list(CHECKS))

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
