"""What an office has to do again and again: listed with owner and day, done by a signed statement, late when it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casework.event_store.duties_done import MOST, DutyLine, duty_lines, keep_duty_line
from casework.obligations.recurring import DutyStatus
from casework.policy.reader import shipped_bindings
from crypto.errors import CryptoError
from crypto.office.duty_done import DutyDone, read_duty_done, sign_duty_done
from portal.cli.errors import Exit
from portal.office import draft_directory, publish_draft
from portal.office.errors import ConfigRefused
from portal.office.recurring_duties import FILE, DutyRefused, add_statements, office_duties
from portal.settings import StoreName, read_settings
from portal.stores.engines import open_store
from portal.stores.schemas import upgrade_stores
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.offices.shifted_clock import widen

Yanlu = Callable[..., Ran]
POLICY, DUTY, OWNER, OTHER = "customer-callback-workorder", "channel-box", "investigator-a", "investigator-b"
OTHERS = "quality-system-complaint"
BEGUN = date(2026, 11, 2)


@dataclass(frozen=True)
class Duties:
    """An office whose box is emptied daily by one member from its first day on, and its command line."""

    made: OfficeForTests
    yanlu: Yanlu
    begun: date

    def statement(self, day: date, member: str = OWNER, duty: str = DUTY, policy: str = POLICY) -> bytes:
        """What a member signs."""
        return sign_duty_done(self.made.staff[member], DutyDone(policy, duty, day.isoformat(), "two letters"))

    def add(self, today: date, *lines: bytes) -> None:
        """Keep statements."""
        add_statements(self.made.folder, self.made.folder.verified(self.begun), lines, today)

    def found(self, today: date) -> tuple[str, int, int]:
        """State, days late, and how often the box was missed."""
        [one] = [
            one
            for one in office_duties(self.made.folder, self.made.folder.verified(self.begun), today)
            if one.policy.id == POLICY
        ]
        state = one.state(today)
        return state.status.value, state.late, len(one.missed(today))


@pytest.fixture(params=[BEGUN])
def office(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Duties:
    """The policy's box is bound to one member, from a Monday on unless a test says another day."""
    begun: date = request.param
    made = make_office(tmp_path, today=begun)
    made.folder.own_texts.mkdir()
    held = f'[holders]\ncallback-specialist = ["{OWNER}"]\ndepartment-manager = ["{OTHER}"]\n'
    text = f"effective = {begun}\n{shipped_bindings(POLICY).decode()}\n{held}"
    (made.folder.own_texts / f"{POLICY}.bindings.toml").write_text(text, "utf-8")
    settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(made.folder.path)})
    widen(settings, {POLICY: ("group", [OWNER, OTHER])}, begun)
    return Duties(made, partial(inside, capsys, monkeypatch, settings), begun)


def test_a_duty_is_due_done_and_late_by_the_days_of_the_office(office: Duties) -> None:
    """Each day the box is due; a signed day counts once, and a day that went by stays missed."""
    day = BEGUN + timedelta(days=1)
    assert office.found(day) == ("due", 0, 0)
    office.add(day, office.statement(day), office.statement(day))
    assert office.found(day) == ("done", 0, 0)
    assert office.found(day + timedelta(days=3)) == ("overdue", 2, 2)
    office.add(day + timedelta(days=3), office.statement(day + timedelta(days=3)))
    assert office.found(day + timedelta(days=3)) == ("done", 0, 2)


def test_a_later_signing_moves_no_duty(office: Duties) -> None:
    """Where bindings name no day, a policy runs from its publishing: what is late stays late."""
    folder, published, later = office.made.folder, BEGUN + timedelta(days=9), BEGUN + timedelta(days=400)
    (folder.own_texts / f"{OTHERS}.bindings.toml").write_bytes(shipped_bindings(OTHERS))
    settings = read_settings({"YANLU_DATA": str(folder.path.parent), "YANLU_OFFICE": str(folder.path)})
    widen(settings, {OTHERS: ("group", [OWNER, OTHER])}, published)
    draft = draft_directory(folder, office.made.enrolled(), later)
    assert draft.drifted == []
    publish_draft(folder, draft, office.made.keepers)
    found = [one for one in office_duties(folder, folder.verified(later), later) if one.policy.id == OTHERS]
    assert {one.since for one in found} == {published}
    assert DutyStatus.OVERDUE in {one.state(later).status for one in found}


@pytest.mark.parametrize(
    ("member", "duty", "policy", "days", "said"),
    [
        (OTHER, DUTY, POLICY, 0, "which investigator-b does not hold. Held by: investigator-a."),
        (OWNER, "statistics", POLICY, 0, "has no recurring duty statistics. Its duties: channel-box."),
        (OWNER, DUTY, "no-such", 0, "no-such has no recurring duty"),
        (OWNER, DUTY, POLICY, 9, "lies ahead"),
    ],
)
def test_only_what_can_be_true_is_kept(
    office: Duties, member: str, duty: str, policy: str, days: int, said: str
) -> None:
    """Another role's duty, one that there is not, and a day to come are refused, and the good one beside them too."""
    today = BEGUN + timedelta(days=1)
    wrong = office.statement(today + timedelta(days=days), member, duty, policy)
    with pytest.raises(DutyRefused) as refused:
        office.add(today, office.statement(today), wrong)
    assert said in str(refused.value)
    assert not (office.made.folder.path / FILE).exists()


def test_a_statement_that_was_changed_or_made_elsewhere_is_none(office: Duties, tmp_path: Path) -> None:
    """Another day, another member's name, another office: nobody's word; a changed line of the list is named."""
    day = BEGUN + timedelta(days=1)
    line, directory = office.statement(day), office.made.folder.verified(BEGUN)
    assert read_duty_done(directory, line).member == OWNER
    stranger = make_office(tmp_path / "other", today=BEGUN).staff[OWNER]
    for changed in (
        line.replace(b"2026-11-03", b"2026-11-04"),
        line.replace(OWNER.encode(), OTHER.encode()),
        line.replace(b'"v":1', b'"v":2', 1),
        sign_duty_done(stranger, DutyDone(POLICY, DUTY, day.isoformat())),
    ):
        assert changed != line
        with pytest.raises(CryptoError):
            read_duty_done(directory, changed)
    office.add(day, line)
    (office.made.folder.path / FILE).write_bytes(line.replace(b"two letters", b"no letters!") + b"\n")
    with pytest.raises(ConfigRefused, match=r"duties-done.jsonl: line 1 is no statement"):
        office.found(day)


def doctor(office: Duties) -> list[tuple[str, bool]]:
    """What the doctor, whose timer alerts the operator, says of the duties."""
    rows = office.yanlu("doctor", "--json").document["checks"]
    return [(row["about"], row["ok"]) for row in rows if row["check"] == "Recurring duties"]


@pytest.mark.parametrize("office", [date.today() - timedelta(days=30)], indirect=True)
def test_the_operator_sees_the_list_and_what_is_late(office: Duties, tmp_path: Path) -> None:
    """By the day of this machine the box has long been due; the exit code says so, until somebody signs today."""
    ran = office.yanlu("office", "duties")
    assert (ran.code, "days late: was due by" in ran.out, "not done yet" in ran.out) == (Exit.FAILED, True, True), (
        ran.err
    )
    assert doctor(office) == [(f"{POLICY}/{DUTY}", False)]
    statement = tmp_path / "statement"
    statement.write_bytes(office.statement(date.today()))
    ran = office.yanlu("office", "duties", "--add", statement)
    assert (ran.code, "signed by Investigator A" in ran.out) == (Exit.DONE, True), ran.out + ran.err
    [row] = office.yanlu("office", "duties", "--json").document["duties"]
    assert (row["by"], row["last"]["note"], row["state"]) == ("callback-specialist", "two letters", "done")
    assert len(row["missed"]) > 0
    assert doctor(office) == [("", True)]


@pytest.mark.parametrize("office", [date.today() - timedelta(days=30)], indirect=True)
def test_what_was_signed_at_the_desk_is_listed_as_what_was_carried_by_file(office: Duties, tmp_path: Path) -> None:
    """Command and doctor read the desk's store beside the folder; a line there that nobody signed shows nothing."""
    settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(office.made.folder.path)})
    upgrade_stores(settings)
    assert office.yanlu("office", "duties").code == Exit.FAILED
    forged = office.statement(date.today(), OTHER).replace(OTHER.encode(), OWNER.encode())
    store = open_store(settings, StoreName.CASES)
    with store.write() as tx:
        assert keep_duty_line(tx, DutyLine(POLICY, DUTY, date.today(), OWNER, forged))
    assert (office.yanlu("office", "duties").code, doctor(office)) == (Exit.FAILED, [(f"{POLICY}/{DUTY}", False)])
    with store.write() as tx:
        assert keep_duty_line(tx, DutyLine(POLICY, DUTY, date.today(), OTHER, office.statement(date.today())))
    store.engine.dispose()
    ran = office.yanlu("office", "duties")
    assert (ran.code, "signed by Investigator A" in ran.out) == (Exit.DONE, True), ran.out + ran.err
    assert doctor(office) == [("", True)]


@pytest.mark.parametrize("office", [date.today() - timedelta(days=30)], indirect=True)
def test_the_word_of_a_member_without_the_role_makes_no_duty_done(office: Duties, tmp_path: Path) -> None:
    """A lying administrator puts it into store or folder: late all the same, and whose word it is stands beside it."""
    settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(office.made.folder.path)})
    upgrade_stores(settings)
    day = date.today()
    missed = listed(office)["missed"]
    with open_store(settings, StoreName.CASES).write() as tx:
        assert keep_duty_line(tx, DutyLine(POLICY, DUTY, day, OTHER, office.statement(day, OTHER)))
    (office.made.folder.path / FILE).write_bytes(office.statement(date.fromisoformat(missed[-1]), OTHER) + b"\n")
    row = listed(office)
    assert (row["state"], row["last"]) == ("overdue", None)
    assert row["last_past"] == {"day": day.isoformat(), "member": OTHER}
    assert row["missed"] == missed[:-1]
    assert "signed for" in (said := office.yanlu("office", "duties").out), said
    assert doctor(office) == [(f"{POLICY}/{DUTY}", False)]


def listed(office: Duties) -> dict[str, Any]:
    """The duty as the command lists it for programs."""
    [row] = office.yanlu("office", "duties", "--json").document["duties"]
    return row


@pytest.mark.parametrize("office", [date.today() - timedelta(days=30)], indirect=True)
def test_a_list_without_the_desk_s_statements_says_so(office: Duties, tmp_path: Path) -> None:
    """No store, another office's folder, a store that cannot be read: a note each time; none where all was read."""
    note = "What members signed at the desk is not in this list"
    assert note in office.yanlu("office", "duties").err
    settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(office.made.folder.path)})
    upgrade_stores(settings)
    link = tmp_path / "link"
    link.symlink_to(office.made.folder.path)
    assert note not in office.yanlu("office", "duties", link).err
    other = make_office(tmp_path / "other", today=date.today())
    assert note in office.yanlu("office", "duties", other.folder.path).err
    Path(settings.url(StoreName.CASES).removeprefix("sqlite:///")).write_bytes(b"no store")
    ran = office.yanlu("office", "duties")
    assert (ran.code, note in ran.err) == (Exit.FAILED, True), ran.err
    assert doctor(office) == [("?", False)]


def test_a_busy_duty_takes_no_place_of_another(office: Duties, tmp_path: Path) -> None:
    """A yearly duty's one line is read however many lines a box has."""
    settings = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(office.made.folder.path)})
    upgrade_stores(settings)
    store = open_store(settings, StoreName.CASES)
    with store.write() as tx:
        for back in range(MOST + 2):
            keep_duty_line(tx, DutyLine(POLICY, DUTY, BEGUN - timedelta(days=back), OWNER, b"%d" % back))
        keep_duty_line(tx, DutyLine(OTHERS, "report", BEGUN - timedelta(days=300), OWNER, b"report"))
    with store.read() as connection:
        assert duty_lines(connection) == [*(b"%d" % back for back in range(MOST)), b"report"]
    store.engine.dispose()
