"""A reporter asks the watch to look after people, and answers a check-in, in the browser."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Container, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from crypto.errors import CryptoError
from crypto.sealing.recipients import Identity
from crypto.watch.protection import (
    Bond,
    Protection,
    RequestKind,
    Worse,
    open_link,
    open_link_share,
    open_protection_packet,
)
from portal.cli.terminal import today
from portal.mailroom.tables import ITEMS, MAILBOXES, OUTBOX_PROTECTION
from portal.office import OfficeFolder, read_keeper, sign_directory
from portal.office.draft import members_of
from portal.settings import StoreName
from portal.stores.engines import open_store
from retaliation_watch.store import PACKETS
from tests.journeys.demo import Demo, copy_demo, running_demo
from tests.journeys.reporter import PATIENCE, SEALING, Told
from tests.journeys.test_main_journey import Stage

pytestmark = pytest.mark.timeout(1800)
WORDS = "仓库里的账和实物对不上"
PAPER = "0" * 64
BEGINNING = "自从举报以后，我受到了更差的对待。\n发生变化的有：班次、工时或休假。\n连续三周夜班"


@contextmanager
def watched_demo(folder: Path, base: Path | None = None) -> Generator[tuple[Demo, Identity]]:
    """A demo whose keepers have switched a watch on, and the officers' key; goes on from `base` if there is one."""
    key = Identity.draw(os.urandom)
    if base is not None:
        copy_demo(base, folder)
    with running_demo(folder, light=True) as demo:
        office = OfficeFolder(demo.data / "office")
        config = office.path / "office.toml"
        agreement = f'{{ by = {{ zh = "职代会", en = "Works council" }}, day = "2026-11-01", paper = "{PAPER}" }}'
        seats = 'inside = ["custodian-a"], outside = ["outside-a"]'
        line = f'watch = {{ recipient = "{key.recipient.text}", {seats}, agreement = {agreement} }}'
        config.write_text(config.read_text("utf-8").replace('id = "group"\n', f'id = "group"\n{line}\n', 1), "utf-8")
        keepers = [read_keeper(file, office.root().office) for file in sorted((office.path / "keepers").glob("*.key"))]
        sign_directory(office, members_of(office.directory() or ""), keepers, today())
        yield demo, key


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Demo, Identity]]:
    """A demo with a watch."""
    with watched_demo(tmp_path) as found:
        yield found


def opened(demo: Demo, key: Identity) -> list[Protection]:
    """What the officers' key opens of all packets, on their way or arrived."""
    packets: list[bytes] = []
    for name, table in ((StoreName.MAILROOM, OUTBOX_PROTECTION), (StoreName.WATCH, PACKETS)):
        store = open_store(demo.settings, name)
        with store.read() as connection:
            packets += [bytes(packet) for packet in connection.scalars(select(table.c.packet))]
        store.engine.dispose()
    assert {len(packet) for packet in packets} == {16384}
    found: list[Protection] = []
    for packet in packets:
        try:
            found.append(open_protection_packet(packet, key))
        except CryptoError:
            continue
    assert len(packets) > len(found)
    return found


def boxes_of(demo: Demo) -> dict[bytes, dict[str, object]]:
    """Every mailbox with a case, and how many items the case has."""
    store = open_store(demo.settings, StoreName.MAILROOM)
    with store.read() as connection:
        items = Counter(bytes(case) for case in connection.scalars(select(ITEMS.c.case_id)))
        rows = [dict(row) for row in connection.execute(select(MAILBOXES)).mappings()]
    store.engine.dispose()
    return {bytes(row["case_id"]): row | {"items": items[bytes(row["case_id"])]} for row in rows if row["case_id"]}


def assert_apart(before: Container[bytes], after: dict[bytes, dict[str, object]]) -> None:
    """Two reports came, of three items (the finishing post, a message) and of one; they share an entity alone."""
    one, other = (box for case, box in after.items() if case not in before)
    assert sorted(str(box["items"]) for box in (one, other)) == ["1", "3"]
    shared = {name for name, value in one.items() if value is not None and value == other[name]}
    assert shared == {"entity", "urgent", "first_seq"}


def seat(demo: Demo, member: str) -> Identity:
    """The key of somebody who opens links."""
    return Identity.read(Path(demo.staff[member].identity_file).read_text("ascii").strip())


def asks_for_oneself(stage: Stage) -> str:
    """Report, and ask for oneself with the finishing post; gives the receipt."""
    with stage.reporter() as reporter:
        reporter.arrive()
        reporter.start_report()
        reporter.tell(Told(WORDS))
        receipt = reporter.send()
        reporter.type_back(receipt)
        reporter.find("offer-next").click()
        reporter.offered("guard")
        reporter.find("guard-reporter").check()
        expect(reporter.find("guard-employee")).to_be_visible()
        reporter.look("guard")
        reporter.find("guard-employee").fill("E-0017")
        reporter.end()
        return receipt


def asks_for_a_witness(stage: Stage, receipt: str) -> None:
    """From the mailbox the wish rides in a message, and nobody may be left unnamed."""
    with stage.reporter() as reporter:
        reporter.come_back(receipt)
        expect(reporter.find("checkin")).to_have_count(0)
        reporter.find("guard-part-open").click()
        reporter.find("guard-witness").check()
        reporter.find("reply").fill("还有一句")
        reporter.find("reply-send").click()
        expect(reporter.find("field-fault")).to_contain_text("工号")
        expect(reporter.find("reply")).to_have_value("还有一句")
        reporter.find("guard-name").fill("李四")
        reporter.look("guard-part")
        reporter.find("reply-send").click()
        expect(reporter.page.locator('[data-test="mailbox"][data-sent="3"]')).to_be_visible(timeout=SEALING)


def answers_a_checkin(stage: Stage, receipt: str) -> str:
    """Fifteen days later the page asks before it shows anything; the answer becomes a report by the reporter's hand."""
    with stage.reporter() as reporter:
        reporter.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=15))
        reporter.arrive()
        reporter.find("go-mailbox").click()
        reporter.enter(receipt)
        expect(reporter.find("checkin")).to_be_visible(timeout=PATIENCE)
        expect(reporter.find("mailbox")).to_have_count(0)
        reporter.find("checkin-send").click()
        expect(reporter.find("field-fault")).to_have_count(1)
        reporter.look("checkin")
        reporter.find("checkin-yes").check()
        reporter.find("change-shifts").check()
        reporter.find("checkin-text").fill("连续三周夜班")
        reporter.find("checkin-send").click()
        expect(reporter.page.locator('[data-test="mailbox"][data-sent="3"]')).to_be_visible(timeout=SEALING)
        expect(reporter.find("sent-note")).to_be_focused()
        reporter.look("worse")
        reporter.find("worse-report").click()
        expect(reporter.find("policy-company-retaliation")).to_be_checked()
        # What changed may be many things under this policy: the reporter says which.
        expect(reporter.page.locator('[name="category"]:checked')).to_have_count(0)
        reporter.find("category-position").check()
        expect(reporter.find("account")).to_have_value(BEGINNING)
        reporter.find("account").fill(f"{BEGINNING}\n班组长排的班。")
        while not reporter.find("send").is_visible():
            reporter.find("next").click()
        return reporter.send()


def test_a_reporter_asks_for_protection_and_answers_a_check_in(
    watched: tuple[Demo, Identity], chromium: Browser
) -> None:
    """For oneself with the receipt, for a witness later, then an answer that becomes a report; two sides open links."""
    demo, key = watched
    stage = Stage(demo, chromium, "phone", "zh")
    before = boxes_of(demo)
    receipt = asks_for_oneself(stage)
    asks_for_a_witness(stage, receipt)
    fresh = answers_a_checkin(stage, receipt)
    assert fresh != receipt
    assert_apart(before, boxes_of(demo))
    found = sorted(
        opened(demo, key), key=lambda one: [*Bond].index(one.bond) + 10 * (one.request is RequestKind.CHECKIN)
    )
    told = [(one.request, one.bond, one.employee, one.name) for one in found]
    assert told == [
        (RequestKind.PROTECT, Bond.REPORTER, "E-0017", ""),
        (RequestKind.PROTECT, Bond.WITNESS, "", "李四"),
        (RequestKind.CHECKIN, Bond.REPORTER, "", ""),
    ]
    answer = found[2].checkin
    assert answer is not None
    assert (answer.day, answer.answer, answer.changes, answer.text) == (14, Worse.YES, ["shifts"], "连续三周夜班")
    assert len({one.handle for one in found}) == 1
    sides = (seat(demo, "custodian-a"), seat(demo, "outside-a"))
    cases = {open_link(one.link, *(open_link_share(one.link, side) for side in sides)).case for one in found}
    assert len(cases) == 1
