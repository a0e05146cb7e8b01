"""What people do with the commands beside the daily round: names, exports, leavings, enrolments, proofs, the log."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from openpyxl import Workbook

from portal.accounts.members import invite_member
from portal.cli.terminal import today
from portal.office import EnrolledMember, sign_directory
from portal.office.sample import SAMPLE_MEMBERS
from portal.wiring.desk import build_accounts
from tests.portal.cli.keepers.test_leaving import keeper_files
from tests.support.attacks.tampered_answers import Machine
from tests.support.commands.office_in_process import PORTS, office_in_process
from tests.support.commands.yanlu_process import POLICY, LiveOffice, enrol_all, invitation

A, B, OUTSIDE, NEXT = "investigator-a", "investigator-b", "outside-a", "investigator-c"
CUSTODIANS = ("custodian-a", "custodian-b", "custodian-c")
QUORUM = ("board-share", "union-share", "notary-share")
NAMES = {
    "report, named": "report", "pull": "desk pull", "keep": "proof keep", "log verify": "log verify",
    "mirror": "log mirror", "mend": "log mend", "cosigned": "log cosigned",
    "witness-setup": "log witness-setup", "witness": "log witness", "verify-site": "verify-site",
    "identity ask": "desk identity ask", "identity requests": "desk identity requests",
    "identity vote": "desk identity vote", "identity open": "desk identity open",
    "identity review": "desk identity review", "export": "desk export", "import": "desk import",
    "new-keys, signed": "desk new-keys", "enrol": "desk enrol", "hand-over": "desk hand-over",
    "compromised": "desk compromised", "submit": "recovery submit",
}  # fmt: skip
"""What was done under which name by which command."""
CALLS = {
    "GET /",
    "GET /<path:path>",
    "GET /api/batch",
    "GET /api/batch/<day>",
    "GET /api/cases",
    "GET /api/cases/<case>",
    "GET /api/drawers",
    "GET /api/drawers/<bits>/<drawer>",
    "GET /api/marks",
    "GET /api/me",
    "GET /api/regrants",
    "GET /api/removals",
    "GET /api/unsealing",
    "GET /log/checkpoint",
    "GET /log/checkpoints.json",
    "GET /log/checkpoints/<int:size>",
    "GET /log/directory.note",
    "GET /log/log.note",
    "GET /log/roots.json",
    "GET /log/tile/<path:rest>",
    "GET /office/calendars/<name>.json",
    "GET /office/en/yanlu-report.html",
    "GET /office/office.json",
    "GET /office/policies/<name>.json",
    "GET /office/rules/<name>.json",
    "GET /office/site.json",
    "GET /office/zh/yanlu-report.html",
    "POST /api/cases/<case>/steps",
    "POST /api/claims",
    "POST /api/enrolment",
    "POST /api/enrolment/keys",
    "POST /api/enrolment/trial",
    "POST /api/filings",
    "POST /api/poll",
    "POST /api/me/keys/taken",
    "POST /api/posts",
    "POST /api/session",
    "POST /api/session/end",
    "POST /api/submissions",
    "POST /api/unsealing",
    "POST /api/unsealing/<request>/reviews",
    "POST /api/unsealing/<request>/votes",
    "PUT /api/cases/<case>/key",
}
"""What these commands ask of the faces."""


@contextmanager
def used_machine(folder: Path) -> Generator[Machine]:
    """A machine on which all of these were done once, before honest faces."""
    with office_in_process(folder, (A, B, OUTSIDE, *CUSTODIANS)) as house:
        machine = Machine(house)
        case = _case(machine)
        _record(machine)
        _names(machine, case)
        _out(machine, case)
        _new_keys(machine)
        _enrolment(machine)
        _leaving(machine)
        _recovery(machine)
        yield machine


def _case(machine: Machine) -> str:
    """A report with a sealed name, written into the log's first checkpoint."""
    house, folder = machine.house, machine.folder
    log = house.house.founded.folder.withdraw_log_note()
    (folder / "text").write_text("今晚有人要跳楼。", "utf-8")
    (folder / "name").write_text("王小明\n13800000000\n", "utf-8")
    where = ("--entity", "group", "--policy", POLICY, "--text-file", folder / "text", "--json")
    named = ("--identity", "sealed", "--identity-file", folder / "name", "--receipt-out", folder / "receipt")
    machine.does("report, named", "report", *house.house.office(), *where, *named)
    house.house.founded.folder.write_log_note(log)
    house.work()
    for member in (B, *CUSTODIANS):
        house.first_pull(member)
    ran = machine.does("pull", *house.desk(A, "pull", *house.house.first_pull(A)))
    (case,) = ran.document["cases"]
    return str(case)


def _record(machine: Machine) -> None:
    """What anybody may check: the proof of a filing, the log, a site's files."""
    house, folder = machine.house, machine.folder
    code = ("--office-key", house.house.founded.code, "--json")
    receipt = ("--receipt-file", folder / "receipt", "--json")
    machine.does("keep", "proof", "keep", *house.house.office(), *receipt, "--out", folder / "mine.tlog-proof")
    machine.does("log verify", "log", "verify", "--url", PORTS.intake_url, *code)
    machine.does("mirror", "log", "mirror", "--url", PORTS.intake_url, "--to", folder / "copy", *code)
    machine.does("mend", "log", "mend", "--from", PORTS.intake_url, *code)
    told = ("--office", PORTS.intake_url, "--office-key", house.house.founded.code, "--json")
    assert house.run("log", "witness-key", folder / "witness", "--name", "union").code == 0
    machine.does("witness-setup", "log", "witness-setup", folder / "witness", *told)
    machine.does("witness", "log", "witness", folder / "witness", "--json")
    machine.does("cosigned", "log", "cosigned", PORTS.intake_url, "--json")
    machine.does("verify-site", "verify-site", PORTS.intake_url, "--visitors", 1, "--json")


def _names(machine: Machine, case: str) -> None:
    """The way to a sealed name."""
    house, folder = machine.house, machine.folder
    why = ("--text-file", folder / "text")

    def identity(member: str, name: str, *more: object) -> tuple[object, ...]:
        return ("desk", "identity", name, *house.house.secrets(member), "--json", *more)

    danger = ("--ground", "danger-to-life", *why)
    asked = machine.does("identity ask", *identity(A, "ask", *danger, "--", case)).document["request"]
    machine.does("identity requests", *identity(A, "requests"))
    machine.does("identity vote", *identity(CUSTODIANS[0], "vote", "--", asked, "approve"))
    assert house.run(*identity(CUSTODIANS[1], "vote", "--", asked, "approve")).code == 0
    machine.does("identity open", *identity(A, "open", "--", case))
    machine.does("identity review", *identity(CUSTODIANS[2], "review", *why, "--", asked, "justified"))


def _out(machine: Machine, case: str) -> None:
    """A case leaves the house, and an old register comes in."""
    house, folder = machine.house, machine.folder
    text = ("--text-file", folder / "text")
    house.done(A, "act", *text, "--code", "destination=court-abroad", "--", case, "export-asked")
    house.done(B, "pull")
    house.done(B, "act", *text, "--code", "authority=procuratorate", "--", case, "export-approved")
    machine.does("export", *house.desk(A, "export", "--out", folder / "exported", "--", case))
    book = Workbook()
    for row in (["日期", "举报内容"], ["2024-01-01", "签字不检查"]):
        assert book.active is not None
        book.active.append(row)
    book.save(folder / "old.xlsx")
    where = ("--entity", "group", "--policy", POLICY, "--receipts-out", folder / "receipts")
    machine.does("import", *house.desk(A, "import", *where, "--", folder / "old.xlsx"))
    house.work()


def _new_keys(machine: Machine) -> None:
    """A member who holds no case takes up keys that the keepers have signed."""
    house, who = machine.house, CUSTODIANS[2]
    house.done(who, "new-keys")
    signed = house.run("office", "sign", *keeper_files(house.house), "--yes", "--json")
    assert signed.code == 0, signed.err
    machine.does("new-keys, signed", *house.desk(who, "new-keys"))


def _enrolment(machine: Machine) -> None:
    """A new member's first hour."""
    house, folder = machine.house, machine.folder
    accounts, one = build_accounts(house.house.settings), next(one for one in SAMPLE_MEMBERS if one.id == "registrar-a")

    code = invite_member(accounts, invitation(one), today())
    accounts.store.engine.dispose()
    (folder / "invitation").write_text(code, "utf-8")
    invited = ("--desk", PORTS.desk_url, "--invite-file", folder / "invitation", "--out", folder / "mine", "--json")
    machine.does("enrol", "desk", "enrol", *invited)


def _leaving(machine: Machine) -> None:
    house = machine.house
    machine.does("hand-over", *house.desk(B, "hand-over", "--", A))
    machine.does("compromised", *house.desk(B, "compromised", "--out", machine.folder / "read", "--", A))


def _recovery(machine: Machine) -> None:
    """All holders are gone: an outside holder opens the case with recovery shares and brings it to another."""
    house, folder = machine.house, machine.folder
    _only_the_next(house.house)
    house.first_pull(OUTSIDE)
    carried, deeds = folder / "carried", folder / "deeds"
    assert house.run("recovery", "export", "--out", carried).code == 0
    papers = house.house.founded.folder.path / "recovery"
    shares = [option for name in QUORUM for option in ("--share-file", papers / f"{name}.txt")]
    secrets = house.house.secrets(OUTSIDE)
    used = house.run("recovery", "use", carried, *shares, "--to", NEXT, "--out", deeds, *secrets[:6])
    assert used.code == 0, used.out + used.err
    machine.does("submit", "recovery", "submit", deeds, *secrets, "--json")


def _only_the_next(house: LiveOffice) -> None:
    """Another enrols; then the keepers sign a directory in which nobody else of the house may hold a case.

    That one is of the next day, so that what the former holders have signed today holds.
    """
    house.members.update(enrol_all(house.settings, PORTS.desk_url, (NEXT,)))
    roles = {member.id: member for member in SAMPLE_MEMBERS}
    for wanted, day in (((A, B, NEXT, OUTSIDE), today()), ((NEXT, OUTSIDE), today() + timedelta(days=1))):
        enrolled = [
            EnrolledMember(name, roles[name].role, roles[name].name, one.staff.recipient, one.staff.signing_key)
            for name, one in house.members.items()
            if name in wanted
        ]
        sign_directory(house.founded.folder, enrolled, house.founded.keepers, day)
