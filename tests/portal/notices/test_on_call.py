"""Urgent reports: who is on call is told in the same round, in the same words, and no road that is down loses it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

import crypto
from casework.event_store.store import CASES
from portal.cli.errors import Exit
from portal.cli.host import doctor_command
from portal.errors import OfficeNotReady
from portal.mailroom.tables import ON_CALL
from portal.notices.config import HookKind, read_notices
from portal.notices.letter import Text, words
from portal.notices.on_call import FIRST_PATIENCE, MOST_PATIENCE, QUIET_SECONDS, OnCall
from portal.notices.sending import LEASE_SECONDS
from portal.settings import SettingRefused, Settings, StoreName
from portal.wiring.worker import build_worker
from portal.worker.jobs import Worker
from tests.crypto.sample import CHEAP, Case, Drawn, Office
from tests.portal.notices.test_notices import FILE, hook, mailbox
from tests.portal.notices.test_operator import OPERATOR
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import Edge, open_edge
from tests.support.servers.notice_receivers import Mailbox, Robot, robot
from tests.support.servers.notice_trial_worker import notice_trial_worker
from tests.support.stores.backends import Stores

__all__ = ["mailbox"]

KEY = b"a key of thirty-two bytes, no less"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class OnCallOffice(Office):
    """The sample office, whose works have staff on call; the group's other companies have none."""

    def entity(self, name: str, **changes: object) -> dict[str, object]:
        """One entity of the directory."""
        return super().entity(name, **({"on_call": True} if name == "works" else {}), **changes)


def on_call_rows(folder: Path, url: str) -> str:
    """A mail address and a program on call."""
    program = hook(folder, "plain", url, SECRET).replace("[[webhook]]", "[[on_call.webhook]]")
    return '\n[[on_call.mail]]\nto = "night@office.example"\nlanguage = "zh"\n' + program


class LiveOffice:
    """Intake of an office, and workers by a file of notices."""

    def __init__(self, edge: Edge, folder: Path, port: int, more: str) -> None:
        self.edge, self.hands = edge, edge.hands
        self.file = folder / "notices.toml"
        self.file.write_text(FILE.format(port=port) + more, "utf-8")
        edge.worker.close()
        self.worker = self.another()
        self.made = 0

    def another(self) -> Worker:
        """A worker; the regular reminder of this moment is out already."""
        found = build_worker(self.edge.settings.model_copy(update={"notices": self.file}), self.hands)
        object.__setattr__(found, "notices", None)
        return found

    def sends(self, *, urgent: bool = True, entity: str = "works") -> Case:
        """A report to an entity."""
        self.made += 1
        office, rng = self.edge.office, Drawn(f"urgent-{self.made}")
        directory = office.directory()
        keys = crypto.derive_reporter(crypto.draw_receipt(Drawn(f"receipt-{self.made}")), office.office, CHEAP)
        holders = crypto.choose_holders(directory, entity, "company-whistleblowing", "fraud", ())
        told = crypto.NewReport("有人被机器压住了。", "zh-CN", urgent=urgent)
        sealed = crypto.seal_report(directory, keys, crypto.draw_case(rng), holders, told, rng)
        case = Case(office, directory, keys, sealed, crypto.MailboxCursor(sealed.memo, 1))
        assert self.edge.submit(case).status_code == 201
        return case

    def rows(self) -> int:
        """How many wait, or were told a moment ago."""
        with self.edge.eyes(StoreName.MAILROOM).read() as connection:
            return connection.scalar(select(func.count()).select_from(ON_CALL)) or 0


@pytest.fixture
def group() -> Iterator[Robot]:
    """A program that is called."""
    with robot() as found:
        found.answer = b""
        yield found


@pytest.fixture
def house(stores: Stores, tmp_path: Path, mailbox: Mailbox, group: Robot) -> Iterator[LiveOffice]:
    """An office whose works have staff on call, by mail and by webhook."""
    edge = open_edge(stores, tmp_path, OnCallOffice(Drawn("on-call")))
    found = LiveOffice(edge, tmp_path, mailbox.port, on_call_rows(tmp_path, group.url))
    edge.worker = found.worker
    yield found
    edge.close()


def test_one_round_opens_the_case_and_tells_everybody_on_call(
    house: LiveOffice, mailbox: Mailbox, group: Robot
) -> None:
    """Mail and webhook have the words in the very round that opens the case, signed; a second round sends nothing."""
    house.sends()
    house.worker.work_once()
    with house.edge.eyes(StoreName.CASES).read() as connection:
        assert connection.scalar(select(func.count()).select_from(CASES)) == 1
    (mail,) = [message_from_bytes(one) for one in mailbox.taken]
    content = mail.get_payload(decode=True)
    subject, text = words("zh", Text.ON_CALL)
    assert isinstance(content, bytes)
    assert (mail["To"], content.decode().replace("\r\n", "\n")) == ("night@office.example", text)
    assert subject not in ("", words("zh")[0])
    ((_, body, _),) = group.got
    assert body == {"text": text}
    house.worker.work_once()
    assert (len(mailbox.taken), len(group.got)) == (1, 1)


def test_a_webhook_is_signed_as_standard_webhooks_has_it(house: LiveOffice, group: Robot) -> None:
    """Id, time and body are under the key; another body, time or key gives another signature."""
    house.sends()
    house.worker.work_once()
    headers, content = group.seen[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
    made = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{made}"
    assert headers["webhook-timestamp"] == str(int(house.hands.now.timestamp()))


@pytest.mark.parametrize(("urgent", "entity"), [(False, "works"), (True, "branch")])
def test_nobody_is_told_of_what_is_not_urgent_or_of_an_entity_without_staff_on_call(
    house: LiveOffice, mailbox: Mailbox, group: Robot, urgent: bool, entity: str
) -> None:
    """The signed directory decides for each entity: the page promised the reporter what it says."""
    house.sends(urgent=urgent, entity=entity)
    house.worker.work_once()
    assert (mailbox.taken, group.got, house.rows()) == ([], [], 0)


def test_a_notice_tells_neither_how_many_nor_which(house: LiveOffice, mailbox: Mailbox, group: Robot) -> None:
    """After one urgent report and after nine the bytes are alike; reports within five minutes share one notice."""
    sizes: list[tuple[int, int]] = []
    for number in (1, 9):
        for _ in range(number):
            house.sends()
        before = len(mailbox.taken), len(group.got)
        house.worker.work_once()
        assert (len(mailbox.taken), len(group.got)) == (before[0] + 1, before[1] + 1)
        sizes.append((len(mailbox.taken[-1]), group.got[-1][2]))
        house.hands.now += timedelta(seconds=QUIET_SECONDS)
        house.worker.work_once()
    assert sizes[0] == sizes[1]
    house.sends()
    house.worker.work_once()
    house.hands.now += timedelta(seconds=1)
    house.sends()
    house.worker.work_once()
    assert len(mailbox.taken) == 3
    house.hands.now += timedelta(seconds=QUIET_SECONDS - 2)
    house.worker.work_once()
    assert len(mailbox.taken) == 3
    house.hands.now += timedelta(seconds=1)
    house.worker.work_once()
    assert len(mailbox.taken) == len(group.got) == 4
    assert len({message_from_bytes(one)["Message-ID"] for one in mailbox.taken}) == 4


def test_nothing_of_the_moment_stays(house: LiveOffice) -> None:
    """Five minutes after everybody was told no row is left that says when."""
    house.sends()
    house.worker.work_once()
    assert house.rows() == 2
    house.hands.now += timedelta(seconds=QUIET_SECONDS)
    house.worker.work_once()
    assert house.rows() == 0


def test_a_road_that_is_down_holds_up_no_other_and_loses_nothing(
    house: LiveOffice, mailbox: Mailbox, group: Robot
) -> None:
    """The webhook gets it while mail is down; mail is tried again, at least every quarter of an hour, for a day."""
    mailbox.failing = 10**6
    house.sends()
    house.worker.work_once()
    assert (len(mailbox.taken), len(group.got)) == (0, 1)
    tries = 10**6 - mailbox.failing
    assert tries == 1
    house.hands.now += timedelta(seconds=FIRST_PATIENCE - 1)
    house.worker.work_once()
    assert 10**6 - mailbox.failing == 1
    house.hands.now += timedelta(seconds=1)
    house.worker.work_once()
    assert 10**6 - mailbox.failing == 2
    for _ in range(24 * 4):
        house.hands.now += timedelta(seconds=MOST_PATIENCE)
        assert house.worker.on_call is not None
        house.worker.on_call.work()
    assert 10**6 - mailbox.failing > 24 * 4 - 10
    mailbox.failing = 0
    house.hands.now += timedelta(seconds=MOST_PATIENCE)
    house.worker.work_once()
    assert (len(mailbox.taken), len(group.got)) == (1, 1)


def test_a_killed_worker_loses_nothing(house: LiveOffice, mailbox: Mailbox) -> None:
    """One dies after it took the report up, one while it was telling: the next tells, with the same name."""
    house.sends()
    dying = house.another()
    dying.open_received()
    dying.close()
    assert mailbox.taken == []
    second = house.another()
    assert second.on_call is not None
    assert second.on_call._lease(second.on_call.settings.on_call[0]) is not None
    second.close()
    house.worker.work_once()
    assert mailbox.taken == []
    house.hands.now += timedelta(seconds=LEASE_SECONDS)
    house.worker.work_once()
    assert len(mailbox.taken) == 1


def test_a_report_that_comes_while_somebody_is_told_is_told_of_too(house: LiveOffice, mailbox: Mailbox) -> None:
    """It shares no notice that was on its way already: another one goes out once the quiet ends."""
    house.sends()
    house.worker.open_received()
    told = house.worker.on_call
    assert told is not None
    lease = told._lease
    came: list[bool] = []

    def slow(recipient: object) -> object:
        turn = lease(recipient)  # type: ignore[arg-type]
        if not came:
            came.append(True)
            house.sends()
            house.worker.open_received()
        return turn

    told._lease = slow  # type: ignore[method-assign,assignment]
    house.worker.notify_on_call()
    assert len(mailbox.taken) == 1
    house.hands.now += timedelta(seconds=QUIET_SECONDS)
    house.worker.notify_on_call()
    assert len(mailbox.taken) == 2


def test_many_workers_tell_once(house: LiveOffice, mailbox: Mailbox, group: Robot) -> None:
    """Four workers over three urgent reports: one mail, one call."""
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(3):
        house.sends()
    workers = [house.another() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda worker: worker.work_once(), workers))
    for one in workers:
        one.close()
    assert (len(mailbox.taken), len(group.got)) == (1, 1)


def test_it_goes_out_while_the_cases_are_away_and_while_no_directory_is_readable(
    house: LiveOffice, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may be in danger: neither a store that is down nor a directory that ended at midnight holds it back."""
    house.sends()
    monkeypatch.setattr(Worker, "_record_in_casework", lambda *_: (_ for _ in ()).throw(RuntimeError))

    def none(*_: object) -> object:
        raise OfficeNotReady

    monkeypatch.setattr(type(house.worker.directory_lookup), "directory", none)
    house.worker.work_once()
    assert len(mailbox.taken) == 1


def test_whoever_leaves_the_file_waits_no_more(house: LiveOffice) -> None:
    """A worker that begins with another file takes away what nobody in it is waiting for."""
    house.sends()
    house.worker.open_received()
    assert house.rows() == 2
    assert house.worker.on_call is not None
    settings = replace(house.worker.on_call.settings, on_call=house.worker.on_call.settings.on_call[:1])
    OnCall(settings, house.worker.mailroom.store, house.hands, Drawn("rng"))._delete_former()
    assert house.rows() == 1


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("[on_call]\n", "on_call.mail: neither mail nor webhook names anybody"),
        ('[[on_call.mail]]\nto = "x"\nlanguage = "zh"\n', "on_call.mail[0].to: is no mail address"),
        (
            "[on_call]\ncolour = 1\n[[on_call.mail]]\nto = 'a@b.example'\nlanguage = 'en'\n",
            "on_call.colour: is not known",
        ),
        ("plain SECd", "webhook[0].secret_file: must hold whsec_"),
        ("plain whsec_c2hvcnQ=", "webhook[0].secret_file: must hold whsec_"),
    ],
)
def test_a_faulty_file_is_named_by_key_and_reason(tmp_path: Path, rows: str, told: str) -> None:
    """As every other fault of the file."""
    if rows.startswith("plain "):
        rows = hook(tmp_path, HookKind.PLAIN, "https://x.example/hook", rows.removeprefix("plain "))
    file = tmp_path / "notices.toml"
    file.write_text(FILE.format(port=25) + rows, "utf-8")
    with pytest.raises(SettingRefused) as refused:
        read_notices(file)
    assert told in str(refused.value)


def test_doctor_says_what_the_promise_and_the_file_lack(
    house: LiveOffice, mailbox: Mailbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promised and nobody named; named and not promised; a road that does not take it; and when all is well."""
    promised = house.edge.settings.model_copy(update={"notices": house.file})
    monkeypatch.setattr(doctor_command, "today", house.hands.now.date)

    def said(settings: Settings) -> list[tuple[str, bool, str]]:
        capsys.readouterr()
        checks = inside(capsys, monkeypatch, settings, "doctor", "--as", "worker", "--json").document["checks"]
        return [(row["about"], row["ok"], row["fix"] or "") for row in checks if row["check"] == "On call"]

    assert said(promised) == [("2", True, "")]
    ((about, well, fix),) = said(promised.model_copy(update={"notices": None}))
    assert (about, well, "nobody is" in fix) == ("0", False, True)
    mailbox.failing = 2
    house.sends()
    house.worker.work_once()
    house.hands.now += timedelta(seconds=FIRST_PATIENCE)
    house.worker.work_once()
    ((about, well, fix),) = said(promised)
    assert (about, well, "tried again" in fix) == ("2", False, True)
    house.hands.now += timedelta(seconds=MOST_PATIENCE)
    house.worker.work_once()
    assert said(promised) == [("2", True, "")]
    (promised.office / "directory.note").write_bytes(Office(Drawn("on-call")).note())
    ((about, well, fix),) = said(promised)
    assert (about, well, "office.toml" in fix) == ("2", False, True)


def test_a_trial_of_the_road_alarms_nobody(
    house: LiveOffice, group: Robot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`notices check --send` tells those on call that it is a test; exit code 6 where their road does not take it."""
    house.file.write_text(house.file.read_text("utf-8") + OPERATOR, "utf-8")
    settings = house.edge.settings.model_copy(update={"notices": house.file})
    yanlu = partial(inside, capsys, monkeypatch, settings)
    with notice_trial_worker(settings):
        said = yanlu("notices", "check", "--send", "--json").document
    assert [(row["kind"], row["sent"]) for row in said["on_call"]] == [("mail", True), ("plain", True)]
    assert [(row["to"], row["sent"]) for row in said["operator"]] == [("root@office.example", True)]
    assert group.got[-1][1] == {"text": words("zh", Text.TRIAL)[1]}
    assert json.dumps(said).count("geheim") == 0
    group.status = 500
    with notice_trial_worker(settings):
        assert yanlu("notices", "check", "--send").code == Exit.REFUSED
