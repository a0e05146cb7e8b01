"""That a recurring duty of the office was done: a statement that the member who did it signs (SPEC §6)."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.errors import SignatureRefused, WrongShape
from crypto.framing import b64encode, frame
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.shape import Fields
from crypto.text import read_json, write_json

LABEL = "yanlu/v1/duty-done"
LIMIT = 8192
MOST_NOTE = 1000


@dataclass(frozen=True)
class DutyDone:
    """A duty of a policy, by its id there, the day on which it was done, and a note (at most 1,000 characters)."""

    policy: str
    duty: str
    day: str
    note: str = ""


@dataclass(frozen=True)
class SignedDutyDone:
    """A statement that holds, and the member who signed it."""

    member: str
    done: DutyDone


def sign_duty_done(staff: StaffKeys, done: DutyDone) -> bytes:
    """The statement as one line of JSON. Raises WrongShape where the note is too long."""
    if len(done.note) > MOST_NOTE:
        raise WrongShape("note")
    statement = write_json({"v": 1, "policy": done.policy, "duty": done.duty, "day": done.day, "note": done.note})
    signature = staff.sign(frame(LABEL, staff.office, statement))
    document = {"v": 1, "statement": statement.decode(), "member": staff.member, "signature": b64encode(signature)}
    return write_json(document)


def read_duty_done(directory: VerifiedDirectory, line: bytes) -> SignedDutyDone:
    """The statement of a line; raises a CryptoError for one that no member of this office has signed as it stands."""
    fields = Fields(read_json(line, LIMIT), "v", "statement", "member", "signature")
    fields.version()
    text, member = fields.text("statement"), fields.id("member")
    known = directory.member(member)
    if known is None:
        raise SignatureRefused("nobody of this office")
    statement = text.encode()
    done = _done(statement)
    known.check_signed(frame(LABEL, directory.office, statement), fields.bytes("signature", 64), done.day)
    return SignedDutyDone(member, done)


def _done(statement: bytes) -> DutyDone:
    fields = Fields(read_json(statement, LIMIT), "v", "policy", "duty", "day", "note")
    fields.version()
    done = DutyDone(fields.id("policy"), fields.id("duty"), fields.day("day"), fields.text("note"))
    if len(done.note) > MOST_NOTE:
        raise WrongShape("note")
    return done
