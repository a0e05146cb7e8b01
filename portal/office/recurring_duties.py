"""What an office has to do again and again under its policies, when each was last done, and who signed for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.deadlines.calendar_document import read_calendars
from casework.deadlines.calendars import Office
from casework.obligations.recurring import DutyState, OfficeDuty, duties_of, duty_state, missed_days
from casework.policy.policy import Policy
from crypto.errors import CryptoError
from crypto.framing import b64encode, sha256
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Policy as PolicyNamed
from crypto.office.duty_done import LIMIT, SignedDutyDone, read_duty_done
from portal.office.calendars import office_calendars
from portal.office.errors import ConfigRefused, OfficeError, VersionLost
from portal.office.files import write_published
from portal.office.folder import OfficeFolder
from portal.office.rules_repository import PolicyPageRules
from portal.office.versions import read_published

FILE: Final = "duties-done.jsonl"
PAGE_LOST: Final = "{policy}: its page in published/policies is gone or was altered: bring it back from a backup"
MOST: Final = 4096
"""Statements that a folder keeps: ten years of a box that is emptied on every day."""
DAMAGED: Final = "duties-done.jsonl: line {number} is no statement of a member of this office: {reason}"
NO_SUCH: Final = "{policy} has no recurring duty {duty}. Its duties: {known}."
NOT_THEIRS: Final = "{duty} of {policy} is the duty of {role}, which {member} does not hold. Held by: {holders}."
STRANGE: Final = "This is no statement of a member of this office: {reason}"
AHEAD: Final = "{day} lies ahead: what is done was done by today."


class DutyRefused(OfficeError):
    """A statement that says what can't be; the message says why."""


class NoSuchDuty(DutyRefused):
    """The policies in force owe no such duty."""


class NotTheirDuty(DutyRefused):
    """It is another role's."""


class DutyDayRefused(DutyRefused):
    """A day that lies ahead."""


@dataclass(frozen=True)
class DutyOfPolicy:
    """A duty under the policy in force, with the days of the office and the first day from which it is owed.

    `done` was signed by members who may sign for it now, `past` by others: nobody can tell from signed documents who
    held the role before. What they signed shows no duty as done; the days of it do not count as missed.
    """

    policy: Policy
    duty: OfficeDuty
    office: Office
    since: date
    done: tuple[SignedDutyDone, ...]
    past: tuple[SignedDutyDone, ...] = ()

    @property
    def days(self) -> list[date]:
        """Every day on which somebody who may sign for it signed that it was done."""
        return _days(self.done)

    @property
    def last(self) -> SignedDutyDone | None:
        """The newest statement that counts."""
        return max(self.done, key=lambda one: one.done.day, default=None)

    @property
    def last_past(self) -> SignedDutyDone | None:
        """The newest statement of somebody who does not hold the role now, where it is newer than those that count."""
        found = max(self.past, key=lambda one: one.done.day, default=None)
        return found if found and (self.last is None or found.done.day > self.last.done.day) else None

    def state(self, today: date) -> DutyState:
        """Where it stands."""
        return duty_state(self.duty, self.since, self.days, self.office, today)

    def missed(self, today: date) -> tuple[date, ...]:
        """The last days that went by without it."""
        return missed_days(self.duty, self.since, _days((*self.done, *self.past)), self.office, today)


def _days(statements: Iterable[SignedDutyDone]) -> list[date]:
    return sorted({date.fromisoformat(one.done.day) for one in statements})


def office_duties(
    folder: OfficeFolder, directory: VerifiedDirectory, today: date, more: Iterable[bytes] = ()
) -> list[DutyOfPolicy]:
    """Every recurring duty of the policies that the signed directory names, in its order; raises OfficeError.

    `more` are statements that lie elsewhere than in the folder: those that members signed at the desk.
    """
    offices = read_calendars(office_calendars(folder, folder.config(), today))
    signed = signed_statements(folder, directory, more)
    found: list[DutyOfPolicy] = []
    for named in directory.content.policies:
        policy = _signed_rules(folder, named)
        if policy is None:
            continue
        for duty in duties_of(policy):
            mine = [one for one in signed if (one.done.policy, one.done.duty) == (policy.id, duty.id)]
            done = tuple(one for one in mine if is_theirs(policy, duty, one.member))
            past = tuple(one for one in mine if one not in done and was_member(directory, one))
            since = runs_since(policy, directory)
            found.append(DutyOfPolicy(policy, duty, offices[named.entities[0]], since, done, past))
    return found


def _signed_rules(folder: OfficeFolder, named: PolicyNamed) -> Policy | None:
    """The rules that the policy's page names, which the directory names; None for a page without rules."""
    page = folder.policy(b64encode(named.hash))
    if page is None or sha256(page) != named.hash:
        raise VersionLost((PAGE_LOST, {"policy": named.id}))
    rules = PolicyPageRules.read(page).rules
    return None if rules is None else read_published(folder.rules(rules) or b"", rules)


def was_member(directory: VerifiedDirectory, signed: SignedDutyDone) -> bool:
    """Whether the signer was a member on the day of the statement."""
    known = directory.member(signed.member)
    return known is not None and known.start <= signed.done.day <= known.until


def runs_since(policy: Policy, directory: VerifiedDirectory) -> date:
    """Since when the duties of a policy run (twin of `runsSince` at the desk): the day that its rules name.

    Rules of before they named one always: since the office's longest-standing member. `issued` moves with each signing.
    """
    if policy.bound.effective is not None:
        return policy.bound.effective
    content = directory.content
    return date.fromisoformat(min(content.issued, *(member.start for member in content.members)))


def signed_statements(
    folder: OfficeFolder, directory: VerifiedDirectory, more: Iterable[bytes] = ()
) -> list[SignedDutyDone]:
    """What the folder keeps, each verified; raises ConfigRefused for a line that nobody of the office has signed.

    Of `more` what does not hold is passed over: a line that is wrong shows nothing as done.
    """
    found: list[SignedDutyDone] = []
    for number, line in enumerate(_lines(folder), 1):
        try:
            found.append(read_duty_done(directory, line))
        except (CryptoError, ValueError) as error:
            raise ConfigRefused((DAMAGED, {"number": number, "reason": error})) from error
    for line in more:
        with suppress(CryptoError, ValueError):
            found.append(read_duty_done(directory, line))
    return list(dict.fromkeys(found))


def add_statements(
    folder: OfficeFolder, directory: VerifiedDirectory, lines: Iterable[bytes], today: date
) -> list[SignedDutyDone]:
    """Keeps statements, each of which must fit; the same twice is once. Raises DutyRefused, and keeps nothing then."""
    duties = office_duties(folder, directory, today)
    given = [line.strip() for line in lines]
    read: list[SignedDutyDone] = []
    for line in given:
        try:
            read.append(read_duty_done(directory, line))
        except (CryptoError, ValueError) as error:
            raise DutyRefused(
                ("This is no statement of a member of this office: {reason}", {"reason": error})
            ) from error
    for one in read:
        require_theirs([each.policy for each in duties], one, today)
    whole = list(dict.fromkeys((*_lines(folder), *given)))[-MOST:]
    write_published(folder.path / FILE, b"".join(line + b"\n" for line in whole))
    return read


def require_theirs(policies: Sequence[Policy], signed: SignedDutyDone, today: date) -> None:
    """Raises DutyRefused for a duty that there is not, another role's, or a day that lies ahead."""
    done = signed.done
    policy = next((one for one in policies if one.id == done.policy), None)
    duties = {} if policy is None else {one.id: one for one in duties_of(policy)}
    if policy is None or done.duty not in duties:
        facts = {"policy": done.policy, "duty": done.duty, "known": ", ".join(duties) or "-"}
        raise NoSuchDuty((NO_SUCH, facts))
    if date.fromisoformat(done.day) > today:
        raise DutyDayRefused((AHEAD, {"day": done.day}))
    role = duties[done.duty].by
    holders = () if role is None else policy.bound.holders.get(role, ())
    if not is_theirs(policy, duties[done.duty], signed.member):
        facts = {"policy": policy.id, "duty": done.duty, "role": role, "member": signed.member}
        raise NotTheirDuty((NOT_THEIRS, {**facts, "holders": ", ".join(holders)}))


def is_theirs(policy: Policy, duty: OfficeDuty, member: str) -> bool:
    """Whether a member may sign for a duty: it is their role's, or nobody's in particular."""
    return duty.by is None or member in policy.bound.holders.get(duty.by, ())


def signed_lines(folder: OfficeFolder) -> list[bytes]:
    """The statements that the folder keeps, as they were signed; nobody has looked at them yet."""
    return list(_lines(folder))


def _lines(folder: OfficeFolder) -> Iterator[bytes]:
    content = folder.duties_done()
    if content is None:
        return
    if len(content) > MOST * LIMIT:
        raise ConfigRefused((DAMAGED, {"number": 1, "reason": "too long"}))
    yield from (line for line in content.split(b"\n") if line)
