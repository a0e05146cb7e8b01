"""Canary words: whatever a reporter or a member types is nowhere on the server, in no coat that we know."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.demo import Demo, Sign
from tests.journeys.handler import Handler
from tests.journeys.reporter import Reporter, Told, Upload
from tests.journeys.scribe import take_call, write_letter
from tests.support.attacks.tampering_proxy import LyingProxy, lying_proxy
from tests.support.privacy.canary_search import LARGE, family, in_files, in_memory, sightings

WORDS = {
    "account": "夜莺矿洞-kanarienvogel-account-7391",
    "details": "kanarienvogel-details-4417",
    "note": "kanarienvogel-note-8086",
    "file name": "kanarienvogel-name-2846",
    "file content": "kanarienvogel-content-5520",
    "letter": "kanarienvogel-letter-6630",
    "taken down": "夜莺来电-kanarienvogel-taken-1275",
    "asked aloud": "kanarienvogel-asked-2904",
    "reply": "kanarienvogel-reply-9017",
    "answer": "kanarienvogel-answer-3358",
    "finding": "kanarienvogel-finding-6673",
    "name of a witness": "kanarienvogel-witness-1929",
    "decision": "kanarienvogel-decision-5084",
    "measure": "kanarienvogel-measure-7745",
    "told result": "kanarienvogel-result-2210",
    "told arrival": "kanarienvogel-arrival-3047",
}
VERDICT = {"outcome": "substantiated", "measure": "transfer"}
"""What was decided, by the policy's own ids: they stand in the policy, and in no request."""
STEM = "kanarienvogel"
PRINTED = {"demo.json", "identities"}
"""What the demo itself prints out, so that somebody can sign in; no other installation has it."""


def on_disk(demo: Demo, words: dict[str, str]) -> list[str]:
    """Sightings in every file below the demo's data, and in their names."""
    return in_files(demo.data, words, but=PRINTED)


def in_requests(proxies: list[LyingProxy], words: dict[str, str]) -> list[str]:
    """Sightings in every request: address, headers, body."""
    return [
        f"{one.method} {one.path}: {sight}"
        for proxy in proxies
        for one in proxy.seen
        for sight in sightings(json.dumps([one.path, one.headers]).encode() + one.body, words)
    ]


@dataclass(frozen=True)
class Roads:
    """How to reach a site, who answers there and for which entity, and as what kind of browser."""

    intake: str
    desk: str
    member: str = "investigator-c"
    entity: str = "ireland"
    context: dict[str, Any] = field(default_factory=dict[str, Any])


def decide(member: Handler) -> None:
    """Lead the case to its result under the policy, with words at every step that has any."""
    member.take()
    member.do("registered")
    member.do("acknowledged", WORDS["told arrival"])
    member.do("assigned", handler=member.sign.id)
    member.do("evidence-gathered", WORDS["finding"])
    member.do("talked", WORDS["name of a witness"])
    member.do("checked")
    member.do("decided", WORDS["decision"], f"act-outcome-{VERDICT['outcome']}")
    member.do("measure-set", WORDS["measure"], f"act-measure-{VERDICT['measure']}")
    member.do("notified", WORDS["told result"])


def journey(demo: Demo, browser: Browser, roads: Roads) -> str:
    """Report with a file, answer, come back and reply; gives the receipt's digits."""
    name, content = f"{WORDS['file name']}.txt", WORDS["file content"].encode()
    file = Upload(name=name, mimeType="text/plain", buffer=content)
    with browser.new_context(**roads.context) as context:
        reporter = Reporter(context.new_page(), roads.intake, demo.code, "en")
        receipt = reporter.report(
            Told(WORDS["account"], "other", [file], entity=roads.entity, answers={"where": WORDS["details"]})
        )
    with browser.new_context(**roads.context) as context:
        member = Handler(context.new_page(), demo, demo.staff[roads.member], "en", roads.desk)
        member.sign_in()
        member.open(WORDS["account"])
        expect(member.find("answers")).to_contain_text(WORDS["details"])
        member.reply(WORDS["reply"])
        member.note(WORDS["note"])
        decide(member)
        write_letter(member, WORDS["letter"])
        take_call(member, WORDS["taken down"], roads.entity, {"where": WORDS["asked aloud"]})
    with browser.new_context(**roads.context) as context:
        reporter = Reporter(context.new_page(), roads.intake, demo.code, "en")
        reporter.come_back(receipt)
        expect(reporter.find("thread")).to_contain_text(WORDS["reply"])
        reporter.reply(WORDS["answer"])
    return receipt.replace(" ", "")


def words_of(receipt: str, sign: Sign) -> dict[str, str]:
    """Whatever was typed in the journey, and the receipt in its two spellings."""
    return WORDS | {
        "receipt": receipt,
        "receipt in groups": " ".join(re.findall("....", receipt)),
        "passphrase": sign.passphrase,
        "device secret": sign.device_secret,
    }


def stems(words: dict[str, str]) -> dict[str, str]:
    """The same search with fewer needles: one for all words that hold the stem."""
    return {"a word": STEM} | {name: word for name, word in words.items() if STEM not in word}


@pytest.mark.timeout(1800)
def test_no_word_of_a_journey_reaches_the_server(demo: Demo, chromium: Browser) -> None:
    """Not one canary is in a request, a file or the memory of a server process, in any coat."""
    with lying_proxy(demo.intake) as intake, lying_proxy(demo.desk) as desk:
        receipt = journey(demo, chromium, Roads(intake.url, desk.url))
        sign = demo.staff["investigator-c"]
        words = words_of(receipt, sign)
        assert len(intake.sent()) > 4
        assert len(desk.sent()) > 2
        assert in_requests([intake, desk], words) == []
        assert in_requests([desk], VERDICT) == []
    assert on_disk(demo, words) == []
    # The command itself drew the demo members' secrets; what it started is what runs elsewhere too.
    servers = family([pid for pid in demo.pids if b"\0demo\0" not in Path(f"/proc/{pid}/cmdline").read_bytes()])
    assert len(servers) > 2
    assert in_memory(servers, words) == []


def disguises(word: str) -> list[bytes]:
    """What the libraries that a server may use make of a text with this word in it."""
    text = f"fore {word} aft"
    found = [text.encode(how) for how in ("utf-8", "utf-16", "utf-16-be")]
    found += [encode(word).encode() for encode in (quote, quote_plus, lambda text: quote(text).lower())]
    found += [json.dumps({"a": text}).encode(), json.dumps({"a": text}, ensure_ascii=False).encode()]
    found += [gzip.compress(text.encode()), b"head" + gzip.compress(text.encode()) + b"tail"]
    for cut in range(4):
        found += [encode(text[cut:].encode()) for encode in (base64.b64encode, base64.urlsafe_b64encode)]
        found += [binascii.hexlify(text[cut:].encode()), text[cut:].encode().hex().upper().encode()]
    return found


def test_the_search_finds_a_canary_in_every_coat(demo: Demo) -> None:
    """One of each is planted, in a file, a gzip member and the memory of a process, and each is found."""
    word = "planted-canary-6104"
    assert [
        text
        for text in (word, WORDS["account"])
        for form in disguises(text)
        for around in (b"", bytes(LARGE))
        if not sightings(around + form + around, {"x": text})
    ] == []
    planted = demo.data / "planted.log"
    planted.write_bytes(word.encode().hex().encode())
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
        assert f"memory of {keeper.pid}: x as raw" in in_memory([keeper.pid], {"x": word})
