"""A case goes out of the office: one asks, another agrees, the record says it first, and only then there is a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from tests.portal.cli.test_command_journey import ACCOUNT, ATTACHED, file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, Ran, live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ASKER, OTHER = "investigator-a", "investigator-b"


def pull(house: LiveOffice, member: str) -> str:
    """Claims what opens; the id of the one case."""
    (case,) = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member), "--json").document["cases"]
    return str(case)


def act(house: LiveOffice, member: str, case: str, name: str, text: str, *more: str) -> Ran:
    """One act of a member."""
    words = house.folder / "words"
    words.write_text(text, "utf-8")
    line = ("--text-file", words, *more, *house.secrets(member), "--json", "--", case, name)
    return yanlu("desk", "act", *line)


def export(house: LiveOffice, member: str, case: str, out: Path) -> Ran:
    """Tries to write the case out."""
    return yanlu("desk", "export", "--out", out, *house.secrets(member), "--json", "--", case)


def test_a_case_goes_abroad_by_two_and_leaves_a_trace_first(tmp_path: Path) -> None:
    """Refused unasked, and by the one who asked; agreed to by another, it is written with words, record and files."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (ASKER, OTHER)) as house:
        assert file_report(house).code == 0
        wait_for_case(house)
        case = pull(house, ASKER)
        out, again = tmp_path / "out", tmp_path / "again"
        unasked = export(house, ASKER, case, out)
        assert (unasked.code, "ask to export the case" in unasked.err or "agree to the export" in unasked.err) == (
            6,
            True,
        )
        abroad = ("--code", "destination=court-abroad")
        assert act(house, ASKER, case, "export-asked", "法院来函。", *abroad).code == 0
        alone = act(house, ASKER, case, "export-approved", "同意。", "--code", "authority=procuratorate")
        assert (alone.code, "Another than who asked must agree" in alone.err) == (Exit.REFUSED, True)
        assert pull(house, OTHER) == case
        assert not out.exists()
        agreed = act(house, OTHER, case, "export-approved", "主管机关已批准。", "--code", "authority=procuratorate")
        assert agreed.code == 0, agreed.err
        written = export(house, ASKER, case, out)
        assert written.code == 0, written.err
        assert written.document["destination"] == "court-abroad"
        document = json.loads((out / "case.json").read_text("utf-8"))
        assert ACCOUNT.strip() in [entry["text"].strip() for entry in document["entries"] if entry["text"]]
        done = [row["kind"] for row in document["record"] if row["kind"] != "claimed"]
        assert done[-3:] == ["export-asked", "export-approved", "exported"]
        assert ATTACHED in [file.read_bytes() for file in out.iterdir()]
        # Broken off after the record: the one who wrote it may run it again; nothing is written over.
        assert export(house, ASKER, case, again).code == 0
        assert export(house, ASKER, case, out).code == Exit.USAGE
