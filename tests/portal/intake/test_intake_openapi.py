"""Intake's OpenAPI document: every route stands in it, and made-up calls to a live server are answered by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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

from portal.wiring.intake import build_intake
from tests.support.offices.edge import open_edge, random_report
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

DOCUMENT = Path(__file__).resolve().parents[3] / "portal/openapi/intake.json"
CONTENT = json.loads(DOCUMENT.read_text("utf-8"))
OPERATIONS = [(path, method) for path, row in CONTENT["paths"].items() for method in row]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A live intake with one report in it."""
    folder = tmp_path_factory.mktemp("live")
    edge = open_edge(embedded_stores(folder), folder)
    edge.submit(random_report(edge))
    edge.close()
    with live_intake(edge.settings) as address:
        yield address


def test_every_route_of_intake_is_described_and_no_other(tmp_path: Path) -> None:
    """A route that nobody described, or a description without its route, is found; static files are not routes."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    app = build_intake(edge.settings, edge.hands)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule not in {"/", "/<path:path>"}]
    routes = {re.sub(r"<(?:[a-z]+:)?([a-z]+)>", r"{\1}", rule.rule) for rule in rules}
    assert routes == set(CONTENT["paths"])
    app.extensions["yanlu_mailroom"].store.engine.dispose()
    edge.close()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_made_up_calls_to_intake_are_answered_as_described(live: str, path: str, method: str) -> None:
    """No call makes intake fail, and each answer has a status, type and shape of the document."""
    schema = schemathesis.openapi.from_dict(CONTENT)
    schema.config.update(base_url=live)
    operation = schema[path][method.upper()]
    negative = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @settings(
        max_examples=15,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(operation.as_strategy(), negative))
    def run(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)

    run()
