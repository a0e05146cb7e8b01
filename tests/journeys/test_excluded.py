"""A report about a member: for that member it does not exist, whatever a colleague does later."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

import crypto
from casework.event_store.lists import View
from portal.cli.desk.client import OpenedCase
from portal.cli.desk.regrants import change_readers, living_holders
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from portal.settings import read_settings
from portal.wiring.desk import build_desk
from tests.journeys.colleague import Colleague, colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import Investigator
from tests.journeys.reporter import PATIENCE, Reporter, Told, Upload

pytestmark = pytest.mark.timeout(900)

A, B, FRESH, BY_COMMAND = "investigator-a", "investigator-b", "registrar-a", "approver-a"
WORDS = "仓库夜里有人搬货,带头的是调查人员甲本人"
AGAIN = "The warehouse is emptied at night, and investigator A leads it"
FILE: Upload = {"name": "照片.bin", "mimeType": "application/octet-stream", "buffer": b"lantern " * 4000}
OURS = {"X-Yanlu-Desk": "1", "Content-Type": "application/json"}
ABSENT = crypto.b64encode(bytes(range(16)))


@dataclass
class Scene:
    """The case, and who sits before which page."""

    demo: Demo
    case: str
    excluded: Investigator
    handler: Investigator


def _at_desk(demo: Demo, browser: Browser, member: str, lang: str) -> Investigator:
    page = browser.new_context().new_page()
    found = Investigator(page, demo, demo.staff[member], lang)
    found.sign_in()
    return found


def _case_of(one: Investigator, words: str) -> str:
    one.wait_for_case(words[:12])
    return str(one.find("case-row").filter(has_text=words[:12]).first.get_attribute("data-case"))


@pytest.fixture(scope="module")
def scene(demo: Demo, chromium: Browser, firefox: Browser) -> Iterator[Scene]:
    """A report about A in which A is ticked; B has opened and taken it; A is signed in."""
    page = chromium.new_context().new_page()
    told = Told(WORDS, files=[FILE], exclude=[A], entity="group")
    Reporter(page, demo.intake, demo.code, "zh").report(told)
    page.context.close()
    handler = _at_desk(demo, firefox, B, "zh")
    case = _case_of(handler, WORDS)
    handler.open(WORDS[:12])
    handler.take()
    excluded = _at_desk(demo, chromium, A, "en")
    yield Scene(demo, case, excluded, handler)
    for one in (handler, excluded):
        one.page.context.close()


def _cookie(page: Page) -> dict[str, str]:
    return {str(one.get("name")): str(one.get("value")) for one in page.context.cookies()}


def _rows(one: Investigator) -> list[str]:
    one.find("view-open").click()
    return [str(row.get_attribute("data-case")) for row in one.find("case-row").all()]


def _sees_nothing(excluded: Investigator, case: str, rows: list[str]) -> None:
    """Lists, counts, search and the whole page of A are those of an office without this case."""
    assert _rows(excluded) == rows
    assert case not in rows
    assert excluded.find("view-open").locator(".count").inner_text() == str(len(rows))
    excluded.find("search").fill(WORDS[:4])
    expect(excluded.find("case-row")).to_have_count(0)
    excluded.find("search").fill("")
    content = excluded.page.content()
    for word in (WORDS[:6], AGAIN[:12], case):
        assert word not in content


def test_the_case_is_not_there_for_the_excluded_and_the_colleague_handles_it(scene: Scene) -> None:
    """B opens, takes and answers; A's list, counts and search hold nothing of it, and A's keys open no packet of it."""
    scene.handler.open(WORDS[:12])
    scene.handler.reply("已收到,由我办理。")
    scene.excluded.refresh()
    with httpx.Client(base_url=scene.demo.desk, cookies=_cookie(scene.excluded.page)) as client:
        listed = [row["case"] for row in client.get("/api/cases").json()["cases"]]
        for view in View:
            page = client.get("/api/cases", params={"view": view.value})
            assert page.status_code == 200
            assert scene.case not in page.text
    rows = _rows(scene.excluded)
    assert rows
    assert set(rows) <= set(listed)
    assert scene.case not in listed
    _sees_nothing(scene.excluded, scene.case, rows)
    with colleague(scene.demo, A) as member:
        packets = [packet for _, _, packet in member.session.packets()]
        found = [crypto.find_grant(member.staff, one, member.session.directory) for one in packets]
    assert scene.case not in {crypto.b64encode(grant.case) for grant in found if grant}


def test_the_control_that_adds_a_colleague_does_not_offer_the_excluded(scene: Scene) -> None:
    """In B's list of colleagues A can't be chosen, and others can."""
    handler = scene.handler
    handler.open(WORDS[:12])
    handler.find("add-details").locator("summary").click()
    choice = handler.find("add-whom")
    expect(choice.locator(f'option[value="{A}"]:not([disabled])')).to_have_count(0)
    assert choice.locator("option:not([disabled])").count() > 1
    handler.find("add-details").locator("summary").click()


def _batch(member: Colleague) -> dict[str, bytes]:
    """What `/api/batch` serves this member: packets by their ids."""
    return {number: packet for _, number, packet in member.session.packets()}


def _opens(member: Colleague, packet: bytes) -> crypto.Grant | None:
    return crypto.find_grant(member.staff, packet, member.session.directory)


def test_the_batch_tells_the_excluded_nothing_of_a_regrant(demo: Demo, tmp_path: Path) -> None:
    """After a colleague re-grants nothing has vanished for A, nothing has another size, and nobody is named."""
    words = f"Excluded in the batch {os.urandom(4).hex()}"
    wish = ReportRequest("group", "company-whistleblowing", "bribery", words, "en", excluded=[A])
    file_report(demo, wish, tmp_path)
    with colleague(demo, BY_COMMAND) as handler, colleague(demo, A) as member:
        opened = handler.find(words, tmp_path / "handler")
        number = next(name for name, packet in _batch(handler).items() if _is_case(handler, packet, opened))
        before = _batch(member)
        assert _opens(member, before[number]) is None
        readers = living_holders(opened, handler.session.directory)
        assert change_readers(handler.session, handler.staff, opened, readers, today().isoformat())
        _wait_for_regrant(handler, before)
        after = _batch(member)
        assert after.items() >= before.items()
        assert len({len(packet) for packet in after.values()}) == 1
        assert all(_opens(member, packet) is None for name, packet in after.items() if name not in before)
        assert not any(BY_COMMAND.encode() in packet for packet in after.values())


def _is_case(handler: Colleague, packet: bytes, opened: OpenedCase) -> bool:
    grant = _opens(handler, packet)
    return grant is not None and grant.case == opened.grant.case


def _wait_for_regrant(handler: Colleague, before: dict[str, bytes]) -> None:
    """Until the batch has a packet that the handler opens and that was not there; a demo opens a slot at once."""
    until = time.monotonic() + 60
    while not any(_opens(handler, packet) for name, packet in _batch(handler).items() if name not in before):
        assert time.monotonic() < until, "no re-grant came"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def app(demo: Demo) -> Flask:
    """The desk app, for its table of addresses."""
    return build_desk(read_settings({"YANLU_DATA": str(demo.data)}))


def _bodies(one: Colleague, opened: OpenedCase, case: str) -> list[bytes]:
    """Nothing, a step that A signed over the true head, and a keyring entry; each names this case."""
    number = crypto.b64decode(case)
    head = opened.events[-1].hash
    made = crypto.Event(number, len(opened.events), "taken", today().isoformat(), A, {})
    event = crypto.sign_event(one.staff, made, head).document()
    step: dict[str, object] = {"event": event, "item": None, "blobs": [], "grant": None}
    grant = replace(opened.grant, body=replace(opened.grant.body, case=number))
    entry = crypto.seal_keyring_entry(one.staff, grant, os.urandom)
    return [b"", *(json.dumps(body).encode() for body in (step, entry))]


def _calls(app: Flask, case: str, blob: str) -> list[tuple[str, str]]:
    values = {"<case>": case, "<blob>": blob, "<k>": "0"}
    found: list[tuple[str, str]] = []
    for rule in app.url_map.iter_rules():
        if "<case>" in rule.rule:
            path = rule.rule
            for name, value in values.items():
                path = path.replace(name, value)
            assert "<" not in path, rule
            found += [(method, path) for method in sorted({*(rule.methods or ()), "DELETE"})]
    return sorted(found)


def _seen(answer: httpx.Response) -> tuple[Any, ...]:
    headers = sorted((name, value) for name, value in answer.headers.multi_items() if name != "date")
    return (answer.status_code, answer.http_version, headers, answer.content)


def test_every_call_on_the_case_answers_the_excluded_as_for_no_case(scene: Scene, app: Flask) -> None:
    """With A's cookie, status, headers and body of every call are the same for this case and for a random one."""
    with colleague(scene.demo, B) as handler:
        opened = handler.open(scene.case)
    blob = crypto.b64encode(_attachment(opened).blob)
    with (
        colleague(scene.demo, A) as member,
        httpx.Client(base_url=scene.demo.desk, cookies=_cookie(scene.excluded.page), headers=OURS) as client,
    ):
        assert client.get("/api/me").json()["member"] == A
        bodies = zip(*(_bodies(member, opened, case) for case in (scene.case, ABSENT)), strict=True)
        pairs = list(zip(_calls(app, scene.case, blob), _calls(app, ABSENT, blob), strict=True))
        statuses: set[int] = set()
        for real, absent in bodies:
            for (method, path), (_, other) in pairs:
                answers = client.request(method, path, content=real), client.request(method, other, content=absent)
                assert _seen(answers[0]) == _seen(answers[1]), (method, path)
                statuses.add(answers[0].status_code)
    assert len(pairs) >= 8
    assert 404 in statuses
    assert not statuses & {201, 204, 409}


def _attachment(opened: OpenedCase) -> crypto.Attachment:
    for entry in opened.thread.entries:
        content = entry.inner.content if entry.inner else None
        if isinstance(content, crypto.Report):
            return content.attachments[0]
    raise AssertionError("no report")


def test_a_careless_regrant_still_refuses_the_excluded_and_every_holder_sees_what_it_is(
    scene: Scene, chromium: Browser, tmp_path: Path
) -> None:
    """B's keys name A without the exclusion: A sees nothing; B, a colleague without a pin and the reporter are told."""
    wish = ReportRequest("group", "company-whistleblowing", "bribery", AGAIN, "en", excluded=[A])
    receipt = file_report(scene.demo, wish, tmp_path)
    case, rows = _case_of(scene.handler, AGAIN), _rows(scene.excluded)
    with colleague(scene.demo, B) as handler:
        made = handler.regrant_carelessly(case, A)
    assert A in made.body.holders
    scene.excluded.refresh()
    _sees_nothing(scene.excluded, case, rows)
    scene.handler.refresh()
    _is_told(scene.handler, case)
    fresh = _at_desk(scene.demo, chromium, FRESH, "en")
    _is_told(fresh, case)
    fresh.page.context.close()
    for name in (BY_COMMAND, A):
        with colleague(scene.demo, name) as other:
            other.claim_all(tmp_path / name)
            with pytest.raises(crypto.ExclusionMissing):
                other.open(case)
    reporter = Reporter(chromium.new_context().new_page(), scene.demo.intake, scene.demo.code, "en")
    reporter.come_back(receipt)
    expect(reporter.find("entry-marked")).to_contain_text("a person whom you had left out")
    reporter.page.context.close()


def _is_told(one: Investigator, case: str) -> None:
    one.find("view-open").click()
    one.page.locator(f'[data-test="case-row"][data-case="{case}"]').click()
    words = "取消了须回避人员的回避" if one.lang == "zh" else "removed the exclusion"
    expect(one.find("case-alarm")).to_contain_text(words, timeout=PATIENCE)
    for hidden in ("account", "reply", "take", "add-details"):
        expect(one.find(hidden)).to_have_count(0)
