"""Made-up calls to both faces, many and one after the other, in any order: no face fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

from tests.portal.desk.test_desk_openapi import Described
from tests.support.offices.desk import OURS, DeskRoom, desk_room
from tests.support.offices.edge import open_edge, random_report
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import Stores, embedded_stores

OPENAPI = Path(__file__).resolve().parents[2] / "portal/openapi"
ROUNDS = 40
STEPS = 12


def walk(schema: Any, **more: Any) -> None:
    """Walks through the interface call after call in any order; no call may be answered by a fault."""

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        """A walk that carries what every call needs."""

        def get_call_kwargs(self, _case: schemathesis.Case) -> dict[str, Any]:
            """Headers and cookies."""
            return dict(more)

        def validate_response(self, response: Any, case: schemathesis.Case, **kwargs: Any) -> None:
            """Only a fault is looked for: what the shapes are is tested call by call."""
            case.validate_response(response, checks=[not_a_server_error])

    Walk.run(
        settings=settings(
            max_examples=ROUNDS, stateful_step_count=STEPS, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip


def test_walks_through_intake_meet_no_fault(tmp_path: Path) -> None:
    """Over a thousand calls to a live intake, one after the other, are answered without a fault."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    edge.submit(random_report(edge))
    edge.close()
    schema = schemathesis.openapi.from_dict(json.loads((OPENAPI / "intake.json").read_text("utf-8")))
    with live_intake(edge.settings) as address:
        schema.config.update(base_url=address)
        walk(schema)


@pytest.fixture
def room(stores: Stores, tmp_path: Path) -> Iterator[DeskRoom]:
    """The desk of a sample office on each pair of stores."""
    with desk_room(stores, tmp_path) as opened:
        yield opened


def test_walks_through_the_desk_meet_no_fault(room: DeskRoom) -> None:
    """Over a thousand calls of a signed-in member, one after the other, are answered without a fault."""
    room.file(random_report(room.edge))
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]
    cookie = colleague.client.get_cookie("yanlu_desk")
    assert cookie is not None
    walk(
        schemathesis.openapi.from_wsgi("/openapi.json", Described(room)),
        headers=OURS,
        cookies={"yanlu_desk": cookie.value},
    )
