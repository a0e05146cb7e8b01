"""The office's recurring duties at the desk: what members signed, and whether a new statement fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.event_store.duties_done import DutyLine, duty_lines, keep_duty_line, lines_of_day
from casework.event_store.store import MemberId
from casework.obligations.recurring import OfficeDuty, duties_of
from casework.policy.policy import Policy
from crypto.errors import CryptoError
from crypto.office.directory import VerifiedDirectory
from crypto.office.duty_done import LIMIT, DutyDone, SignedDutyDone, read_duty_done
from crypto.text import read_json, write_json
from portal.desk.desk import Desk
from portal.errors import Malformed, ProblemCode, ProblemRefusal
from portal.office.recurring_duties import (
    DutyDayRefused,
    NoSuchDuty,
    NotTheirDuty,
    is_theirs,
    require_theirs,
    runs_since,
    signed_lines,
)


class DutyUnfit(ProblemRefusal):
    """A statement that does not fit the duties of the policies in force, or was made already."""

    def __init__(self, code: ProblemCode) -> None:
        super().__init__(code)
        self.code = code


CODES: Final = {
    NoSuchDuty: ProblemCode.NO_SUCH_DUTY,
    NotTheirDuty: ProblemCode.NOT_YOUR_DUTY,
    DutyDayRefused: ProblemCode.DUTY_DAY,
}


@dataclass(frozen=True)
class DutyNow:
    """A duty of a policy in force: since when it runs, and which day it is at its office."""

    policy: Policy
    duty: OfficeDuty
    since: date
    today: date


def all_lines(desk: Desk) -> list[bytes]:
    """Every statement that is kept, at the desk or in the office's folder, each once; the reader verifies them."""
    with desk.cases.read() as connection:
        found = duty_lines(connection)
    return list(dict.fromkeys((*found, *reversed(signed_lines(desk.office)))))


def accept_duty(desk: Desk, member: MemberId, body: bytes) -> bool:
    """Keeps what the member signed; False where this very line is kept already.

    Raises CryptoError, DutyUnfit, Malformed.

    A note can tell how many letters lay in a box, and when: what is signed with one goes to the office by file.
    """
    directory = desk.directory.on(desk.today())
    signed = read_duty_done(directory, body)
    line = write_json(read_json(body, LIMIT))
    if signed.done.note:
        raise Malformed
    if signed.member != member:
        raise DutyUnfit(ProblemCode.NOT_YOUR_DUTY)
    duty_now = _fitting(desk, directory, signed)
    day = date.fromisoformat(signed.done.day)
    if day < duty_now.since:
        raise DutyUnfit(ProblemCode.DUTY_DAY)
    row = DutyLine(signed.done.policy, signed.done.duty, day, member, line)
    with desk.cases.write() as tx:
        there = lines_of_day(tx, row.policy, row.duty, day)
        if row in there:
            return False
        if any(is_theirs(duty_now.policy, duty_now.duty, one.member) for one in there) or not keep_duty_line(tx, row):
            raise DutyUnfit(ProblemCode.DUTY_ALREADY)
    return True


def _fitting(desk: Desk, directory: VerifiedDirectory, signed: SignedDutyDone) -> DutyNow:
    """The duty of a statement; raises DutyUnfit where there is none, it is another role's, or its day lies ahead."""
    duty_now = _find_duty(desk, directory, signed.done)
    try:
        require_theirs([duty_now.policy], signed, duty_now.today)
    except (NoSuchDuty, NotTheirDuty, DutyDayRefused) as error:
        raise DutyUnfit(CODES[type(error)]) from error
    if _in_folder(desk, directory, duty_now, signed.done):
        raise DutyUnfit(ProblemCode.DUTY_ALREADY)
    return duty_now


def _find_duty(desk: Desk, directory: VerifiedDirectory, done: DutyDone) -> DutyNow:
    today = desk.today()
    named = next((one for one in directory.content.policies if one.id == done.policy), None)
    policy = None if named is None else desk.rules.policy(named.id, named.version, today)
    if named is None or policy is None:
        raise DutyUnfit(ProblemCode.NO_SUCH_DUTY)
    duty = next((one for one in duties_of(policy) if one.id == done.duty), None)
    if duty is None:
        raise DutyUnfit(ProblemCode.NO_SUCH_DUTY)
    office = desk.rules.office(named.entities[0], today)
    since = runs_since(policy, directory)
    return DutyNow(policy, duty, since, today if office is None else desk.clock().astimezone(office.zone).date())


def _in_folder(desk: Desk, directory: VerifiedDirectory, duty_now: DutyNow, done: DutyDone) -> bool:
    """Whether the folder has a statement of somebody whose duty it is for this day."""
    return any(
        (one.done.policy, one.done.duty, one.done.day) == (done.policy, done.duty, done.day)
        and is_theirs(duty_now.policy, duty_now.duty, one.member)
        for line in signed_lines(desk.office)
        if done.day.encode() in line and (one := _read(directory, line)) is not None
    )


def _read(directory: VerifiedDirectory, line: bytes) -> SignedDutyDone | None:
    try:
        return read_duty_done(directory, line)
    except CryptoError:
        return None
