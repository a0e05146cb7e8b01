"""The database is restarted in mid-transaction: a clear answer, nothing confirmed lost, and all is well by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import crypto
from portal.stores.schemas import upgrade_stores
from tests.crypto.sample import Drawn, Office
from tests.support.faults.consistency_check import ConsistencyCheck
from tests.support.faults.kill_points import point, struck_at
from tests.support.faults.recording_clients import Holder, Reporter, random_content
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import Edge, Hands, settings_for, write_office
from tests.support.servers.postgres import DURABLE, Postgres, running_postgres
from tests.support.stores.backends import NAMES, Stores

TRIES = 400


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A database server of our own that keeps what it confirms, as in production."""
    with running_postgres(DURABLE) as made:
        yield made


@pytest.fixture
def room(server: Postgres, tmp_path: Path) -> Iterator[DeskRoom]:
    """Desk and edge on that server and a folder."""
    (tmp_path / "blobs").mkdir()
    urls = {name: server.url(database) for name, database in server.create_stores(NAMES).items()}
    settings = settings_for(Stores("postgres-folder", urls, f"file://{tmp_path / 'blobs'}"), tmp_path)
    office = Office(Drawn("restart"))
    write_office(settings.office, office)
    upgrade_stores(settings)
    edge = Edge(settings, office, Hands())
    opened = DeskRoom(edge)
    yield opened
    opened.close()
    edge.close()


class Patient:
    """A client that is told of the restart in words, and sends the same again until it is taken."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.refused: list[Any] = []

    def open(self, path: str, **sent: Any) -> Any:
        """One call."""
        for _ in range(TRIES):
            answer = self.client.open(path, **sent)
            if answer.status_code < 500:
                return answer
            self.refused.append(answer)
        raise AssertionError(path)

    def get(self, path: str) -> Any:
        """A reading call."""
        return self.open(path, method="GET")

    def put(self, path: str, **sent: Any) -> Any:
        """A part."""
        return self.open(path, method="PUT", **sent)


def test_a_restart_in_mid_transaction_loses_nothing(
    room: DeskRoom, server: Postgres, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Restarted before the commit of a report, a message, an opening or an answer, each is taken at the next try."""
    edge, member = room.edge, room.sign_in("li-wei")
    intake, desk = Patient(edge.client), Patient(member.client)
    edge.client, member.client = intake, desk  # type: ignore[assignment]
    holder, ann, bob = Holder(member), Reporter("ann", edge, random_content()), Reporter("bob", edge)

    def restarted(where: str, act: Callable[[], object]) -> None:
        with struck_at(monkeypatch, point(f"before commit {where}"), server.restart):
            act()

    restarted("portal.mailroom.submissions:_accept_single", ann.report)
    restarted("portal.mailroom.submissions:insert_submissions", bob.report)
    restarted("portal.mailroom.posts:accept_post", lambda: ann.say("补充", random_content()))
    restarted("portal.worker.jobs:Worker._record_in_casework", edge.worker.work_once)
    work(edge)
    holder.take_in([ann, bob])
    restarted("portal.desk.steps:record_step", lambda: holder.answer(ann, "收到，安", random_content()))
    restarted(
        "portal.mailroom.casework_outbox_delivery:_settle", lambda: holder.answer(bob, "收到，鲍", random_content())
    )
    assert len(intake.refused) >= 3
    assert desk.refused
    for answer in (*intake.refused, *desk.refused):
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.json["type"] == "urn:yanlu:error:store-unavailable"
    assert ConsistencyCheck(edge, holder, [ann, bob]).hold() == []
    said = "".join(capfd.readouterr())
    secrets = [reporter.made.keys.mailbox_token for reporter in (ann, bob)]
    assert not [secret for secret in secrets if crypto.b64encode(secret) in said or secret.hex() in said]
    assert "验收单" not in said


def work(edge: Edge) -> None:
    """The worker until the server is back and everything is told."""
    from datetime import timedelta

    for _ in range(3):
        edge.hands.now += timedelta(seconds=61)
        edge.worker.work_once()
