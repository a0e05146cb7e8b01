"""What ships stretches at the real cost; the light pages of the tests differ from it in that cost and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import crypto
from crypto.keys import staff
from portal.cli.demo import processes
from portal.site_build.pages import FACES
from portal.site_build.single_file import check_single_file
from tests.support.servers.cheap_key_derivation import LIGHT, SITE, costs_in, light_face, lightly

HOLDING = {"report": 1, "mailbox": 1, "yanlu-report": 1, "desk": 2, "setup": 1, "watch": 1}
"""How many costs each script holds: a receipt's, a staff key's, or both."""
_HASH = re.compile(rb"(?<=\.)[0-9a-f]{16}(?=\.js)|sha384-[\w+/]{64}|sha256-[\w+/]{43}=")


def _stem(path: str) -> str:
    return Path(path).name.split(".")[0]


def _runs(path: str) -> bool:
    return path.endswith((".js", "yanlu-report.html"))


def test_whatever_ships_stretches_at_the_real_cost() -> None:
    """Receipts and staff keys each at their own, in every script that stretches, and no script has another cost."""
    real = {crypto.RECEIPT_COST, crypto.STAFF_COST}
    assert real == {crypto.ReceiptCost(19456, 2, 1), crypto.ReceiptCost(65536, 3, 1)}
    files = [file for face in FACES for file in (SITE / face).rglob("*") if file.is_file()]
    found = {file: costs_in(file.read_bytes()) for file in files}
    told = {_stem(file.name): set(costs) for file, costs in found.items() if costs}
    assert {name: len(costs) for name, costs in told.items()} == HOLDING
    assert told["report"] == told["mailbox"] == told["yanlu-report"] == {crypto.RECEIPT_COST}
    assert told["setup"] == told["watch"] == {crypto.STAFF_COST}
    assert told["desk"] == real


@pytest.mark.parametrize("face", FACES)
def test_light_pages_differ_in_their_cost_alone(face: str) -> None:
    """Costs and hashes left out, all is the same, and each cost of the light ones is the light one."""

    def masked(files: dict[str, bytes]) -> dict[bytes, bytes]:
        return {
            _HASH.sub(b"", path.encode()): re.sub(rb"\{memory:[^}]*\}", b"", _HASH.sub(b"", body))
            for path, body in files.items()
            if path != "release.json"
        }

    shipped = {
        file.relative_to(SITE / face).as_posix(): file.read_bytes()
        for file in (SITE / face).rglob("*")
        if file.is_file()
    }
    light = light_face(SITE / face)
    assert masked(light) == masked(shipped)
    changed = {_stem(path): costs_in(body) for path, body in light.items() if shipped.get(path) != body and _runs(path)}
    assert changed
    assert all(set(costs) == {LIGHT} for costs in changed.values())
    assert set(changed) == {name for name in HOLDING if any(_stem(path) == name and _runs(path) for path in shipped)}
    for path in [path for path in light if path.endswith("yanlu-report.html")]:
        check_single_file(path, light[path].decode())


def test_the_light_cost_ends_with_its_block() -> None:
    """Inside, receipts and staff keys cost little and the house's processes are light; afterwards all is as it was."""
    receipt = crypto.read_receipt("0" * 28)
    real = crypto.derive_reporter(receipt, bytes(16)).mailbox_id
    with lightly():
        assert crypto.derive_reporter(receipt, bytes(16)).mailbox_id != real
        assert (staff.STAFF_COST, processes.PROGRAM) == (LIGHT, "tests.support.servers.cheap_key_derivation")
    assert crypto.derive_reporter(receipt, bytes(16)).mailbox_id == real
    assert (staff.STAFF_COST, processes.PROGRAM) == (crypto.STAFF_COST, "portal.cli")
