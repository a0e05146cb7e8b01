"""The officer's commands and those of the seats, at a face without a network."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from crypto.custody.packets import dummy_protection
from crypto.framing import b64encode, sha256
from crypto.sealing.age import seal
from crypto.transparency_log.filing import Fact, log_entry, office_log_key
from crypto.watch.link_requests import ask_for_links, read_link_request
from crypto.watch.protection import Bond, Linked, seal_link
from portal.cli.desk.profile import Profile
from portal.cli.terminal import Terminal
from portal.cli.watch.evidence_pdf import evidence_paper, evidence_pdf
from portal.cli.watch.officer import OfficerCalls
from portal.cli.watch.unsealing import longest_delay
from portal.cli.words import Catalogue
from portal.settings import read_settings
from portal.watch.app import watch_app
from portal.watch.officer_views import officer_views
from retaliation_watch.enrolment.entries import EntryRequest, apply_request
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import ALERTS, ENTRIES, OUTBOX_LOG, PACKETS
from retaliation_watch.weekly_run.evidence_file import evidence_content, evidence_entry, evidence_file
from tests.portal.watch.test_evidence_page import EVIDENCE
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import Hands, settings_for
from tests.support.offices.watch import ENTITY, NOW, OFFICER, Watch, WatchedOffice, handle_marks, open_watch
from tests.support.stores.backends import embedded_stores, ready_embedded_stores
from tests.support.transparency_log.published_log import PublishedLog

ASK = (
    "unseal", "ask", "--at", "http://watch", "--entity", ENTITY, "--reason", "a warning after a report", "--employee",
)  # fmt: skip


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch on embedded stores."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield made
    made.close()


@pytest.fixture
def hands() -> Hands:
    """The clock of anyone who gives a share."""
    return Hands(NOW)


@pytest.fixture
def run(
    watch: Watch, tmp_path: Path, hands: Hands, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """`yanlu watch …` as one member: keys and directory as the last pull left them."""
    (tmp_path / "own").mkdir()
    settings = settings_for(embedded_stores(tmp_path / "own"), tmp_path / "own")
    client = httpx.Client(transport=httpx.WSGITransport(watch_app(officer_views(watch.context), behind_tls=False)))
    client.base_url = httpx.URL("http://watch")
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)

    profile = Profile(tmp_path / "profile")
    profile.start(
        "http://desk", watch.office.code, OFFICER, {"v": 1, "salt": "A" * 22, "nonce": "A" * 16, "box": "A" * 64}
    )

    def as_member(member: str, *line: str | Path) -> Any:
        staff, directory = watch.office.staff(member), watch.office.directory()
        calls = OfficerCalls(client, staff, watch.office.office)

        def officer_calls(_terminal: Terminal, _way: object, _at: str) -> Any:
            return calls, staff, directory

        with monkeypatch.context() as patch:
            for module in ("unsealing", "evidence_command"):
                patch.setattr(f"portal.cli.watch.{module}.offline", lambda *_: (profile, staff, directory))
            patch.setattr("portal.cli.watch.unsealing.system_clock", lambda: hands.now)
            for module in ("officer_commands", "alert_commands", "unsealing"):
                patch.setattr(f"portal.cli.watch.{module}.officer_calls", officer_calls)
            more = ("--profile", tmp_path / "profile", "--json")
            return inside(capsys, monkeypatch, settings, "watch", *map(str, (*line, *more)))

    return as_member


def published_log(watch: Watch, folder: Path) -> PublishedLog:
    """The log of the office that the watch belongs to."""
    return PublishedLog(read_settings({"YANLU_DATA": str(folder)}), watch.office, folder / "log")


def put_packets(watch: Watch, *packets: bytes) -> None:
    """As the worker would."""
    with watch.store.write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(packet), "packet": packet} for packet in packets])


def test_packets_are_entered_once(watch: Watch, run: Any, tmp_path: Path) -> None:
    """The officer enters whom a real packet names; it goes with the dummies."""
    key = tmp_path / "officers.key"
    key.write_text(f"{watch.office.key.text}\n")
    put_packets(watch, watch.wish("E7", bond=Bond.WITNESS), *(dummy_protection(os.urandom) for _ in range(3)))
    assert run(OFFICER, "enter", "--at", "http://watch", "--key-file", key).document["outcomes"] == {"entered": 1}
    assert (len(watch.rows(ENTRIES)), watch.rows(PACKETS)) == (1, [])


@dataclass
class Asked:
    """A request of the officer's for one person's link, and the commands of those who answer it."""

    watch: Watch
    run: Any
    links: Path
    log: PublishedLog

    @property
    def entry(self) -> bytes:
        """What has to stand in the log."""
        return read_link_request(json.loads(self.links.read_bytes())).entry

    def enter(self, days: float, *entries: bytes) -> Path:
        """A checkpoint at the fixed hour so many days before now."""
        return self.log.enter(NOW.replace(hour=6) - timedelta(days=days), entries)

    def share(self, seat: str, *more: str | Path) -> Any:
        """`unseal share` by one seat, with another copy of the log beside it."""
        return self.share_alone(seat, *(more or ("--against", self.log.to)))

    def share_alone(self, seat: str, *more: str | Path) -> Any:
        """As the one server shows the log."""
        out = self.links.with_name(f"{seat}.share")
        return self.run(seat, "unseal", "share", "--links", self.links, "--log", self.log.to, "--out", out, *more)

    def open(self, *seats: str) -> Any:
        """`unseal open` by the officer, with the shares of these seats."""
        line = [part for seat in seats for part in ("--share", self.links.with_name(f"{seat}.share"))]
        return self.run(OFFICER, "unseal", "open", "--links", self.links, *line)


@pytest.fixture
def asked(watch: Watch, run: Any, tmp_path: Path) -> Asked:
    """A witness whom the officer entered, and a request for the link."""
    directory = watch.office.directory()
    link = seal_link(directory, ENTITY, Linked(Bond.WITNESS, bytes([9]) * 16), os.urandom)
    wish = EntryRequest(ENTITY, watch.context.key.pseudonym(ENTITY, "E7"), handle_marks(1), link)
    with watch.store.write() as tx:
        apply_request(tx, wish, NOW.date(), os.urandom)
    found = Asked(watch, run, tmp_path / "links.json", published_log(watch, tmp_path))
    line = (*ASK, "E7", "--out", found.links)
    assert run(OFFICER, *line).document == {"file": str(found.links), "links": 1, "days": 7}
    return found


def test_a_link_opens_by_two_people_once_the_log_has_waited(asked: Asked, tmp_path: Path) -> None:
    """The watch enters the request as a hash; a week later a seat of each side gives a share, and only both open."""
    waiting = asked.watch.rows(OUTBOX_LOG)
    assert [
        log_entry(office_log_key(asked.watch.office.office), Fact(one["fact"]), one["content"]) for one in waiting
    ] == [asked.entry]
    asked.enter(7, asked.entry)
    for seat in ("bao-guan-1", "bao-guan-2", "wai-bu"):
        assert asked.share(seat).code == 0
    assert asked.share("li-wei").code == 7
    assert asked.open("bao-guan-1", "bao-guan-2").code == 7
    both = asked.open("wai-bu", "bao-guan-2").document
    assert both == {"links": [{"bond": "witness", "case": b64encode(bytes([9]) * 16)}]}
    # A person without an entry answers alike.
    nobody = tmp_path / "nobody.json"
    assert asked.run(OFFICER, *ASK, "E8", "--out", nobody).document["links"] == 1
    assert nobody.stat().st_size == asked.links.stat().st_size


def test_cover_is_entered_among_the_real_ones(watch: Watch, run: Any, tmp_path: Path) -> None:
    """One sitting enters whom a packet names and this month's cover; the next one enters nobody twice."""
    key = tmp_path / "officers.key"
    key.write_text(f"{watch.office.key.text}\n")
    watch.push(FeedFile.ROSTER, "工号,部门,职级", *(f"E{n},装配,P1" for n in range(60)))
    put_packets(watch, watch.wish("E7"))
    line = ("enter", "--at", "http://watch", "--key-file", key)
    told = run(OFFICER, *line).document
    assert (told["outcomes"], told["cover"], told["missing"]) == ({"entered": 1}, 10, 0)
    rows = watch.rows(ENTRIES)
    assert len({row["person"] for row in rows}) == 11
    assert {(len(row["link"]), row["counted"], row["start"], row["until"]) for row in rows} == {
        (7356, date(2026, 11, 1), date(2026, 12, 1), date(2028, 12, 1))
    }
    assert run(OFFICER, *line).document["cover"] == 0
    assert watch.rows(ENTRIES) == rows


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "has to wait until 2026-12-02 06:00 UTC"), (6.75, "has to wait until"), (7 + 30, "is over")],
)
def test_nobody_answers_a_request_too_early_or_too_late(asked: Asked, days: float, said: str) -> None:
    """A share is refused until the delay is over, and again a month after that."""
    asked.enter(days, asked.entry)
    ran = asked.share("wai-bu")
    assert (ran.code, said in ran.err) == (3, True)
    assert not asked.links.with_name("wai-bu.share").exists()


def test_a_liar_cannot_skip_the_wait(asked: Asked, tmp_path: Path) -> None:
    """No share for a request that the log lacks, that was altered since, or where another copy does not hold."""
    asked.enter(8, bytes(32))
    assert asked.share("wai-bu").code == 3
    document = json.loads(asked.links.read_bytes())
    office = asked.watch.office
    link = seal_link(office.directory(), ENTITY, Linked(Bond.COVER, None), os.urandom)
    own = ask_for_links(office.staff("li-wei"), office.office, ENTITY, "I want to know", [link], os.urandom)
    asked.enter(7.5, asked.entry, own.entry)
    assert asked.share("wai-bu").code == 0
    asked.links.write_text(json.dumps(own.document()))
    assert asked.share("wai-bu").code == 3
    for change in ({"reason": "another"}, {"requester": "bao-guan-1"}, {"links": [b64encode(bytes(7356))]}):
        asked.links.write_text(json.dumps(document | change))
        assert asked.share("wai-bu").code == 3
    asked.links.write_text(json.dumps(document))
    shutil.copytree(asked.log.to, tmp_path / "other")
    (tmp_path / "other/checkpoints.json").unlink()
    assert asked.share("wai-bu", "--against", tmp_path / "other").code == 3


def test_one_copy_of_the_log_cannot_be_back_dated_for_a_seat(asked: Asked, hands: Hands, tmp_path: Path) -> None:
    """By one copy alone a request waits its delay from when this seat first saw it; what was seen stays in the log."""
    asked.enter(8, asked.entry)
    ran = asked.share_alone("wai-bu")
    assert (ran.code, "come back after 2026-12-02" in ran.err) == (3, True)
    memory = tmp_path / "profile/log.json"
    hands.now = NOW + timedelta(days=7, seconds=-1)
    assert asked.share_alone("wai-bu").code == 3
    hands.now = NOW + timedelta(days=7)
    assert asked.share_alone("wai-bu").code == 0
    kept = memory.read_text()
    told = json.loads(kept)
    memory.write_text(json.dumps(told | {"size": told["size"] + 256}))
    assert "more than this one" in asked.share("wai-bu").err
    memory.write_text(json.dumps(told | {"root": b64encode(bytes(32))}))
    assert "Two views" in asked.share("wai-bu").err
    memory.write_text(kept[:-1])
    assert "damaged" in asked.share("wai-bu").err
    memory.write_text(json.dumps(told | {"log": "yanlu/log/another/1"}))
    assert asked.share("wai-bu").code == 0


def test_no_request_chooses_a_shorter_wait() -> None:
    """A seat of several watches waits as long as the longest of them says; anyone who has none gives no share."""
    office = WatchedOffice()
    watch: dict[str, Any] = {"recipient": office.key.recipient.text, "active": True, "inside": ["bao-guan-1"]}
    entities = [
        office.entity("group"),
        office.entity("works", watch=watch | {"outside": ["wai-bu"]}),
        office.entity("branch", watch=watch | {"outside": ["wai-bu"], "inside": ["bao-guan-2"], "delay": 20}),
    ]
    directory = office.directory(entities=entities)
    found = [longest_delay(directory, name) for name in ("wai-bu", "bao-guan-1", "bao-guan-2", "li-wei")]
    assert found == [20, 7, 20, None]


def test_alerts_become_sealed_files_that_the_log_knows(watch: Watch, run: Any, tmp_path: Path) -> None:
    """JSON and PDF open for the officer and whom the officer names; the JSON's hash waits for the log, and dates it."""
    watch.push(FeedFile.ROSTER, "工号,部门", "E001,装配")
    row = {"alert": bytes(16), "person": watch.context.key.pseudonym(ENTITY, "E001"), "day": NOW.date(), "state": "new"}
    more = {"level": "amber", "shown": NOW.date(), "evidence": json.dumps(EVIDENCE)}
    with watch.store.write() as tx:
        tx.execute(insert(ALERTS), [row | more])
    line, out = ("alerts", "--at", "http://watch"), tmp_path / "out"
    (file,) = run(OFFICER, *line, "--out", out, "--to", "wai-bu").document["files"]
    sealed, paper = Path(file["file"]), Path(file["paper"])
    assert {path.stat().st_mode & 0o777 for path in (sealed, paper)} == {0o600}
    assert b"written_warning" not in sealed.read_bytes()
    content = evidence_file(bytes(16), EVIDENCE)
    (waiting,) = watch.rows(OUTBOX_LOG)
    assert waiting == {"fact": "watch-evidence", "content": evidence_content(content)}
    log = published_log(watch, tmp_path)
    log.enter(NOW.replace(hour=6), [evidence_entry(watch.office.office, content)])
    opened = run("wai-bu", "evidence", "--file", sealed, "--out", tmp_path / "wai", "--log", log.to).document
    assert (opened["sha256"], opened["entered"]) == (file["sha256"], "2026-11-25 06:00 UTC")
    assert Path(opened["file"]).read_bytes() == content
    assert "<h1>" in Path(opened["file"]).with_suffix(".html").read_text()
    assert Path(run(OFFICER, "evidence", "--file", paper, "--out", out).document["file"]).read_bytes()[:5] == b"%PDF-"
    assert run("li-wei", "evidence", "--file", sealed, "--out", tmp_path / "li").code == 7
    altered = seal(content.replace(b"166", b"167"), [watch.office.staff(OFFICER).identity.recipient] * 8, os.urandom)
    sealed.write_bytes(altered)
    assert run(OFFICER, "evidence", "--file", sealed, "--out", out, "--log", log.to).code == 3
    assert run(OFFICER, *line, "--out", out, "--to", "nobody").code == 2
    name = b64encode(bytes(16))
    assert run(OFFICER, *line, "--name", name).document == {"entity": ENTITY, "employee": "E001", "left": 4}
    assert run(OFFICER, *line, "--alert", name, "--state", "checked").document["alerts"][0]["state"] == "checked"
    assert run(OFFICER, *line, "--alert", name).code == 2


@pytest.mark.parametrize(
    "change", [{"day": "../../outside"}, {"day": "/tmp/outside"}, {"weeks": []}, {"sentence": {"zh": 1, "en": ""}}]
)
def test_evidence_of_a_lying_host_names_no_file(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """A day or an id that is none becomes no file name, wherever the host says it; nothing is written, and code 6."""
    alert = {"alert": b64encode(bytes(16)), "shown": "2026-11-25", "state": "new", "evidence": EVIDENCE | change}
    before = {path for path in tmp_path.rglob("*") if "own" not in path.parts}
    for lie in (alert, alert | {"evidence": EVIDENCE, "alert": "../../../x" + "A" * 12}):
        monkeypatch.setattr(OfficerCalls, "call", lambda *_, lie=lie: {"alerts": [lie], "names": 5})
        assert run(OFFICER, "alerts", "--at", "http://watch", "--out", tmp_path / "out").code == 6
    assert {path for path in tmp_path.rglob("*") if "own" not in path.parts} == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_paper_says_what_the_page_says_in_its_language(language: str) -> None:
    """The same evidence gives the same PDF; every sentence on it stands in the catalogue."""
    words = Catalogue(language)
    alert = {"alert": b64encode(bytes(16)), "evidence": EVIDENCE}
    told = evidence_paper(alert, words, language)
    assert (re.search(r"[\u4e00-\u9fff]", json.dumps(told, ensure_ascii=False)) is not None) == (language == "zh")
    assert told["measures"]["rows"][0][1].startswith("2026-11-20 ")
    assert told["drawing"]["person"][-1] == 4
    assert evidence_pdf(alert, words, language) == evidence_pdf(alert, words, language)
