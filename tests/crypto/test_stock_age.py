"""Stock age opens our files, and we open its."""

import io
import subprocess
from pathlib import Path

import pytest

import crypto
from crypto.sealing.recipients import Identity
from tests.crypto.sample import Drawn, filed

AGE = Path(__file__).resolve().parents[2] / ".tools/age/age"
pytestmark = pytest.mark.slow


def age(*words: str, content: bytes) -> bytes:
    """Run stock age 1.3 or newer; its absence is a failure, never a skip."""
    return subprocess.run([str(AGE), *words], input=content, capture_output=True, check=True, timeout=60).stdout


def test_stock_age_opens_grant_report_and_attachment(tmp_path: Path) -> None:
    """With a holder's identity it opens the grant, and with the case key in it report and attachment."""
    case, rng = filed("stock"), Drawn("stock")
    holder, seed = tmp_path / "holder.key", tmp_path / "case.key"
    holder.write_text(case.office.staff("li-wei").identity.text + "\n")
    sealed = crypto.read_packet(case.packet).sealed
    grant = age("-d", "-i", str(holder), content=sealed)
    found = crypto.read_json(grant, len(grant))
    assert isinstance(found, dict)
    seed.write_text(str(found["seed"]) + "\n")
    report = age("-d", "-i", str(seed), content=crypto.read_item(case.report).body)
    assert "验收单是假的" in report.decode()
    sink = io.BytesIO()
    picture = bytes(range(256)) * 600
    recipients = [case.grant().body.case_identity.recipient]
    crypto.seal_attachment(io.BytesIO(picture), len(picture), "p.bin", "image/png", recipients, sink, rng)
    assert age("-d", "-i", str(seed), content=sink.getvalue()).startswith(picture)


@pytest.mark.parametrize("length", [0, 1, 65536, 65537, 200_000])
def test_we_open_what_stock_age_sealed(length: int) -> None:
    """A file that stock age seals for one of our recipients opens in the strict codec."""
    identity = Identity(bytes([7] * 32))
    content = bytes(length)
    file = age("-r", identity.recipient.text, content=content)
    assert crypto.open_sealed(file, identity, 1) == content
