"""A report's whole way from the command line, against live processes on both kinds of stores."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from casework.event_store.store import CASES
from crypto import Identity, b64encode
from portal.cli.desk.client import REGRANTED
from portal.cli.errors import Exit
from portal.cli.office_source import load_office
from portal.cli.reporter.reporting import ReportRequest, ready_report, send_report
from portal.cli.server import Server
from portal.cli.terminal import today
from portal.mailroom.outbox import has_received
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.wiring.worker import build_worker
from portal.worker.jobs import LEASE_SECONDS
from tests.support.commands.age_tools import stock_open
from tests.support.commands.yanlu_process import POLICY, LiveOffice, Ran, live_office, yanlu
from tests.support.samples.signing_day import desk_day
from tests.support.stores.backends import KINDS, embedded_stores, scaled_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MEMBERS = ("investigator-a", "investigator-b", "registrar-a", "approver-a", "outside-a")
ACCOUNT = "三次采购都拆成小额,绕过招标。\nSecond line."
ATTACHED = bytes(range(256)) * 4000


def file_report(house: LiveOffice, *more: object) -> Ran:
    """A report with an attachment, from the command line."""
    text, file = house.folder / "account-text", house.folder / "orders.bin"
    text.write_text(ACCOUNT, "utf-8")
    file.write_bytes(ATTACHED)
    return yanlu(
        "report", *house.office(), "--policy", POLICY, "--entity", "group", "--text-file", text,
        "--attach", file, "--json", *more,
    )  # fmt: skip


def _receipt(house: LiveOffice, ran: Ran) -> Path:
    file = house.folder / "receipt"
    file.write_text(ran.document["receipt"], "utf-8")
    return file


@pytest.fixture(scope="module", params=KINDS)
def lived_in(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    """A live house on each pair of stores, with the cases of the tests before."""
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as held:
        if request.param == "sqlite-folder":
            stores = embedded_stores(folder)
        else:
            servers = (request.getfixturevalue(name) for name in ("postgres", "s3"))
            stores = held.enter_context(scaled_stores(*servers))
        yield held.enter_context(live_office(stores, folder, MEMBERS))


@dataclass(frozen=True, repr=False)
class Visit:
    """A house and the cases that were there before."""

    house: LiveOffice
    before: set[str]

    def pulled(self, member: str, *more: object) -> tuple[dict[str, Any], list[str]]:
        """What a pull says, and the cases in it that are new."""
        house = self.house
        ran = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member), "--json", *more)
        assert ran.code == 0, ran.err
        return ran.document, [case for case in ran.document["cases"] if case not in self.before]


def _cases(house: LiveOffice) -> set[str]:
    store = open_store(house.settings, StoreName.CASES)
    with store.read() as connection:
        found = {b64encode(bytes(case)) for case in connection.scalars(select(CASES.c.case_id))}
    store.engine.dispose()
    return found


@pytest.fixture
def visit(lived_in: LiveOffice, tmp_path: Path) -> Visit:
    """The house with profiles of this test alone."""
    return Visit(replace(lived_in, folder=tmp_path), _cases(lived_in))


def wait_for_case(house: LiveOffice) -> None:
    """Work until nothing waits for casework any more, not even what the live worker has in hand."""
    with closing(build_worker(house.settings)) as worker:
        until = time.monotonic() + 2 * LEASE_SECONDS
        while worker.work_once() or has_received(worker.mailroom, int(time.time()) + 2 * LEASE_SECONDS):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_report_is_opened_answered_and_answered_again(visit: Visit, tmp_path: Path) -> None:
    """Report with attachment → pull → open → reply → the reporter reads and answers; nothing is lost."""
    house = visit.house
    receipt = _receipt(house, file_report(house))
    worked = yanlu("worker", "--once", "--json", settings=house.settings)
    assert (worked.code, set(worked.document)) == (0, {"steps"}), worked.err
    wait_for_case(house)
    _, [case] = visit.pulled("investigator-b")
    _is_sent_to_pull(house)
    opened = yanlu("desk", "open", *house.secrets("investigator-b"), "--json", "--", case).document
    assert opened["entries"][0]["text"] == ACCOUNT
    assert opened["holds"]
    text = tmp_path / "reply"
    text.write_text("请问具体日期?", "utf-8")
    replied = yanlu("desk", "reply", *house.secrets("investigator-b"), "--text-file", text, "--json", "--", case)
    assert replied.code == 0, replied.err
    _is_written_to(house, case, tmp_path)
    wait_for_case(house)
    read = yanlu("inbox", *house.office(), "--receipt-file", receipt, "--json").document
    assert [entry["text"] for entry in read["entries"] if entry["type"] == "reply"] == ["请问具体日期?"]
    [letter] = [entry for entry in read["entries"] if entry["type"] == "letter"]
    assert letter["text"].startswith("受理告知书")
    assert [file["name"] for file in letter["attachments"]] == ["受理告知书.pdf"]
    assert all(entry["verified"] for entry in read["entries"])
    answer = tmp_path / "answer"
    answer.write_text("三月中旬。", "utf-8")
    sent = yanlu("inbox", *house.office(), "--receipt-file", receipt, "--text-file", answer, "--json")
    assert sent.document["sent"] is True
    wait_for_case(house)
    saved = tmp_path / "saved"
    assert visit.pulled("approver-a")[1] == [case]
    options = house.secrets("approver-a")
    later = yanlu("desk", "open", *options, "--save", saved, "--json", "--", case)
    assert later.code == 0, later.err
    assert "三月中旬。" in [entry["text"] for entry in later.document["entries"]]
    assert (saved / "orders.bin").read_bytes() == ATTACHED
    _takes_a_new_receipt(house, receipt)


def _is_sent_to_pull(house: LiveOffice) -> None:
    """A case that the desk does not have for this member may have come, or changed hands, since the last pull."""
    unknown = b64encode(bytes(16))
    for verb, told in (("act", "run `yanlu desk pull` and try again"), ("open", "fetches what has come since")):
        ran = yanlu("desk", verb, *house.secrets("investigator-b"), "--", unknown)
        assert (ran.code, told in ran.err) == (Exit.NOTHING_THERE, True), ran.err


def _is_written_to(house: LiveOffice, case: str, folder: Path) -> None:
    """A letter is made as PDF on this machine and sealed to the reporter, text and paper."""
    values, out = folder / "values", folder / "letter.pdf"
    values.write_text('{"due": "2026-12-31"}', "utf-8")
    options = ["--kind", "acceptance", "--language", "zh", "--values-file", values, "--out", out, "--seal"]
    made = yanlu("desk", "letter", *house.secrets("investigator-b"), *options, "--json", "--", case)
    assert made.code == 0, made.err
    assert made.document["sealed"] is True
    assert out.read_bytes().startswith(b"%PDF")
    assert out.stat().st_mode & 0o777 == 0o600


def _takes_a_new_receipt(house: LiveOffice, old: Path) -> None:
    """The new receipt lies in its file before it is sent; then the old one finds nothing and the new one writes."""
    new = house.folder / "new-receipt"
    taken = yanlu("inbox", *house.office(), "--receipt-file", old, "--new-receipt", new, "--json")
    assert taken.document["receipt_file"] == str(new)
    assert new.stat().st_mode & 0o777 == 0o600
    assert yanlu("inbox", *house.office(), "--receipt-file", old, "--json").code == Exit.NOTHING_THERE
    read = yanlu("inbox", *house.office(), "--receipt-file", new, "--json")
    assert (read.code, read.document["entries"]) == (0, [])


@pytest.mark.parametrize("lived_in", ["sqlite-folder"], indirect=True)
def test_a_name_that_turns_its_direction_deceives_nobody(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown with its code points, in words and in JSON, and saved without them; the report is read like any other."""
    house = visit.house
    turned, driving = tmp_path / "bill\u202efdp.exe", tmp_path / "a\u2028\u2066b.txt"
    for file in (turned, driving):
        file.write_bytes(b"x")
    with monkeypatch.context() as hostile:
        # A reporter's own program, which sends names as they are.
        hostile.setattr("crypto.sealing.attachments.clean_file_name", str)
        directory = load_office(house.ports.intake_url).verify(house.founded.code, today())
        wish = ReportRequest("group", POLICY, "other", "x", "en", [turned, driving])
        ready = ready_report(directory, wish, tmp_path)
        with closing(Server(house.ports.intake_url, "en")) as server:
            send_report(server, ready, lambda _: None)
    wait_for_case(house)
    _, [case] = visit.pulled("investigator-a")
    ran = yanlu("desk", "open", *house.secrets("investigator-a"), "--save", tmp_path / "saved", "--", case)
    assert ran.code == 0, ran.err
    assert "bill‹U+202E›fdp.exe (1 B)" in ran.out
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == ["a__b.txt", "bill_fdp.exe"]
    listed = yanlu("desk", "open", *house.secrets("investigator-a"), "--json", "--", case)
    assert [file["name"] for file in listed.document["entries"][0]["attachments"]] == [turned.name, driving.name]
    assert {"\u202e", "\u2028", "\u2066"}.isdisjoint(ran.out + listed.out)


def test_a_call_a_mail_and_an_old_register_become_reports(visit: Visit, tmp_path: Path) -> None:
    """Sealed on the member's machine, each with its receipt; they open like any other, and say how they came."""
    house = visit.house
    visit.pulled("investigator-b")
    call, mail, book = tmp_path / "call", tmp_path / "mail.eml", Workbook()
    call.write_text("夜班只签字不检查。", "utf-8")
    mail.write_bytes(b"From: a@example.org\r\nDate: Thu, 12 Mar 2026 09:30:00 +0800\r\n\r\nkickbacks")
    assert book.active is not None
    for row in (["日期", "内容"], ["2024-01-02", "加班不付费"]):
        book.active.append(row)
    book.save(tmp_path / "old.xlsx")
    where = ["--entity", "group", "--policy", POLICY]
    kind = ["--kind", "report"]
    heard = ["--consent", "minutes", "--checked", "agreed", "--text-file", call]
    for name, how in (("one", heard), ("two", ["--eml", mail])):
        options = [*house.secrets("investigator-b"), *where, *kind, *how, "--receipt-out", tmp_path / name, "--json"]
        done = yanlu("desk", "log-report", *options)
        assert done.code == 0, done.err
        assert done.document["received"] == ("2026-03-12" if name == "two" else done.document["received"])
    options = [*house.secrets("investigator-b"), *where, "--receipts-out", tmp_path / "rows"]
    done = yanlu("desk", "import", *options, "--json", tmp_path / "old.xlsx")
    assert (done.code, done.document["imported"]) == (0, 1), done.err
    assert len((tmp_path / "rows").read_text().split()) == 8
    wait_for_case(house)
    opened = [
        yanlu("desk", "open", *house.secrets("investigator-b"), "--json", "--", case).document["entries"][0]["text"]
        for case in visit.pulled("investigator-b")[1]
    ]
    assert {"夜班只签字不检查。"} < {text.split("\n")[0] for text in opened}
    assert any("kickbacks" in text for text in opened)
    assert any("加班不付费" in text for text in opened)
    read = yanlu("inbox", *house.office(), "--receipt-file", tmp_path / "one", "--json")
    assert read.code == 0, read.err


def _batch(raw: Path) -> set[str]:
    """The packets of the batch that a pull wrote out; re-grants come beside it, to those who read the case."""
    return {one.name for one in (raw / "grants").iterdir() if not one.name.startswith(REGRANTED)}


def test_an_excluded_member_sees_nothing(visit: Visit, tmp_path: Path) -> None:
    """Who was ticked pulls the same batch and gets no case; a colleague gets it."""
    house = visit.house
    assert file_report(house, "--exclude", "investigator-a").code == 0
    wait_for_case(house)
    left_out, nothing = visit.pulled("investigator-a", "--raw", tmp_path / "first")
    _, cases = visit.pulled("investigator-b", "--raw", tmp_path / "colleague")
    again, nothing_again = visit.pulled("investigator-a", "--raw", tmp_path / "again")
    # A full hour between two pulls adds its slot; within one hour this says that all three are equal.
    first, between, last = (_batch(tmp_path / name) for name in ("first", "colleague", "again"))
    assert set() < first <= between <= last
    assert (nothing, nothing_again, len(cases)) == ([], [], 1)
    assert not set(cases) & {*left_out["cases"], *again["cases"]}


def test_a_bundle_made_off_line_is_a_report(visit: Visit, tmp_path: Path) -> None:
    """A bundle written from an exported file, uploaded by somebody else, opens like any report; twice is once."""
    house = visit.house
    exported, bundle = tmp_path / "office.json", tmp_path / "report.yanlu"
    assert yanlu("office", "show", "--export", exported, settings=house.settings).code == 0
    text = tmp_path / "text"
    text.write_text(ACCOUNT, "utf-8")
    written = yanlu(
        "report", "--office", exported, "--office-key", house.founded.code, "--policy", POLICY,
        "--entity", "group", "--text-file", text, "--out", bundle, "--json",
    )  # fmt: skip
    assert written.code == 0, written.err
    for _ in range(2):
        answer = httpx.post(f"{house.ports.intake_url}/api/bundles", content=bundle.read_bytes())
        assert answer.is_success, answer.text
    wait_for_case(house)
    assert len(visit.pulled("investigator-b")[1]) == 1
    read = yanlu("inbox", *house.office(), "--receipt-file", _receipt(house, written), "--json")
    assert read.document["entries"] == []


def test_stock_age_opens_what_the_desk_exports(visit: Visit, tmp_path: Path) -> None:
    """With the exported identity stock age opens the raw grant, and with the case key in it report and attachment."""
    house = visit.house
    assert file_report(house).code == 0
    wait_for_case(house)
    raw, identity = tmp_path / "raw", tmp_path / "identity"
    _, [case] = visit.pulled("investigator-b", "--raw", raw)
    exported = yanlu("desk", "export-identity", "--out", identity, *house.secrets("investigator-b"), "--json")
    assert exported.code == 0, exported.err
    assert identity.stat().st_mode & 0o777 == 0o600
    grant = stock_open((raw / case / "grant.age").read_bytes(), identity.read_text().strip()).decode()
    [case_key] = re.findall(r'"seed":"(AGE-SECRET-KEY-PQ-1[0-9A-Z]+)"', grant)
    assert '"type":"report"' in stock_open((raw / case / "to-office-1.age").read_bytes(), case_key).decode()
    [blob] = [file for file in (raw / case).glob("*.age") if len(file.stem) == len(b64encode(bytes(16)))]
    assert stock_open(blob.read_bytes(), case_key)[: len(ATTACHED)] == ATTACHED
    assert Identity.read(case_key).text == case_key


def test_cases_are_counted_on_the_members_own_machine(visit: Visit, tmp_path: Path) -> None:
    """After a pull, register, report and bulletin are made without the server; few cases are told in no report."""
    house = visit.house
    file_report(house)
    wait_for_case(house)
    _, [case] = visit.pulled("investigator-b")
    # A case came in on the office's day, which may be another month's than the machine's.
    month, secrets = f"{desk_day():%Y-%m}", house.secrets("investigator-b")
    book = tmp_path / "register.xlsx"
    ran = yanlu("stats", "register", *secrets, "--from", month, "--out", book, "--with-summary", "--json")
    assert ran.code == 0, ran.err
    assert ran.document["passed_over"] == 0
    sheet = load_workbook(book).active
    assert sheet is not None
    # An id that begins like a formula stands behind an apostrophe.
    found = {str(row[1].value).removeprefix("'"): row[-1].value for row in sheet.iter_rows(min_row=2)}
    assert str(found[case]).startswith("三次采购")
    assert len(found) == ran.document["cases"]
    _assesses(secrets, month, tmp_path)
    _publishes_no_figures(secrets, month, tmp_path)
    for command, name, more in (("report", "report.html", ()), ("bulletin", "bulletin.pdf", ("--on", POLICY))):
        out = tmp_path / name
        ran = yanlu("--lang", "zh", "stats", command, *secrets, "--from", month, "--out", out, *more)
        assert ran.code == 0, ran.err
        assert out.stat().st_mode & 0o077 == 0
        assert out.stat().st_size > 500
    assert "三次采购" not in (tmp_path / "report.html").read_text("utf-8")
    assert yanlu("stats", "report", *secrets, "--from", month, "--out", tmp_path / "x.doc").code == Exit.USAGE


def _publishes_no_figures(secrets: list[object], month: str, folder: Path) -> None:
    """The policy's text publishes no figures: no bulletin is made before somebody names it."""
    out, how = folder / "bulletin.html", [*secrets, "--from", month, "--out"]
    nothing = yanlu("stats", "bulletin", *how, out)
    assert (nothing.code, out.exists()) == (Exit.NOTHING_THERE, False), nothing.err
    unknown = yanlu("stats", "bulletin", *how, out, "--on", "nothing-such")
    assert (unknown.code, POLICY in unknown.err) == (Exit.USAGE, True), unknown.err


def _assesses(secrets: list[object], month: str, folder: Path) -> None:
    """The policy asks for no assessment: none is made before the entity switches it on, and few cases judge nobody."""
    out, how = folder / "sheet.csv", [*secrets, "--from", month, "--out"]
    nothing = yanlu("stats", "assessment", *how, out)
    assert (nothing.code, out.exists()) == (Exit.NOTHING_THERE, False), nothing.err
    unknown = yanlu("stats", "assessment", *how, out, "--on", "nowhere")
    assert (unknown.code, "group" in unknown.err) == (Exit.USAGE, True), unknown.err
    ran = yanlu("--lang", "zh", "stats", "assessment", *how, out, "--on", "group", "--json")
    assert ran.code == 0, ran.err
    assert out.read_bytes().startswith("\ufeff单位,适用制度".encode())
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("lived_in", KINDS[:1], indirect=True)
def test_a_member_changes_keys_and_reads_on(visit: Visit, tmp_path: Path) -> None:
    """New keys, signed by keepers elsewhere; the case from before is renewed and answered with the new key alone."""
    house, who = visit.house, "approver-a"
    assert file_report(house).code == 0
    wait_for_case(house)
    _, [case] = visit.pulled(who)
    begun = yanlu("desk", "new-keys", *house.secrets(who), "--json")
    assert (begun.code, begun.document["stage"]) == (0, "waiting"), begun.err
    _keepers_sign(house, tmp_path, begun.document["code"])
    done = yanlu("desk", "new-keys", *house.secrets(who), "--json")
    assert done.code == 0, done.err
    assert (done.document["stage"], done.document["places"]) == ("former", [])
    assert done.document["sealed"] >= 1
    assert done.document["until"] is not None
    forgot = yanlu("desk", "new-keys", *house.secrets(who), "--forget", "--json")
    assert (forgot.code, forgot.document["stage"], forgot.document["sealed"]) == (0, "none", 0), forgot.err
    answer = tmp_path / "answer"
    answer.write_text("收到。", "utf-8")
    replied = yanlu("desk", "reply", *house.secrets(who), "--text-file", answer, "--json", "--", case)
    assert replied.code == 0, replied.err


def _keepers_sign(house: LiveOffice, folder: Path, code: str) -> None:
    """By file, each keeper on a machine that knows the directory before and shows whose keys are new."""
    paper, office = folder / "paper", house.settings.office
    assert yanlu("office", "to-sign", "--out", paper, settings=house.settings).code == 0
    notes = [folder / f"{keeper.id}.note" for keeper in house.founded.keepers[:2]]
    for keeper, note in zip(house.founded.keepers, notes, strict=False):
        options = ["--keeper", office / f"keepers/{keeper.id}.key", "--before", office / "directory.note"]
        ran = yanlu("office", "keeper-sign", paper, *options, "--out", note, "--yes")
        assert ran.code == 0, ran.err
        assert f"New keys, signed by the former ones: approver-a  {code}" in ran.err
    published = yanlu("office", "signed", *notes, settings=house.settings)
    assert published.code == 0, published.err
