"""Notices to staff: one size at fixed times whatever happened, each once, and none lost to a failing route."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from portal.cli.errors import Exit
from portal.cli.host import notices_command
from portal.languages import languages
from portal.mailroom.tables import NOTICES
from portal.notices.config import read_notices
from portal.notices.letter import words
from portal.notices.schedule import last_moment
from portal.notices.sending import LEASE_SECONDS, Notices
from portal.settings import SettingRefused, StoreName, read_settings
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import Hands, open_edge, report, settings_for
from tests.support.servers.notice_receivers import Mailbox, mail_server, robot
from tests.support.servers.notice_trial_worker import notice_trial_worker
from tests.support.stores.backends import Stores

NINE = datetime(2026, 11, 25, 1, tzinfo=UTC)
FILE = """zone = "Asia/Shanghai"
hours = ["09:00", "15:00"]

[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "yanlu@office.example"

[[mail]]
to = "hr@office.example"
language = "zh"

[[mail]]
to = "audit@office.example"
language = "en"
"""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A running mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def store(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """The mailroom's store."""
    found = open_store(settings_for(stores, tmp_path), StoreName.MAILROOM)
    upgrade_store(found)
    yield found
    found.engine.dispose()


def notices(store: Store, folder: Path, port: int, hands: Hands, more: str = "") -> Notices:
    """A worker's notices by a file."""
    file = folder / "notices.toml"
    file.write_text(FILE.format(port=port) + more, "utf-8")
    return Notices(read_notices(file), store, hands)


def test_everybody_is_reminded_once_at_each_hour(store: Store, tmp_path: Path, mailbox: Mailbox) -> None:
    """Eight workers at once send two mails at nine, none until three, and two at three; a week away gives two."""
    hands = Hands(NINE)
    workers = [notices(store, tmp_path, mailbox.port, hands) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda worker: worker.work(), workers))
    assert len(mailbox.taken) == 2
    hands.now = NINE + timedelta(hours=5, minutes=59)
    assert [worker.work() for worker in workers] == [0] * 8
    hands.now += timedelta(minutes=1)
    assert sum(worker.work() for worker in workers) == 2
    hands.now += timedelta(days=7, minutes=13)
    assert sum(worker.work() for worker in workers) == 2
    told = [message_from_bytes(one) for one in mailbox.taken]
    assert sorted(str(one["To"]) for one in told) == ["audit@office.example"] * 3 + ["hr@office.example"] * 3
    # Not even the delay is told: the date is the moment at which it was to go out.
    assert {one["Date"][-14:] for one in told} == {"09:00:00 +0800", "15:00:00 +0800"}
    assert len({one["Message-ID"] for one in told}) == 6


def test_a_mail_has_one_size_and_no_content_for_none_one_and_fifty_events(
    stores: Stores, tmp_path: Path, mailbox: Mailbox
) -> None:
    """Through the whole worker: after no report, one, and fifty, the same bytes go out but for date and name."""
    edge = open_edge(stores, tmp_path)
    file = tmp_path / "notices.toml"
    file.write_text(FILE.format(port=mailbox.port), "utf-8")
    worker = Notices(read_notices(file), edge.worker.mailroom.store, edge.hands)
    sizes: list[set[tuple[str, int]]] = []
    for number, day in ((0, 24), (1, 25), (50, 26)):
        edge.hands.now = datetime(2026, 11, day, 1, tzinfo=UTC)
        for one in range(number):
            assert edge.submit(report(edge, f"{day}-{one}")).status_code == 201
        while edge.worker.open_received():
            continue
        before = len(mailbox.taken)
        assert worker.work() == 2
        fresh = mailbox.taken[before:]
        sizes.append({(str(message_from_bytes(one)["To"]), len(one)) for one in fresh})
        plain = {message_from_bytes(one).get_payload(decode=True) for one in fresh}
        assert {bytes(one).replace(b"\r\n", b"\n").decode() for one in plain if isinstance(one, bytes)} == {
            words(language)[1] for language in languages()
        }
    assert sizes[0] == sizes[1] == sizes[2]
    edge.close()


def test_a_refusal_is_tried_again_and_a_killed_workers_mail_keeps_its_name(
    store: Store, tmp_path: Path, mailbox: Mailbox
) -> None:
    """What was refused goes out a minute later; a worker that died while sending is followed by the same mail."""
    hands = Hands(NINE)
    worker = notices(store, tmp_path, mailbox.port, hands)
    mailbox.failing = 2
    # Who is refused holds up the others for this round alone, and then waits a minute.
    assert [worker.work() for _ in range(3)] == [0, 0, 0]
    assert mailbox.failing == 0
    hands.now += timedelta(seconds=59)
    assert worker.work() == 0
    hands.now += timedelta(seconds=1)
    assert worker.work() == 2
    assert worker.work() == 0
    assert len(mailbox.taken) == 2
    hands.now = NINE + timedelta(hours=6)
    dying, next_one = (notices(store, tmp_path, mailbox.port, hands) for _ in range(2))
    slot = int(hands.now.timestamp())
    assert dying._lease(dying.settings.recipients[0], slot, slot)
    assert next_one.work() == 1
    hands.now += timedelta(seconds=LEASE_SECONDS)
    assert next_one.work() == 1
    assert len({message_from_bytes(one)["Message-ID"] for one in mailbox.taken}) == 4
    with store.read() as connection:
        rows = connection.execute(select(NOTICES)).all()
    assert all(row.sent and b"office" not in bytes(row.recipient) for row in rows)


def hook(folder: Path, kind: str, url: str, secret: str | None) -> str:
    """The rows of a robot in the file, with its secrets in files of their own."""
    (folder / f"{kind}.url").write_text(url + "\n")
    (folder / f"{kind}.url").chmod(0o600)
    rows = f'\n[[webhook]]\nkind = "{kind}"\nurl_file = "{kind}.url"\nlanguage = "zh"\n'
    if secret is None:
        return rows
    (folder / f"{kind}.secret").write_text(secret)
    (folder / f"{kind}.secret").chmod(0o600)
    return rows + f'secret_file = "{kind}.secret"\n'


def test_each_robot_gets_its_own_form_signed_as_it_asks(store: Store, tmp_path: Path, mailbox: Mailbox) -> None:
    """企业微信, 钉钉 and 飞书 take the same words in their forms; a refusal with status 200 is sent again."""
    with robot() as group:
        rows = hook(tmp_path, "wecom", group.url, None) + hook(tmp_path, "dingtalk", group.url, "SECd")
        rows += hook(tmp_path, "feishu", group.url, "sf")
        hands = Hands(NINE)
        worker = notices(store, tmp_path, mailbox.port, hands, rows)
        assert worker.work() == 5
        text = words("zh")[1]
        wecom, dingtalk, feishu = group.got
        assert wecom[1] == {"msgtype": "text", "text": {"content": text}}
        query = parse_qs(urlsplit(dingtalk[0]).query)
        moment = query["timestamp"][0]
        assert query["sign"] == [_signature(b"SECd", f"{moment}\nSECd".encode())]
        assert feishu[1]["content"] == {"text": text}
        assert feishu[1]["sign"] == _signature(f"{feishu[1]['timestamp']}\nsf".encode(), b"")
        group.answer = b'{"errcode":93000,"code":19021}'
        hands.now = NINE + timedelta(hours=6)
        assert worker.work() == 2
        group.answer = b'{"errcode":0,"code":0}'
        hands.now += timedelta(minutes=2)
        assert worker.work() == 3
        first, later = ([size for _, _, size in some] for some in (group.got[:3], group.got[-3:]))
        assert first == later


def _signature(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def test_a_day_of_summer_time_has_its_hours_too(tmp_path: Path) -> None:
    """In Berlin the notice of half past two goes out on the day on which that hour is left out, and once."""
    file = tmp_path / "notices.toml"
    file.write_text(FILE.format(port=25).replace("Asia/Shanghai", "Europe/Berlin").replace("09:00", "02:30"), "utf-8")
    settings = read_notices(file)
    moments = {
        last_moment(settings, datetime(2026, 3, 29, hour, minute, tzinfo=UTC))
        for hour in range(13)
        for minute in (0, 59)
    }
    assert len(moments) == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('zone = "Asia/Shanghai"', 'zone = "Nowhere"', "zone: is no time zone"),
        ('"09:00"', '"9 am"', "hours: must be times"),
        ('["09:00", "15:00"]', "[]", "hours: must be 1 to 24"),
        ('"127.0.0.1"', '"mail.example"', "smtp.security: none is for this machine alone"),
        ('"hr@office.example"', '"hr at office"', "mail[0].to: is no mail address"),
        ('"hr@office.example"', '"hr@office.example\\nBcc: x@y"', "mail[0].to: is no mail address"),
        ('"none"', '"ssl"', "smtp.security: must be one of tls, starttls, none"),
        ("port = 25", "port = 0", "smtp.port: must be a whole number"),
        ('language = "zh"', 'language = "fr"', "mail[0].language: must be one of zh, en"),
        ("port = 25", 'port = 25\nuser = "u"\npassword_file = "gone"', "smtp.password_file: gone cannot be read"),
        (
            "port = 25",
            'port = 25\nuser = "u"\npassword_file = "open"',
            "smtp.password_file: open may be read by anybody",
        ),
        ("port = 25", "port = 25\ncolour = 1", "smtp.colour: is not known here"),
        ("[[mail]]", "[[letters]]", "mail: neither mail nor webhook names anybody"),
    ],
)
def test_a_faulty_file_is_told_by_key_and_reason(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Each fault is refused before the worker begins, with the file, its key and why."""
    (tmp_path / "open").write_text("secret")
    (tmp_path / "open").chmod(0o644)
    file = tmp_path / "notices.toml"
    text = FILE.format(port=25)
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(SettingRefused) as refused:
        read_notices(file)
    assert f"notices.toml: {told}" in str(refused.value)


def test_no_secret_is_printed(tmp_path: Path) -> None:
    """Neither a robot's address nor its secret is in the settings' own description."""
    file = tmp_path / "notices.toml"
    file.write_text(FILE.format(port=25) + hook(tmp_path, "dingtalk", "https://x.example/geheim", "SECd"), "utf-8")
    said = repr(read_notices(file))
    assert "geheim" not in said
    assert "SECd" not in said


def test_a_road_is_tried_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """It tells who is reminded and when; asked to, the worker sends: 6 where a road refuses, 5 without one."""
    with robot() as group:
        file = tmp_path / "notices.toml"
        file.write_text(FILE.format(port=mailbox.port) + hook(tmp_path, "wecom", group.url, None), "utf-8")
        settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_NOTICES": str(file)})
        yanlu = partial(inside, capsys, monkeypatch, settings)
        told = yanlu("notices", "check", "--json").document
        assert (told["hours"], [row["sent"] for row in told["recipients"]]) == (["09:00", "15:00"], [None] * 3)
        with notice_trial_worker(settings):
            sent = yanlu("notices", "check", "--send", "--json").document
            assert [row["sent"] for row in sent["recipients"]] == [True] * 3
            assert (len(mailbox.taken), len(group.got)) == (2, 1)
            group.answer = b"{}"
            ran = yanlu("notices", "check", "--send")
            assert (ran.code, "geheim" in ran.out + ran.err) == (Exit.REFUSED, False)
        taken = len(mailbox.taken)
        monkeypatch.setattr(notices_command, "WAIT_SECONDS", 0.5)
        assert yanlu("notices", "check", "--send").code == Exit.UNREACHABLE
        other = tmp_path / "other.toml"
        other.write_text(FILE.format(port=mailbox.port).replace("audit@", "elsewhere@"), "utf-8")
        with notice_trial_worker(settings.model_copy(update={"notices": other})):
            assert yanlu("notices", "check", "--send").code == Exit.UNREACHABLE
        # The command itself sends nothing: what came is what a worker knew.
        assert {b"To: audit@office.example" in mail for mail in mailbox.taken[taken:]} <= {False}
    without = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))
    assert without("notices", "check").code == Exit.NOTHING_THERE
