"""Whoever holds all stores cannot tell reports with a sealed name from those without; planted leaks are found."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

import crypto
from casework.record import store as cases
from portal.deletion import book as deletions
from portal.identity import store as identity
from portal.mailroom import erasure
from portal.mailroom import tables as mailroom
from portal.settings import StoreName
from retaliation_watch import store as watch
from tests.crypto.sample import Drawn
from tests.support.classifier import Known, Row, Tables, features_of, held_out_auc, known_reports, read_tables
from tests.support.custody import NAME
from tests.support.edge import Edge, open_edge, random_report
from tests.support.stores import embedded_stores

REPORTS = int(os.environ.get("CLASSIFIER_REPORTS", "2000"))
PLANTED = max(200, REPORTS // 10)
STORES = {
    StoreName.MAILROOM: mailroom.METADATA,
    StoreName.CASES: cases.METADATA,
    StoreName.ERASURE: erasure.METADATA,
    StoreName.IDENTITY: identity.METADATA,
    StoreName.WATCH: watch.METADATA,
    StoreName.DELETIONS: deletions.METADATA,
}


@dataclass
class Town:
    """Many reports by the real road, half of them with a sealed name, and what the stores hold of them."""

    edge: Edge
    # By mailbox, in the order of arrival: whether a name was sealed, and the packet of the finishing post.
    arrived: dict[bytes, tuple[bool, bytes]]

    def send(self, *, named: bool, leak: str = "") -> None:
        """One report and its finishing post."""
        case = random_report(self.edge)
        assert self.edge.submit(case).status_code == 201
        standing, rng = crypto.Standing(case.sealed.memo, 1), Drawn(os.urandom(8).hex())
        if named and leak == "padding":
            post, _ = crypto.seal_message(case.keys, standing, crypto.Message("x" * 6000), rng)
        elif named:
            post, _ = crypto.seal_identity_post(
                case.directory, case.keys, standing, NAME, sealed=True, text="", rng=rng
            )
        else:
            post, _ = crypto.seal_receipt_kept(case.keys, standing, rng)
        if named or leak != "omitted":
            assert self.edge.send("/api/posts", post).status_code == 202
        self.arrived[case.keys.mailbox_id] = (named, crypto.read_post(post).identity)

    def settle(self) -> None:
        """The worker opens, carries and takes the order away, and a week goes by."""
        worker = self.edge.worker
        while worker.open_received():
            pass
        worker.carry_packets()
        self.edge.hands.now += timedelta(days=8)
        worker.carry_packets()
        while worker.keep_no_order():
            pass

    def tables(self) -> Tables:
        """All rows of all stores."""
        return read_tables({name: (self.edge.eyes(name), metadata) for name, metadata in STORES.items()})

    def classes(self, reports: list[Known]) -> list[bool]:
        """Which of the reports came with a name."""
        return [self.arrived[report.mailbox][0] for report in reports]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """An empty town."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    yield Town(edge, {})
    edge.close()


def filled(town: Town, count: int, leak: str = "") -> tuple[Tables, list[Known]]:
    """So many reports, each second one with a name, in an order drawn by lot."""
    order = sorted(range(count), key=lambda _: os.urandom(8))
    for at in order:
        town.send(named=at % 2 == 0, leak=leak)
    town.settle()
    tables = town.tables()
    return tables, known_reports(tables)


def found(what: str, tables: Tables, reports: list[Known], town: Town) -> float:
    """The classifier's AUC on the half that it has not seen."""
    value = held_out_auc(features_of(tables, reports), town.classes(reports))
    sys.stdout.write(f"\n{what}: AUC {value:.3f} on {len(reports) // 2} held out\n")
    return value


def in_order_of_arrival(town: Town, tables: Tables) -> Tables:
    """The stores of a server that keeps the order of arrival and an empty packet where no name came."""
    ranks = {mailbox: at for at, mailbox in enumerate(town.arrived)}
    boxes = sorted(tables["mailroom.mailboxes"], key=lambda row: ranks[bytes(row["mailbox_id"])])  # type: ignore[arg-type]
    kept: list[Row] = [{"packet": packet if named else bytes(49152)} for named, packet in town.arrived.values()]
    return tables | {"mailroom.mailboxes": boxes, "identity.packets": kept}


@pytest.mark.timeout(3600)
def test_nothing_tells_reports_with_a_sealed_name(town: Town) -> None:
    """On the half held out the AUC is at most 0.55; with the order of arrival kept it would be at least 0.9."""
    tables, reports = filled(town, REPORTS)
    assert len(reports) == REPORTS
    assert found("sealed names", tables, reports, town) <= 0.55
    planted = in_order_of_arrival(town, tables)
    assert found("order kept", planted, known_reports(planted), town) >= 0.9


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("leak", ["padding", "omitted"])
def test_a_planted_leak_is_found(town: Town, leak: str) -> None:
    """One padding block more with a name, or no finishing post without one: an AUC of at least 0.9."""
    tables, reports = filled(town, PLANTED, leak)
    assert found(leak, tables, reports, town) >= 0.9
