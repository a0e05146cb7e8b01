"""Attachments coming in: reports with 10 MB each, and a gibibyte at once, into a folder and into a bucket."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import crypto
from crypto.framing import sha256
from crypto.sealing.attachment_shape import PART_SIZE
from tests.crypto.sample import Drawn
from tests.support.measuring.bench_table import Figures, Part, Row, Words, number
from tests.support.measuring.cpu_and_memory import peak_megabytes
from tests.support.measuring.intake_load import Intake, opened
from tests.support.measuring.load_generator import BLOB, Ask
from tests.support.stores.backends import Stores

SIZE = 10_000_000
# Reports with one attachment for each number of clients. A face takes six parts at once and tells others to wait
# (docs/adr/0003): what stands here is what it carries without asking anybody to.
REPORTS = {1: 6, 4: 16, 6: 24}
LINES, PARTS = 4, 32
MOST_MB = 200
AIMS = {"sqlite-folder": 100, "postgres-s3": 50}
PLACES = {"sqlite-folder": Words("folder", "文件夹"), "postgres-s3": Words("S3", "S3")}


@pytest.fixture
def intake(stores: Stores, tmp_path: Path) -> Iterator[Intake]:
    """Intake on each pair of stores."""
    with opened(stores, tmp_path) as serving:
        yield serving


@dataclass(frozen=True)
class Sealed:
    """A sealed attachment as files of at most 8 MiB, with their hashes."""

    parts: list[tuple[Path, bytes]]

    @staticmethod
    def make(folder: Path, size: int) -> Sealed:
        """Seals so many random bytes."""
        recipient, sink = crypto.Identity.draw(Drawn("attachment")).recipient, io.BytesIO()
        crypto.seal_attachment(io.BytesIO(os.urandom(size)), size, "a.bin", "image/png", [recipient], sink, os.urandom)
        whole = sink.getvalue()
        parts: list[tuple[Path, bytes]] = []
        for at in range(0, len(whole), PART_SIZE):
            file = folder / f"part-{size}-{at}"
            file.write_bytes(whole[at : at + PART_SIZE])
            parts.append((file, sha256(whole[at : at + PART_SIZE])))
        return Sealed(parts)

    def put(self, k: int, part: int) -> Ask:
        """The call that brings one of them as part `k` of the visit's own upload."""
        file, digest = self.parts[part]
        path = f"/api/blobs/{BLOB}/parts/{k}"
        return Ask("PUT", path, expected=204, file=str(file), announced=crypto.b64encode(digest))

    def listing(self) -> dict[str, object]:
        """As a report names it."""
        size = sum(file.stat().st_size for file, _ in self.parts)
        return {"blob": BLOB, "size": size, "parts": [crypto.b64encode(digest) for _, digest in self.parts]}


@pytest.mark.timeout(600)
def test_reports_with_attachments_come_in(intake: Intake, figures: Figures, tmp_path: Path) -> None:
    """Whole reports with an attachment of 10 MB, one to six at once; not one fails."""
    sealed = Sealed.make(tmp_path, SIZE)
    asks = [*(sealed.put(k, k) for k in range(len(sealed.parts))), intake.submit([sealed.listing()])]
    place = PLACES[intake.stores.kind]
    failed = 0
    for clients, reports in REPORTS.items():
        loaded, server, _ = intake.spent(asks, clients, reports)
        failed += loaded.failed
        named = Words(f"{place.en}: 10 MB each, {clients} at once", f"{place.zh}：每份 10 MB，同时 {clients} 份")
        rate = f"{number(loaded.rate)} /s = {number(loaded.rate * SIZE / 1e6)} MB/s"
        figures.add(
            Row(Part.ATTACHMENTS, named, f"{rate}, p95 {loaded.percentile(95) / 1000:.2f} s, CPU {server:.0f} ms")
        )
    words = Words(f"{place.en}: failed", f"{place.zh}：失败")
    figures.add(Row(Part.ATTACHMENTS, words, f"{failed} / {sum(REPORTS.values())}", "0", failed == 0))
    assert failed == 0


@pytest.mark.timeout(600)
def test_a_gibibyte_comes_in(intake: Intake, figures: Figures, tmp_path: Path) -> None:
    """1 GiB in parts of 8 MiB over 4 lines: its speed, and the most memory that an intake process ever held."""
    sealed = Sealed.make(tmp_path, PART_SIZE * 2)
    # The first part holds the header; all others are of its middle.
    asks = [sealed.put(k, int(k > 0)) for k in range(PARTS)]
    loaded, server, _ = intake.spent(asks, LINES, LINES)
    place, kind = PLACES[intake.stores.kind], intake.stores.kind
    speed = LINES * PARTS * PART_SIZE / 1e6 / loaded.seconds
    own = 1000 * loaded.own_cpu / LINES / PARTS
    beside = Words(
        f"CPU for each part of 8 MiB: intake {server / PARTS:.0f} ms, client {own:.0f} ms",
        f"每个 8 MiB 分片的 CPU：接收端 {server / PARTS:.0f} ms，客户端 {own:.0f} ms",
    )
    named = Words(f"{place.en}: 1 GiB over 4 lines", f"{place.zh}：1 GiB，4 条连接")
    figures.at_least(Part.ATTACHMENTS, named, speed, AIMS[kind], "MB/s", beside)
    memory = Words(f"{named.en}, most memory", f"{named.zh}，内存峰值")
    figures.at_most(Part.ATTACHMENTS, memory, peak_megabytes(intake.serving.pid), MOST_MB, "MB")
    assert loaded.failed == 0
