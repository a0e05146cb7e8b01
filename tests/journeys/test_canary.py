"""Canary words: whatever a reporter or a member types is nowhere on the server, in no coat that we know."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import Reporter, Told, Upload
from tests.support.lying_proxy import LyingProxy, lying_proxy

WORDS = {
    "account": "夜莺矿洞-kanarienvogel-account-7391",
    "details": "kanarienvogel-details-4417",
    "note": "kanarienvogel-note-8086",
    "file name": "kanarienvogel-name-2846",
    "file content": "kanarienvogel-content-5520",
    "reply": "kanarienvogel-reply-9017",
    "answer": "kanarienvogel-answer-3358",
}
PRINTED = {"demo.json", "identities"}
"""What the demo itself prints out, so that somebody can sign in; no other installation has it."""


def coats(word: str) -> dict[str, bytes]:
    """A word as it could lie somewhere: raw, UTF-16, hex, base64 at each alignment, percent- and JSON-escaped."""
    raw = word.encode()
    found = {"raw": raw, "utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be")}
    found |= {"hex": raw.hex().encode(), "percent": "".join(f"%{byte:02x}" for byte in raw).encode()}
    found |= {"json": "".join(f"\\u{ord(sign):04x}" for sign in word).encode(), "quoted": quote(word).encode()}
    for shift in range(3):
        coat = base64.b64encode(bytes(shift) + raw + bytes(2))
        # Signs that hold bits of the neighbours are left out.
        found[f"base64-{shift}"] = coat[4 if shift else 0 : -8]
        found[f"base64url-{shift}"] = found[f"base64-{shift}"].replace(b"+", b"-").replace(b"/", b"_")
    return found


def unpacked(content: bytes) -> Iterator[bytes]:
    """The content itself and every gzip member in it that can be unpacked."""
    yield content
    for found in re.finditer(b"\x1f\x8b\x08", content):
        try:
            yield zlib.decompressobj(31).decompress(content[found.start() :], 1 << 20)
        except zlib.error:
            continue


def sightings(content: bytes, words: dict[str, str]) -> list[str]:
    """Which words are seen in which coat."""
    return [
        f"{name} as {coat}"
        for layer in unpacked(content)
        for name, word in words.items()
        for coat, dressed in coats(word).items()
        if dressed in layer
    ]


def memory_of(pid: int) -> Iterator[bytes]:
    """The private, readable memory of a process, region by region."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights = line.split()[:2]
        if not rights.startswith("rw") or line.endswith(("[vvar]", "[vsyscall]")):
            continue
        start, end = (int(edge, 16) for edge in span.split("-"))
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:
                continue


def family(pids: list[int]) -> list[int]:
    """These processes and their children."""
    found = list(pids)
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += family([int(child) for child in (task / "children").read_text().split()])
    return found


def on_disk(demo: Demo, words: dict[str, str]) -> list[str]:
    """Sightings in every file below the demo's data, and in their names."""
    seen: list[str] = []
    for path in sorted(demo.data.rglob("*")):
        if PRINTED & set(path.relative_to(demo.data).parts) or not path.is_file():
            continue
        seen += [f"{path}: {one}" for one in sightings(path.read_bytes() + str(path).encode(), words)]
    return seen


def in_requests(proxies: list[LyingProxy], words: dict[str, str]) -> list[str]:
    """Sightings in every request: address, headers, body."""
    return [
        f"{one.method} {one.path}: {sight}"
        for proxy in proxies
        for one in proxy.seen
        for sight in sightings(json.dumps([one.path, one.headers]).encode() + one.body, words)
    ]


def journey(demo: Demo, browser: Browser, intake: LyingProxy, desk: LyingProxy) -> str:
    """Report with a file, answer, come back and reply; gives the receipt's digits."""
    name, content = f"{WORDS['file name']}.txt", WORDS["file content"].encode()
    file = Upload(name=name, mimeType="text/plain", buffer=content)
    with browser.new_context() as context:
        reporter = Reporter(context.new_page(), intake.url, demo.code, "en")
        receipt = reporter.report(Told(WORDS["account"], "other", [file], (), "ireland", {"where": WORDS["details"]}))
    with browser.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-c"], "en", desk.url)
        member.sign_in()
        member.open(WORDS["account"])
        expect(member.find("answers")).to_contain_text(WORDS["details"])
        member.reply(WORDS["reply"])
        member.note(WORDS["note"])
    with browser.new_context() as context:
        reporter = Reporter(context.new_page(), intake.url, demo.code, "en")
        reporter.come_back(receipt)
        expect(reporter.find("thread")).to_contain_text(WORDS["reply"])
        reporter.reply(WORDS["answer"])
    return receipt.replace(" ", "")


@pytest.mark.timeout(400)
def test_no_word_of_a_journey_reaches_the_server(demo: Demo, chromium: Browser) -> None:
    """Not one canary is in a request, a file or the memory of a server process, in any coat."""
    with lying_proxy(demo.intake) as intake, lying_proxy(demo.desk) as desk:
        receipt = journey(demo, chromium, intake, desk)
        sign = demo.staff["investigator-c"]
        words = WORDS | {
            "receipt": receipt,
            "receipt in groups": " ".join(re.findall("....", receipt)),
            "passphrase": sign.passphrase,
            "device secret": sign.device_secret,
        }
        assert len(intake.sent()) > 4
        assert len(desk.sent()) > 2
        assert in_requests([intake, desk], words) == []
    assert on_disk(demo, words) == []
    # The command itself drew the demo members' secrets; what it started is what runs elsewhere too.
    servers = family([pid for pid in demo.pids if b"\0demo\0" not in Path(f"/proc/{pid}/cmdline").read_bytes()])
    assert len(servers) > 2
    for pid in servers:
        seen = [one for region in memory_of(pid) for one in sightings(region, words)]
        assert seen == [], f"memory of {pid}"


def test_the_search_finds_a_canary_in_every_coat(demo: Demo) -> None:
    """One of each is planted, in a file, a gzip member and the memory of a process, and each is found."""
    word = "planted-canary-6104"
    dressed = coats(word)
    assert all(f"x as {coat}" in sightings(b"..." + form + b"...", {"x": word}) for coat, form in dressed.items())
    packed = zlib.compressobj(wbits=31)
    member = packed.compress(b"before " + word.encode()) + packed.flush()
    assert "x as raw" in sightings(b"head" + member + b"tail", {"x": word})
    planted = demo.data / "planted.log"
    planted.write_bytes(dressed["hex"])
    assert on_disk(demo, {"x": word}) == [f"{planted}: x as hex"]
    planted.unlink()
    # Another process, so that the search's own copies of the word are not what it finds.
    keeper = subprocess.Popen(
        [sys.executable, "-c", "import sys; word = sys.stdin.readline(); print('kept', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        keeper.stdin.write(f"{word}\n".encode())
        keeper.stdin.flush()
        assert keeper.stdout.readline() == b"kept\n"
        seen = [one for region in memory_of(keeper.pid) for one in sightings(region, {"x": word})]
        assert "x as raw" in seen
