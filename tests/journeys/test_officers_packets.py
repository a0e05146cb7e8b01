"""The retaliation officer's page of protected people, in the browser: packets, check-ins, a link of two sides."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import insert

from crypto.custody.packets import dummy_protection
from crypto.framing import b64encode, sha256
from crypto.sealing.age import seal
from crypto.text import write_json
from crypto.watch.link_requests import read_link_request
from crypto.watch.protection import (
    Bond,
    Checkin,
    Linked,
    Protection,
    RequestKind,
    Worse,
    open_link_share,
    seal_link,
    seal_protection_packet,
)
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import ENTRIES, OUTBOX_LOG, PACKETS
from tests.journeys.officer import Officer
from tests.journeys.reporter import PATIENCE, SEALING
from tests.support.offices.officer_desk import OfficersDesk, officers_desk
from tests.support.offices.watch import ENTITY, Watch, open_watch
from tests.support.stores.backends import ready_embedded_stores

pytestmark = pytest.mark.timeout(1800)
CASE = bytes([9]) * 16
HANDLE = bytes([4]) * 16
PHONE = {"width": 360, "height": 780}


def told(watch: Watch, wish: RequestKind, bond: Bond, name: str, said: Checkin | None = None) -> bytes:
    """A packet that names somebody without a number, or the answer of a check-in."""
    directory = watch.office.directory()
    link = seal_link(directory, ENTITY, Linked(bond, CASE), os.urandom)
    packet = Protection(wish, ENTITY, HANDLE, bond, name, "", "", said, link)
    return seal_protection_packet(directory, packet, os.urandom)


@pytest.fixture
def served(tmp_path: Path, prepared: Path) -> Iterator[tuple[Watch, OfficersDesk]]:
    """A watch over sixty people whose inbox holds a wish, one without a number, an answer, and dummies."""
    watch = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    watch.push(FeedFile.ROSTER, "工号,部门", *(f"E{n},装配" for n in range(60)))
    answer = Checkin(30, Worse.YES, ["shifts"], "连续三周夜班")
    packets = [
        watch.wish("E7"),
        told(watch, RequestKind.PROTECT, Bond.WITNESS, "李四"),
        told(watch, RequestKind.CHECKIN, Bond.REPORTER, "", answer),
        *(dummy_protection(os.urandom) for _ in range(3)),
    ]
    with watch.store.write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(packet), "packet": packet} for packet in packets])
    with officers_desk(watch, tmp_path) as desk:
        yield watch, desk
    watch.close()


def enters(officer: Officer, key: Path, watch: Watch) -> None:
    """Opens what waits, gives the missing number, enters; the answer's link is asked for before its packet goes."""
    officer.page.set_input_files("#officers-key", key)
    officer.find("packets-open").click()
    expect(officer.find("sitting")).to_be_visible(timeout=SEALING)
    expect(officer.find("wish")).to_have_count(2)
    expect(officer.find("answer")).to_contain_text("连续三周夜班")
    officer.find("number").fill("E8")
    officer.look()
    officer.find("answer-link").click()
    officer.find("answers-noted").check()
    officer.find("enter").click()
    expect(officer.find("entered")).to_be_visible(timeout=SEALING)
    officer.look()
    entries = watch.rows(ENTRIES)
    people = {watch.context.key.pseudonym(ENTITY, f"E{number}") for number in (7, 8)}
    assert people < {row["person"] for row in entries}
    # Ten cover entries for each of the two, alike in every column.
    assert len(entries) == 22
    assert len({(row["counted"], row["start"], row["until"], len(row["link"])) for row in entries}) == 1
    assert watch.rows(PACKETS) == []


def asks(officer: Officer, to: Path) -> Path:
    """The request is saved, and the watch knows its hash alone."""
    officer.find("link-ask").click()
    expect(officer.find("link-fault")).to_be_visible(timeout=PATIENCE)
    officer.find("link-reason").fill("回访答有变差")
    with officer.page.expect_download() as download:
        officer.find("link-ask").click()
    expect(officer.find("link-asked")).to_contain_text("7")
    download.value.save_as(to)
    return to


def shares(watch: Watch, request: Path, folder: Path) -> list[Path]:
    """What `yanlu watch unseal share` writes for one seat of each side, once the wait is over."""
    asked = read_link_request(json.loads(request.read_bytes()))
    recipient = watch.office.staff(asked.requester).identity.recipient
    found: list[Path] = []
    for seat in ("bao-guan-1", "wai-bu"):
        given = [open_link_share(link, watch.office.staff(seat).identity).document() for link in asked.links]
        file = folder / f"{seat}.share"
        file.write_bytes(seal(write_json({"v": 1, "shares": given}), [recipient], os.urandom))
        found.append(file)
    return found


def test_the_officer_enters_people_and_opens_a_link(
    chromium: Browser, served: tuple[Watch, OfficersDesk], tmp_path: Path
) -> None:
    """Packets are opened and entered with cover in the browser, an answer's link opens by a share of each side."""
    watch, desk = served
    context = chromium.new_context(viewport=PHONE)  # pyright: ignore[reportArgumentType]
    officer = Officer(context.new_page(), desk, "zh")
    officer.arrive()
    officer.unlock()
    officer.unlocked()
    officer.find("page-protected").click()
    officer.find("packets-open").click()
    expect(officer.find("packets-fault")).not_to_be_empty()
    key = tmp_path / "officers.key"
    key.write_text(f"# officers\n{watch.office.key.text}\n")
    enters(officer, key, watch)
    request = asks(officer, tmp_path / "request.json")
    (waiting,) = watch.rows(OUTBOX_LOG)
    assert waiting == {
        "fact": "watch-unseal",
        "content": read_link_request(json.loads(request.read_bytes())).content,
    }
    one, other = shares(watch, request, tmp_path)
    officer.page.set_input_files("#open-request", request)
    officer.page.set_input_files("#open-shares", [one, one])
    officer.find("open-links").click()
    expect(officer.find("open-fault")).not_to_be_empty()
    officer.page.set_input_files("#open-shares", [one, other])
    officer.find("open-links").click()
    expect(officer.find("opened-case")).to_have_text(b64encode(CASE))
    officer.look()
    assert officer.wrong == []
    context.close()
