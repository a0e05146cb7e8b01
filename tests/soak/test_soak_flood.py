"""Thousands of junk submissions, wrong receipts and parts from one client slow nobody else's report beyond twice."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

import crypto
from portal.edge.load_limiter import Allowance
from tests.support.attacks.connection_flood import flooding, template_of
from tests.support.offices.edge import open_edge, report
from tests.support.offices.honest_report import has_arrived, whole_report
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import Stores

QUIET_REPORTS = 25
FLOODS = {"submissions": 5000, "receipts": 10000, "parts": 3000}
PAUSE = 0.2


def say(what: str, took: list[float], flood: dict[str, int] | None = None) -> None:
    """Shows figures to anyone who measures."""
    p95 = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    line = f"{what}: {len(took)} reports, median {median(took) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
    sys.stdout.write(f"\n{line}{'' if flood is None else f', flood {flood}'}\n")


@pytest.mark.timeout(1800)
def test_a_flood_slows_nobody_beyond_twice(stores: Stores, tmp_path: Path) -> None:
    """The median of whole reports during each flood is at most twice that before it, and every one of them arrives."""
    edge = open_edge(stores, tmp_path)
    template = tmp_path / "junk.json"
    template.write_text(template_of(report(edge, "junk").sealed.submission), "utf-8")
    reporters: list[crypto.ReporterKeys] = []

    def reports(address: str, going_on: Callable[[int], bool]) -> list[float]:
        took: list[float] = []
        while going_on(len(took)):
            began = time.perf_counter()
            reporters.append(whole_report(edge, address))
            took.append(time.perf_counter() - began)
            time.sleep(PAUSE)
        return took

    with live_intake(edge.settings, allowance=Allowance()) as address:
        reports(address, lambda done: done < 3)
        ratios: dict[str, float] = {}
        for kind, count in FLOODS.items():
            quiet = reports(address, lambda done: done < QUIET_REPORTS)
            say(f"{stores.kind}, before {count} {kind}", quiet)
            with flooding(address, kind, count, template) as flood:
                during = reports(address, lambda _done: flood.running)
                codes: dict[str, Any] = flood.codes()
            say(f"{stores.kind}, during {count} {kind}", during, codes)
            ratios[kind] = median(during) / median(quiet)
            assert codes["429"] > count * 0.8
    arrived = [has_arrived(edge, keys) for keys in reporters]
    edge.close()
    assert all(arrived)
    assert all(ratio <= 2 for ratio in ratios.values()), ratios
