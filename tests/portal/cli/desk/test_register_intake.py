"""A report that a member writes down goes the way of its written policy: channel, kind, register, form, addressee."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework.ids import CaseId
from casework.intake.ticket import read_ticket, ticket_number
from casework.policy.reader import shipped_bindings
from crypto.framing import b64decode
from portal.cli.errors import Exit
from portal.cli.terminal import today
from tests.portal.cli.test_command_journey import MEMBERS, Visit, wait_for_case
from tests.support.commands.yanlu_process import POLICY, LiveOffice, Ran, live_office, yanlu
from tests.support.offices.shifted_clock import widen
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
CALLBACK, OWNERS, APPEAL, AIRLINE, SECRET, SMALL, SERVICE = (
    "customer-callback-workorder",
    "property-owner-complaint",
    "employee-complaint-confirm-appeal",
    "airline-complaint",
    "internal-complaint-disciplinary",
    "telecom-complaint",
    "customer-service-24h-5wd",
)
BOTH = ["investigator-a", "investigator-b"]
HELD = {
    CALLBACK: {"callback-specialist": ["investigator-a"], "department-manager": ["investigator-b"]},
    OWNERS: {"property-company": BOTH, "property-manager": BOTH},
    AIRLINE: {"receiving-team": BOTH, "service-team": BOTH, "senior-management": BOTH},
    SECRET: {"superior": BOTH, "related-department": BOTH, "oversight": BOTH},
    SERVICE: {"customer-service": BOTH, "related-department": BOTH},
    SMALL: {"investigator": ["investigator-b", "outside-a"]},
    APPEAL: {"hr": ["investigator-b"], "department-head": ["investigator-a"], "leadership": BOTH},
}
ACCOUNT = "阀门又漏水了，一直没有人来。"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveOffice]:
    """A live office with six policies beside its own, their roles bound to different members."""
    folder = tmp_path_factory.mktemp("intake")
    with live_office(embedded_stores(folder), folder, MEMBERS) as house:
        texts = house.settings.office / "texts"
        texts.mkdir()
        for policy, roles in HELD.items():
            held = "".join(f"{role} = {json.dumps(members)}\n" for role, members in roles.items())
            text = f"{shipped_bindings(policy).decode()}\n[holders]\n{held}"
            (texts / f"{policy}.bindings.toml").write_text(text, "utf-8")
        # Of four readers one can be left out; of three a report without one of them would go outside.
        readers = [*BOTH, "registrar-a", "approver-a"]
        rows = dict.fromkeys(HELD, ("group", readers)) | {SMALL: ("group", readers[:3])}
        widen(house.settings, rows, today())
        yield house


@pytest.fixture
def house(lived_in: LiveOffice, tmp_path: Path) -> LiveOffice:
    """The office, with profiles of this test alone."""
    return replace(lived_in, folder=tmp_path)


def log_report(
    house: LiveOffice, member: str, policy: str, *more: object, lang: str = "en", eml: Path | None = None
) -> Ran:
    """A report written down, or taken from an e-mail, by a member who has pulled."""
    call = house.folder / "call"
    call.write_text(ACCOUNT, "utf-8")
    receipt = house.folder / f"receipt-{len(list(house.folder.iterdir()))}"
    if not (house.folder / member).exists():
        ran = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member))
        assert ran.code == Exit.DONE, ran.err
    return yanlu(
        *("--lang", lang, "desk", "log-report", *house.secrets(member)),
        *(
            "--policy",
            policy,
            "--entity",
            "group",
            *(("--eml", eml) if eml else ("--text-file", call)),
            "--receipt-out",
            receipt,
            "--json",
            *more,
        ),
    )


HEARD = ("--consent", "minutes", "--checked", "agreed")


def attached(house: LiveOffice, member: str, number: str, folder: Path) -> dict[str, str]:
    """The files of the case with this number, as a reader saves them."""
    wait_for_case(house)
    visit = Visit(house, set())
    document, cases = visit.pulled(member)
    assert cases, document
    for case in cases:
        opened = yanlu("desk", "open", *house.secrets(member), "--save", folder / case, "--", case)
        assert opened.code == Exit.DONE, opened.err
        texts = {one.name: one.read_text("utf-8") for one in (folder / case).iterdir()}
        if any(number in text for text in texts.values()):
            return texts
    raise AssertionError(f"no case {number} in {cases}")


def numbered(house: LiveOffice, member: str, number: str) -> str:
    """The case with this number among those that a member's pull brings."""
    wait_for_case(house)
    cases = Visit(house, set()).pulled(member)[1]
    return next(one for one in cases if ticket_number(CaseId(b64decode(one, 16))) == number)


def test_what_the_text_asks_of_an_entry_is_said_before_anything_is_sealed(house: LiveOffice) -> None:
    """A kind, a channel, a field, a role that the text does not know are refused with those that it does."""
    for more, said in (
        (["--channel", "box"], "opinion, suggestion, complaint"),
        (["--channel", "box", "--kind", "request"], "opinion, suggestion, complaint"),
        (["--channel", "box", "--kind", "opinion", "--field", "colour=red"], "no field colour"),
        (["--channel", "box", "--kind", "opinion", "--field", "colour"], "--field ID=TEXT"),
        (["--channel", "box", "--kind", "opinion", "--field", "time=1\nName: Li"], "--field time: one line"),
        (["--channel", "box", "--kind", "opinion", "--field", f"time={'1' * 1001}"], "at most 1000 characters"),
        (["--channel", "box", "--kind", "opinion", "--field", "time=1", "--field", "time=2"], "only once"),
        (["--channel", "box", "--kind", "opinion", "--left-out"], "This policy leaves nothing out"),
        (["--channel", "box", "--kind", "opinion", "--order-to", "kitchen"], "has no role kitchen"),
    ):
        ran = log_report(house, "investigator-a", CALLBACK, *more)
        assert (ran.code, said in ran.err) == (Exit.USAGE, True), ran.err
    for more, said in (
        (["--channel", "wechat"], "superior, hr, hotline, platform, letter"),
        (["--channel", "letter", "--field", "demand=x", "--order-to", "kitchen"], "has no role kitchen"),
        (["--channel", "letter", "--slip", house.folder / "one", "--receipt-out", house.folder / "one"], "a file each"),
        (["--channel", "letter", "--slip", house.folder / "call" / "slip"], "cannot be written"),
    ):
        ran = log_report(house, "investigator-a", APPEAL, *more)
        assert (ran.code != Exit.DONE, said in ran.err) == (True, True), ran.err
    ran = log_report(house, "investigator-a", OWNERS, "--field", "person=三号楼业主", *HEARD)
    assert (ran.code, "say who reports. Give --named" in ran.err) == (Exit.USAGE, True), ran.err
    ran = log_report(house, "investigator-a", POLICY, "--kind", "report", "--concerned", "company", *HEARD)
    assert (ran.code, "name the people complained of with --exclude" in ran.err) == (Exit.USAGE, True), ran.err
    assert not list(house.folder.glob("receipt-*"))


def test_a_way_that_the_text_does_not_name_is_registered_all_the_same(house: LiveOffice, tmp_path: Path) -> None:
    """P07 names no e-mail: what was written is not turned away, and its own kind is signed."""
    mail = tmp_path / "mail.eml"
    mail.write_bytes(b"From: a@example.org\r\nDate: Thu, 12 Mar 2026 09:30:00 +0800\r\n\r\nkickbacks")
    ran = log_report(house, "investigator-a", APPEAL, eml=mail)
    assert ran.code == Exit.DONE, ran.err
    assert "E-mail is not among the channels of the policy" in ran.err or "e-mail is not among" in ran.err
    assert (ran.document["channel"], ran.document["received"]) == ("email", "2026-03-12")


def test_a_box_is_emptied_by_those_to_whom_it_leads(house: LiveOffice) -> None:
    """P15: the call-back specialist; the department manager is refused and hears whose box it is, in Chinese too."""
    box = ("--channel", "box", "--kind", "complaint")
    ran = log_report(house, "investigator-b", CALLBACK, *box, lang="zh")
    assert (ran.code, "此渠道由 callback-specialist 登记" in ran.err) == (Exit.USAGE, True), ran.err
    ran = log_report(house, "investigator-a", CALLBACK, *box)
    assert ran.code == Exit.DONE, ran.err
    assert (ran.document["by"], ran.document["channel"]) == ("box", "box")


def test_a_work_order_travels_in_the_report_and_the_reporter_takes_the_number_home(
    house: LiveOffice, tmp_path: Path
) -> None:
    """P15: what staff found, as an order to the department; the slip has number, day and policy, and no more."""
    ran = log_report(
        house, "investigator-a", CALLBACK, "--channel", "staff", "--kind", "complaint", "--subject", "customer",
        "--order-to", "department-manager", "--slip", tmp_path / "slip", lang="zh",
    )  # fmt: skip
    assert ran.code == Exit.DONE, ran.err
    number = ran.document["number"]
    assert (read_ticket(number), ran.document["kind"], ran.document["missing"]) == (number, "complaint", [])
    assert ran.document["addressees"] == ["callback-specialist"]
    sheet = attached(house, "investigator-b", number, tmp_path)["register-form.txt"]
    assert sheet.splitlines()[0] == "《协调工作单》"
    assert {f"案件编号: {number}", "渠道: 回访或工作人员发现", "客户意见: 见举报内容"} <= set(sheet.splitlines())
    assert re.search(r"^被投诉部门: .+$", sheet, re.MULTILINE)
    slip = (tmp_path / "slip").read_text("utf-8")
    assert number in slip
    assert not {"阀门", "客户意见"} & set(re.findall(r"阀门|客户意见", slip))
    assert (tmp_path / "slip").stat().st_mode & 0o077 == 0


def test_what_is_missing_is_said_and_refuses_nothing(house: LiveOffice, tmp_path: Path) -> None:
    """P05: the time that the text wants and nobody gave; another channel than it names; what it may leave out."""
    ran = log_report(
        house, "investigator-a", OWNERS, "--channel", "wechat", "--left-out", "--named", "--field", "person=三号楼业主"
    )  # fmt: skip
    assert ran.code == Exit.DONE, ran.err
    found = ran.document
    assert (found["by"], found["missing"], found["outside"]) == ("other", ["time"], ["scope"])
    assert "Required by the policy and not given: Time." in ran.err
    assert "the office decides" in ran.err
    sheet = attached(house, "investigator-a", found["number"], tmp_path)["register-form.txt"]
    assert {"Complainant's basic details: 三号楼业主", "Time: not given"} <= set(sheet.splitlines())


def test_somebody_complained_of_gets_no_key_and_the_report_goes_to_somebody_else(
    house: LiveOffice, tmp_path: Path
) -> None:
    """P07: a complaint about HR by the hotline goes to the superior, and the member of HR opens nothing."""
    visit, other = Visit(house, set()), Visit(replace(house, folder=tmp_path / "b"), set())
    other.house.folder.mkdir()
    ran = log_report(house, "investigator-a", APPEAL, "--channel", "hotline", "--concerned", "hr", *HEARD)
    assert ran.code == Exit.DONE, ran.err
    assert ran.document["addressees"] == ["department-head"]
    assert "the next to receive it: " in ran.err
    assert "investigator-b" not in ran.document["readers"]
    assert ran.document["channel"] == "telephone"
    wait_for_case(house)
    mine, theirs = visit.pulled("investigator-a")[1], other.pulled("investigator-b")[1]
    assert len(set(mine) - set(theirs)) == 1
    # Somebody who hears of it under no role of theirs writes it down for those to whom it leads.
    ran = log_report(house, "registrar-a", APPEAL, "--channel", "hotline", *HEARD)
    assert (ran.code, ran.document["addressees"]) == (Exit.DONE, ["hr"]), ran.err


def test_an_outside_holder_of_the_role_gets_no_key_in_place_of_the_readers(house: LiveOffice) -> None:
    """Of three readers one is complained of, and the only one outside holds the same role: nothing is sealed."""
    ran = log_report(house, "investigator-a", SMALL, "--concerned", "investigator", *HEARD)
    assert (ran.code, "Nobody would be left to read this report" in ran.err) == (Exit.REFUSED, True), ran.err
    assert not list(house.folder.glob("receipt-*"))
    ran = log_report(house, "investigator-a", SMALL, *HEARD)
    assert (ran.code, ran.document["readers"]) == (Exit.DONE, ["investigator-a", "investigator-b", "registrar-a"])


def test_a_case_says_what_its_grade_asks_and_what_is_confidential(house: LiveOffice, tmp_path: Path) -> None:
    """P13: an important case goes up to senior management until that is done; under P11 nothing may be disclosed."""
    graded, secret = replace(house, folder=tmp_path / "graded"), replace(house, folder=tmp_path / "secret")
    for one in (graded, secret):
        one.folder.mkdir()
        ran = yanlu("desk", "pull", *one.first_pull("investigator-a"), *one.secrets("investigator-a"))
        assert ran.code == Exit.DONE, ran.err
    ran = log_report(graded, "investigator-a", AIRLINE, "--category", "service", *HEARD)
    assert ran.code == Exit.DONE, ran.err
    case = numbered(graded, "investigator-a", ran.document["number"])

    def act(*more: object, lang: str = "en") -> Ran:
        return yanlu("--lang", lang, "desk", "act", *graded.secrets("investigator-a"), *more)

    assert act("--json", "--", case).document["policy"]["grade"] is None
    for code, name in ((), "registered"), (("--code", "grade=important"), "graded"):
        ran = act(*code, "--", case, name)
        assert ran.code == Exit.DONE, ran.err
    assert "本级别尚须办理：" in act("--", case, lang="zh").out
    asked = act("--json", "--", case).document["policy"]
    assert asked["grade"] == {"id": "important", "owed": ["reported-up"]}
    ran = log_report(secret, "investigator-b", SECRET, "--channel", "superior")
    assert ran.code == Exit.DONE, ran.err
    case = numbered(secret, "investigator-b", ran.document["number"])
    found = yanlu("desk", "act", *secret.secrets("investigator-b"), "--", case)
    assert "Confidential: the reporter's identity. The policy gives no ground for disclosure." in found.out
    assert "Answerable that nobody is punished for reporting: " in found.out


def _signs_at_the_desk(house: LiveOffice) -> None:
    """Without a file nothing is carried; a note and another member's duty are refused."""
    sign, box = ("desk", "duty-done"), (CALLBACK, "channel-box")
    ran = yanlu(*sign, "--note", "2 封来信", *house.secrets("investigator-a"), "--", *box)
    assert (ran.code, "The desk takes no note" in ran.err) == (Exit.USAGE, True), ran.err
    ran = yanlu(*sign, *house.secrets("investigator-b"), "--", *box)
    assert (ran.code, "Held by: investigator-a" in ran.err) == (Exit.FAILED, True), ran.err
    ran = yanlu(*sign, *house.secrets("investigator-a"), "--", *box)
    assert (ran.code, "Signed and sent" in ran.out) == (Exit.DONE, True), ran.err
    rows = yanlu("office", "duties", "--json", settings=house.settings).document["duties"]
    [row] = [one for one in rows if (one["policy"], one["duty"]) == box]
    assert row["last"]["member"] == "investigator-a"


def test_the_member_who_empties_the_box_signs_for_it(house: LiveOffice, tmp_path: Path) -> None:
    """P15: the call-back specialist signs on a machine of their own, the office's list has it, and nobody else can."""
    for member in BOTH:
        ran = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member))
        assert ran.code == Exit.DONE, ran.err
    _signs_at_the_desk(house)
    sign = ("desk", "duty-done", "--out", tmp_path / "statement", "--note", "2 封来信")
    ran = yanlu(*sign, *house.secrets("investigator-b"), "--", CALLBACK, "channel-box")
    assert (ran.code, "Held by: investigator-a" in ran.err) == (Exit.FAILED, True), ran.err
    assert not (tmp_path / "statement").exists()
    ran = yanlu(*sign, *house.secrets("investigator-a"), "--", CALLBACK, "channel-box")
    assert ran.code == Exit.DONE, ran.err
    assert (tmp_path / "statement").stat().st_mode & 0o077 == 0
    listed = yanlu("--lang", "zh", "office", "duties", "--add", tmp_path / "statement", settings=house.settings)
    assert (listed.code, "由调查人员甲签名" in listed.out) == (Exit.DONE, True), listed.out + listed.err


def test_a_result_letter_states_what_the_text_of_the_policy_asks_for(house: LiveOffice, tmp_path: Path) -> None:
    """Under P03 no result is written without reasons, demands and needs; another policy's letter has no such field."""
    values, out = tmp_path / "values", tmp_path / "letter.pdf"

    def letter(case: str, **given: str) -> Ran:
        values.write_text(json.dumps({"outcome": "属实", **given}), "utf-8")
        options = ["--kind", "result", "--language", "zh", "--values-file", values, "--out", out]
        return yanlu("desk", "letter", *house.secrets("investigator-b"), *options, "--", case)

    logged = [log_report(house, "investigator-b", one, "--channel", "letter") for one in (SERVICE, APPEAL)]
    assert [one.code for one in logged] == [Exit.DONE, Exit.DONE], [one.err for one in logged]
    service, appeal = (numbered(house, "investigator-b", one.document["number"]) for one in logged)
    lacking = letter(service, handling="已更换", reason="错件")
    assert (lacking.code, "demands (要求), needs (需求)" in lacking.err) == (Exit.USAGE, True), lacking.err
    assert not out.exists()
    assert letter(service, handling="已更换", reason="错件", demands="更换配件", needs="尽快通知").code == Exit.DONE
    refused = letter(appeal, demands="更换配件")
    assert (refused.code, "no field demands" in refused.err) == (Exit.USAGE, True), refused.err
