"""`yanlu case`: what it asks for, what it refuses, and what it tells."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from tests.support.edge import open_edge, report
from tests.support.inside import inside
from tests.support.stores import embedded_stores


def test_a_case_is_deleted_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It deletes nothing unasked; with --yes the case is gone, then it is not there, and the month counts it."""
    edge = open_edge(embedded_stores(tmp_path), tmp_path)
    filed = report(edge, "ann")
    edge.submit(filed)
    edge.worker.work_once()
    case = str(filed.sealed.submission["case"])
    yanlu = partial(inside, capsys, monkeypatch, edge.settings)
    asked = yanlu("case", "delete", "--", case)
    assert (asked.code, len(edge.poll(filed).entries)) == (Exit.USAGE, 1)
    assert yanlu("case", "delete", "--yes", "nobody").code == Exit.USAGE
    gone = yanlu("case", "delete", "--yes", "--json", "--reason", "court", "--", case)
    assert gone.document == {"case": case, "deleted": True, "scrubbed": True}
    assert edge.poll(filed).entries == []
    again = yanlu("case", "delete", "--yes", "--", case)
    assert (again.code, "no such case" in again.err) == (Exit.NOTHING_THERE, True)
    counted = yanlu("case", "deletions", "--json").document["deletions"]
    assert [(row["reason"], row["number"]) for row in counted] == [("court", 1)]
    edge.close()
