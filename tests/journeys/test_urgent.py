"""A report marked urgent: what the form says it does is what it does, to a real mail server and a real webhook."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete, select

from casework.event_store.store import CASES
from portal.cli.demo.seeding import renew_directory
from portal.mailroom.tables import ON_CALL
from portal.notices.letter import Text, words
from portal.office import OfficeFolder
from portal.office.draft import members_of
from portal.settings import StoreName
from portal.stores.engines import open_store
from tests.journeys.demo import Demo, copy_demo, made_once, running_demo
from tests.journeys.reporter import Reporter, Told
from tests.journeys.test_main_journey import Stage
from tests.support.servers.notice_receivers import Mailbox, Robot, mail_server, robot

pytestmark = pytest.mark.timeout(1800)
WITHIN = 300
FILE = """zone = "Asia/Shanghai"
hours = ["09:00"]
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "desk@office.example"
[[webhook]]
kind = "plain"
url_file = "daily.url"
language = "zh"
[[on_call.mail]]
to = "night@office.example"
language = "en"
[[on_call.webhook]]
kind = "plain"
url_file = "on-call.url"
language = "zh"
"""
SAYS = {
    "group": {"zh": "就会通知值班人员", "en": "staff on call are alerted as soon as your report arrives"},
    "ireland": {"zh": "不会打电话或发短信通知他们", "en": "Nobody is called or messaged"},
}
REVIEWED = {
    "group": {"zh": "即通知值班人员", "en": "staff on call are alerted"},
    "ireland": {"zh": "不会通知任何人", "en": "nobody is alerted"},
}
SEEN = {"zh": "您不让看的人", "en": "someone you exclude later"}
DANGER = {"group": {"zh": "110", "en": "110"}, "ireland": {"zh": "112", "en": "112"}}


@dataclass
class Night:
    """A demo whose group has staff on call and whose Irish company has none; where the notices arrive."""

    demo: Demo
    mail: Mailbox
    calls: Robot
    daily: Robot


@contextmanager
def _on_call_demo(shared: Path, folder: Path, mail: Mailbox, calls: Robot, daily: Robot) -> Iterator[Demo]:
    copy_demo(made_once(shared), folder)
    office = OfficeFolder(folder / "data/office")
    text = office.config_file.read_text("utf-8")
    assert text.count("on_call = false") == 2
    office.config_file.write_text(text.replace("on_call = false", "on_call = true", 1), "utf-8")
    renew_directory(office, members_of(office.directory() or ""))
    file = folder / "notices.toml"
    file.write_text(FILE.format(port=mail.port), "utf-8")
    for name, target in (("on-call.url", calls), ("daily.url", daily)):
        (folder / name).write_text(target.url)
        (folder / name).chmod(0o600)
    with running_demo(folder, light=True, notices=file) as running:
        yield running


@pytest.fixture(scope="module")
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Such a demo, with mail server and webhooks."""
    base, folder = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("night")
    shared = (base.parent if hasattr(request.config, "workerinput") else base) / "made-demo"
    with mail_server() as mail, robot() as calls, robot() as daily:
        calls.answer = daily.answer = b""
        with _on_call_demo(shared, folder, mail, calls, daily) as demo:
            yield Night(demo, mail, calls, daily)


def _reviewed(reporter: Reporter, account: str, entity: str) -> None:
    """Up to the review, reading at the box and there what sending it does."""
    says, danger = SAYS[entity][reporter.lang], DANGER[entity][reporter.lang]
    read: list[str] = []
    inspect = reporter.look

    def look(step: str) -> None:
        inspect(step)
        if step == "account":
            expect(reporter.find("urgent-hint")).to_contain_text(says)
            expect(reporter.find("danger")).to_contain_text(danger)
            expect(reporter.find("urgent-seen")).to_contain_text(SEEN[reporter.lang])
            read.append(step)

    reporter.look = look  # type: ignore[method-assign]
    reporter.arrive()
    reporter.start_report()
    reporter.tell(Told(account, entity=entity, urgent=True))
    assert read == ["account"]
    expect(reporter.find("review")).to_contain_text(REVIEWED[entity][reporter.lang])


def _urgent_cases(demo: Demo) -> int:
    store = open_store(demo.settings, StoreName.CASES)
    try:
        with store.read() as connection:
            return len(connection.execute(select(CASES.c.case_id).where(CASES.c.urgent)).all())
    finally:
        store.engine.dispose()


@pytest.mark.parametrize(("browser", "size", "lang"), [("chromium", "phone", "zh"), ("firefox", "desktop", "en")])
def test_an_urgent_report_reaches_mail_and_webhook_and_the_form_says_so(
    night: Night, browser: str, size: str, lang: str, request: pytest.FixtureRequest
) -> None:
    """To the group both get the fixed words once the case is open; to Ireland nothing goes out, as the form says."""
    program: Browser = request.getfixturevalue(browser)
    _quiet_is_over(night.demo)
    before, told = _urgent_cases(night.demo), len(night.mail.taken)
    with Stage(night.demo, program, size, lang).reporter() as reporter:
        _reviewed(reporter, "有人被机器压住了。", "ireland")
        reporter.finish(reporter.send())
    _until(lambda: _urgent_cases(night.demo) == before + 1)
    with Stage(night.demo, program, size, lang).reporter() as reporter:
        _reviewed(reporter, "又有人被压住了。", "group")
        reporter.finish(reporter.send())
    _until(lambda: (len(night.mail.taken), len(night.calls.got)) == (told + 1, told + 1))
    assert _urgent_cases(night.demo) == before + 2
    mail = message_from_bytes(night.mail.taken[-1])
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode().replace("\r\n", "\n") == words("en", Text.ON_CALL)[1]
    assert night.calls.got[-1][1] == {"text": words("zh", Text.ON_CALL)[1]}
    assert len(night.daily.got) <= 1


def _quiet_is_over(demo: Demo) -> None:
    """As five minutes after the last notice."""
    store = open_store(demo.settings, StoreName.MAILROOM)
    with store.write() as tx:
        tx.execute(delete(ON_CALL))
    store.engine.dispose()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)
