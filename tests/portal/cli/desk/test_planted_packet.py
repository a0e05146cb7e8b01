"""A packet in the batch that names a case of others: anybody can seal one, and it proves nothing about that case."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import b64decode
from crypto.framing import Rng
from crypto.reporter.report import NewCase
from crypto.sealing.recipients import Identity
from portal.cli.office_source import load_office
from portal.cli.reporter import reporting
from portal.cli.reporter.reporting import ReportRequest, ready_report, send_report
from portal.cli.server import Server
from portal.cli.terminal import today
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import POLICY, LiveOffice, Ran, live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
A, OTHERS = "investigator-a", ("investigator-b", "approver-a", "registrar-a")
WITHIN = 300


@pytest.fixture
def house(tmp_path: Path) -> Iterator[LiveOffice]:
    """A live house with one report."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (A, *OTHERS)) as found:
        assert file_report(found).code == 0
        wait_for_case(found)
        yield found


def _pull(house: LiveOffice) -> Ran:
    ran = yanlu("desk", "pull", *house.first_pull(A), *house.secrets(A), "--json")
    assert ran.code == 0, ran.err
    return ran


def _plant(house: LiveOffice, case: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand in a report of one's own whose packet says that it is of that case, as anybody can who knows its id."""
    directory = load_office(house.ports.intake_url).verify(house.founded.code, today())
    wish = ReportRequest("group", POLICY, "bribery", "Planted.", "en", urgent=True)
    own = ready_report(directory, wish, folder)

    def of_that_case(rng: Rng) -> NewCase:
        return NewCase(b64decode(case), Identity.draw(rng), rng(32))

    monkeypatch.setattr(reporting, "draw_case", of_that_case)
    lie = ready_report(directory, wish, folder)
    own.sealed.submission["grant"] = lie.sealed.submission["grant"]
    server = Server(house.ports.intake_url, "en")
    send_report(server, own, lambda _: None)
    server.close()


def test_a_planted_packet_casts_no_doubt_on_the_case_that_it_names(
    house: LiveOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull says that such a packet was passed over and proves nothing; the case is kept as it was."""
    [case] = _pull(house).document["cases"]
    _plant(house, case, tmp_path, monkeypatch)
    end = time.monotonic() + WITHIN
    while not (said := _pull(house).document)["claimed"]:
        assert time.monotonic() < end
        wait_for_case(house)
    assert (said["claimed"], said["refused"], said["damaged"], said["cases"]) == ([case], [], [], [case])
    told = yanlu("desk", "pull", *house.first_pull(A), *house.secrets(A)).out
    assert f"claims to hold another key of case {case}. That proves nothing" in told
    assert "successor" not in told
