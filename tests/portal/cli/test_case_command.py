"""`yanlu case`: what it asks for, what it refuses, and what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli.errors import Exit
from tests.support.command import yanlu
from tests.support.edge import open_edge, report
from tests.support.stores import embedded_stores

# Every one of these starts a process of its own.
pytestmark = pytest.mark.slow


def test_a_case_is_deleted_from_the_command_line(tmp_path: Path) -> None:
    """It deletes nothing unasked; with --yes the case is gone, then it is not there, and the month counts it."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    filed = report(edge, "ann")
    edge.submit(filed)
    edge.worker.work_once()
    case = str(filed.sealed.submission["case"])
    asked = yanlu("case", "delete", "--", case, settings=edge.settings)
    assert (asked.code, len(edge.poll(filed).entries)) == (Exit.USAGE, 1)
    assert yanlu("case", "delete", "--yes", "nobody", settings=edge.settings).code == Exit.USAGE
    gone = yanlu("case", "delete", "--yes", "--json", "--reason", "court", "--", case, settings=edge.settings)
    assert gone.document == {"case": case, "deleted": True, "scrubbed": True}
    assert edge.poll(filed).entries == []
    again = yanlu("--lang", "zh", "case", "delete", "--yes", "--", case, settings=edge.settings)
    assert (again.code, "这里没有这个案件" in again.err) == (Exit.NOTHING_THERE, True)
    counted = yanlu("case", "deletions", "--json", settings=edge.settings).document["deletions"]
    assert [(row["reason"], row["number"]) for row in counted] == [("court", 1)]
    edge.close()
